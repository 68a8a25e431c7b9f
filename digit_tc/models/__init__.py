"""Chat models per role: what is asked, in which form, what came back, and what it cost."""

from digit_tc.models.models import Models
from digit_tc.models.reply import Answer, CallsAnswer, Reply
from digit_tc.models.settings import KEY_VARIABLE, PLACEHOLDER_KEY, ModelSettings

__all__ = ["KEY_VARIABLE", "PLACEHOLDER_KEY", "Answer", "CallsAnswer", "ModelSettings", "Models", "Reply"]

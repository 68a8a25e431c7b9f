"""What replies cost, where the price of a model is known."""

from collections.abc import Callable

from digit_tc.models.reply import Said
from digit_tc.models.settings import HOSTED, ModelSettings

Price = Callable[[Said], float]
"""Returns what a reply cost, in US dollars."""


def price_of(settings: ModelSettings) -> Price | None:
    """Returns how replies of a model are priced: as its settings say, else by the list of `genai-prices`, else None.

    The list is the one that was installed; nothing is fetched. A server that the list does not know has no prices,
    whatever its models are called; so has a model by import string. A model on this machine costs nothing.
    """
    said = settings.price
    if said is not None:
        prompt, completion = said
        return lambda reply: (reply.prompt_tokens * prompt + reply.completion_tokens * completion) / 1e6
    if settings.local:
        return lambda _: 0.0
    if settings.use:
        return None
    return _listed(settings.model, settings.base_url or HOSTED)


def _listed(model: str, address: str) -> Price | None:
    from genai_prices import Usage, calc_price  # noqa: PLC0415 - a fifth of a second, only for runs with a model

    def price(reply: Said) -> float:
        usage = Usage(
            input_tokens=reply.prompt_tokens,
            cache_read_tokens=reply.cached_tokens,
            output_tokens=reply.completion_tokens,
        )
        return float(calc_price(usage, model, provider_api_url=address).total_price)

    try:
        price(Said(text=""))
    except (LookupError, ValueError):
        return None
    return price

"""Multi-turn tool-calling conversations from tool specifications alone.

The method is DiGiT-TC (arXiv 2601.19914): generation runs backwards, from a plan of tool calls to the request
that a person would have made to cause it. `digit_tc` is the core; the roles live in `digit_tc.nodes`, their wiring
in `digit_tc.graphs`, the prompts in `digit_tc.prompts`.
"""

from pathlib import Path

__version__ = "0.1.0"

_checkout = Path(__file__).resolve().parent.parent
if (_checkout / "pyproject.toml").is_file() and (_checkout / "graphs" / "conversation.py").is_file():
    __path__.append(
        str(_checkout)
    )  # graphs/, nodes/, prompts/ lie beside digit_tc/ in a checkout, inside it in a wheel

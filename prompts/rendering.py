"""Prompts from Markdown files: Jinja2, strict about missing variables, sandboxed where a user wrote the file.

Whatever comes from a tool or a person is data. A prompt puts it between tags and through the filter `json`, which
leaves no line break and no closing tag in it.
"""

import json
import traceback
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, TemplateError, TemplateSyntaxError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from digit_tc.errors import PromptError

OWN = Path(__file__).resolve().parent
BREAK = "\n---\n"
"""The line of a prompt file that parts the standing instructions from what changes."""


def render(name: str, /, *, folder: Path | None = None, **variables: Any) -> str:
    """Returns the text of a prompt: ours by name, or one by a path that ends in .md; one of its name in `folder` wins.

    Raises:
        PromptError: The file is missing or broken, or it needs a variable that was not given.
    """
    path = _path(name, folder)
    return _filled(path, _source(path), variables)


def render_messages(name: str, /, *, folder: Path | None = None, **variables: Any) -> list[BaseMessage]:
    """Returns a prompt as messages: what stands above its line `---` as system message, the rest as human message.

    Raises:
        PromptError: The file is missing or broken, or it needs a variable that was not given.
    """
    path = _path(name, folder)
    standing, line, changing = _source(path).partition(BREAK)  # before filling, so that no value can be the line
    if not line:
        return [HumanMessage(_filled(path, standing, variables))]
    offset = standing.count("\n") + BREAK.count("\n")
    return [
        SystemMessage(_filled(path, standing, variables)),
        HumanMessage(_filled(path, changing, variables, offset=offset)),
    ]


def _path(name: str, folder: Path | None) -> Path:
    if name.endswith(".md"):
        replaced = (folder or Path()) / Path(name).name
        beside = (folder or Path()) / name
        return next((each for each in (replaced, beside) if folder and each.is_file()), Path(name))
    ours, own = OWN / f"{name}.md", (folder or OWN) / f"{name}.md"
    return ours if ours.is_file() and not own.is_file() else own


def _source(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        there = sorted(each.stem for each in path.parent.glob("*.md"))
        hint = f"; there are {', '.join(there)}" if there else ""
        raise PromptError(f"the prompt file {path} cannot be read ({type(error).__name__}){hint}") from error


def _filled(path: Path, source: str, variables: dict[str, Any], *, offset: int = 0) -> str:
    try:
        return _template(source, path.parent == OWN).render(variables).strip()
    except TemplateSyntaxError as error:
        raise PromptError(f"{path}:{error.lineno + offset}: the prompt cannot be read: {error.message}") from error
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        place = f"{path}{_line(error, offset)}"
        raise PromptError(f"{place}: the prompt cannot be filled: {error}; given are {_names(variables)}") from error


@lru_cache(maxsize=64)
def _template(source: str, trusted: bool) -> Template:
    make = Environment if trusted else ImmutableSandboxedEnvironment
    environment = make(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
    environment.filters["json"] = _json
    return environment.from_string(source)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_refused).replace("</", "<\\/")


def _refused(value: Any) -> str:
    if isinstance(value, Undefined):
        return str(value)  # which raises, and names the variable
    raise TypeError(f"a {type(value).__name__} is no JSON value")


def _line(error: BaseException, offset: int) -> str:
    lines = [each.lineno for each in traceback.extract_tb(error.__traceback__) if each.filename == "<template>"]
    return f":{lines[-1] + offset}" if lines and lines[-1] else ""


def _names(variables: dict[str, Any]) -> str:
    return ", ".join(sorted(variables)) or "no variables"

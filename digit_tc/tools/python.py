"""Tools that are given as Python objects: functions, LangChain tools, pydantic models.

    catalogue = read_objects([get_order, shop.cancel_order, my_langchain_tool, {"name": "ping", "parameters": {}}])

Only what they say of themselves is read: no function is called.
"""

import dataclasses
import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, get_args, get_origin, is_typeddict

from pydantic import BaseModel

from digit_tc.errors import CatalogueError
from digit_tc.records import Fix
from digit_tc.tools.catalogue import Catalogue, apart
from digit_tc.tools.dialects import read_tool
from digit_tc.tools.docstring import read_docstring
from digit_tc.tools.place import Place, shown
from digit_tc.tools.signature import read_hints, read_output, read_signature, schema_of
from digit_tc.tools.tool import Tool

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool


def read_objects(objects: Iterable[Any]) -> Catalogue:
    """Reads tools that are given in code into one catalogue.

    Each is anything that can be called (a function, sync or async; a method of an object; a `functools.partial`; an
    object with `__call__`), a LangChain tool, a class that LangChain takes for a tool (a pydantic model, a dataclass, a
    TypedDict), a specification as a dictionary in any dialect, or a `Tool`. The same tool is read once; different ones
    of one name are told apart.

    Raises:
        CatalogueError: There are none, or one cannot be read as a tool; the message names it and the mend.
    """
    if not isinstance(objects, Iterable) or isinstance(objects, str | Mapping):
        given = _with_article(type(objects).__name__)
        raise CatalogueError(f"{given} is no list of tools; put it into one: read_objects([...])")
    tools = [tool_of(each, Place(pointer=f"/{at}")) for at, each in enumerate(objects)]
    if not tools:
        raise CatalogueError("no tools are given; give at least one function or specification")
    return Catalogue(apart(tools))


def tool_of(given: Any, place: Place | None = None) -> Tool:
    """Reads one tool that is given in code, as `read_objects` does; messages name the place where it has no name.

    Raises:
        CatalogueError: It cannot be read as a tool.
    """
    from langchain_core.tools import BaseTool  # noqa: PLC0415 - half a second, and only for tools given in code

    place = place or Place()
    if isinstance(given, Tool):
        return given
    if isinstance(given, Mapping):
        return read_tool(dict(given), place)
    if isinstance(given, BaseTool):
        return _langchain(given)
    if inspect.isclass(given):
        return _model(given)
    if callable(given):
        return _function(given)
    raise place.error(
        f"{_with_article(type(given).__name__)} is no tool",
        "give functions, LangChain tools, pydantic models or specifications; read_catalogue reads files",
    )


def _function(function: Callable[..., Any]) -> Tool:
    plain = _innermost(function)
    place = Place(_label(plain))
    name = plain.__name__
    if name == "<lambda>":
        raise place.error("a lambda has no name", "write it as a function with def")
    signature = read_signature(function, place)
    inside = inspect.getdoc(plain.__call__) if inspect.isclass(plain) else None
    said = read_docstring(inspect.getdoc(plain) or inside)
    properties: dict[str, Any] = signature.parameters["properties"]
    for argument in said.arguments.keys() & properties.keys():
        properties[argument].setdefault("description", said.arguments[argument])
    raw: dict[str, Any] = {"name": name, "description": said.description, "parameters": signature.parameters}
    if signature.output is not None:
        described = {"description": said.returns} if said.returns else {}
        raw["output_schema"] = {**described, **signature.output}
    elif said.returns:
        raw["returns"] = said.returns
    return _read(raw, "python", place, plain, signature.fixes)


def _model(kind: type) -> Tool:
    place = Place(_label(kind))
    if not (issubclass(kind, BaseModel) or dataclasses.is_dataclass(kind) or is_typeddict(kind)):
        raise place.error("this class is no tool", "give one of its methods, or a pydantic model with the arguments")
    try:
        schema = schema_of(kind)
    except Exception as error:
        # Its fields are anybody's types: what cannot be written as JSON says so in many ways.
        raise place.error(
            f"it has no JSON Schema: {_first_line(error)}", "give its fields types that JSON has"
        ) from error
    name, description = schema.pop("title", kind.__name__), schema.pop("description", "")
    return _read({"name": name, "description": description, "parameters": schema}, "python", place, kind)


def _langchain(tool: "BaseTool") -> Tool:
    from langchain_core.utils.function_calling import convert_to_openai_tool  # noqa: PLC0415 - as above

    function = _behind(tool)
    place = Place(_label(_innermost(function)))
    try:
        converted = convert_to_openai_tool(tool)
    except Exception as error:
        # The arguments of a tool are anybody's types: what stands in the way is said by whatever converts them.
        raise place.error(
            f"the arguments of the tool {shown(tool.name)!r} are no JSON Schema: {_first_line(error)}",
            "give them types that JSON has, or give the tool an args_schema",
        ) from error
    if "function" not in converted:
        raise place.error(f"the tool {shown(tool.name)!r} takes text and no arguments", "make it a StructuredTool")
    empty = {"type": "object", "properties": {}}
    parameters = converted["function"].get("parameters", empty)
    raw: dict[str, Any] = {"name": tool.name, "description": tool.description, "parameters": parameters}
    output = _content(tool, function)
    if output is not None:
        raw["output_schema"] = output
    return _read(raw, "langchain", place, function)


def _behind(tool: "BaseTool") -> Callable[..., Any]:
    """Returns the function that does the work of a LangChain tool."""
    found: Callable[..., Any] | None = getattr(tool, "func", None) or getattr(tool, "coroutine", None)
    return found or type(tool)._run


def _content(tool: "BaseTool", function: Callable[..., Any]) -> dict[str, Any] | None:
    """Returns what is declared of the content of a tool's messages.

    That it is text is no news: LangChain makes text of whatever a tool gives back.
    """
    try:
        kind = read_hints(function).get("return", Any)
    except Exception:
        # LangChain made a tool of it without this annotation, and so can the rest be read.
        return None
    if tool.response_format == "content_and_artifact" and get_origin(kind) is tuple:
        kind = get_args(kind)[0]
    return None if kind is str else read_output(kind)


def _read(raw: dict[str, Any], dialect: str, place: Place, behind: Any, fixes: tuple[Fix, ...] = ()) -> Tool:
    module = str(getattr(behind, "__module__", None) or "")
    tool = read_tool(raw, place, "" if module == "__main__" else module.rpartition(".")[2])
    source = tool.source.model_copy(update={"dialect": dialect})
    return tool.model_copy(update={"source": source, "fixes": (*fixes, *tool.fixes)})


def _innermost(function: Callable[..., Any]) -> Any:
    """Returns what has a name: the function inside a partial, the class of an object that can be called."""
    while isinstance(function, functools.partial):
        function = function.func
    return function if inspect.isroutine(function) or inspect.isclass(function) else type(function)


def _label(named: Any) -> str:
    return ".".join(part for part in (getattr(named, "__module__", None), named.__qualname__) if part)


def _first_line(error: Exception) -> str:
    return shown((str(error) or type(error).__name__).splitlines()[0])


def _with_article(word: str) -> str:
    return f"{'an' if word[:1].lower() in 'aeio' else 'a'} {word}"

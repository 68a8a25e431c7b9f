"""The arguments of an operation: its parameters, and what its request body holds."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from digit_tc.tools.mending import Mender
from digit_tc.tools.openapi.bodies import offered
from digit_tc.tools.openapi.document import Document
from digit_tc.tools.openapi.schemas import Part, Schemas
from digit_tc.tools.place import shown, step
from digit_tc.tools.schema import json_type

_PLACES = ("path", "query", "header", "cookie")
_IGNORED_HEADERS = ("accept", "content-type", "authorization")
_OF_THE_WHOLE = {
    "$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "not", "if", "enum", "const", "patternProperties",
    "propertyNames", "minProperties", "maxProperties", "dependentSchemas", "dependentRequired", "unevaluatedProperties",
}  # fmt: skip
"""Keywords that say something of a body as a whole: then its properties cannot stand beside the parameters."""

_MOST_PARAMETERS = 1_000

_SWAGGER = ("type", "format", "items", "enum", "default", "minimum", "maximum", "minLength", "maxLength", "pattern")
"""Keywords that stand in the parameter itself where it was written as in Swagger 2.0."""


@dataclass
class Arguments:
    """The arguments gathered so far: `places` tells where each goes, `names` how it is called there if not the same."""

    document: Document
    schemas: Schemas
    mender: Mender
    pointer: str
    """That of the operation."""
    properties: dict[str, Any] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    media: str = ""
    body: str = ""
    """The argument that is the whole body; empty where its properties are arguments."""
    closed: bool = False

    def schema(self) -> dict[str, Any]:
        """Returns the schema of the arguments, with the definitions that it reaches."""
        found: dict[str, Any] = {"type": "object", "properties": self.properties, "required": self.required}
        if self.closed:
            found["additionalProperties"] = False
        return self.schemas.bundle(found, "request", self.mender, self.pointer)

    def add_parameters(self, raw: list[tuple[dict[str, Any], str]], keys: set[tuple[str, str]], path: str) -> None:
        """Adds the parameters of an operation, those in the path first, and what its path names without a parameter.

        Args:
            raw: Each parameter and the pointer to it.
            keys: Place and name of the API keys of the document.
            path: The path with its templates.
        """
        for parameter, pointer in sorted(raw, key=lambda one: one[0]["in"] != "path"):
            name, place = parameter["name"], parameter["in"]
            code = _left_out(name, place, keys)
            if code:
                self.mender.note(code, pointer, parameter, None)
            else:
                self._add_parameter(parameter, pointer)
        known = {self.names.get(name, name) for name, place in self.places.items() if place == "path"}
        for part in path.split("{")[1:]:
            name = part.partition("}")[0]
            if "}" in part and name and name not in known:
                self.mender.note("path-parameter-missing", step(self.pointer, "parameters"), None, name)
                self._add(name, "path", {"type": "string"}, needed=True, pointer=self.pointer)
                known.add(name)

    def _add_parameter(self, parameter: dict[str, Any], pointer: str) -> None:
        schema, where = self._written(parameter, pointer)
        part = self.schemas.part(schema, where, "request")
        node, fixes = self.schemas.flat(part, "request")
        self.mender.fixes.extend(fixes)
        if said := self.document.text(parameter, "description", pointer):
            node["description"] = said
        if parameter.get("deprecated") is True:
            node["deprecated"] = True
        if "examples" not in node and (examples := self._examples(parameter, pointer)):
            node["examples"] = examples
        needed = parameter["in"] == "path" or parameter.get("required") is True
        self._add(parameter["name"], parameter["in"], node, needed=needed, pointer=pointer)

    def _written(self, parameter: dict[str, Any], pointer: str) -> tuple[Any, str]:
        """Returns the schema of a parameter as it is written, and the pointer to it."""
        if "schema" in parameter:
            return parameter["schema"], step(pointer, "schema")
        for _, entry, where in offered(self.document, parameter, pointer):
            return entry.get("schema", {}), step(where, "schema")
        schema = {key: parameter[key] for key in _SWAGGER if key in parameter}
        self.mender.note("parameter-schema-missing", step(pointer, "schema"), None, schema)
        return schema, pointer

    def _examples(self, parameter: dict[str, Any], pointer: str) -> list[Any]:
        if "example" in parameter:
            return [parameter["example"]]
        named = parameter.get("examples")
        if not isinstance(named, dict):
            return []
        where = step(pointer, "examples")
        found = [self.document.follow(one, step(where, name), "an example")[0] for name, one in named.items()]
        return [one["value"] for one in found if "value" in one]

    def _add(self, name: str, place: str, schema: dict[str, Any], *, needed: bool, pointer: str) -> None:
        own = self._free(name, f"{name}_{place}")
        if own != name:
            self.mender.note("argument-collides", pointer, name, own)
            self.names[own] = name
        self.properties[own] = schema
        self.places[own] = place
        if needed:
            self.required.append(own)

    def _free(self, *names: str) -> str:
        numbered = (f"{names[-1]}_{number}" for number in count(2))
        return next(name for source in (names, numbered) for name in source if name not in self.properties)

    def add_body(self, raw: Any, pointer: str) -> None:
        """Adds the request body: the properties of an object one by one where that is plain, else one argument.

        Raises:
            CatalogueError: It cannot be read.
        """
        body, pointer = self.document.follow(raw, pointer, "a request body")
        for media, entry, where in offered(self.document, body, pointer):
            self.media = media
            part = self.schemas.part(entry.get("schema", {}), step(where, "schema"), "request")
            self._add_content(part, body, pointer)
            return
        self.mender.note("body-says-nothing", pointer, body, None)

    def _add_content(self, part: Part, body: dict[str, Any], pointer: str) -> None:
        flat, fixes = self.schemas.flat(part, "request")
        self.mender.fixes.extend(fixes)
        needed = body.get("required") is True
        if self._merges(flat):
            for name, schema in flat["properties"].items():
                must = needed and name in flat.get("required", ())
                self._add(name, "body", schema, needed=must, pointer=part.pointer)
            self.closed = flat.get("additionalProperties") is False
            return
        said = self.document.text(body, "description", pointer)
        schema = {**part.schema, "description": said} if said else part.schema
        self.body = self._free("body")
        self._add(self.body, "body", schema, needed=needed, pointer=pointer)

    def _merges(self, schema: dict[str, Any]) -> bool:
        kinds = schema.get("type")
        return (
            (kinds == "object" or (isinstance(kinds, list) and "object" in kinds))
            and bool(schema.get("properties"))
            and not schema.keys() & _OF_THE_WHOLE
            and isinstance(schema.get("additionalProperties", True), bool)
            and not self.properties.keys() & schema["properties"].keys()
        )


def parameters_of(document: Document, lists: list[tuple[dict[str, Any], str]]) -> list[tuple[dict[str, Any], str]]:
    """Returns the parameters of some objects, each with the pointer to it; of one name and place the last one counts.

    Args:
        document: The document.
        lists: The objects that may have `parameters`, and the pointers to them.

    Raises:
        CatalogueError: One of them is no parameter.
    """
    found: dict[tuple[str, str], tuple[dict[str, Any], str]] = {}
    for holder, pointer in lists:
        where, raw = step(pointer, "parameters"), holder.get("parameters")
        if raw is not None and not isinstance(raw, list):
            raise document.at(where).error(f"parameters are a list, not {json_type(raw)}", "write a list")
        for index, item in enumerate(raw or ()):
            parameter, place = document.follow(item, step(where, index), "a parameter")
            _check(document, parameter, place)
            found[parameter["name"], parameter["in"]] = (parameter, place)
    if len(found) > _MOST_PARAMETERS:
        what = f"this operation has more than {_MOST_PARAMETERS:,} parameters"
        raise document.at(lists[-1][1]).error(what, "leave out what no model can give")
    return list(found.values())


def _check(document: Document, parameter: dict[str, Any], pointer: str) -> None:
    if not document.text(parameter, "name", pointer):
        raise document.at(pointer).error("this parameter has no name", "give it a `name`")
    place = document.text(parameter, "in", pointer)
    if place not in _PLACES:
        mend = "write path, query, header or cookie; a body is a `requestBody` since OpenAPI 3.0"
        raise document.at(pointer).at("in").error(f"a parameter cannot stand in {shown(place)!r}", mend)


def _left_out(name: str, place: str, keys: set[tuple[str, str]]) -> str:
    """Returns why a parameter is no argument, as the code of a fix; empty where it is one."""
    if place == "cookie":
        return "cookie-left-out"
    if place == "header" and name.lower() in _IGNORED_HEADERS:
        return "header-left-out"
    return "key-left-out" if (place, name.lower() if place == "header" else name) in keys else ""

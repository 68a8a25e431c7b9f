"""The codes of findings: how grave each is, what it says, and the mend.

A code keeps its meaning for good; one that is given up is not used again.
"""

from dataclasses import dataclass

from digit_tc.records import Severity


@dataclass(frozen=True)
class Code:
    """What a finding of one code says, and what its owner can do."""

    severity: Severity
    says: str
    mend: str


_TYPE = "write a JSON Schema type: string, number, integer, boolean, object, array"

REPAIRED: dict[str, Code] = {
    "argument-left-out": Code(
        "info", "the argument cannot be given as JSON, or not by name, and is left out", "nothing is to be done"
    ),
    "arguments-open": Code("info", "any further arguments are taken; they are left out", "name them"),
    "default-absent": Code("info", "the default says that there is none", "leave `default` out"),
    "default-invalid": Code("warning", "the default does not fit its own schema and is not used", "correct it"),
    "default-literal": Code("info", "the default is written as text", "write it as a JSON value"),
    "argument-collides": Code(
        "info", "two arguments go by this name; this one is named after its place", "give them names of their own"
    ),
    "body-says-nothing": Code("info", "the request body has no content and is left out", "write its `content`"),
    "cookie-left-out": Code("info", "cookies are sent by the client; it is no argument", "nothing is to be done"),
    "default-not-json": Code("info", "the default is no JSON value and is left out", "nothing is to be done"),
    "dialect-keyword": Code("info", "the keyword belongs to the file, not to the schema", "leave it out"),
    "example-single": Code("info", "a single `example` is written as a list", "write `examples`"),
    "empty-enum": Code(
        "warning", "a list of no values lets nothing pass and is left out", "list values or leave it out"
    ),
    "enum-literal": Code(
        "warning", "the values are written as another type than the schema's", "write them in its type"
    ),
    "enum-of-items": Code("warning", "the values are those of the items of the list", "move `enum` into `items`"),
    "enum-other-type": Code("warning", "the values contradict the type, which is left out", "correct one of the two"),
    "examples-wrapped": Code("info", "examples are a list", "write a list"),
    "exclusive-flag": Code("info", "exclusive bounds are numbers since draft 6", "write the bound as a number"),
    "header-left-out": Code("info", "OpenAPI ignores this header; it is no argument", "leave it out"),
    "integer-widened": Code("warning", "an integer cannot hold such a quantity; it is a number now", "write number"),
    "items-list": Code("info", "items by position are `prefixItems`", "rename the keyword"),
    "key-left-out": Code("info", "an API key is sent by the client; it is no argument", "nothing is to be done"),
    "name-collides": Code("warning", "another tool has this name; this one is renamed", "give it a name of its own"),
    "name-illegal": Code(
        "warning", "model servers take names of letters, digits, _ and - up to 64; it is renamed", "rename the tool"
    ),
    "name-from-key": Code("info", "the tool has no name of its own; the key above it is taken", "write `name`"),
    "name-from-path": Code(
        "info", "the operation has no name; it is called after its method and path", "write an `operationId`"
    ),
    "null-keyword": Code("info", "a keyword without a value is left out", "leave it out"),
    "nullable": Code(
        "info", "`nullable` is written as a type list or an alternative", 'write ["string", "null"] or the like'
    ),
    "output-not-json": Code("info", "what comes back is no JSON value", "annotate what is"),
    "output-says-nothing": Code("info", "the output schema says nothing", "write a schema or leave it out"),
    "parameter-schema-missing": Code("info", "the parameter has no schema of its own", "write `schema`"),
    "parameters-list": Code("info", "the arguments are a list", "write an object schema"),
    "parameters-missing": Code("info", "the tool has no parameters", "write an empty object schema"),
    "path-parameter-missing": Code(
        "warning", "the path names a parameter that is not there; it is added as text", "write the parameter"
    ),
    "pattern-python": Code("info", "the pattern is in Python's notation", "write it as in ECMA 262"),
    "properties-missing": Code("info", "the members stand without `properties` around them", "write an object schema"),
    "property-swallowed": Code(
        "warning", "`required` names a property that its keyword has swallowed; it is restored", "write the property"
    ),
    "read-only-left-out": Code("info", "what is read only is no part of a request", "nothing is to be done"),
    "reference-relative": Code(
        "info", "the reference leads into the schema around it, not into the document", "write it from the top"
    ),
    "required-flag": Code("info", "`required` is a list of the object", "list the name there"),
    "required-repeated": Code("warning", "`required` names a property twice", "name it once"),
    "required-unknown": Code("warning", "`required` names a property that is not there", "correct or remove the name"),
    "root-inlined": Code(
        "info", "the arguments are named behind a reference, which is written in place", "nothing is to be done"
    ),
    "schema-cut": Code(
        "warning", "it reaches more schemas than a tool can carry; of those far away the type is left", "split it"
    ),
    "schema-shorthand": Code("info", "a word stands for a schema", 'write {"type": ...}'),
    "type-any": Code("warning", "the type allows anything and is left out", _TYPE),
    "type-missing": Code("info", "an object or a list does not say that it is one", _TYPE),
    "type-narrowed": Code("info", "the arguments of a tool are an object, whatever else is allowed", "write object"),
    "type-unknown": Code("warning", "the type is no type that is known, and is left out", _TYPE),
    "type-word": Code("info", "the type is written in the words of another language", _TYPE),
    "write-only-left-out": Code("info", "what is write only is no part of a response", "nothing is to be done"),
}
"""Codes of what is mended while a tool is read."""

INFERRED: dict[str, Code] = {
    "param-untyped": Code("warning", "it has no type; inferred", _TYPE),
    "items-missing": Code("warning", "the list does not say what its items are; inferred", "write `items`"),
    "required-missing": Code(
        "warning", "no `required` list says which arguments a call must give; inferred", "write the list, even empty"
    ),
    "output-missing": Code("info", "it does not say what comes back; inferred", "write an output schema"),
}
"""Codes of what is inferred where a specification says nothing."""

OBSERVED: dict[str, Code] = {
    "reference-dangling": Code("error", "a reference leads nowhere", "define what it leads to"),
    "schema-unsatisfiable": Code("error", "no arguments can fit the schema", "make what closes the circle optional"),
    "file-unreadable": Code("error", "the file cannot be read", "correct it"),
    "tool-unreadable": Code("error", "it cannot be read as a tool", "correct it"),
    "description-missing": Code("warning", "it has no description, which models choose tools by", "write one"),
    "param-undescribed": Code("info", "it has no description", "write one"),
    "integer-real": Code("warning", "an integer cannot hold such a quantity", "write number; `lint --fix` does so"),
    "object-open": Code("info", "the object names no members, so anything may stand in it", "write `properties`"),
    "output-no-required": Code("info", "nothing is required of the result, so an empty one fits", "write `required`"),
    "required-contradicted": Code(
        "warning", "it is required, but its description says that it may be left out", "correct one of the two"
    ),
    "name-casefold": Code("warning", "another name differs only in upper and lower case", "rename one of them"),
    "reference-cyclic": Code(
        "info", "the schema contains itself; values are cut where the circle closes", "nothing is to be done"
    ),
}
"""Codes of what is left as it is."""

CODES: dict[str, Code] = {**REPAIRED, **INFERRED, **OBSERVED}

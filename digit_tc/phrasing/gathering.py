"""The literal values of a call as details to be said, with those put together that people say as one."""

from dataclasses import replace

from digit_tc.phrasing.details import Detail
from digit_tc.planning.references import literals, schema_path
from digit_tc.state import PlannedCall
from digit_tc.tools.fields import ITEM, Field
from digit_tc.tools.meaning import Meaning, Understood

_ADDRESS = ("street", "unit_number", "city", "state", "postal_code", "country", "country_code")


def details_of(call: PlannedCall, tool: Understood) -> list[Detail]:
    """Returns what a call's request has to say, in the order of the specification, an end right behind its start."""
    leaves = {leaf.path: leaf for leaf in tool.inputs}
    found: dict[tuple[str, ...], Detail] = {}
    for pointer, value in literals(call):
        path = schema_path(pointer)
        simple = path.count(ITEM) == 1 and path[-1] == ITEM
        key = path if simple else (pointer,)
        held = found.get(key)
        leaf, means = leaves.get(path) or Field(path, {}, True), tool.means.get(path, Meaning("text"))
        values = (*held.values, value) if held else (value,)
        found[key] = Detail(held.pointer if held else pointer, leaf, means, values)
    ends = any(detail.means.role == "end" for detail in found.values())
    details = [replace(one, alone=True) if one.means.role == "start" and not ends else one for one in found.values()]
    return _addressed(_priced(_paired(details)))


def same(detail: Detail, others: list[Detail]) -> bool:
    """Says whether a value of the same meaning is already carried: one city is said once."""
    key = detail.values, detail.means.kind, detail.means.role
    return any(key == (other.values, other.means.kind, other.means.role) for other in others)


def _paired(details: list[Detail]) -> list[Detail]:
    """Puts the end of a span right behind its start."""
    ordered = [detail for detail in details if detail.means.role != "end"]
    for end in (detail for detail in details if detail.means.role == "end"):
        kinds = [(one.means.kind, one.means.role) for one in ordered]
        start = (end.means.kind, "start")
        ordered.insert(kinds.index(start) + 1 if start in kinds else len(ordered), end)
    return ordered


def _priced(details: list[Detail]) -> list[Detail]:
    """Says an amount and its currency as one: 80 CHF."""
    amounts = [detail for detail in details if detail.means.kind == "money" and not detail.means.role]
    currencies = [detail for detail in details if detail.field.key == "currency" and len(detail.values) == 1]
    if len(amounts) != 1 or len(currencies) != 1:
        return details
    whole = replace(amounts[0], currency=str(currencies[0].values[0]))
    return [whole if detail is amounts[0] else detail for detail in details if detail is not currencies[0]]


def _addressed(details: list[Detail]) -> list[Detail]:
    """Puts the parts of one address together, to be said as one: 12 Oak Street, Portland, 97201."""
    for street in [detail for detail in details if detail.means.kind == "street"]:
        stem = street.pointer.rpartition("/")[0]
        beside = [one for one in details if one.pointer.rpartition("/")[0] == stem and len(one.values) == 1]
        parts = sorted(
            (one for one in beside if one.means.kind in _ADDRESS), key=lambda one: _ADDRESS.index(one.means.kind)
        )
        if len(parts) > 1:
            where = Field(street.field.path[:-1] or ("address",), {}, True)
            whole = Detail(street.pointer, where, Meaning("address"), tuple(one.values[0] for one in parts))
            details = [whole if one is street else one for one in details if one is street or one not in parts]
    return details

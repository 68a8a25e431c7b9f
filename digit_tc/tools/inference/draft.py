"""An output schema in the making."""

from dataclasses import dataclass, field
from typing import Any

MOST = 8
"""Attributes of one thing."""


@dataclass
class Draft:
    """An object schema under construction; the first rule that brings a property in keeps it."""

    properties: dict[str, dict[str, Any]] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)

    def add(self, rule: str, name: str, schema: dict[str, Any], most: int = MOST) -> None:
        """Adds a property unless there is one of this name, or there are as many as there may be."""
        whole = {"name", "full_name"}
        named = name in whole and (
            whole & self.properties.keys() or {"first_name", "last_name"} <= self.properties.keys()
        )
        if name and name not in self.properties and not named and len(self.properties) < most:
            self.properties[name] = schema
            self.rules[name] = rule

    def split_name(self) -> None:
        """Puts first and last name in the place of a whole name, so that both are not drawn apart."""
        if rule := self.rules.pop("name", ""):
            parts = {"first_name": {"type": "string"}, "last_name": {"type": "string"}}
            self.properties = {
                key: part
                for name, schema in self.properties.items()
                for key, part in (parts if name == "name" else {name: schema}).items()
            }
            self.rules |= dict.fromkeys(parts, rule)

    @property
    def schema(self) -> dict[str, Any]:
        """The object schema; whatever was inferred is always there."""
        return {"type": "object", "properties": self.properties, "required": list(self.properties)}

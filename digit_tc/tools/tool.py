"""One tool in canonical form."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from digit_tc.records import Fix, Inferred, ToolRecord


class Source(BaseModel):
    """Where a tool was read: dialect, file, JSON pointer inside the file."""

    model_config = ConfigDict(frozen=True)

    dialect: str
    file: str = ""
    pointer: str = ""
    earlier: int = 0
    """How many of the fixes were made before this program wrote the tool and read it again."""

    def pointer_to(self, pointer: str) -> str:
        """Returns the pointer into the file for that of a fix, empty for the tool itself.

        Those of an OpenAPI document lead from its top, because tools share its parts.
        """
        return (pointer or self.pointer) if self.dialect == "openapi" else self.pointer + pointer


class Tool(BaseModel):
    """A tool specification. `parameters` is a JSON Schema object; `output_schema` is one of any type, or None."""

    model_config = ConfigDict(frozen=True)

    name: str
    namespace: str = ""
    description: str = ""
    parameters: dict[str, Any]
    output_schema: dict[str, Any] | None = None
    annotations: dict[str, Any] = Field(default_factory=dict)
    alias: str = ""
    """The name in the file, where it had to be changed."""
    source: Source
    fixes: tuple[Fix, ...] = ()
    inferred: tuple[Inferred, ...] = ()
    """What the specification leaves out and was inferred; its pointers lead into this object."""
    original: dict[str, Any] = Field(default_factory=dict)
    """The object as it stood in the file."""
    effect: dict[str, Any] = Field(default_factory=dict)
    """What the user said of its effect, over what is read off the specification (`digit_tc.world.effects.Effect`)."""

    @property
    def properties(self) -> dict[str, dict[str, Any]]:
        """The schemas of the arguments by name."""
        found: dict[str, dict[str, Any]] = self.parameters.get("properties", {})
        return found

    @property
    def required(self) -> list[str]:
        """The names of the arguments that a call must give."""
        found: list[str] = self.parameters.get("required", [])
        return found

    def offer(self) -> dict[str, Any]:
        """Returns what a model is told of the tool: its name, its description and its parameters."""
        return {"name": self.name, "description": self.description, "parameters": self.parameters}

    def ordered(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Returns arguments in the order in which the specification lists them, unknown ones last."""
        known = {name: arguments[name] for name in self.properties if name in arguments}
        return {**known, **arguments}

    def record(self) -> ToolRecord:
        """Returns what a saved conversation keeps of the tool."""
        return ToolRecord(
            name=self.name,
            description=self.description,
            parameters=self.parameters,
            output_schema=self.output_schema,
            annotations=self.annotations,
            fixes=self.fixes,
            inferred=self.inferred,
        )

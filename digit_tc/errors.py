"""The errors of the project, one branch per boundary.

::

    DigitError
    ├── InputError            what the user gave: exit code 2, one sentence with the place and the mend
    │   ├── CatalogueError    a tool file
    │   │   └── NoToolsError  it was read, and nothing in it is meant as a tool
    │   ├── SettingsError     a flag or the configuration file
    │   ├── LoadingError      an import string: graph, role, model
    │   ├── OutputError       an output folder or file
    │   └── PromptError       a prompt file or one of its variables
    ├── ProcessError          a process that makes conversations for this one
    └── RunError              what went wrong inside one conversation: it becomes a saved record
        ├── SamplingError     no tools for a conversation can be drawn
        ├── PlanError         no plan can be made
        │   └── StratumError  the tools at hand cannot show what the conversation is to show
        ├── SimulationError   a simulated call cannot be answered within its specification
        │   └── StandInError  what answers in place of the simulation cannot be reached
        ├── StateError        an event log or reference that contradicts itself
        └── ModelError        a language model or its server
            ├── EmptyReplyError   it answered, with nothing
            ├── ShapeError        it answered, and not in the shape that was asked for
            └── ContextLengthError  the question is longer than it can read
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class DigitError(Exception):
    """Any error that this project raises on purpose."""


class InputError(DigitError):
    """Something the user gave cannot be used; the message is one sentence with the place and the mend."""


class CatalogueError(InputError):
    """A tool file cannot be read as a catalogue."""

    def __init__(self, message: str, *, where: tuple[str, str] = ("", ""), code: str = "") -> None:
        super().__init__(message)
        self.where = where
        """File and JSON pointer."""
        self.code = code
        """The code of the finding, where it is a special one."""


class NoToolsError(CatalogueError):
    """A file was read, and nothing in it is meant as a tool."""


class SettingsError(InputError):
    """A flag or a configuration value is out of place."""


class LoadingError(InputError):
    """An import string does not lead to what was asked for."""


@contextmanager
def placed(where: str) -> Iterator[None]:
    """Puts before what cannot be loaded where it was asked for: a flag, or a file and a key."""
    try:
        yield
    except LoadingError as error:
        raise LoadingError(f"{where}: {error}") from error


class OutputError(InputError):
    """An output folder or file cannot be written, or belongs to another run."""


class PromptError(InputError):
    """A prompt file is missing, broken, or names a variable that nobody gives."""


class ProcessError(DigitError):
    """The processes that make conversations cannot go on; what has ended is kept."""


class RunError(DigitError):
    """One conversation cannot go on. `retryable` says whether trying again may help."""

    retryable = False


class SamplingError(RunError):
    """A sampler does not find in a catalogue what it needs; what it found until then is kept."""

    def __init__(self, message: str, *, found: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.found = tuple(found)
        """Names of tools."""


class PlanError(RunError):
    """No plan of tool calls can be made from the tools at hand."""


class StratumError(PlanError):
    """The tools at hand cannot show what the conversation is to show."""


class SimulationError(RunError):
    """A simulated call cannot be answered within its specification."""


class StandInError(SimulationError):
    """What answers in place of the simulation cannot be reached; once it is there again, trying again may help."""

    retryable = True


class StateError(RunError):
    """The event log or a reference contradicts itself."""


class ModelError(RunError):
    """A language model or its server did not give a usable answer."""

    kind = "other"
    """What it is counted as."""

    def __init__(self, message: str, *, retryable: bool = False, status: int = 0, kind: str = "") -> None:
        super().__init__(message)
        self.retryable = retryable
        self.status = status
        """The HTTP status; 0 where it did not come to one."""
        self.asked: tuple[str, ...] = ()
        """The keys of the replies behind it."""
        self.kind = kind or (f"HTTP {status}" if status else self.kind)


class EmptyReplyError(ModelError):
    """A language model answered with nothing."""

    kind = "empty"


class ShapeError(ModelError):
    """A language model answered, and its words do not fit the shape that was asked for, also when told why."""

    kind = "shape"


class ContextLengthError(ModelError):
    """A question is longer than a language model can read."""

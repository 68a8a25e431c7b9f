"""The command line. Nothing heavy is imported before a verb needs it, so that `--help` answers at once."""

import gc
import os
import sys
from collections.abc import Sequence

_RARELY = (50_000, 20, 20)
"""How seldom the garbage collector looks: what is imported and read stays anyway."""


def main() -> None:
    """Runs the command line and exits: 0 done, 1 failed, 2 bad input, 130 interrupted."""
    gc.set_threshold(*_RARELY)
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code; what the user got wrong is one sentence on standard error."""
    try:
        code = _answer(arguments)
        sys.stdout.flush()
        return code
    except SystemExit as error:  # how the libraries below answer a reader that has gone, as `| head` does
        if not isinstance(error.__context__, BrokenPipeError):
            raise
        return _hang_up()
    except BrokenPipeError:
        return _hang_up()
    except OSError as error:
        if error.filename is not None:
            raise
        _hang_up()  # whatever opens a file says so itself: this is standard output
        return _complain(f"standard output cannot be written to: {error.strerror}; send it elsewhere", 2)


def _answer(arguments: Sequence[str]) -> int:
    from typer.exceptions import TyperException  # noqa: PLC0415 - `import digit_tc.cli` stays free of the parser

    from digit_tc.cli.app import app  # noqa: PLC0415
    from digit_tc.cli.options import spread  # noqa: PLC0415
    from digit_tc.errors import DigitError, InputError  # noqa: PLC0415

    try:
        return int(app(args=spread(arguments), prog_name="digit-tc", standalone_mode=False) or 0)
    except TyperException as error:
        return _complain(error.format_message(), error.exit_code)
    except InputError as error:
        return _complain(str(error), 2)
    except DigitError as error:
        return _complain(str(error), 1)
    except KeyboardInterrupt:
        return 130


def _hang_up() -> int:
    """Sends to nowhere what is left for standard output: Python would complain about it at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.__stdout__.fileno() if sys.__stdout__ else 1)
    os.close(nowhere)
    return 0


def _complain(sentence: str, code: int) -> int:
    line = " ".join(sentence.split())
    if line:  # a bare `digit-tc` has printed its help instead
        print(f"digit-tc: {line}", file=sys.stderr)
    return code

"""The command line. Nothing heavy is imported before a verb needs it, so that `--help` answers at once."""

import sys
from collections.abc import Sequence


def main() -> None:
    """Runs the command line and exits: 0 done, 1 failed, 2 bad input, 130 interrupted."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code; what the user got wrong is one sentence on standard error."""
    from typer.exceptions import TyperException  # noqa: PLC0415 - `import digit_tc.cli` stays free of the parser

    from digit_tc.cli.app import app, spread  # noqa: PLC0415
    from digit_tc.errors import DigitError, InputError  # noqa: PLC0415

    try:
        code = app(args=spread(arguments), prog_name="digit-tc", standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except TyperException as error:
        return _complain(error.format_message(), error.exit_code)
    except InputError as error:
        return _complain(str(error), 2)
    except DigitError as error:
        return _complain(str(error), 1)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stdout = None  # the reader has gone; nothing more can be flushed to it
        return 0


def _complain(sentence: str, code: int) -> int:
    line = " ".join(sentence.split())
    if line:  # a bare `digit-tc` has printed its help instead
        print(f"digit-tc: {line}", file=sys.stderr)
    return code

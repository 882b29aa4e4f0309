"""Running a command: what went wrong becomes a sentence on stderr and an exit code, never a traceback."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from axflow.cli.language import asked, speak, told, translated

DONE: Final = 0
ERROR: Final = 1
USAGE: Final = 2
BLOCKED: Final = 3
NOT_AUTHORISED: Final = 4
STALE: Final = 5
AUDIT_FAILURE: Final = 6
DIFFERENCES: Final = 7
STOPPED: Final = 130
"""By Ctrl-C, as shells have it: 128 and the number of the signal."""


class CommandError(Exception):
    """A command cannot do what was asked; the message, with `{name}` filled by `values`, says what would be right."""

    def __init__(self, message: str, code: int = ERROR, **values: Any) -> None:
        super().__init__(told(message, **{name: str(value) for name, value in values.items()}))
        self.code = code


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    speak(asked(given))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with suppress(ValueError, OSError):
                # A console that knows fewer letters shows `?` for the others.
                stream.reconfigure(errors="replace")
    try:
        from axflow.cli.app import app

        result = app(args=given, standalone_mode=False, prog_name="axflow")
        sys.stdout.flush()
    except SystemExit as leaving:  # of the parser's own options, such as --show-completion
        return leaving.code if isinstance(leaving.code, int) else ERROR if leaving.code else DONE
    except KeyboardInterrupt:
        return _say(told("stopped"), STOPPED)
    except BrokenPipeError:
        # Whoever read our output has seen enough. Point stdout elsewhere, so that the flush at exit is quiet too.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        return _failed(error)
    if result == STOPPED:  # newer parsers turn Ctrl-C into its exit code themselves
        return _say(told("stopped"), STOPPED)
    return result if isinstance(result, int) else DONE


def _failed(error: Exception) -> int:
    if isinstance(error, CommandError):
        return _say(str(error), error.code)
    if type(error).__name__ == "NoArgsIsHelpError":
        print(str(error), file=sys.stderr)
        return USAGE
    shown = getattr(error, "format_message", None)
    if shown is not None:  # of the command line itself: an unknown option, a missing argument
        context = getattr(error, "ctx", None)
        hint = ""
        if context is not None:
            hint = "\n" + told("(`{command} --help` lists what there is)", command=context.command_path)
        return _say(translated(shown()) + hint, int(getattr(error, "exit_code", USAGE)))
    if type(error).__name__ == "Abort":
        return _say(told("stopped"), STOPPED)
    if type(error).__name__ == "NotAuthorised":
        return _say(translated(str(error)), NOT_AUTHORISED)
    if isinstance(error, OSError) and error.filename is not None:
        return _say(f"{error.filename}: {translated(error.strerror or str(error))}")
    if isinstance(error, OSError) and error.strerror:
        return _say(translated(error.strerror))
    if isinstance(error, (ValueError, LookupError, OSError)) or type(error).__module__.startswith("axflow."):
        return _say(translated(str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)))
    if type(error).__module__.startswith("sqlalchemy"):
        problem = str(error).splitlines()[0]
        return _say(told("the database cannot be used: {problem}; give --db sqlite:///file.db", problem=problem))
    name = type(error).__name__
    return _say(
        told("axflow met something unexpected ({name}: {problem}); please report it", name=name, problem=str(error))
    )


def code_of(blockers: Sequence[str]) -> int:
    """The exit code of a refusal for these reasons."""
    if "not_authorised" in blockers:
        return NOT_AUTHORISED
    return STALE if "stale" in blockers else BLOCKED


def _say(message: str, code: int = ERROR) -> int:
    print(f"axflow: {message}", file=sys.stderr)
    return code

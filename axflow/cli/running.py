"""Running a command: what went wrong becomes a sentence on stderr and an exit code, never a traceback."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

DONE: Final = 0
ERROR: Final = 1
USAGE: Final = 2
BLOCKED: Final = 3
NOT_AUTHORISED: Final = 4
STALE: Final = 5
AUDIT_FAILURE: Final = 6
DIFFERENCES: Final = 7


class CommandError(Exception):
    """A command cannot do what was asked; the message says what would be right."""

    def __init__(self, message: str, code: int = ERROR) -> None:
        super().__init__(message)
        self.code = code


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with suppress(ValueError, OSError):
                # A console that knows fewer letters shows `?` for the others.
                stream.reconfigure(errors="replace")
    from axflow.cli.app import app

    try:
        result = app(args=list(arguments) if arguments is not None else None, standalone_mode=False, prog_name="axflow")
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _say("stopped", 130)
    except BrokenPipeError:
        # Whoever read our output has seen enough. Point stdout elsewhere, so that the flush at exit is quiet too.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        return _failed(error)
    return result if isinstance(result, int) else DONE


def _failed(error: Exception) -> int:
    if isinstance(error, CommandError):
        return _say(str(error), error.code)
    shown = getattr(error, "format_message", None)
    if shown is not None:  # of the command line itself: an unknown option, a missing argument
        context = getattr(error, "ctx", None)
        hint = f"\n(`{context.command_path} --help` lists what there is)" if context is not None else ""
        return _say(f"{shown()}{hint}", int(getattr(error, "exit_code", USAGE)))
    if type(error).__name__ == "Abort":
        return _say("stopped", 130)
    if type(error).__name__ == "Refused":
        return refused(error)
    if type(error).__name__ == "NotAuthorised":
        return _say(str(error), NOT_AUTHORISED)
    if type(error).__name__ == "UnknownProject":
        return _say(str(error).replace("`projects()` lists", "`axflow project list` shows"))
    if isinstance(error, OSError) and error.filename is not None:
        return _say(f"{error.filename}: {error.strerror or error}")
    if isinstance(error, (ValueError, LookupError, OSError)) or type(error).__module__.startswith("axflow."):
        return _say(str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error))
    if type(error).__module__.startswith("sqlalchemy"):
        return _say(f"the database cannot be used: {str(error).splitlines()[0]}; give --db sqlite:///file.db")
    return _say(f"axflow met something unexpected ({type(error).__name__}: {error}); please report it")


def refused(error: Exception, language: str = "en") -> int:
    """Say why a project was not opened."""
    decision = error.decision  # type: ignore[attr-defined]
    return _say("\n".join(decision.reasons(language)), code_of([blocker.code for blocker in decision.blockers]))


def code_of(blockers: Sequence[str]) -> int:
    """The exit code of a refusal for these reasons."""
    if "not_authorised" in blockers:
        return NOT_AUTHORISED
    return STALE if "stale" in blockers else BLOCKED


def _say(message: str, code: int = ERROR) -> int:
    print(f"axflow: {message}", file=sys.stderr)
    return code

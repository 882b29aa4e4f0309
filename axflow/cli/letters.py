"""`axflow worker messages|ack|dead`: what waits to be delivered, and what could not be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from axflow.cli.commands import command, group
from axflow.cli.language import told
from axflow.cli.options import DryRun, Output, show_json
from axflow.cli.running import USAGE, CommandError

if TYPE_CHECKING:
    from axflow.engine import Engine
    from axflow.store.rows import StoredMessage

dead = group("Dead letters: messages that could not be delivered.")

Ids = Annotated[list[int] | None, typer.Argument(metavar="NUMBER", help="Numbers of messages.")]
After = Annotated[int, typer.Option(help="Go on after this number.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")]


def messages(out: Output, after: After = 0, limit: Limit = 100) -> None:
    """Messages that wait, and how their delivery stands."""
    with out.engine() as engine:
        _show(engine.messages(after, limit), out.as_json)


def ack(out: Output, ids: Ids = None) -> None:
    """Acknowledge messages: they do not come again."""
    with out.engine() as engine:
        missing = [id for id in _given(ids) if not engine.ack(id)]
    _missing(missing, told("none of these is in the outbox: {numbers} (delivered, dropped, or just being delivered)"))


@command(dead, "list")
def list_(
    out: Output,
    after: After = 0,
    limit: Limit = 100,
    dropped: Annotated[bool, typer.Option("--dropped", help="Those that were dropped.")] = False,
) -> None:
    """Dead letters, with the last failure of each."""
    with out.engine() as engine:
        _show(engine.dead_letters(after, limit, dropped=dropped), out.as_json)


@command(dead)
def retry(
    out: Output,
    ids: Ids = None,
    everything: Annotated[bool, typer.Option("--all", help="All dead letters.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Let dead letters, or messages that were put off, wait as if no attempt had been made. Prints their numbers."""
    if everything and ids:
        raise CommandError("give numbers or --all, not both", USAGE)
    with out.engine() as engine:
        chosen = [message.id for message in _all_dead(engine)] if everything else _given(ids)
        done = (
            [id for id in chosen if _there(engine, id)] if dry_run else [i for i in chosen if engine.retry_message(i)]
        )
    for id in done:
        typer.echo(id)
    _missing(
        [] if everything else [id for id in chosen if id not in done],
        told("none of these can be tried again now: {numbers} (delivered, dropped, or just being delivered)"),
    )


@command(dead)
def drop(
    out: Output,
    reason: Annotated[str, typer.Option(help="Why; it is kept with the message.")],
    ids: Ids = None,
    dry_run: DryRun = False,
) -> None:
    """Give messages up for good. They are kept among the dropped ones. Prints their numbers."""
    if not reason.strip():
        raise CommandError("--reason is empty; say why, whoever misses the message will ask", USAGE)
    chosen = _given(ids)
    with out.engine() as engine:
        done = (
            [i for i in chosen if _there(engine, i)]
            if dry_run
            else [i for i in chosen if engine.drop_message(i, reason)]
        )
    for id in done:
        typer.echo(id)
    _missing(
        [id for id in chosen if id not in done],
        told("none of these can be dropped now: {numbers} (delivered, dropped, or just being delivered)"),
    )


def _given(ids: list[int] | None) -> list[int]:
    if not ids:
        raise CommandError("name at least one message by its number; `axflow worker dead list` shows them", USAGE)
    return list(dict.fromkeys(ids))


def _missing(ids: list[int], message: str) -> None:
    if ids:
        raise CommandError(message, numbers=", ".join(map(str, ids)))


def _all_dead(engine: Engine) -> list[StoredMessage]:
    found: list[StoredMessage] = []
    while page := engine.dead_letters(found[-1].id if found else 0):
        found += page
    return found


def _there(engine: Engine, id: int) -> bool:
    """Whether a message with this number waits unleased or is a dead letter that stands."""
    from axflow.kernel.moment import utc_text

    now = utc_text(engine.clock())
    found = [*engine.messages(id - 1, 1), *engine.dead_letters(id - 1, 1)]
    return any(m.id == id and (m.leased_until is None or m.leased_until <= now) for m in found)


LETTERS: Final = ("No.", "Project", "Entry", "Kind", "Attempts", "State", "Failure")
"""Heading of the table of messages."""


def _show(found: Sequence[StoredMessage], as_json: bool) -> None:
    if as_json:
        show_json({"messages": [{**message._asdict(), "to": list(message.to)} for message in found]})
        return
    from axflow.cli.screen import Screen

    rows = [(str(m.id), m.project, str(m.seq), m.kind, str(m.attempts), _state(m), m.failure or "") for m in found]
    Screen().table([told(name) for name in LETTERS], rows)


def _state(message: StoredMessage) -> str:
    if message.dropped_at is not None:
        return told("dropped {time}: {reason}", time=_time(message.dropped_at), reason=message.dropped_reason)
    if message.dead_at is not None:
        return told("dead since {time}", time=_time(message.dead_at))
    if message.leased_until is not None:
        return told("leased until {time}", time=_time(message.leased_until))
    if message.not_before is not None:
        return told("put off until {time}", time=_time(message.not_before))
    return told("waits")


def _time(instant: str) -> str:
    return f"{instant[:19]}Z"

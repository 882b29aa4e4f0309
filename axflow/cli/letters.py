"""`axflow worker messages|ack|dead`: what waits to be delivered, and what could not be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from axflow.cli.options import DATABASE, AsJson, Database, Lang, Language, engine_of, opened, show_json
from axflow.cli.running import USAGE, CommandError

if TYPE_CHECKING:
    from axflow.engine import Engine
    from axflow.store.rows import StoredMessage

dead = typer.Typer(help="Dead letters: messages that could not be delivered.", no_args_is_help=True)

Ids = Annotated[list[int] | None, typer.Argument(help="Numbers of messages.")]
After = Annotated[int, typer.Option(help="Go on after this number.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would follow.")]


def messages(
    after: After = 0, limit: Limit = 100, database: Database = DATABASE, as_json: AsJson = False,
    language: Language = Lang.en,
) -> None:  # fmt: skip
    """Messages that wait, and how their delivery stands."""
    with opened(engine_of(database)) as engine:
        _show(engine.messages(after, limit), as_json, language)


def ack(ids: Ids = None, database: Database = DATABASE) -> None:
    """Acknowledge messages: they do not come again."""
    with opened(engine_of(database)) as engine:
        missing = [id for id in _given(ids) if not engine.ack(id)]
    _missing(missing, "is in the outbox")


@dead.command("list")
def list_(
    after: After = 0,
    limit: Limit = 100,
    dropped: Annotated[bool, typer.Option("--dropped", help="Those that were dropped.")] = False,
    database: Database = DATABASE,
    as_json: AsJson = False,
    language: Language = Lang.en,
) -> None:
    """Dead letters, with the last failure of each."""
    with opened(engine_of(database)) as engine:
        _show(engine.dead_letters(after, limit, dropped=dropped), as_json, language)


@dead.command()
def retry(
    ids: Ids = None,
    everything: Annotated[bool, typer.Option("--all", help="All dead letters.")] = False,
    dry_run: DryRun = False,
    database: Database = DATABASE,
) -> None:
    """Let dead letters, or messages that were put off, wait as if no attempt had been made. Prints their numbers."""
    if everything and ids:
        raise CommandError("give numbers or --all, not both", USAGE)
    with opened(engine_of(database)) as engine:
        chosen = [message.id for message in _all_dead(engine)] if everything else _given(ids)
        done = (
            [id for id in chosen if _there(engine, id)] if dry_run else [i for i in chosen if engine.retry_message(i)]
        )
    for id in done:
        typer.echo(id)
    _missing([] if everything else [id for id in chosen if id not in done], "can be tried again now")


@dead.command()
def drop(
    reason: Annotated[str, typer.Option(help="Why; it is kept with the message.")],
    ids: Ids = None,
    dry_run: DryRun = False,
    database: Database = DATABASE,
) -> None:
    """Give messages up for good. They are kept among the dropped ones. Prints their numbers."""
    if not reason.strip():
        raise CommandError("--reason is empty; say why, whoever misses the message will ask", USAGE)
    chosen = _given(ids)
    with opened(engine_of(database)) as engine:
        done = (
            [i for i in chosen if _there(engine, i)]
            if dry_run
            else [i for i in chosen if engine.drop_message(i, reason)]
        )
    for id in done:
        typer.echo(id)
    _missing([id for id in chosen if id not in done], "can be dropped now")


def _given(ids: list[int] | None) -> list[int]:
    if not ids:
        raise CommandError("name at least one message by its number; `axflow worker dead list` shows them", USAGE)
    return list(dict.fromkeys(ids))


def _missing(ids: list[int], what: str) -> None:
    if ids:
        shown = ", ".join(map(str, ids))
        raise CommandError(f"none of these {what}: {shown} (delivered, dropped, or just being delivered)")


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


def _show(found: Sequence[StoredMessage], as_json: bool, language: Lang) -> None:
    if as_json:
        show_json({"messages": [{**message._asdict(), "to": list(message.to)} for message in found]})
        return
    from axflow.cli.screen import Screen

    heading = (
        ("No.", "Project", "Entry", "Kind", "Attempts", "State", "Failure")
        if language is Lang.en
        else ("번호", "사업", "기록", "종류", "시도", "상태", "실패 사유")
    )
    rows = [
        (str(m.id), m.project, str(m.seq), m.kind, str(m.attempts), _state(m, language), m.failure or "") for m in found
    ]
    Screen().table(heading, rows)


def _state(message: StoredMessage, language: Lang) -> str:
    english = language is Lang.en
    if message.dropped_at is not None:
        word = "dropped" if english else "폐기"
        return f"{word} {message.dropped_at[:19]}Z: {message.dropped_reason}"
    if message.dead_at is not None:
        return f"{'dead since' if english else '전달 불가'} {message.dead_at[:19]}Z"
    if message.leased_until is not None:
        return f"{'leased until' if english else '처리 중, 만료'} {message.leased_until[:19]}Z"
    if message.not_before is not None:
        return f"{'put off until' if english else '연기, 다음 시도'} {message.not_before[:19]}Z"
    return "waits" if english else "대기"

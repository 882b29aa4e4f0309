"""`axflow worker`: lets time pass and carries messages, in as many processes as you like."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from axflow.cli import letters
from axflow.cli.options import DATABASE, SCHEMA, AsJson, Database, Lang, Language, engine_of, opened, show_json
from axflow.cli.running import ERROR, USAGE, CommandError

if TYPE_CHECKING:
    from axflow.cli.working import Pass
    from axflow.engine import Engine
    from axflow.interchange.delivery import Delivery
    from axflow.store.errors import StoreError

app = typer.Typer(invoke_without_command=True)
app.command()(letters.messages)
app.command()(letters.ack)
app.add_typer(letters.dead, name="dead")


@app.callback()
def worker(
    context: typer.Context,
    database: Database = DATABASE,
    interval: Annotated[float, typer.Option(min=0.1, help="Seconds between the beginnings of two passes.")] = 5.0,
    once: Annotated[bool, typer.Option("--once", help="One pass, for schedulers.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Projects and messages in a pass, at most.")] = 100,
    webhook: Annotated[
        str | None, typer.Option(envvar="AXFLOW_WEBHOOK", help="Where messages are posted to: https://….")
    ] = None,
    secret_file: Annotated[
        str | None,
        typer.Option(
            envvar="AXFLOW_WEBHOOK_SECRET_FILE",
            help="File with the signing secrets, the newest first; default: the variable AXFLOW_WEBHOOK_SECRET.",
        ),
    ] = None,
    source: Annotated[
        str | None, typer.Option(envvar="AXFLOW_SOURCE", help="A URI that names this installation in messages.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, max=300, help="Seconds for an attempt to deliver.")] = 10.0,
    attempts: Annotated[int, typer.Option(min=1, help="Attempts, after which a message is a dead letter.")] = 20,
    dry_run: letters.DryRun = False,
    as_json: AsJson = False,
    language: Language = Lang.en,
) -> None:
    """Fire timers that are due and carry messages, pass after pass, until SIGTERM or Ctrl-C.

    Any number of workers may run on one database. One line a pass goes to stderr; with --json one object a pass to
    stdout. With --once the exit code is 1 where something could not be done.
    """
    if context.invoked_subcommand is not None:
        return
    with opened(engine_of(database)) as engine:
        if dry_run:
            _show_due(engine, as_json, language)
            return
        from axflow.engine.telemetry import observe

        observe(engine)
        carrying = _delivery(engine, webhook, secret_file, source, timeout, attempts)
        _work(engine, carrying, interval, once, limit, as_json, language)


def _work(
    engine: Engine,
    carrying: Delivery | None,
    interval: float,
    once: bool,
    limit: int,
    as_json: bool,
    language: Lang,
) -> None:
    from axflow.cli.working import Stop, Worker

    def told(done: Pass) -> None:
        if as_json:
            _print_json(done)
        else:
            print(_line(done, language), file=sys.stderr, flush=True)
        for project, error in done.failed.items():
            print(f"axflow: {project}: {error}", file=sys.stderr, flush=True)

    def troubled(error: StoreError, pause: float) -> None:
        again = f"again in {pause:.1f} s" if language is Lang.en else f"{pause:.1f}초 뒤 다시 시도"
        print(f"axflow: {error}; {again}", file=sys.stderr, flush=True)

    worker = Worker(engine, carrying, limit=limit, interval=interval, told=told, troubled=troubled)
    with Stop() as stop:
        if once:
            if worker.once(stop).failed:
                raise typer.Exit(ERROR)
        else:
            worker.run(stop)
            print(f"axflow: {'stopped' if language is Lang.en else '종료'}", file=sys.stderr, flush=True)


def _delivery(
    engine: Engine, webhook: str | None, secret_file: str | None, source: str | None, timeout: float, attempts: int
) -> Delivery | None:
    if webhook is None:
        return None
    import os
    import secrets
    import socket

    from axflow.engine import RetryPolicy
    from axflow.interchange.cloud_events import SOURCE
    from axflow.interchange.delivery import Delivery
    from axflow.interchange.signature import Signer
    from axflow.interchange.webhook import Webhook

    try:
        # No other process has this name: not another host's, not one that had the same number before.
        name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        receiver = Webhook(webhook, Signer.found(secret_file), timeout=timeout)
        retry = RetryPolicy(attempts=attempts)
        return Delivery(engine, receiver, consumer=name, source=source or SOURCE, retry=retry)
    except UnicodeDecodeError:
        raise CommandError(f"{secret_file} is no text file with secrets", USAGE) from None
    except ValueError as error:
        raise CommandError(str(error), USAGE) from None


def _line(done: Pass, language: Lang) -> str:
    english = language is Lang.en
    at = done.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    words = [f"fired {done.fired}" if english else f"기한 처리 {done.fired}"]
    if done.failed:
        words.append(f"failed {len(done.failed)}" if english else f"실패 {len(done.failed)}")
    if done.delivery is not None:
        kept = done.delivery
        words.append(f"delivered {kept.delivered}" if english else f"전달 {kept.delivered}")
        if kept.put_off:
            words.append(f"put off {kept.put_off}" if english else f"연기 {kept.put_off}")
        if kept.dead:
            words.append(f"dead {kept.dead}" if english else f"전달 불가 {kept.dead}")
        if kept.why:
            words.append(f"({kept.why})")
        if kept.resting_until is not None:
            until = kept.resting_until.strftime("%H:%M:%SZ")
            words.append(f"receiver left alone until {until}" if english else f"수신처 대기 {until}까지")
    return (
        f"{at} {', '.join(words)} in {done.seconds:.2f} s"
        if english
        else f"{at} {', '.join(words)} {done.seconds:.2f}초"
    )


def _print_json(done: Pass) -> None:
    import json

    from axflow.kernel.moment import utc_text

    kept = done.delivery
    data = {
        "schema": SCHEMA,
        "at": utc_text(done.at),
        "fired": done.fired,
        "failed": {project: str(error) for project, error in done.failed.items()},
        "delivery": None
        if kept is None
        else {
            "delivered": kept.delivered, "put_off": kept.put_off, "dead": kept.dead, "failure": kept.why,
            "resting_until": utc_text(kept.resting_until) if kept.resting_until is not None else None,
        },
        "seconds": round(done.seconds, 3),
        "full": done.full,
    }  # fmt: skip
    print(json.dumps(data, ensure_ascii=False), flush=True)


def _show_due(engine: Engine, as_json: bool, language: Lang) -> None:
    from axflow.kernel.moment import utc_text

    with engine.store.reading() as unit:
        due = unit.due(utc_text(engine.clock()), 1_000)
        waiting = unit.messages(0, 1_000)
    if as_json:
        show_json({"due": list(due), "messages": len(waiting)})
        return
    english = language is Lang.en
    typer.echo(f"projects with a timer that is due\t{len(due)}" if english else f"기한이 된 사업\t{len(due)}")
    typer.echo(f"messages that wait\t{len(waiting)}" if english else f"대기 중인 메시지\t{len(waiting)}")


@app.command()
def secret() -> None:
    """A new signing secret, on stdout. Give it to the receiver, and to workers by file or by AXFLOW_WEBHOOK_SECRET."""
    from axflow.interchange.signature import new_secret

    typer.echo(new_secret())

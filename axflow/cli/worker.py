"""`axflow worker`: lets time pass and carries messages, in as many processes as you like."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from axflow.cli import letters
from axflow.cli.commands import command, expanded
from axflow.cli.help import Group
from axflow.cli.language import told, translated
from axflow.cli.options import SCHEMA, DryRun, Output, show_json
from axflow.cli.running import ERROR, USAGE, CommandError

if TYPE_CHECKING:
    from axflow.cli.working import Pass
    from axflow.engine import Engine
    from axflow.interchange.delivery import Delivery
    from axflow.store.errors import StoreError

app = typer.Typer(cls=Group, invoke_without_command=True, rich_markup_mode=None)
command(app)(letters.messages)
command(app)(letters.ack)
app.add_typer(letters.dead, name="dead")


def worker(
    context: typer.Context,
    out: Output,
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
    dry_run: DryRun = False,
) -> None:
    """Fire timers that are due and carry messages, pass after pass, until SIGTERM or Ctrl-C.

    Any number of workers may run on one database. One line a pass goes to stderr; with --json one object a pass to
    stdout. With --once the exit code is 1 where something could not be done.
    """
    if context.invoked_subcommand is not None:
        return
    with out.engine() as engine:
        if dry_run:
            _show_due(engine, out.as_json)
            return
        from axflow.engine.telemetry import observe

        observe(engine)
        carrying = _delivery(engine, webhook, secret_file, source, timeout, attempts)
        _work(engine, carrying, interval, once, limit, out.as_json)


app.callback()(expanded(worker))


def _work(engine: Engine, carrying: Delivery | None, interval: float, once: bool, limit: int, as_json: bool) -> None:
    from axflow.cli.working import Stop, Worker

    def say(done: Pass) -> None:
        if as_json:
            _print_json(done)
        else:
            print(_line(done), file=sys.stderr, flush=True)
        for project, error in done.failed.items():
            print(f"axflow: {project}: {translated(str(error))}", file=sys.stderr, flush=True)

    def troubled(error: StoreError, pause: float) -> None:
        again = told("again in {seconds} s", seconds=f"{pause:.1f}")
        print(f"axflow: {translated(str(error))}; {again}", file=sys.stderr, flush=True)

    worker = Worker(engine, carrying, limit=limit, interval=interval, told=say, troubled=troubled)
    gc.freeze()  # what was loaded stays until the end; the collector need not walk it again and again
    with Stop() as stop:
        if once:
            if worker.once(stop).failed:
                raise typer.Exit(ERROR)
        else:
            worker.run(stop)
            print(f"axflow: {told('stopped')}", file=sys.stderr, flush=True)


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
        raise CommandError("{file} is no text file with secrets", USAGE, file=secret_file) from None
    except ValueError as error:
        raise CommandError(translated(str(error)), USAGE) from None


def _line(done: Pass) -> str:
    words = [told("fired {count}", count=done.fired)]
    if done.failed:
        words.append(told("failed {count}", count=len(done.failed)))
    if done.delivery is not None:
        kept = done.delivery
        words.append(told("delivered {count}", count=kept.delivered))
        if kept.put_off:
            words.append(told("put off {count}", count=kept.put_off))
        if kept.dead:
            words.append(told("dead {count}", count=kept.dead))
        if kept.why:
            words.append(f"({kept.why})")
        if kept.resting_until is not None:
            until = kept.resting_until.strftime("%H:%M:%SZ")
            words.append(told("receiver left alone until {time}", time=until))
    at = done.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{at} {', '.join(words)} " + told("in {seconds} s", seconds=f"{done.seconds:.2f}")


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


def _show_due(engine: Engine, as_json: bool) -> None:
    from axflow.kernel.moment import utc_text

    with engine.store.reading() as unit:
        due = unit.due(utc_text(engine.clock()), 1_000)
        waiting = unit.messages(0, 1_000)
    if as_json:
        show_json({"due": list(due), "messages": len(waiting)})
        return
    typer.echo(f"{told('projects with a timer that is due')}\t{len(due)}")
    typer.echo(f"{told('messages that wait')}\t{len(waiting)}")


@command(app)
def secret() -> None:
    """A new signing secret, on stdout. Give it to the receiver, and to workers by file or by AXFLOW_WEBHOOK_SECRET."""
    from axflow.interchange.signature import new_secret

    typer.echo(new_secret())

"""Refusals, bounded: what has no form is journaled without it, and equal repeats are counted instead of written.

Of one actor's refusals with the same reasons on one project, the first `MOST_REFUSALS` within an hour each have their
entry. Later ones only raise a counter. Once the hour is over, at the next equal refusal or the next tick, one entry of
kind `refusals_counted` says how many there were. Whoever was refused is told so each time.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Final

from axflow.definition.definition import Definition
from axflow.kernel.act import name_of
from axflow.kernel.blocker import Blocker
from axflow.kernel.command import Command, Open, Tick
from axflow.kernel.decide import decide
from axflow.kernel.decision import Decision
from axflow.kernel.entry import Entry
from axflow.kernel.evolve import evolve
from axflow.kernel.facts import Facts
from axflow.kernel.moment import utc_text
from axflow.kernel.project import Project
from axflow.store.protocol import Unit
from axflow.store.rows import Refusals

MOST_REFUSALS: Final = 20
WINDOW: Final = timedelta(hours=1)


def malformed(
    definition: Definition, project: Project | None, command: Command, facts: Facts, wrong: tuple[Blocker, ...]
) -> Decision:
    """The refusal of a command without sound form; timers that are due fire first, as before any command."""
    if project is None or isinstance(command, Open):
        return Decision("refused", None, wrong)
    due = decide(definition, project, Tick(actor=command.actor), facts._replace(prior=None))
    assert due.project is not None
    now = max(utc_text(facts.now), due.project.recorded_at)
    content = {f"blocker.{number}": blocker.kept() for number, blocker in enumerate(wrong)}
    entry = _entry(
        due.project, command.kind, name_of(command)[:400], now, tuple(blocker.code for blocker in wrong)
    )._replace(
        actor={"id": command.actor.id, "kind": command.actor.kind, "organisation": command.actor.organisation},
        content=content,
    )
    after = evolve(due.project, entry)
    return due._replace(outcome="refused", project=after, blockers=wrong, entries=(*due.entries, entry), seq=entry.seq)


def bounded(unit: Unit, project: Project | None, actor: str, decision: Decision, clock: datetime) -> Decision:
    """The decision, with its refusal counted instead of written where there were too many equal ones."""
    if decision.outcome != "refused" or project is None or not decision.entries:
        return decision
    now = utc_text(clock)
    codes = ",".join(sorted({blocker.code for blocker in decision.blockers}))
    counter = unit.refusals(project.id, actor, codes)
    if counter is not None and counter.since <= utc_text(clock - WINDOW):
        if counter.uncounted:
            decision = _with_summary(project, decision, actor, codes, counter, now)
        counter = None
    if counter is None:
        counter = Refusals(now, 0, 0)
    if counter.total < MOST_REFUSALS:
        unit.count_refusals(project.id, actor, codes, Refusals(counter.since, counter.total + 1, counter.uncounted))
        return decision
    unit.count_refusals(project.id, actor, codes, Refusals(counter.since, counter.total + 1, counter.uncounted + 1))
    kept, last = decision.entries[:-1], project
    for entry in kept:
        last = evolve(last, entry)
    return decision._replace(
        entries=kept, project=last, seq=last.seq, flags=(*decision.flags, "counted_only"), counted=decision.entries[-1]
    )


def summary(project: Project, actor: str, codes: str, counter: Refusals, now: str) -> Entry:
    """The one entry that stands for the repeats that were only counted."""
    entry = _entry(project, "refusals_counted", actor, max(now, project.recorded_at), tuple(codes.split(",")))
    return entry._replace(public={"refusals.count": counter.uncounted, "refusals.since": counter.since})


def refusal_of(decision: Decision) -> Entry | None:
    """The entry that tells a refusal, also one that was only counted; None where there was no project to refuse it on.

    Raises `ValueError` for a decision that refused nothing.
    """
    if decision.outcome != "refused":
        raise ValueError(f"the outcome is {decision.outcome}, so there is no refusal to record")
    if decision.project is None:
        return None
    return decision.counted or decision.entries[-1]


def kept(unit: Unit, refusal: Entry) -> bool:
    """Whether this very refusal stands in the journal, where it was written first."""
    for stored in unit.entries(refusal.project, refusal.seq - 1, refusal.seq):
        return Entry.from_structure(json.loads(stored.body))._replace(content=refusal.content) == refusal
    return False


def later(refusal: Entry, decided: Project, project: Project, now: str) -> Entry:
    """A refusal whose transaction was rolled back, as the next entry of the project as it now is.

    Who, what, when it happened, reasons and verdicts stay. Facts stay as far as they are the same records still: what
    was rolled back with it may since have given its number to another.
    """
    here = project.configuration
    facts = tuple(fact for fact in refusal.facts if _same(decided, project, fact[0]))
    return refusal._replace(
        seq=project.seq + 1, before=here, after=here, version=project.version, facts=facts,
        recorded_at=max(now, project.recorded_at), flags=(*refusal.flags, "recorded_later"),
    )  # fmt: skip


def _same(decided: Project, project: Project, record: str) -> bool:
    then, now = decided.evidence.get(record), project.evidence.get(record)
    if then is None or now is None:
        return False
    return then._replace(status=now.status, confirmed=now.confirmed, redacted=now.redacted) == now


def _with_summary(
    project: Project, decision: Decision, actor: str, codes: str, counter: Refusals, now: str
) -> Decision:
    """The decision with the summary of the hour before ahead of its refusal."""
    last = project
    for entry in decision.entries[:-1]:
        last = evolve(last, entry)
    counted = summary(last, actor, codes, counter, now)
    last = evolve(last, counted)
    refusal = decision.entries[-1]._replace(seq=last.seq + 1)
    after = evolve(last, refusal)
    return decision._replace(entries=(*decision.entries[:-1], counted, refusal), project=after, seq=refusal.seq)


def _entry(project: Project, kind: str, name: str, now: str, codes: tuple[str, ...]) -> Entry:
    here = project.configuration
    return Entry(
        project.id, project.seq + 1, kind, name, "refused", here, here, project.version, project.rules_digest, now,
        {"text": now, "precision": "instant", "start": now, "end": now}, None, blockers=codes,
    )  # fmt: skip

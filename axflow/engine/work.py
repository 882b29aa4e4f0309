"""One transaction of the engine: `decide` is asked, and what follows is kept."""

from __future__ import annotations

from typing import Final

from axflow.engine.catalogue import Published
from axflow.engine.content import fingerprint, neutral
from axflow.engine.gathering import WORKFLOW, Desk, Gathering, Held, scope_of
from axflow.engine.ids import new_id
from axflow.engine.refusals import bounded, malformed
from axflow.engine.repeats import reasons
from axflow.journal.chain import NOTHING
from axflow.journal.digest import keyed_digest
from axflow.journal.sealing import seal
from axflow.kernel.command import Command, LinkTo, Open, TakeOver, Tick
from axflow.kernel.decide import decide
from axflow.kernel.decision import Decision, Opening, Refused
from axflow.kernel.entry import Entry
from axflow.kernel.facts import Claim, Prior
from axflow.kernel.project import Project
from axflow.store.errors import ClaimTaken, Conflict
from axflow.store.protocol import Unit
from axflow.store.rows import StoredKey

MOST_TRIES: Final = 5


class Work(Gathering):
    """One transaction. What it learned and wrote counts only once the transaction is committed."""

    def __init__(self, desk: Desk, unit: Unit) -> None:
        super().__init__(desk, unit)
        self.written: list[Entry] = []

    def run(self, id: str, command: Command) -> Decision:
        """Decide about `command` on a project and keep what follows."""
        held = self.take(id)
        return self._run(self.published(held.project), held, command)

    def open(self, published: Published, command: Open) -> Decision:
        """Open a project, or admit a recorded history as a live project."""
        held = None
        if self.unit.lock(command.project) is not None:
            held = self.take(command.project)
            if not (isinstance(command, TakeOver) and held.project.recorded_history):
                raise ValueError(f"project {command.project!r} is there already; open another one under another id")
        return self._run(published, held, command)

    def _run(self, published: Published, held: Held | None, command: Command) -> Decision:
        command, wrong = neutral(command)
        taken: dict[Claim, str] = {}
        for _ in range(MOST_TRIES):
            facts = self.facts(published, held, command, taken)
            if wrong:
                decision = malformed(published.definition, held.project if held else None, command, facts, wrong)
            else:
                decision = decide(published.definition, held.project if held else None, command, facts)
            if decision.outcome == "duplicate":
                return self._again(published, held, command, decision)
            decision = bounded(self.unit, held.project if held else None, command.actor.id, decision, facts.now)
            conflict = self._claim(decision)
            if conflict is None:
                break
            taken[conflict[0]] = conflict[1]
        else:
            raise Conflict("others registered the same values at the same time; nothing was changed, try again")
        self._keep(published, held, command, decision, facts.prior)
        return decision

    def _again(self, published: Published, held: Held | None, command: Command, decision: Decision) -> Decision:
        if held is None and command.key is not None:
            bound = self.unit.key(scope_of(published, held, command), command.key)
            assert bound is not None
            return decision._replace(project=self.get(bound.project).project)
        if decision.first == "refused" and held is not None:
            again = reasons(self.unit, published.definition, held.project.id, decision.seq)
            return decision._replace(blockers=again)
        return decision

    def _claim(self, decision: Decision) -> tuple[Claim, str] | None:
        """Register claims; the one that another record took between looking and writing, if any."""
        project = decision.project
        if project is None or not (decision.claims or decision.released_claims):
            return None
        for record in decision.released_claims:
            self.unit.release(project.id, record)
        for claim, record in decision.claims:
            try:
                self.unit.claim(keyed_digest(self._secret, claim.scope, claim.value), project.id, record)
            except ClaimTaken as taken:
                for _, mine in decision.claims:
                    self.unit.release(project.id, mine)
                return claim, taken.holder
        return None

    def note(self, id: str, decision: Decision) -> None:
        """Keep entries of a project that no command of this transaction asked for."""
        held = self.take(id)
        self._keep(self.published(held.project), held, Tick(actor=WORKFLOW), decision, None)

    def _keep(
        self, published: Published, held: Held | None, command: Command, decision: Decision, prior: Prior | None
    ) -> None:
        project = decision.project
        if project is None:
            return
        if command.key is not None and prior is None:
            self._bind(published, held, command, decision, project)
        if not decision.entries:
            return
        unit = self.unit
        head = NOTHING if held is None else held.head
        for entry in decision.entries:
            sealed = seal(entry, head)
            head = sealed.hash
            unit.append(sealed)
        unit.save(project, head, None if held is None else held.project)
        for message in decision.messages:
            unit.post(project.id, message)
        for redaction in decision.redactions:
            for field in redaction.fields:
                unit.redact(project.id, redaction.seq, field)
        for organisation, number in decision.aliases:
            unit.alias(number, organisation, project.id)
        self.written += decision.entries
        self.held[project.id] = self._after(held, project, head, decision)
        self._taken.add(project.id)
        for opening in decision.openings:
            self._open_linked(project, command, decision, opening)

    def _bind(
        self, published: Published, held: Held | None, command: Command, decision: Decision, project: Project
    ) -> None:
        """Bind the command's key to its outcome, also to a refusal that was only counted and has no entry."""
        assert command.key is not None
        # Not looked up again: who bound it since the facts were read makes this a conflict, and is then seen.
        mark = fingerprint(self._secret, command)
        seq = 0 if "counted_only" in decision.flags else decision.seq
        bound = StoredKey(mark, project.id, seq, decision.outcome)
        self.unit.bind(scope_of(published, held, command), command.key, bound)

    def _after(self, held: Held | None, project: Project, head: bytes, decision: Decision) -> Held:
        if held is not None and not decision.redactions:
            before = held.project
            if before.evidence is project.evidence and before.attributes is project.attributes:
                return Held(project, head, held.values, held.attributes)
        values = held.values if held is not None else {}
        attributes = held.attributes if held is not None else {}
        if decision.redactions:
            gone = {redaction.seq for redaction in decision.redactions}
            values = {id: v for id, v in values.items() if project.evidence[id].seq not in gone}
            attributes = {name: v for name, v in attributes.items() if project.attributes[name] not in gone}
        fresh = {entry.seq: entry for entry in decision.entries}
        return Held(project, head, self._values(project, values, fresh), self._attributes(project, attributes, fresh))

    def _open_linked(self, project: Project, command: Command, decision: Decision, opening: Opening) -> None:
        id = opening.project or new_id(self.desk.clock())
        if self.unit.head(id) is not None:
            linking = LinkTo(actor=command.actor, link=opening.link, other=project.id, enforce=command.enforce)
            self.run(id, linking).require()
            return
        published = (
            self.published(project)
            if opening.definition == project.definition
            else self.desk.catalogue.in_force(self.unit, opening.definition)
        )
        opened = self.open(
            published,
            Open(
                actor=command.actor,
                project=id,
                firm=opening.firm or project.firm,
                title=opening.title,
                attributes=opening.attributes,
                stage=opening.stage,
                tracks=opening.tracks,
                link=(opening.link, project.id),
                carried=opening.carried,
                cause=f"entry:{project.id}/{decision.seq}",
                enforce=command.enforce,
                occurred_at=command.occurred_at,
            ),
        )
        if opened.outcome == "refused":
            raise Refused(opened)


def ticked(work: Work, id: str) -> Decision:
    """Fire the timers of a project that are due."""
    return work.run(id, Tick(actor=WORKFLOW))

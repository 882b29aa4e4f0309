"""One transaction of the engine: projects are read, facts are gathered, `decide` is asked, and what follows is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple

from axflow.definition.calendar import Calendar
from axflow.definition.organisation import ActorKind
from axflow.engine.catalogue import Catalogue, Published
from axflow.engine.content import fingerprint, neutral
from axflow.engine.ids import new_id
from axflow.engine.people import Register
from axflow.engine.refusals import bounded, malformed
from axflow.engine.repeats import reasons
from axflow.journal.chain import NOTHING
from axflow.journal.commitment import content_of
from axflow.journal.digest import keyed_digest
from axflow.journal.sealing import seal
from axflow.kernel.actor import Actor
from axflow.kernel.command import ChangeCalendar, Command, Correct, LinkTo, Migrate, Open, Redact, TakeOver, Tick
from axflow.kernel.content import values_prefix
from axflow.kernel.decide import by_now, decide
from axflow.kernel.decision import Decision, Opening, Refused
from axflow.kernel.directory import Directory
from axflow.kernel.entry import Entry
from axflow.kernel.facts import Claim, Facts, Prior, Snapshot
from axflow.kernel.moment import utc_text
from axflow.kernel.needs import Needs, needs
from axflow.kernel.project import Project
from axflow.kernel.prospects import status
from axflow.store.errors import ClaimTaken, Conflict, UnknownProject
from axflow.store.protocol import Store, Unit
from axflow.store.rows import StoredKey

MOST_TRIES: Final = 5
MOST_FIRM_PROJECTS: Final = 200
WORKFLOW: Final = Actor("workflow", "workflow", kind="service")
"""Who asks when only time has passed; entries that timers cause name no actor."""


class Held(NamedTuple):
    """What is known of a project: it, its last hash, and the values behind its records and attributes."""

    project: Project
    head: bytes
    values: Mapping[str, Mapping[str, Any]]
    attributes: Mapping[str, Any]


class Desk(NamedTuple):
    """What all transactions of an engine share."""

    store: Store
    clock: Callable[[], datetime]
    authority: Literal["directory", "host"]
    catalogue: Catalogue
    register: Register[Any]
    known: dict[str, Held]
    """Projects as they were last seen; good only while the store has the same head."""

    @property
    def secret(self) -> bytes:
        """For keyed digests."""
        return self.store.secret


class Work:
    """One transaction. What it learned and wrote counts only once the transaction is committed."""

    def __init__(self, desk: Desk, unit: Unit) -> None:
        self.desk = desk
        self.unit = unit
        self.held: dict[str, Held] = {}
        self.written: list[Entry] = []
        self._taken: set[str] = set()
        self._secret = desk.secret

    @cached_property
    def _directory(self) -> Directory | None:
        # Read when first needed, which is after the project is taken: waiting for it must not make grants stale.
        return self.desk.register.seen(self.unit) if self.desk.authority == "directory" else None

    # Reading

    def get(self, id: str) -> Held:
        """The project, from this transaction, from what is known and still true, or from the store."""
        found = self.held.get(id)
        if found is not None:
            return found
        known = self.desk.known.get(id)
        if known is not None and self.unit.head(id) == known.head:
            self.held[id] = known
            return known
        return self._read(id)

    def _read(self, id: str) -> Held:
        stored = self.unit.project(id)
        if stored is None:
            raise UnknownProject(id)
        project = stored.project
        found = self.held[id] = Held(
            project, stored.head, self._values(project, {}, {}), self._attributes(project, {}, {})
        )
        return found

    def take(self, id: str, *, wait: bool = True) -> Held:
        """The project for writing: as it was last committed, and nobody else's until this transaction ends.

        With `wait=False`, raises `Busy` where another transaction has it; this one can go on.
        """
        if id in self._taken:
            return self.get(id)
        head = self.unit.lock(id, wait=wait)
        if head is None:
            raise UnknownProject(id)
        self._taken.add(id)
        for found in (self.held.pop(id, None), self.desk.known.get(id)):
            if found is not None and found.head == head:
                self.held[id] = found
                return found
        return self._read(id)

    def kind_of(self, actor: str) -> ActorKind:
        """What the directory says an actor is; human where it says nothing."""
        person = self._directory.person(actor) if self._directory is not None else None
        return person.kind if person is not None else "human"

    def published(self, project: Project) -> Published:
        """The version that the project is bound to."""
        return self.desk.catalogue.by_rules(self.unit, project.definition, project.rules_digest)

    def content(self, project: str, seq: int, prefix: str, public: bool) -> dict[str, Any]:
        """Content of an entry whose fields begin with `prefix`, those in clear included, by the rest of their names."""
        fields = content_of(self.unit.payloads(project, seq))
        if public:
            for entry in self.unit.entries(project, seq - 1, seq):
                fields.update(json.loads(entry.body).get("public", {}))
        return {name[len(prefix) :]: value for name, value in fields.items() if name.startswith(prefix)}

    def _values(
        self, project: Project, known: Mapping[str, Mapping[str, Any]], fresh: Mapping[int, Entry]
    ) -> dict[str, Mapping[str, Any]]:
        found: dict[str, Mapping[str, Any]] = {}
        kinds: Any = None
        for id, record in project.evidence.items():
            if record.status != "current":
                continue
            if id in known:
                found[id] = known[id]
                continue
            prefix = values_prefix(record)
            entry = fresh.get(record.seq)
            if entry is not None:
                fields = {**entry.public, **entry.content}
                found[id] = {name[len(prefix) :]: v for name, v in fields.items() if name.startswith(prefix)}
            else:
                kinds = kinds or self.published(project).definition.evidence
                kind = kinds.get(record.type)
                public = kind is None or any(field.public for field in kind.fields.values())
                found[id] = self.content(project.id, record.seq, prefix, public)
        return found

    def _attributes(self, project: Project, known: Mapping[str, Any], fresh: Mapping[int, Entry]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        read: dict[int, dict[str, Any]] = {}
        for name, seq in project.attributes.items():
            if seq not in fresh and name in known:
                found[name] = known[name]
                continue
            if seq not in read:
                entry = fresh.get(seq)
                prefix = "attributes."
                if entry is None:
                    read[seq] = self.content(project.id, seq, prefix, True)
                else:
                    fields = {**entry.public, **entry.content}
                    read[seq] = {n[len(prefix) :]: v for n, v in fields.items() if n.startswith(prefix)}
            if name in read[seq]:
                found[name] = read[seq][name]
        return found

    # Facts

    def facts(
        self,
        published: Published,
        held: Held | None,
        command: Command,
        taken: Mapping[Claim, str] | None = None,
        *,
        deep: bool = True,
    ) -> Facts:
        """Everything that the decision may rest on; unless `deep`, of other projects only what is stored."""
        project = held.project if held is not None else None
        asked = needs(published.definition, project, command)
        claims = dict(taken or {})
        for claim, _ in asked.claims:
            holder = self.unit.claimed(keyed_digest(self._secret, claim.scope, claim.value))
            if holder is not None:
                claims[claim] = f"{holder[0]}/{holder[1]}"
        linked: dict[str, tuple[Snapshot, ...]] = {}
        firm: tuple[Snapshot, ...] = ()
        if asked.links and project is not None:
            links = {name: ids for name, ids in project.links.items() if not name.endswith("~")}
            linked = {name: self._snapshots(ids, asked, deep) for name, ids in links.items()}
        if asked.firm:
            firm = self._snapshots(self._of_firm(published, project, command), asked, deep)
        signed = None
        version = self._target(command) if isinstance(command, Migrate) else published
        effective = version.definition.effective
        if isinstance(command, (Open, Migrate)) and effective is not None and effective.signed_by:
            signed = self.desk.catalogue.signed(self.unit, version)
        return Facts(
            self.desk.clock(),
            self._calendar(published, project, command),
            self._directory,
            held.values if held is not None else {},
            held.attributes if held is not None else {},
            claims,
            linked,
            firm,
            self._prior(published, held, command),
            signed,
            self._redactable(command, project) if isinstance(command, Redact) else None,
            self._following(published, command),
            self._document(command, project) if isinstance(command, Correct) else {},
            self._other(command, asked) if isinstance(command, LinkTo) else None,
        )

    def _other(self, command: LinkTo, asked: Needs) -> Snapshot | None:
        """The project that a link names."""
        if command.other is None or self.unit.head(command.other) is None:
            return None
        return self.snapshot(self.get(command.other), asked, deep=False)

    def _document(self, command: Correct, project: Project | None) -> dict[str, Any]:
        """What is kept of the file of the record that a correction names."""
        item = None if project is None or command.record is None else project.evidence.get(command.record)
        return {} if project is None or item is None else self.content(project.id, item.seq, "document.", False)

    def _calendar(self, published: Published, project: Project | None, command: Command) -> Calendar:
        if project is None or isinstance(command, Open):
            return self.desk.catalogue.calendar_in_force(self.unit, published)
        return self.desk.catalogue.calendar_of(self.unit, published, project)

    def _following(self, published: Published, command: Command) -> Calendar | None:
        """The calendar that the command binds the project to."""
        if isinstance(command, Migrate):
            return self.desk.catalogue.calendar_in_force(self.unit, self._target(command))
        if isinstance(command, ChangeCalendar):
            return self.desk.catalogue.calendar_in_force(self.unit, published)
        return None

    def _redactable(self, command: Redact, project: Project | None) -> frozenset[str]:
        """The content fields of the entry that a redaction names, as far as they were not destroyed before."""
        kept = () if project is None else self.unit.payloads(project.id, command.seq)
        return frozenset(payload.field for payload in kept if payload.value is not None)

    def _target(self, command: Migrate) -> Published:
        return self.desk.catalogue.get(self.unit, command.target.id, command.target.version)

    def _prior(self, published: Published, held: Held | None, command: Command) -> Prior | None:
        if command.key is None:
            return None
        bound = self.unit.key(scope_of(published, held, command), command.key)
        if bound is None:
            return None
        return Prior(bound.fingerprint == fingerprint(self._secret, command), bound.seq, bound.outcome)

    def _snapshots(self, ids: Iterable[str], asked: Needs, deep: bool) -> tuple[Snapshot, ...]:
        return tuple(self.snapshot(self.get(id), asked, deep) for id in ids if self.unit.head(id) is not None)

    def snapshot(self, held: Held, asked: Needs, deep: bool) -> Snapshot:
        """What a decision may know of another project.

        If `deep` it is as of now, whether or not somebody ticked: timers due by now have fired, and it has its status
        word where that is asked for. What it knows of further projects is only what is stored, since projects may
        point at each other; a word that rests on theirs is not supported.
        """
        published, project, word = self.published(held.project), held.project, None
        late = project.next_due is not None and project.next_due <= utc_text(self.desk.clock())
        if deep and (late or asked.statuses):
            facts = self.facts(published, held, Tick(actor=WORKFLOW), deep=False)
            project = by_now(published.definition, project, facts)
            word = (status(published.definition, project, facts) or "") if asked.statuses else None
        return Snapshot(
            project.id,
            project.definition,
            project.stage,
            project.end,
            project.opened_at,
            project.moved_at if project.end is not None else None,
            word,
            held.attributes,
            project.version,
            project.firm,
        )

    def _of_firm(self, published: Published, project: Project | None, command: Command) -> list[str]:
        own = project.firm if project is not None else getattr(command, "firm", "")
        firms = {own}
        if self._directory is not None:
            now = self.desk.clock()
            carried_on = self._directory.ultimate_successor(own, now)
            firms |= {
                o for o in self._directory.organisations() if self._directory.ultimate_successor(o, now) == carried_on
            }
        found: list[str] = []
        for firm in sorted(firms):
            rows = self.unit.projects({"firm": firm}, None, MOST_FIRM_PROJECTS)
            found += [row.id for row in rows if project is None or row.id != project.id]
        return sorted(found)[:MOST_FIRM_PROJECTS]

    # Deciding and keeping

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


def scope_of(published: Published, held: Held | None, command: Command) -> str:
    """Where a key is unique: in its project, and for what begins a project in its definition."""
    return f"definition:{published.definition.id}" if held is None else f"project:{held.project.id}"


def ticked(work: Work, id: str) -> Decision:
    """Fire the timers of a project that are due."""
    return work.run(id, Tick(actor=WORKFLOW))

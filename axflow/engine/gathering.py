"""What a transaction of the engine knows: projects as they are, and the facts that a decision may rest on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple

from axflow.definition.calendar import Calendar
from axflow.definition.organisation import ActorKind
from axflow.engine.catalogue import Catalogue, Published
from axflow.engine.content import fingerprint
from axflow.engine.people import Register
from axflow.journal.commitment import content_of
from axflow.journal.digest import keyed_digest
from axflow.kernel.actor import Actor
from axflow.kernel.command import ChangeCalendar, Command, Correct, LinkTo, Migrate, Open, Redact, Tick
from axflow.kernel.content import values_prefix
from axflow.kernel.decide import by_now
from axflow.kernel.directory import Directory
from axflow.kernel.entry import Entry
from axflow.kernel.facts import Claim, Facts, Prior, Snapshot
from axflow.kernel.moment import utc_text
from axflow.kernel.needs import Needs, needs
from axflow.kernel.project import Project
from axflow.kernel.prospects import status
from axflow.store.errors import UnknownProject
from axflow.store.protocol import Store, Unit

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


class Gathering:
    """One transaction's reading. What it learned counts only once the transaction is committed."""

    def __init__(self, desk: Desk, unit: Unit) -> None:
        self.desk = desk
        self.unit = unit
        self.held: dict[str, Held] = {}
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


def scope_of(published: Published, held: Held | None, command: Command) -> str:
    """Where a key is unique: in its project, and for what begins a project in its definition."""
    return f"definition:{published.definition.id}" if held is None else f"project:{held.project.id}"

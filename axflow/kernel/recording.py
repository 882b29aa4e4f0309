"""Recording evidence: what stands against a record, and what it changes. A record is never edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from axflow.definition.appeal import Appeal
from axflow.definition.evidence import EvidenceType
from axflow.kernel.authority import granted
from axflow.kernel.blocker import Blocker
from axflow.kernel.case import Case
from axflow.kernel.clocks import end_of_validity
from axflow.kernel.command import Confirm, Correct, Record, Withdraw
from axflow.kernel.content import read_values
from axflow.kernel.entry import Effect
from axflow.kernel.facts import Claim
from axflow.kernel.holding import released
from axflow.kernel.judgement import hold_blockers
from axflow.kernel.limits import put, start, stop
from axflow.kernel.moment import Moment, utc_parse, utc_text
from axflow.kernel.moves import act, acted_on, active_places, last_day, opens_window
from axflow.kernel.project import EvidenceRecord, Timer
from axflow.kernel.support import rechecked


class Recording:
    """One record on its way into the journal."""

    def __init__(self, case: Case, command: Record) -> None:
        self.case = case
        self.command = command
        self.kind: EvidenceType = case.definition.evidence[command.evidence]
        self.values: dict[str, Any] = {}
        # What is recorded late came in when it is said to have come in.
        today = case.facts.calendar.day_of(utc_parse(case.occurred["end"])).isoformat()
        self.issued_on = command.issued_on or today
        self.received_on = command.received_on or today
        self.issuer = command.issuer or command.actor.organisation
        self.direct = self.issuer == command.actor.organisation
        self.version = command.product_version
        self.use = command.intended_use

    def blockers(self) -> list[Blocker]:
        """Everything that stands against this record."""
        return [
            *self._place(),
            *hold_blockers(self.case, self.command.evidence, moves=False),
            *self._source(),
            *self._content(),
            *self._paper(),
            *self._dates(),
            *self._lock(),
            *self._claims(),
        ]

    def _place(self) -> list[Blocker]:
        case, name = self.case, self.command.evidence
        places = case.program.accepted_in.get(name, ())
        active = active_places(case)
        if any(place in active for place in places):
            return []
        here = case.program.title(case.project.stage)
        return [Blocker("not_accepted_here", {"act": self._title, "here": here, "where": case.program.titles(places)})]

    def _source(self) -> list[Blocker]:
        case, kind, actor = self.case, self.kind, self.command.actor
        found: list[Blocker] = []
        if not self.direct:
            if kind.channel == "issuer_direct":
                found.append(self._wrong_channel())
            elif not _may_issue(case, self.issuer, kind):
                roles = case.program.titles(kind.from_)
                found.append(
                    Blocker("issuer_without_role", {"issuer": self.issuer, "act": self._title, "roles": roles})
                )
        elif kind.channel == "issuer_direct" and granted(case, actor, kind.from_) is None:
            found.append(self._wrong_channel())
        directory = case.facts.directory
        if kind.independent:
            firm = case.project.firm
            tied = directory.affiliated(self.issuer, firm, case.at) if directory is not None else self.issuer == firm
            if tied:
                found.append(Blocker("issuer_not_independent", {"issuer": self.issuer, "act": self._title}))
        return found

    def _wrong_channel(self) -> Blocker:
        params = {"act": self._title, "issuer": self.issuer, "via": self.command.actor.organisation}
        return Blocker("wrong_channel", params, self.kind.from_)

    def _content(self) -> list[Blocker]:
        if self.command.refers_to is not None:
            return self._referred()
        return self._read(self.command.values)

    def _read(self, values: Mapping[str, Any]) -> list[Blocker]:
        self.values, found = read_values(values, self.kind.fields, self._title)
        for trait in self.kind.matches:
            if getattr(self.command, trait) is None:
                found.append(Blocker("missing_field", {"field": trait}))
        if self.kind.valid_until is not None and self.kind.valid_until not in self.values and not found:
            found.append(Blocker("missing_field", {"field": self.kind.valid_until}))
        return found

    def _referred(self) -> list[Blocker]:
        case = self.case
        source = case.project.evidence.get(self.command.refers_to or "")
        if source is None:
            return [Blocker("unknown_record", {"record": self.command.refers_to})]
        if source.type not in case.definition.evidence:
            return [unknown_type(source)]
        if source.status != "current" or (why := case.environment.standing(source)) is not None:
            status = source.status if source.status != "current" else why.reason  # type: ignore[union-attr]
            return [Blocker("not_current", {"record": source.id, "status": status})]
        rule = next((rule for rule in self.kind.equivalent if rule.evidence == source.type), None)
        if rule is None:
            return [Blocker("not_equivalent", {"record": source.id, "act": self._title})]
        values = case.facts.values.get(source.id, {})
        names = {name: rule.fields.get(name, name) for name in self.kind.fields}
        self.issuer, self.issued_on = source.issuer, source.issued_on
        self.version = self.version or source.product_version
        self.use = self.use or source.intended_use
        return self._read({name: values[other] for name, other in names.items() if other in values})

    def _paper(self) -> list[Blocker]:
        document, rule = self.command.document, self.kind.document
        if document is None:
            missing = rule == "required" and self.command.refers_to is None
            return [Blocker("document_missing", {"act": self._title})] if missing else []
        found = []
        if rule == "none":
            found.append(Blocker("unknown_field", {"field": "document", "of": self._title, "fields": "–"}))
        if document.size <= 0:
            found.append(Blocker("document_empty", {"act": self._title}))
        if len(document.sha256) != 64 or not set(document.sha256) <= set("0123456789abcdef"):
            problem = "SHA-256 in 64 lower-case hexadecimal digits"
            found.append(Blocker("invalid_value", {"field": "document.sha256", "problem": problem}))
        return found

    def _dates(self) -> list[Blocker]:
        case = self.case
        zone = case.facts.calendar.timezone
        found = []
        moments: dict[str, Moment] = {}
        for field, text in (("issued_on", self.issued_on), ("received_on", self.received_on)):
            try:
                moment = Moment.parse(text, zone)
            except ValueError as error:
                found.append(Blocker("invalid_value", {"field": field, "problem": str(error)}))
                continue
            if moment.precision not in ("day", "month"):
                problem = "a day (2026-03-01) or a month (2026-03)"
                found.append(Blocker("invalid_value", {"field": field, "problem": problem}))
            elif moment.start > case.at:
                found.append(Blocker("dated_in_future", {"field": field, "date": text}))
            else:
                moments[field] = moment
        if len(moments) < 2:
            return found
        issued, received = moments["issued_on"], moments["received_on"]
        if received.end < issued.start:
            params = {"received": self.received_on, "issued": self.issued_on}
            found.append(Blocker("dates_out_of_order", params))
        for other in self.kind.dated_after:
            records = case.environment.current(other)
            limit = Moment.parse(records[-1].received_on, zone).start if records else None
            if limit is None or issued.end < limit:
                shown = records[-1].received_on if records else "–"
                shown_limit: dict[str, Any] = {
                    "act": self._title,
                    "date": self.issued_on,
                    "other": case.program.title(other),
                    "limit": shown,
                }
                found.append(Blocker("dated_too_early", shown_limit))
        return found

    def _lock(self) -> list[Blocker]:
        earlier = self.superseded()
        if self.kind.locked and earlier:
            return lock_blockers(self.case, earlier[-1], self.command.actor, self.command.reason)
        if self.kind.collect is not None and not earlier:
            count = len(self.case.environment.current(self.command.evidence))
            if count >= self.kind.collect.at_most:
                params = {"act": self._title, "limit": self.kind.collect.at_most, "count": count}
                return [Blocker("limit_reached", params)]
        return []

    def _claims(self) -> list[Blocker]:
        found = []
        replaced = {f"{self.case.project.id}/{item.id}" for item in self.superseded()}
        for claim, field in self._claimed():
            holder = self.case.facts.claims.get(claim)
            if holder is not None and holder not in replaced:
                found.append(Blocker("duplicate_claim", {"field": field, "act": self._title}))
        return found

    def _claimed(self) -> tuple[tuple[Claim, str], ...]:
        document = None if self.command.document is None else self.command.document.sha256
        return claims_of(self.case.definition.id, self.command.evidence, self.kind, self.values, document)

    def superseded(self) -> list[EvidenceRecord]:
        """The current records that this one takes the place of."""
        current = self.case.environment.current(self.command.evidence)
        collect = self.kind.collect
        if collect is None:
            return list(current)
        if collect.one_per == "organisation":
            return [item for item in current if _one_body(self.case, item.issuer, self.issuer)]
        if collect.one_per == "actor":
            return [item for item in current if item.actor == self.command.actor.id]
        return []

    def effects(self) -> list[Effect]:
        """What the record changes."""
        case, name = self.case, self.command.evidence
        seq = case.project.seq + 1
        record_id = f"{name}#{seq}"
        until = self._valid_until()
        effects: list[Effect] = []
        for item in self.superseded():
            effects += ended(case, item, "superseded")
        record = EvidenceRecord(
            record_id, name, seq, self.command.actor.id, self.issuer,
            case.environment.distinct_key(self.issuer, "parent"), self.issued_on, self.received_on,
            "issuer_direct" if self.direct else "via", until, self.version, self.use, False, "current", (),
            f"{case.project.id}/{self.command.refers_to}" if self.command.refers_to else None,
        )  # fmt: skip
        case.learn({record_id: self.values})
        effects.append(("evidence", record_id, shown(record)))
        effects.append(act(case, name))
        if until is not None and until > case.at_text and not case.project.recorded_history:
            effects.append(validity(case, record_id, name, until))
        effects += self._follow(effects, name)
        effects += rechecked(case, effects, [name])
        case.claims += [(claim, record_id) for claim, _ in self._claimed()]
        return effects

    def _follow(self, so_far: list[Effect], name: str) -> list[Effect]:
        case = self.case
        found: list[Effect] = []
        for hold in case.project.holds:
            declared = case.definition.holds.get(hold)
            if declared is not None and name in declared.released_on:
                # One record may release several holds: the clock that they stopped together runs on after the last.
                with case.imagining(found):
                    freed = released(case, hold)
                found += freed
        for obligation in case.project.obligations:
            if name in case.definition.obligations[obligation].met_by:
                found += discharged(obligation)
        with case.imagining([*so_far, *found]):
            found += acted_on(case, name, active_places(case), f"evidence {name}")
            found += self._field_deadlines(name)
            for appeal, rule in case.definition.appeals.items():
                if rule.starts == f"evidence {name}" and _decided(case, rule) and not case.project.recorded_history:
                    found.append(start(case, f"appeal_window:{appeal}", rule.window, None))
        return found

    def _field_deadlines(self, name: str) -> list[Effect]:
        case = self.case
        found: list[Effect] = []
        if case.project.recorded_history:
            return found
        for deadline, rule in case.definition.deadlines.items():
            source, _, field = rule.starts.partition(" ")[2].partition(".")
            if not rule.starts.startswith("field ") or source != name or field not in self.values:
                continue
            if active_places(case).intersection(rule.in_) or "any" in rule.in_:
                since = case.facts.calendar.end_of(last_day(str(self.values[field])))
                found.append(start(case, f"deadline:{deadline}", rule.within, rule.clock, at=since))
        return found

    def _valid_until(self) -> str | None:
        case = self.case
        ends = []
        if self.kind.valid_for is not None:
            issued = Moment.parse(self.issued_on, case.facts.calendar.timezone).end
            ends.append(end_of_validity(issued, self.kind.valid_for, case.facts.calendar))
        if self.kind.valid_until is not None and self.kind.valid_until in self.values:
            ends.append(case.facts.calendar.end_of(last_day(str(self.values[self.kind.valid_until]))))
        return utc_text(min(ends)) if ends else None

    @property
    def _title(self) -> Any:
        return self.case.program.title(self.command.evidence)


def claims_of(
    definition: str, evidence: str, kind: EvidenceType, values: Mapping[str, Any], document: str | None
) -> tuple[tuple[Claim, str], ...]:
    """The values that no other record may carry, each with its field; `document` is the digest of the record's file."""
    found = []
    for field in kind.unique:
        value = document if field == "document" else values.get(field)
        if value is not None:
            found.append((Claim(f"{definition}/{evidence}/{field}", str(value).strip()), field))
    return tuple(found)


def lock_blockers(case: Case, item: EvidenceRecord, actor: Any, reason: str | None) -> list[Blocker]:
    """Whether locked evidence may be replaced: only by who may unlock it, with a reason."""
    kind = case.definition.evidence[item.type]
    title = case.program.title(item.type)
    if kind.unlock and granted(case, actor, kind.unlock) is not None:
        return [] if reason and reason.strip() else [Blocker("reason_required", {"act": title})]
    return [Blocker("locked", {"act": title, "since": item.received_on}, kind.unlock)]


def unknown_type(item: EvidenceRecord) -> Blocker:
    """A record of a type that the rules in force do not know: it was recorded under others, and no rule reads it."""
    return Blocker("unknown_name", {"what": "evidence", "name": item.type})


def ended(case: Case, item: EvidenceRecord, status: str) -> list[Effect]:
    """The effects of a record that counts no more."""
    found: list[Effect] = [("evidence_status", item.id, status)]
    if f"validity:{item.id}" in case.project.timers:
        found.append(stop(f"validity:{item.id}"))
    case.released_claims.append(item.id)
    return found


def discharged(obligation: str) -> list[Effect]:
    """The effects of an obligation that is met."""
    return [("obligation", obligation, None), stop(f"obligation:{obligation}")]


def shown(record: EvidenceRecord) -> dict[str, Any]:
    """A record as it stands in an entry: nothing where there is nothing to say."""
    value: dict[str, Any] = record._asdict()
    if not record.redacted:
        del value["redacted"]
    if record.source is None:
        del value["source"]
    return value


def withdrawn(case: Case, command: Withdraw) -> list[Effect]:
    """The effects of a withdrawal."""
    item = case.project.evidence[command.record]
    effects = ended(case, item, "withdrawn")
    return effects + rechecked(case, effects, [item.type])


def confirmed(case: Case, command: Confirm) -> list[Effect]:
    """The effects of a confirmation by the issuer."""
    item = case.project.evidence[command.record]
    effects: list[Effect] = [("confirmed", item.id)]
    return effects + rechecked(case, effects, [item.type])


def corrected(case: Case, command: Correct, values: Mapping[str, Any]) -> list[Effect]:
    """The effects of a correction: a new record takes the place of the old one; claims pass on to it."""
    item = case.project.evidence[command.record or ""]
    seq = case.project.seq + 1
    gone = tuple(name for name in item.redacted if name not in values)
    record = item._replace(id=f"{item.type}#{seq}", seq=seq, status="current", redacted=gone, confirmed=False)
    case.learn({record.id: values})
    effects = ended(case, item, "corrected")
    effects.append(("evidence", record.id, shown(record)))
    if record.valid_until is not None and record.valid_until > case.at_text and not case.project.recorded_history:
        effects.append(validity(case, record.id, item.type, record.valid_until))
    kind = case.definition.evidence[item.type]
    document = case.facts.document.get("sha256")
    case.claims += [(c, record.id) for c, _ in claims_of(case.definition.id, item.type, kind, values, document)]
    return effects + rechecked(case, effects, [item.type])


def validity(case: Case, record: str, kind: str, until: str) -> Effect:
    """The effect that starts the timer of a record's validity."""
    order = case.program.orders[f"validity:{kind}"]
    return put(Timer(f"validity:{record}", order, None, until, case.at_text, {"microseconds": 0}))


def _may_issue(case: Case, organisation: str, kind: EvidenceType) -> bool:
    """Whether an organisation is one whose people hold an issuing role."""
    directory = case.facts.directory
    for name in kind.from_:
        role = case.definition.roles[name]
        if directory is None:
            if {"any", organisation} & set(role.of) or ("firm" in role.of and organisation == case.project.firm):
                return True
        elif directory.holders(name, organisation, case.at):
            return True
    return False


def _decided(case: Case, rule: Appeal) -> bool:
    """Whether there is a decision that the appeal is against: a notice alone opens no window."""
    return any(step.id in case.project.fired and opens_window(step, rule.against) for step in case.program.steps)


def _one_body(case: Case, one: str, other: str) -> bool:
    directory = case.facts.directory
    if one == other or directory is None:
        return one == other
    return directory.ultimate_successor(one, case.at) == directory.ultimate_successor(other, case.at)

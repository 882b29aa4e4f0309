"""Acts outside the path: open, correct, redact, reassign, link, split and merge."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from axflow.definition.administration import Office
from axflow.definition.definition import Definition
from axflow.definition.paths import STAGE_LEVEL
from axflow.kernel.authority import granted, owner_roles
from axflow.kernel.blocker import Blocker
from axflow.kernel.case import Case
from axflow.kernel.command import (
    Carried,
    Correct,
    LegalHold,
    LiftLegalHold,
    LinkTo,
    Open,
    Reassign,
    Redact,
    Replace,
    TakeOver,
)
from axflow.kernel.content import read_values, values_prefix
from axflow.kernel.decision import Opening, Redaction
from axflow.kernel.entry import Effect
from axflow.kernel.judgement import hold_blockers
from axflow.kernel.moves import configured
from axflow.kernel.project import EvidenceRecord
from axflow.kernel.recording import claims_of, lock_blockers, shown, unknown_type, validity
from axflow.kernel.support import rechecked

MOST_TITLE = 500


def office_roles(case: Case, office: Office) -> tuple[str, ...]:
    """Who may do an administrative act."""
    return tuple(dict.fromkeys((*office.by, *office.signatures))) or owner_roles(case)


def stage_owners(definition: Definition) -> tuple[str, ...]:
    """All roles in organisations that own a stage."""
    owners = {stage.owner for stage in definition.stages.values()}
    return tuple(name for name, role in definition.roles.items() if owners.intersection(role.of))


def calendar_roles(definition: Definition) -> tuple[str, ...]:
    """Who may publish a new calendar: the roles named for it, else any in an organisation that owns a stage."""
    return definition.administration.calendar or stage_owners(definition)


_MATTER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)


def keeping_blockers(case: Case, command: LegalHold | LiftLegalHold) -> list[Blocker]:
    """What stands against keeping all content for a matter, or against ending that."""
    found: list[Blocker] = []
    if not (command.reason and command.reason.strip()) and command.code is None:
        found.append(Blocker("reason_required", {"act": command.kind}))
    if not _MATTER.fullmatch(command.matter):
        # It would stand in clear for ever.
        found.append(Blocker("wrong_form", {"field": "matter", "problem": "A-Z a-z 0-9 _ . -, ≤ 64"}))
        return found
    since = case.project.legal_holds.get(command.matter)
    if isinstance(command, LegalHold) and since is not None:
        found.append(Blocker("already_kept", {"matter": command.matter, "since": since[:10]}))
    if isinstance(command, LiftLegalHold) and since is None:
        found.append(Blocker("not_kept", {"matter": command.matter}))
    return found


def effective_blockers(case: Case, definition: Definition) -> list[Blocker]:
    """Whether a version of a definition is in force and signed by all who must."""
    effective, signed = definition.effective, case.facts.signed
    if effective is None:
        return []
    today = case.facts.calendar.day_of(case.at)
    why = None
    if today < effective.from_:
        why = f"from {effective.from_.isoformat()}"
    elif effective.until is not None and today > effective.until:
        why = f"until {effective.until.isoformat()}"
    elif signed is not None and (missing := [org for org in effective.signed_by if org not in signed]):
        why = f"not signed by {', '.join(missing)}"
    return [] if why is None else [Blocker("not_effective", {"version": definition.version, "why": why})]


def opening_blockers(case: Case, command: Open, values: dict[str, Any]) -> list[Blocker]:
    """What stands against opening; the attributes as they will be kept are put into `values`."""
    definition = case.definition
    found = [] if isinstance(command, TakeOver) else effective_blockers(case, definition) if case.enforce else []
    read, problems = read_values(command.attributes, definition.attributes, definition.title)
    if command.cause is not None or isinstance(command, TakeOver):
        # A project that another one opened, or that is taken over, may lack what was never asked of it.
        problems = [problem for problem in problems if problem.code != "missing_field"]
    values.update(read)
    found += problems
    if len(command.title) > MOST_TITLE:
        found.append(Blocker("too_long", {"field": "title", "limit": MOST_TITLE}))
    for carried in command.carried:
        kind = definition.evidence.get(carried.record.type)
        if kind is None:
            found.append(unknown_type(carried.record))
        else:
            # What was redacted there, or is asked for here only, is missing and stays so.
            _, problems = read_values(carried.values, kind.fields, case.program.title(carried.record.type))
            found += [problem for problem in problems if problem.code != "missing_field"]
    stage = command.stage
    if stage is not None and stage not in case.program.places:
        found.append(Blocker("unknown_name", {"what": "stage", "name": stage}))
    for track, state in (command.tracks or {}).items():
        if track not in case.program.track_places or state not in case.program.track_places[track]:
            found.append(Blocker("unknown_name", {"what": "track state", "name": f"{track}.{state}"}))
    if command.link is not None and command.link[0] not in definition.links:
        found.append(Blocker("unknown_name", {"what": "link", "name": command.link[0]}))
    found += [
        Blocker("unknown_name", {"what": "organisation", "name": organisation})
        for organisation in command.aliases
        if organisation not in definition.organisations
        and (case.facts.directory is None or organisation not in case.facts.directory.organisations())
    ]
    return found


def opening_effects(case: Case, command: Open, attributes: Iterable[str]) -> list[Effect]:
    """The effects of opening: the first entry of a project."""
    effects: list[Effect] = [
        ("opened", case.definition.id, command.firm, not command.enforce),
        ("opened_at", case.occurred["end"]),
        ("calendar", case.facts.calendar.digest),
        *(("attribute", name) for name in attributes),
    ]
    if command.link is not None:
        effects.append(("link", command.link[0], command.link[1]))
    for carried in command.carried:
        effects.append(("evidence", *_carried(case, carried)))
    with case.imagining(effects):
        effects += configured(case, STAGE_LEVEL, "", command.stage or case.definition.initial)
    for track, state in (command.tracks or {}).items():
        with case.imagining(effects):
            if track in case.project.tracks and case.project.tracks[track] != state:
                effects += configured(case, track, case.project.tracks[track], state)
    for carried in command.carried:
        if carried.record.valid_until is not None and carried.record.valid_until > case.at_text:
            effects.append(validity(case, carried_id(carried), carried.record.type, carried.record.valid_until))
    return effects


def carried_id(carried: Carried) -> str:
    """The id of a record that counts by reference: a new one here, with the old one as its source."""
    return f"{carried.record.type}#1-{carried.record.seq}"


def _carried(case: Case, carried: Carried) -> tuple[str, dict[str, Any]]:
    record = carried.record._replace(
        id=carried_id(carried), seq=1, source=f"{carried.project}/{carried.record.id}", status="current"
    )
    return record.id, shown(record)


def correcting_blockers(
    case: Case, command: Correct, values: dict[str, Any], attributes: dict[str, Any]
) -> list[Blocker]:
    """What stands against a correction; what will be kept is put into `values` and `attributes`."""
    found: list[Blocker] = []
    if command.record is None and not command.attributes:
        found.append(Blocker("missing_field", {"field": "record"}))
    if not (command.reason and command.reason.strip()):
        found.append(Blocker("reason_required", {"act": "correct"}))
    if command.record is not None:
        item = case.project.evidence.get(command.record)
        if item is None:
            return [*found, Blocker("unknown_record", {"record": command.record})]
        if item.status != "current":
            return [*found, Blocker("not_current", {"record": item.id, "status": item.status})]
        kind = case.definition.evidence.get(item.type)
        if kind is None:
            return [*found, unknown_type(item)]
        if kind.locked:
            found += lock_blockers(case, item, command.actor, command.reason)
        merged = {**case.facts.values.get(item.id, {}), **command.values}
        read, problems = read_values(merged, kind.fields, case.program.title(item.type))
        gone = {name for name in item.redacted if name not in command.values}
        found += [p for p in problems if not (p.code == "missing_field" and p.params["field"] in gone)]
        values.update(read)
        for claim, field in claims_of(case.definition.id, item.type, kind, read, None):
            holder = case.facts.claims.get(claim)
            if holder is not None and holder != f"{case.project.id}/{item.id}":
                found.append(Blocker("duplicate_claim", {"field": field, "act": case.program.title(item.type)}))
    if command.attributes:
        read, problems = read_values(command.attributes, case.definition.attributes, case.definition.title)
        found += [problem for problem in problems if problem.code != "missing_field"]
        attributes.update(read)
    return found


def redacting_blockers(case: Case, command: Redact) -> list[Blocker]:
    """What stands against destroying content."""
    found: list[Blocker] = []
    if not (command.reason and command.reason.strip()) and command.code is None:
        found.append(Blocker("reason_required", {"act": "redact"}))
    if case.project.legal_holds:
        found.append(Blocker("legal_hold", {"matters": ", ".join(sorted(case.project.legal_holds))}))
    there = case.facts.redactable or frozenset()
    absent = [field for field in command.fields if field not in there]
    if absent or not command.fields:
        found.append(Blocker("nothing_to_redact", {"seq": command.seq, "field": ", ".join(absent) or "–"}))
    for path, readers in still_read(case, command):
        if not command.force or granted(case, command.actor, case.definition.administration.force_redaction) is None:
            found.append(
                Blocker(
                    "still_read",
                    {"field": path, "guards": case.program.titles(readers)},
                    tuple(case.definition.administration.force_redaction),
                )
            )
    return found


def still_read(case: Case, command: Redact) -> list[tuple[str, list[str]]]:
    """The values that something still reads, by path, each with the guards that do (and `variants`)."""
    found: list[tuple[str, list[str]]] = []
    end = case.project.end
    if end is not None and not any(end in step.sources for step in case.program.steps):
        return found  # no guard is asked about it any more
    for item, names in _redacted_values(case, command):
        if item.status == "current":
            for name in names:
                path = f"{item.type}.{name}"
                readers = [guard for guard, known in case.program.guards.items() if {path, item.type} & known.reads]
                found.append((path, readers))
    for field in command.fields:
        name = field.removeprefix("attributes.")
        if name != field and case.project.attributes.get(name) == command.seq:
            found.append((f"project.{name}", _attribute_readers(case, name)))
    return [(path, readers) for path, readers in found if readers]


def _attribute_readers(case: Case, name: str) -> list[str]:
    """What an attribute decides: guards, the records that count only while they match it, the class of the project."""
    readers = [guard for guard, known in case.program.guards.items() if f"project.{name}" in known.reads]
    for kind, declared in case.definition.evidence.items():
        if name in declared.matches:
            readers += [guard for guard in case.program.readers.get(kind, ()) if guard not in readers]
    variants = case.definition.variants
    return [*readers, "variants"] if variants is not None and variants.by == name else readers


def _redacted_values(case: Case, command: Redact) -> list[tuple[EvidenceRecord, list[str]]]:
    """The records of the entry of which values are to be destroyed, each with the names of those."""
    found = []
    for item in case.project.evidence.values():
        if item.seq == command.seq:
            prefix = values_prefix(item)
            names = [field.removeprefix(prefix) for field in command.fields if field.startswith(prefix)]
            if names:
                found.append((item, names))
    return found


def redacting_effects(case: Case, command: Redact) -> list[Effect]:
    """The effects of a redaction: the record keeps which of its fields are gone."""
    effects: list[Effect] = []
    touched = []
    for item, names in _redacted_values(case, command):
        effects.append(("redacted", item.id, names))
        touched.append(item.type)
    case.redactions.append(Redaction(command.seq, command.fields))
    return effects + (rechecked(case, effects, touched) if touched else [])


def reassigning_blockers(case: Case, command: Reassign) -> list[Blocker]:
    """What stands against naming another handler or firm."""
    if command.handler is None and command.firm is None:
        return [Blocker("missing_field", {"field": "handler"})]
    if not (command.reason and command.reason.strip()) and command.code is None:
        return [Blocker("reason_required", {"act": "reassign"})]
    return []


def linking_blockers(case: Case, command: LinkTo) -> list[Blocker]:
    """What stands against a link or an alias."""
    if command.alias is not None:
        return []
    if command.link is None or command.other is None:
        return [Blocker("missing_field", {"field": "link"})]
    declared = case.definition.links.get(command.link)
    if declared is None:
        return [Blocker("unknown_name", {"what": "link", "name": command.link})]
    wanted = declared.definition or case.definition.id
    if case.facts.other is not None and case.facts.other.definition != wanted:
        return [Blocker("unknown_name", {"what": f"project of {wanted}", "name": command.other})]
    count = len(case.project.links.get(command.link, ()))
    if count >= declared.at_most:
        return [Blocker("limit_reached", {"act": declared.title, "limit": declared.at_most, "count": count})]
    return []


def replacing_blockers(case: Case, command: Replace) -> list[Blocker]:
    """What stands against a split or merge."""
    rule = case.definition.split if command.by == "split" else case.definition.merge
    if rule is None:
        return [Blocker("unknown_event", {"event": command.by})]
    found = []
    if case.project.stage not in rule.in_:
        params = {
            "act": command.by,
            "here": case.program.title(case.project.stage),
            "where": case.program.titles(rule.in_),
        }
        found.append(Blocker("not_enabled", params))
    found += hold_blockers(case, command.by)
    if not (command.reason and command.reason.strip()):
        found.append(Blocker("reason_required", {"act": command.by}))
    if len(command.parts) < (2 if command.by == "split" else 1):
        found.append(Blocker("missing_field", {"field": "parts"}))
    return found


def replacing_effects(case: Case, command: Replace) -> list[Effect]:
    """The effects of a split or merge: this project ends, and others carry on where it stood."""
    rule = case.definition.split if command.by == "split" else case.definition.merge
    assert rule is not None
    carried = tuple(
        Carried(case.project.id, item, case.facts.values.get(item.id, {}))
        for kind in rule.carry
        for item in case.environment.current(kind)
    )
    effects: list[Effect] = []
    for part in command.parts:
        attributes: Mapping[str, Any] = {**case.facts.attributes, **part.attributes}
        case.openings.append(
            Opening(
                rule.link,
                case.definition.id,
                case.project.stage,
                carried,
                part.project,
                part.title,
                part.firm or case.project.firm,
                attributes,
                dict(case.project.tracks),
            )
        )
        effects.append(("link", f"{rule.link}~", part.project))
    return effects + configured(case, STAGE_LEVEL, case.project.stage, rule.end)

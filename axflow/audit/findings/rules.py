"""Rules: what was not allowed and was recorded all the same, versions, and whether what is stored holds at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from axflow.audit.findings.check import Check, Context
from axflow.audit.findings.finding import Code, Finding, Unchecked, message
from axflow.audit.findings.history import History, happened
from axflow.audit.reading import Reading, Step
from axflow.definition.base import Text
from axflow.engine.catalogue import Published
from axflow.guards.values import Unknown
from axflow.journal.verify import Kept, hashes, verify_project
from axflow.kernel.environment import Environment
from axflow.kernel.facts import Facts
from axflow.kernel.moment import utc_parse
from axflow.kernel.program import program_of
from axflow.store.rows import StoredDefinition


class DeviationCheck(Check):
    """What a recorded history contains that its definition would not have allowed."""

    codes: ClassVar = {
        "not-allowed": Code(
            "high",
            "“{act}” of {day} was recorded though the definition would have refused it: {reasons}",
            "{day}의 “{act}”은(는) 절차상 거부되어야 하나 이력으로 기록되었습니다: {reasons}",
        ),
    }

    def project(self, history: History) -> Iterable[Finding]:
        for step in history.steps:
            entry = step.entry
            if entry.outcome == "refused" or not entry.blockers or entry.kind in ("timer", "refusals"):
                continue
            told = [entry.content.get(f"blocker.{number}") for number in range(len(entry.blockers))]
            said = [
                (str(one["en"]), str(one.get("ko", one["en"]))) if isinstance(one, dict) else (code, code)
                for one, code in zip(told, entry.blockers, strict=True)
            ]
            reasons = Text(en=" ".join(en for en, _ in said)[:1500], ko=" ".join(ko for _, ko in said)[:1500])
            yield self.at(
                history, step, "not-allowed", act=history.title(entry.name), day=history.day(happened(entry)),
                reasons=reasons,
            )  # fmt: skip


class VersionCheck(Check):
    """Whether a project was bound to the version that was in force, and what the right one would have decided."""

    codes: ClassVar = {
        "wrong-version": Code(
            "medium",
            "opened on {day} under version {bound}, though version {right} was in force; it decides alike here",
            "{day}에 시행 중이던 {right} 버전이 아니라 {bound} 버전으로 개시되었습니다. 결정 결과는 같습니다.",
        ),
        "decision-would-differ": Code(
            "high",
            "“{act}” passed under version {bound}; under {right}, in force on {day}, {guards} would not be TRUE",
            "{bound} 버전으로 통과한 “{act}”은(는) {day} 당시의 {right} 버전에서 {guards} 미충족입니다.",
        ),
    }

    def project(self, history: History) -> Iterable[Finding]:
        first = history.steps[0]
        bound = history.rules(first)
        right = _in_force(history, first, bound)
        if right is None or right.row.rules_digest == first.entry.rules_digest:
            return
        day = history.day(first.after.opened_at)
        told = {"bound": bound.row.version, "right": right.row.version, "day": day}
        differ = False
        for step in history.moves():
            if step.entry.rules_digest != first.entry.rules_digest:
                break
            guards = _failing(history, step, right)
            if guards:
                differ = True
                names = program_of(right.definition)
                yield self.at(
                    history, step, "decision-would-differ", first.entry.seq, act=history.title(step.entry.name),
                    guards=Text(
                        en=", ".join(f"“{names.title(guard).en}”" for guard in guards),
                        ko=", ".join(f"“{names.title(guard).in_('ko')}”" for guard in guards),
                    ),
                    **told,
                )  # fmt: skip
        if not differ:
            yield self.at(history, first, "wrong-version", **told)


def _in_force(history: History, first: Step, bound: Published) -> Published | None:
    """The newest version that was published, effective and signed when the project was opened."""
    day, reading = history.day(first.after.opened_at), history.reading

    def fits(row: StoredDefinition) -> bool:
        late = row.published_at > first.entry.recorded_at
        if row.id != bound.row.id or late or not (row.effective_from or "") <= day <= (row.effective_until or "~"):
            return False
        effective = reading.version_named(row.id, row.version).definition.effective
        if effective is None or not effective.signed_by:
            return True
        signed = {
            one.organisation
            for one in reading.unit.signatures(row.id, row.version)
            if one.digest == row.digest and one.signed_at <= first.entry.recorded_at
        }
        return set(effective.signed_by) <= signed

    rows = [row for row in reading.definitions if fits(row)]
    if not rows:
        return None
    row = max(rows, key=lambda row: (row.effective_from or "", row.published_at, row.version))
    return reading.version_named(row.id, row.version)


def _failing(history: History, step: Step, right: Published) -> list[str]:
    """The guards of the same transition under other rules that would not have been TRUE on what was then known."""
    program = program_of(right.definition)
    known = program.by_id.get(step.entry.transition or "")
    before = step.before
    if known is None or before is None:
        return []
    values = {
        id: history.values(record)
        for id, record in before.evidence.items()
        if record.status == "current" and record.type in right.definition.evidence
    }
    at = happened(step.entry)
    evidence = {id: record for id, record in before.evidence.items() if record.type in right.definition.evidence}
    facts = Facts(utc_parse(at), right.calendar, history.directory(step), values, history.attributes(before))
    environment = Environment(program, before._replace(evidence=evidence), facts, utc_parse(at), at)
    found = []
    for guard in known.guards:
        if guard in program.others_read or guard in step.entry.waivers:
            continue  # what other projects were like then is not kept here; a waiver stands for the guard
        verdict = environment.verdict(guard)
        if verdict is not True and not (isinstance(verdict, Unknown) and verdict.reason == "redacted"):
            found.append(guard)
    return found


class IntegrityCheck(Check):
    """Whether the stored bytes are a whole, unbroken history that gives the stored project, as others remember it."""

    replays = False
    codes: ClassVar = {
        "broken-history": Code(
            "high",
            "{project}, entry {seq}: {what} does not hold; expected {expected}, found {found}",
            "{project}의 {seq}번 기록: {what} 검증 실패. 예상값 {expected}, 실제값 {found}",
        ),
        "replay-differs": Code(
            "high",
            "{project}: replaying the history does not give the stored project (entry {seq}: {found})",
            "{project}: 이력을 재현한 결과가 저장된 상태와 다릅니다({seq}번 기록: {found}).",
        ),
        "head-differs": Code(
            "high",
            "{project}: somebody outside remembers {seq} entries ending with {expected}; here it is {found}",
            "{project}: 외부에 남은 {seq}번 기록의 해시 {expected}와(과) 저장된 값 {found}이(가) 다릅니다.",
        ),
        "entries-missing": Code(
            "high",
            "{actor} reports {expected} entries from {since} to {until}; {found} are here",
            "{actor}이(가) {since}~{until} 동안 보낸 기록은 {expected}건이나 여기에는 {found}건이 있습니다.",
        ),
    }

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._rules = {row.rules_digest: True for row in context.reading.definitions}
        self._calendars: dict[str, set[str]] = {}
        for row in context.reading.definitions:
            changes = context.reading.unit.calendar_changes(row.id, row.version)
            self._calendars.setdefault(row.rules_digest, set()).update(
                (row.calendar, *(change.calendar for change in changes))
            )
        self._sent = [0] * len(context.plan.systems or ())
        self._seen: set[str] = set()

    def stored(self, project: str) -> Iterable[Finding]:
        self._seen.add(project)
        row = self.reading.stored(project)
        kept: list[Kept] = []
        heads: dict[int, bytes] = {}
        for recorded in _kept(self.reading, project):
            kept.append(recorded)
            heads[recorded.seq] = recorded.hash
        hashed = hashes(one.body for one in kept)
        checked = verify_project(project, kept, hashed, row.project, row.head, self._rules, self._calendars)
        for found in checked.breaks:
            code = "replay-differs" if found.what == "replay" else "broken-history"
            yield self._told(code, row.project.firm, row.project.definition, project=project, seq=found.seq,
                             what=found.what, expected=found.expected[:200], found=found.found[:200])  # fmt: skip
        for head in self.plan.heads or ():
            if head.project == project:
                here = heads[head.seq].hex() if head.seq in heads else "–"
                if here != head.hash:
                    yield self._told("head-differs", row.project.firm, row.project.definition, project=project,
                                     seq=head.seq, what="", expected=head.hash, found=here)  # fmt: skip

    def project(self, history: History) -> Iterable[Finding]:
        for place, system in enumerate(self.plan.systems or ()):
            for step in history.steps:
                entry = step.entry
                if entry.actor is not None and entry.actor["id"] == system.actor:
                    day = history.day(entry.recorded_at)
                    if str(system.from_ or "") <= day <= str(system.until or "~"):
                        self._sent[place] += 1
        return ()

    def finish(self) -> Iterable[Finding]:
        for head in self.plan.heads or ():
            if head.project not in self._seen:
                yield self._told("head-differs", None, None, project=head.project, seq=head.seq, what="",
                                 expected=head.hash, found="–")  # fmt: skip
        for system, found in zip(self.plan.systems or (), self._sent, strict=True):
            if found != system.entries:
                known = self.codes["entries-missing"]
                told = {"actor": system.actor, "expected": system.entries, "found": found,
                        "since": system.from_ or "…", "until": system.until or "…"}  # fmt: skip
                yield Finding("entries-missing", known.severity, message(known, dict(told)), subject=(system.actor,))

    def unchecked(self) -> Iterable[Unchecked]:
        if self.plan.heads is None:
            yield Unchecked(
                ("head-differs",),
                Text(
                    en="a history cut short or written anew shows only against what others remember; give `heads`",
                    ko="이력 전체의 절단·재작성은 외부에 남은 값과 비교해야 합니다. `heads`를 주십시오.",
                ),
            )
        if self.plan.systems is None:
            yield Unchecked(
                ("entries-missing",),
                Text(
                    en="what other systems sent is known to them only; name their counts under `systems` in the plan",
                    ko="다른 시스템이 보낸 건수는 그 시스템만 알 수 있습니다. 감사계획의 `systems`에 적으십시오.",
                ),
            )

    def _told(self, code: str, firm: str | None, definition: str | None, **words: object) -> Finding:
        known = self.codes[code]
        project = str(words["project"])
        seq = int(str(words["seq"]))
        entries = ((project, seq),) if seq else ()
        return Finding(code, known.severity, message(known, words), project, entries, firm, (), None, definition,
                       (str(words["what"]), str(words["found"])))  # fmt: skip


def _kept(reading: Reading, project: str) -> Iterator[Kept]:
    """Stored entries, page by page, without being read as entries: they may be none."""
    from axflow.audit.reading import PAGE

    after = 0
    while page := reading.unit.entries(project, after, after + PAGE):
        contents = reading.unit.contents(project, after, page[-1].seq)
        for entry in page:
            yield Kept(entry.seq, entry.hash, entry.body, contents.get(entry.seq, ()))
        after = page[-1].seq

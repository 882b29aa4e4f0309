"""Papers: dated or received too late, too early, expired, by the wrong way, used twice, changed after the results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from axflow.audit.findings.check import Check, Context
from axflow.audit.findings.finding import Code, Finding, message
from axflow.audit.findings.history import History, happened
from axflow.audit.reading import Step
from axflow.kernel.moment import utc_parse, utc_text
from axflow.kernel.project import EvidenceRecord


class DatesCheck(Check):
    """Papers on which a decision rests, against the day of the decision and the papers that they must follow."""

    codes: ClassVar = {
        "dated-after-decision": Code(
            "high",
            "“{act}” of {day} rests on {record}, which is dated {date}, after it",
            "{day} “{act}”의 근거 자료 {record}의 작성일이 {date}(으)로, 그 결정보다 늦습니다.",
        ),
        "received-after-decision": Code(
            "high",
            "“{act}” of {day} rests on {record}, which is dated before it but was received on {date}, after it",
            "{day} “{act}”의 근거 자료 {record}은(는) 작성일은 앞서지만 접수일이 {date}(으)로, 그 결정보다 늦습니다.",
        ),
        "dated-too-early": Code(
            "high",
            "{record} is dated {date}, before {other} that it must follow came in on {limit}",
            "{record}의 작성일({date})이 선행해야 하는 {other}의 접수일({limit})보다 앞섭니다.",
        ),
        "dated-before-end-of-period": Code(
            "medium",
            "{record} is dated {date}, before the day {limit} that {other} names as {field}",
            "{record}의 작성일({date})이 {other}에 적힌 {field}({limit})보다 앞섭니다.",
        ),
        "expired-at-decision": Code(
            "high",
            "on {day}, at “{act}”, {record} had expired since {until}",
            "{day} “{act}” 당시 {record}은(는) {until}에 이미 만료되었습니다.",
        ),
    }

    def project(self, history: History) -> Iterable[Finding]:
        for step in history.moves():
            yield from self._decision(history, step)
        for step, record in history.recorded():
            yield from self._order(history, step, record)

    def _decision(self, history: History, step: Step) -> Iterator[Finding]:
        at = happened(step.entry)
        told = {"act": history.title(step.entry.name), "day": history.day(at)}
        for record in history.rested(step):
            issued, received = history.moment(record.issued_on), history.moment(record.received_on)
            if utc_text(issued.start) > at:
                yield self.at(
                    history, step, "dated-after-decision", record.seq, record=record.id, date=record.issued_on, **told
                )
            elif utc_text(received.start) > at:
                yield self.at(
                    history, step, "received-after-decision", record.seq, record=record.id, date=record.received_on,
                    **told,
                )  # fmt: skip
        relied = {id for support in step.after.support.values() for id in support.evidence}
        relied.update(name for name, _ in step.entry.facts)
        for id in sorted(relied):
            item = step.after.evidence.get(id)
            if (
                item is not None
                and item.status == "current"
                and item.valid_until is not None
                and item.valid_until <= at
            ):
                until = history.day(item.valid_until)
                yield self.at(history, step, "expired-at-decision", item.seq, record=id, until=until, **told)

    def _order(self, history: History, step: Step, record: EvidenceRecord) -> Iterator[Finding]:
        kind = history.rules(step).definition.evidence.get(record.type)
        issued = history.moment(record.issued_on)
        for other in kind.dated_after if kind is not None and record.source is None else ():
            earlier = [
                item
                for item in step.after.evidence.values()
                if item.type == other and item.seq < record.seq and item.status in ("current", "superseded")
            ]
            if not earlier:
                continue
            last = max(earlier, key=lambda item: item.seq)
            told = {"record": record.id, "date": record.issued_on, "other": last.id}
            if utc_text(issued.end) < utc_text(history.moment(last.received_on).start):
                yield self.at(history, step, "dated-too-early", last.seq, limit=last.received_on, **told)
            declared = history.rules(step).definition.evidence[other]
            for field, value in history.values(last).items():
                known = declared.fields.get(field)
                if known is None or known.type not in ("date", "month") or field == declared.valid_until:
                    continue
                if utc_text(issued.end) < utc_text(history.moment(str(value)).start):
                    name = history.title(field)
                    yield self.at(
                        history, step, "dated-before-end-of-period", last.seq, limit=str(value), field=name, **told
                    )


class ChannelCheck(Check):
    """How papers came in, and whether their issuer confirmed them."""

    codes: ClassVar = {
        "wrong-channel": Code(
            "high",
            "{record} came in through {via}, though only its issuer {issuer} may hand it in",
            "{record}은(는) 발급기관({issuer})만 직접 제출할 수 있으나 {via}을(를) 통해 접수되었습니다.",
        ),
        "unconfirmed": Code(
            "medium",
            "{record} of {issuer} counts only when it is confirmed, and nobody has confirmed it",
            "{issuer}의 {record}은(는) 발급기관의 확인이 있어야 효력이 있으나 아직 확인되지 않았습니다.",
        ),
    }

    def project(self, history: History) -> Iterable[Finding]:
        for step, record in history.recorded():
            kind = history.rules(step).definition.evidence.get(record.type)
            if kind is None or record.source is not None:
                continue
            refused = "wrong_channel" in step.entry.blockers
            if kind.channel == "issuer_direct" and (record.channel != "issuer_direct" or refused):
                via = str(step.entry.actor["organisation"]) if step.entry.actor else "–"
                yield self.at(history, step, "wrong-channel", record=record.id, via=via, issuer=record.issuer)
            last = history.last.evidence[record.id]
            if kind.confirmed_by and last.status == "current" and not last.confirmed:
                yield self.at(history, step, "unconfirmed", record=record.id, issuer=record.issuer)


class ReuseCheck(Check):
    """The same file, or the same number under another file, in several projects; the same work paid for twice."""

    codes: ClassVar = {
        "same-document": Code(
            "high",
            "the same file came with {records} of different projects",
            "같은 파일이 서로 다른 사업의 {records}에 첨부되었습니다.",
        ),
        "same-number": Code(
            "high",
            "{field} has the same value in {records} of different projects, with different files",
            "서로 다른 사업의 {records}에 같은 {field}이(가) 적혀 있으나 첨부 파일이 다릅니다.",
        ),
        "funded-twice": Code(
            "high",
            "{records} of different projects name money for the same work: {field} has the same value",
            "서로 다른 사업의 {records}에 같은 과업({field} 동일)에 대한 금액이 적혀 있습니다.",
        ),
    }

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        # What is compared between projects is a digest of the value: memory stays small whatever people wrote.
        self._files: dict[str, list[_Place]] = {}
        self._numbers: dict[tuple[str, str], list[_Place]] = {}
        self._work: dict[tuple[str, str], list[_Place]] = {}
        self._family: dict[str, str] = {}

    def project(self, history: History) -> Iterable[Finding]:
        for others in history.last.links.values():
            for other in others:
                self._join(history.id, other)
        for step, record in history.recorded():
            kind = history.rules(step).definition.evidence.get(record.type)
            if kind is None or record.source is not None:
                continue
            last, document, values = history.last.evidence[record.id], history.document(record), history.values(record)
            if last.status == "withdrawn":
                continue
            place = _Place(history.id, record.seq, record.id, history.firm, history.last.definition, document or "",
                           happened(step.entry), record.issuer)  # fmt: skip
            if document is not None:
                self._files.setdefault(document, []).append(place)
            paid = any(field.type == "money" for field in kind.fields.values())
            for field in kind.unique:
                value = values.get(field)
                if field != "document" and value not in (None, ""):
                    self._numbers.setdefault((f"{record.type}.{field}", str(value).strip()), []).append(place)
                    if paid and self.plan.same_work is None:
                        self._work.setdefault((f"{record.type}.{field}", str(value).strip()), []).append(place)
            for path in self.plan.same_work or ():
                self._declared(history, path, place, paid, record.type, values)
        return ()

    def _declared(
        self, history: History, path: str, place: _Place, paid: bool, kind: str, values: dict[str, object]
    ) -> None:
        root, _, name = path.partition(".")
        value = history.attributes().get(name) if root == "project" else values.get(name) if root == kind else None
        if paid and value not in (None, ""):
            self._work.setdefault((path, str(value).strip()), []).append(place)

    def finish(self) -> Iterable[Finding]:
        for places in self._files.values():
            yield from self._several("same-document", places, "")
        for (field, _), places in self._numbers.items():
            if len({place.document for place in places}) > 1:
                yield from self._several("same-number", places, field)
        for (field, _), places in self._work.items():
            yield from self._several("funded-twice", places, field)

    def _several(self, code: str, places: list[_Place], field: str) -> Iterator[Finding]:
        if len({self._root(place.project) for place in places}) < 2:
            return
        known, first = self.codes[code], places[0]
        told = [f"{place.project} {place.record}" for place in places]
        yield Finding(
            code,
            known.severity,
            message(known, {"records": told, "field": field}),
            first.project,
            tuple((place.project, place.seq) for place in places),
            first.firm,
            tuple(dict.fromkeys(place.issuer for place in places)),
            max(place.at for place in places),
            first.definition,
            (field,),
        )

    def _root(self, project: str) -> str:
        while (parent := self._family.get(project, project)) != project:
            project = parent
        return project

    def _join(self, one: str, other: str) -> None:
        a, b = sorted((self._root(one), self._root(other)))
        self._family[b] = a


class _Place:
    __slots__ = ("at", "definition", "document", "firm", "issuer", "project", "record", "seq")

    def __init__(
        self, project: str, seq: int, record: str, firm: str, definition: str, document: str, at: str, issuer: str
    ) -> None:
        self.project, self.seq, self.record, self.firm = project, seq, record, firm
        self.definition, self.document, self.at, self.issuer = definition, document, at, issuer


class ChangeCheck(Check):
    """What was fixed and then changed, corrected after it decided something, withdrawn after it was relied on."""

    codes: ClassVar = {
        "changed-after-results": Code(
            "high",
            "{record}, which was fixed, was replaced by {actor} after {result} had come in: {reason}",
            "확정된 {record}이(가) 결과 자료 {result} 접수 후 {actor}에 의해 변경되었습니다. 사유: {reason}",
        ),
        "decisive-correction": Code(
            "medium",
            "{record} was corrected by {actor} after “{act}” had rested on it: {reason}",
            "“{act}”의 근거였던 {record}이(가) 이후 {actor}에 의해 정정되었습니다. 사유: {reason}",
        ),
        "withdrawn-after-decision": Code(
            "low",
            "{record} was withdrawn after “{act}” had rested on it; what is left still supports it",
            "“{act}”의 근거였던 {record}이(가) 이후 철회되었으나 남은 자료로 요건이 유지됩니다.",
        ),
        "support-lost": Code(
            "high",
            "what “{act}” rested on no longer stands: {records}",
            "“{act}”의 근거가 더 이상 유지되지 않습니다: {records}",
        ),
        "one-parent": Code(
            "medium",
            "{records} count side by side, but their issuers {issuers} stand under one parent organisation",
            "함께 계수된 {records}의 발급기관({issuers})은 같은 상위기관 소속입니다.",
        ),
        "empty-field": Code(
            "medium",
            "“{act}” rests on {record}, in which {field} is empty",
            "“{act}”의 근거 자료 {record}에 {field}이(가) 비어 있습니다.",
        ),
    }

    def project(self, history: History) -> Iterable[Finding]:
        for step in history.steps:
            if step.before is not None and step.entry.outcome != "refused":
                yield from self._changed(history, step)
        for step in history.moves():
            yield from self._counted(history, step)

    def _changed(self, history: History, step: Step) -> Iterator[Finding]:
        before, after, entry = step.before, step.after, step.entry
        assert before is not None
        if before.evidence is not after.evidence:
            definition = history.rules(step).definition
            actor = str(entry.actor["id"]) if entry.actor else "–"
            reason = str(entry.content.get("reason") or entry.code or "–")
            for id, record in before.evidence.items():
                now = after.evidence[id].status
                if record.status != "current" or now == "current":
                    continue
                kind = definition.evidence.get(record.type)
                if kind is not None and kind.locked:
                    results = [
                        item
                        for item in before.evidence.values()
                        if item.seq > record.seq
                        and item.type in definition.evidence
                        and record.type in definition.evidence[item.type].dated_after
                    ]
                    if results:
                        yield self.at(
                            history, step, "changed-after-results", record.seq, results[0].seq, record=id,
                            result=results[0].id, actor=actor, reason=reason,
                        )  # fmt: skip
                gates = [gate for gate, support in before.support.items() if id in support.evidence]
                for gate in gates:
                    told = {"record": id, "act": history.title(gate)}
                    seq = before.support[gate].seq
                    if now == "corrected":
                        yield self.at(
                            history, step, "decisive-correction", record.seq, seq, actor=actor, reason=reason, **told
                        )
                    elif now == "withdrawn" and gate in after.support and not after.support[gate].lost:
                        yield self.at(history, step, "withdrawn-after-decision", record.seq, seq, **told)
        if before.support is not after.support:
            for gate, support in after.support.items():
                earlier = before.support.get(gate)
                if support.lost and earlier is not None and not earlier.lost:
                    records = ", ".join(support.evidence)
                    yield self.at(history, step, "support-lost", support.seq, act=history.title(gate), records=records)

    def _counted(self, history: History, step: Step) -> Iterator[Finding]:
        definition, directory = history.rules(step).definition, history.directory(step)
        at = utc_parse(happened(step.entry))
        parents: dict[tuple[str, str], list[EvidenceRecord]] = {}
        for record in history.rested(step):
            kind = definition.evidence.get(record.type)
            if kind is None:
                continue
            collect = kind.collect
            # Where the definition says that one parent counts once, it did: guards never saw the second.
            apart = collect is not None and collect.one_per == "organisation" and collect.distinct is None
            if apart and record.status == "current":
                parents.setdefault((record.type, directory.distinct_key(record.issuer, at)), []).append(record)
            if record.source is None:
                for field, value in history.values(record).items():
                    if value == "" and field in kind.fields:
                        yield self.at(
                            history, step, "empty-field", record.seq, act=history.title(step.entry.name),
                            record=record.id, field=history.title(field),
                        )  # fmt: skip
        for records in parents.values():
            if len({record.issuer for record in records}) > 1:
                yield self.at(
                    history, step, "one-parent", *(record.seq for record in records),
                    records=", ".join(record.id for record in records),
                    issuers=", ".join(record.issuer for record in records),
                )  # fmt: skip

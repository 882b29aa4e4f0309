"""What needs the host's data: agreements without tasks, published rates, who saw what."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar, NamedTuple

from axflow.audit.findings.check import Check, Context
from axflow.audit.findings.finding import Code, Finding, Unchecked, message
from axflow.audit.findings.history import History
from axflow.audit.plan import Rate, Seen
from axflow.definition.base import Text
from axflow.kernel.moment import Moment, utc_text


class ArticleCheck(Check):
    """Whether each article of an agreement has a task, each task a budget, and each budget was spent from."""

    codes: ClassVar = {
        "article-without-task": Code(
            "medium", "article {article} of the agreement has no task in any project",
            "협약 {article}조항에 해당하는 과업이 어느 사업에도 없습니다.",
        ),
        "task-without-budget": Code(
            "medium", "a task under article {article} in {record} has no budget line",
            "{record}의 {article}조항 과업에 예산 과목이 없습니다.",
        ),
        "budget-without-spend": Code(
            "low", "nothing was spent from the budget line {budget} that {record} plans with",
            "{record}에 계획된 예산 과목 {budget}에서 집행된 내역이 없습니다.",
        ),
    }  # fmt: skip

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._articles: set[str] = set()
        self._budgets: dict[str, tuple[History, int, str]] = {}
        self._spent: set[str] = set()
        self._looked = False

    def project(self, history: History) -> Iterable[Finding]:
        plan = self.plan.agreement
        if plan is None:
            return
        self._looked = True
        kind, _, table = plan.tasks.partition(".")
        spent_kind, _, spent_field = (plan.spent or ".").partition(".")
        for step, record in history.recorded():
            if history.last.evidence[record.id].status != "current":
                continue
            values = history.values(record)
            if record.type == spent_kind and spent_field in values:
                self._spent.add(str(values[spent_field]).strip())
            if record.type != kind:
                continue
            rows: Any = values.get(table) or []
            for row in rows:
                article, budget = str(row.get(plan.article, "")).strip(), str(row.get(plan.budget, "")).strip()
                self._articles.add(article)
                if not budget:
                    yield self.at(history, step, "task-without-budget", article=article or "–", record=record.id)
                else:
                    self._budgets.setdefault(budget, (history, step.entry.seq, record.id))

    def finish(self) -> Iterable[Finding]:
        plan = self.plan.agreement
        if plan is None:
            return
        known = self.codes["article-without-task"]
        for article in plan.articles:
            if article not in self._articles:
                yield Finding("article-without-task", known.severity, message(known, {"article": article}),
                              subject=(article,))  # fmt: skip
        if plan.spent is not None:
            for budget, (history, seq, record) in sorted(self._budgets.items()):
                if budget not in self._spent:
                    step = history.by_seq[seq]
                    yield self.at(history, step, "budget-without-spend", budget=budget, record=record)

    def unchecked(self) -> Iterable[Unchecked]:
        if self.plan.agreement is None:
            yield Unchecked(
                tuple(self.codes),
                Text(
                    en="the articles of the agreement are not known here; name them under `agreement` in the plan",
                    ko="협약 조항을 알 수 없습니다. 감사계획의 `agreement`에 적으십시오.",
                ),
            )
        elif self.plan.agreement.spent is None:
            yield Unchecked(
                ("budget-without-spend",),
                Text(
                    en="where spending is recorded is not said; name it under `agreement.spent` in the plan",
                    ko="집행 내역이 어디에 기록되는지 알 수 없습니다. 감사계획의 `agreement.spent`에 적으십시오.",
                ),
            )


class _Counted(NamedTuple):
    of: int
    reached: int
    running: int


class RateCheck(Check):
    """Whether a published rate comes out again, with its denominator, cohort and those that still run."""

    codes: ClassVar = {
        "rate-differs": Code(
            "high",
            "the published rate “{name}” is {published}; it computes as {reached} of {of} = {found} "
            "(cohort {cohort}, {running} still running)",
            "공표된 비율 “{name}”은(는) {published}이나, 재계산하면 {of}건 중 {reached}건 = {found}입니다"
            "(대상 {cohort}, 진행 중 {running}건).",
        ),
    }

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._counted = [_Counted(0, 0, 0) for _ in context.plan.rates or ()]

    def project(self, history: History) -> Iterable[Finding]:
        for place, rate in enumerate(self.plan.rates or ()):
            if history.last.definition != rate.definition or not _in_cohort(history, rate):
                continue
            last, known = history.last, self._counted[place]
            member = rate.of == "opened" or (rate.of == "ended" and last.end is not None) or _passed(history, rate.of)
            if member:
                self._counted[place] = _Counted(
                    known.of + 1, known.reached + _reached(history, rate.reached), known.running + (last.end is None)
                )
        return ()

    def finish(self) -> Iterable[Finding]:
        for rate, counted in zip(self.plan.rates or (), self._counted, strict=True):
            published = Decimal(rate.published)
            places = Decimal(1).scaleb(int(published.as_tuple().exponent))
            found = (
                None if not counted.of
                else (Decimal(counted.reached) / counted.of).quantize(places, rounding=ROUND_HALF_UP)
            )  # fmt: skip
            if found != published:
                known = self.codes["rate-differs"]
                cohort = f"{rate.opened_from or '…'} – {rate.opened_until or '…'}"
                told = {"name": rate.name, "published": rate.published, "found": "–" if found is None else found,
                        "cohort": cohort, **counted._asdict()}  # fmt: skip
                yield Finding("rate-differs", known.severity, message(known, dict(told)), definition=rate.definition,
                              subject=(rate.name,))  # fmt: skip

    def unchecked(self) -> Iterable[Unchecked]:
        if self.plan.rates is None:
            yield Unchecked(
                tuple(self.codes),
                Text(
                    en="which rates were published is not known here; name them under `rates` in the plan",
                    ko="공표된 비율을 알 수 없습니다. 감사계획의 `rates`에 적으십시오.",
                ),
            )


def _in_cohort(history: History, rate: Rate) -> bool:
    day = history.day(history.last.opened_at)
    return str(rate.opened_from or "") <= day <= str(rate.opened_until or "~")


def _passed(history: History, what: str) -> bool:
    return what.startswith("passed ") and what.removeprefix("passed ") in history.last.fired


def _reached(history: History, what: str) -> bool:
    end = history.last.end
    if what == "success":
        return end is not None and history.definition.ends[end].kind == "success"
    return end == what.removeprefix("end ") if what.startswith("end ") else _passed(history, what)


class AccessCheck(Check):
    """Who saw a classified value without belonging to its audience."""

    codes: ClassVar = {
        "saw-classified": Code(
            "high",
            "{person} of {organisation} saw {path} on {day}, which is “{label}” and not meant for them",
            "{organisation}의 {person}이(가) 열람 대상이 아닌 “{label}” 항목 {path}을(를) {day}에 열람하였습니다.",
        ),
    }

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._seen: dict[str, list[Seen]] = {}
        for seen in context.plan.access_log or ():
            self._seen.setdefault(seen.project, []).append(seen)

    def project(self, history: History) -> Iterable[Finding]:
        from axflow.kernel.actor import Actor
        from axflow.kernel.facts import Facts
        from axflow.kernel.prospects import sight

        for seen in self._seen.get(history.id, ()):
            instant = Moment.parse(seen.at, history.zone)
            at = utc_text(instant.end)
            known = [step for step in history.steps if step.entry.recorded_at <= at] or [history.steps[0]]
            step = known[-1]
            published = history.rules(step)
            facts = Facts(instant.end, published.calendar, self.reading.directory_at(at))
            viewer = Actor(seen.person, seen.organisation, seen.role)
            definition = published.definition
            if sight(definition, step.after._replace(recorded_at=at), facts, viewer)(seen.path):
                continue
            root, _, field = seen.path.partition(".")
            kind = definition.evidence.get(root)
            declared = (
                definition.attributes.get(field) if root == "project" else kind.fields.get(field) if kind else None
            )
            label = (declared.classification if declared is not None else None) or (
                kind.classification if kind else None
            )
            yield self.at(
                history, step, "saw-classified", person=seen.person, organisation=seen.organisation, path=seen.path,
                day=history.day(at), label=definition.classifications[label].title if label else "–",
                organisations=(seen.organisation,),
            )  # fmt: skip

    def unchecked(self) -> Iterable[Unchecked]:
        if self.plan.access_log is None:
            yield Unchecked(
                tuple(self.codes),
                Text(
                    en="who looked at what is known to the host only; give its log under `access_log` in the plan",
                    ko="열람 기록은 호스트만 알 수 있습니다. 감사계획의 `access_log`에 주십시오.",
                ),
            )

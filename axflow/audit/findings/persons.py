"""Persons: who acted on both sides, without authority, with a tie to the firm; waivers and refused attempts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import ClassVar, Final

from axflow.audit.findings.check import Check, Context
from axflow.audit.findings.finding import Code, Finding, Unchecked, message
from axflow.audit.findings.history import History, happened, persons
from axflow.audit.reading import Step
from axflow.definition.base import Text
from axflow.kernel.directory_records import Reason
from axflow.kernel.moment import utc_parse


class DutiesCheck(Check):
    """Separation of duties: nobody decides about what they handed in, not even as a deputy."""

    codes: ClassVar = {
        "own-submission": Code(
            "high",
            "{person} did “{act}” after “{earlier}”, in person or through a deputy: one person on both sides",
            "{person}이(가) “{earlier}” 후 “{act}”까지 본인 또는 대리로 수행하였습니다.",
        ),
        "deputy-of-self": Code(
            "high",
            "{person} did “{act}” as the deputy of themselves",
            "{person}이(가) 자기 자신의 대리인으로 “{act}”을(를) 수행하였습니다.",
        ),
        "same-panel": Code(
            "high",
            "{person} decided the appeal “{act}” after having taken part in what it is against: “{earlier}”",
            "{person}은(는) 원처분 “{earlier}”에 참여하고도 이의신청 “{act}”을(를) 결정하였습니다.",
        ),
    }

    def project(self, history: History) -> Iterable[Finding]:
        own: dict[str, Step] = {}
        done: dict[str, list[tuple[str, Step]]] = {}
        for step in history.steps:
            entry = step.entry
            if entry.outcome == "refused" or entry.actor is None:
                continue
            who = persons(entry)
            told = {"person": str(entry.actor["id"]), "act": history.title(entry.name)}
            if entry.actor.get("on_behalf_of") == entry.actor["id"]:
                yield self.at(history, step, "deputy-of-self", **told)
            definition = history.rules(step).definition
            role = definition.roles.get(str(entry.actor.get("role")))
            of_firm = role is not None and "firm" in role.of
            for name, earlier in self._against(history, step, done):
                code = "same-panel" if entry.name.rpartition(".")[0] in definition.appeals else "own-submission"
                yield self.at(history, step, code, earlier.entry.seq, earlier=history.title(name), **told)
                break
            else:
                mine = next((own[person] for person in who if person in own), None)
                if mine is not None and not of_firm and entry.outcome == "moved" and entry.transition is not None:
                    earlier_name = history.title(mine.entry.name)
                    yield self.at(history, step, "own-submission", mine.entry.seq, earlier=earlier_name, **told)
            for person in who:
                if of_firm and entry.kind in ("open", "record", "send"):
                    own.setdefault(person, step)
                done.setdefault(person, []).append((entry.name, step))

    def _against(
        self, history: History, step: Step, done: dict[str, list[tuple[str, Step]]]
    ) -> Iterator[tuple[str, Step]]:
        """Earlier acts of the same person that the rules keep apart from this one."""
        entry, definition = step.entry, history.rules(step).definition
        apart: tuple[str, ...] = ()
        taken = history.taken(step) if entry.outcome == "moved" else None
        if taken is not None:
            apart = tuple(taken.not_same_actor_as)
        part, _, act = entry.name.rpartition(".")
        if part in definition.handoffs and act == "accept" and definition.handoffs[part].independent:
            apart = (*apart, f"{part}.offer")
        if part in definition.appeals and act in ("uphold", "dismiss"):
            apart = (*definition.appeals[part].against, *definition.appeals[part].excluded)
        for person in persons(entry):
            for name, earlier in done.get(person, ()):
                if name in apart or (earlier.entry.transition or "") in apart:
                    yield name, earlier


class AuthorityCheck(Check):
    """Whether who acted had the authority on that day, as the directory was then known."""

    codes: ClassVar = {
        "no-authority": Code(
            "high",
            "{person} had no authority for “{act}” on {day} as {role} of {organisation}: {why}",
            "{person}은(는) {day} 당시 {organisation} {role}(으)로서 “{act}” 권한이 없었습니다. {why}",
        ),
    }

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._empty = not context.reading.changes

    def project(self, history: History) -> Iterable[Finding]:
        if self._empty:
            return
        for step in history.steps:
            entry = step.entry
            if entry.outcome == "refused" or entry.actor is None or entry.kind == "refusals":
                continue
            definition, directory = history.rules(step).definition, history.directory(step)
            person, organisation = str(entry.actor["id"]), str(entry.actor["organisation"])
            at = utc_parse(happened(entry))
            given = entry.actor.get("role")
            roles = [str(given)] if given is not None else list(definition.roles)
            if any(directory.authority(person, role, organisation, at) is not None for role in roles):
                continue
            reasons = directory.reasons(person, roles[0], organisation, at) if given is not None else ()
            reason = (reasons or (Reason("no_grant"),))[0]
            yield self.at(
                history, step, "no-authority", person=person, act=history.title(entry.name),
                day=history.day(happened(entry)),
                role=history.title(str(given)) if given is not None else "–", organisation=organisation,
                why=Text(en=reason.in_words("en"), ko=reason.in_words("ko")),
            )  # fmt: skip

    def unchecked(self) -> Iterable[Unchecked]:
        if self._empty:
            yield Unchecked(
                tuple(self.codes),
                Text(
                    en="the directory is empty: the host vouches for roles, so nobody's authority can be checked here",
                    ko="명부가 비어 있습니다. 역할을 호스트가 보증하므로 권한을 확인할 수 없습니다.",
                ),
            )


class TieCheck(Check):
    """Ties between those who judge and the firm that is judged."""

    codes: ClassVar = {
        "tied-to-firm": Code(
            "high",
            "{person} did “{act}” though tied to the firm {firm}: {tie}",
            "{person}은(는) 기업 {firm}과(와) 이해관계({tie})가 있음에도 “{act}”을(를) 수행하였습니다.",
        ),
        "affiliated-issuer": Code(
            "high",
            "{record} must be independent of the firm {firm}, but its issuer {issuer} is affiliated with it",
            "{record}은(는) 독립된 기관이 발급해야 하나 발급기관 {issuer}이(가) 기업 {firm} 본인 또는 계열기관입니다.",
        ),
    }

    def project(self, history: History) -> Iterable[Finding]:
        for step in history.steps:
            entry = step.entry
            if entry.outcome == "refused" or entry.actor is None:
                continue
            definition = history.rules(step).definition
            role = definition.roles.get(str(entry.actor.get("role")))
            if role is not None and "firm" in role.of:
                continue
            day = utc_parse(happened(entry)).astimezone(history.zone).date()
            for tie in self.plan.ties or ():
                if tie.person in persons(entry) and tie.firm == step.after.firm and _holds(tie.from_, tie.until, day):
                    yield self.at(
                        history, step, "tied-to-firm", person=tie.person, act=history.title(entry.name), firm=tie.firm,
                        tie=tie.tie,
                    )  # fmt: skip
        for step, record in history.recorded():
            kind = history.rules(step).definition.evidence.get(record.type)
            at = utc_parse(happened(step.entry))
            if kind is not None and kind.independent and record.source is None:
                firm = step.after.firm
                if history.directory(step).affiliated(record.issuer, firm, at):
                    yield self.at(history, step, "affiliated-issuer", record=record.id, issuer=record.issuer, firm=firm)

    def unchecked(self) -> Iterable[Unchecked]:
        if self.plan.ties is None:
            yield Unchecked(
                ("tied-to-firm",),
                Text(
                    en="ties between persons and firms are known to the host only; name them under `ties` in the plan",
                    ko="개인과 기업의 이해관계는 호스트만 알 수 있습니다. 감사계획의 `ties`에 적으십시오.",
                ),
            )


def _holds(since: date | None, until: date | None, day: date) -> bool:
    return (since is None or since <= day) and (until is None or day <= until)


class WaiverCheck(Check):
    """Waivers: each one that was used, many by one person, and those that ended without the guard being met."""

    codes: ClassVar = {
        "waived": Code(
            "low",
            "“{act}” passed though “{guard}” was {verdict}, under a waiver of {by} and {second}",
            "“{guard}”이(가) {verdict}이나 {by}, {second}의 면제에 따라 “{act}”이(가) 진행되었습니다.",
        ),
        "waivers-by-one": Code(
            "medium",
            "{person} gave {count} waivers, {share}",
            "{person}이(가) 면제를 {count}건 부여하였습니다. {share}",
        ),
        "waiver-not-cured": Code(
            "high",
            "the waiver of “{guard}” ended on {day}, and the guard has never been found TRUE since",
            "“{guard}” 면제가 {day}에 만료되었으나 이후 요건이 충족된 적이 없습니다.",
        ),
    }

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._given: dict[str, list[tuple[str, int, str, str, str]]] = {}

    def project(self, history: History) -> Iterable[Finding]:
        met: dict[str, int] = {}
        ended: dict[str, Step] = {}
        for step in history.steps:
            entry = step.entry
            for guard, verdict in entry.verdicts:
                if verdict == "TRUE" and entry.outcome != "refused":
                    met[guard] = entry.seq
            for guard in entry.waivers:
                state = (step.before or step.after).waivers.get(guard)
                verdict = dict(entry.verdicts).get(guard, "–")
                by, second, seqs = ("–", "–", ()) if state is None else (state.by, state.confirmed_by, (state.seq,))
                yield self.at(
                    history, step, "waived", *seqs, act=history.title(entry.name), guard=history.title(guard),
                    verdict=verdict, by=by, second=second,
                )  # fmt: skip
            for effect in entry.effects:
                if effect[0] == "waiver" and effect[2] is not None:
                    given = (history.id, entry.seq, history.firm, happened(entry), history.last.definition)
                    self._given.setdefault(str(effect[2]["by"]), []).append(given)
            if "waiver_expired" in entry.flags:
                ended[entry.name] = step
        used = {guard for step in history.steps for guard in step.entry.waivers}
        for guard, step in ended.items():
            if guard in used and met.get(guard, 0) < step.entry.seq and guard not in history.last.waivers:
                day = history.day(happened(step.entry))
                yield self.at(history, step, "waiver-not-cured", guard=history.title(guard), day=day)

    def finish(self) -> Iterable[Finding]:
        known = self.codes["waivers-by-one"]
        for person, given in sorted(self._given.items()):
            if len(given) < self.plan.limits.waivers:
                continue
            firms = sorted({firm for _, _, firm, _, _ in given})
            share = Text(en="all for {firm}", ko="모두 {firm} 대상입니다.") if len(firms) == 1 else Text(
                en="for {count} firms", ko="대상 기업 {count}곳."
            )  # fmt: skip
            filled = Text(
                en=share.en.format(firm=firms[0], count=len(firms)),
                ko=share.in_("ko").format(firm=firms[0], count=len(firms)),
            )
            yield Finding(
                "waivers-by-one",
                known.severity,
                message(known, {"person": person, "count": len(given), "share": filled}),
                given[0][0] if len({one[0] for one in given}) == 1 else None,
                tuple((project, seq) for project, seq, _, _, _ in given),
                firms[0] if len(firms) == 1 else None,
                (),
                max(at for _, _, _, at, _ in given),
                given[0][4],
                (person,),
            )


class AttemptCheck(Check):
    """Refused attempts: at gates that were not open, and by those who may not."""

    codes: ClassVar = {
        "gate-attempted": Code(
            "medium",
            "{person} tried “{act}” {count} times while it was not open: {reasons}",
            "{person}이(가) 요건이 충족되지 않은 “{act}”을(를) {count}회 시도하였습니다: {reasons}",
        ),
        "unauthorised-attempt": Code(
            "medium",
            "{person} tried “{act}” {count} times without the authority",
            "{person}이(가) 권한 없이 “{act}”을(를) {count}회 시도하였습니다.",
        ),
    }

    def project(self, history: History) -> Iterable[Finding]:
        found: dict[tuple[str, str, str], list[Step]] = {}
        for step in history.steps:
            entry = step.entry
            if entry.outcome != "refused" or entry.actor is None or entry.kind not in ("send", "waive"):
                continue
            code = "unauthorised-attempt" if "not_authorised" in entry.blockers else "gate-attempted"
            if code == "gate-attempted" and not _CLOSED & set(entry.blockers):
                continue
            found.setdefault((code, str(entry.actor["id"]), entry.name), []).append(step)
        for (code, person, name), steps in found.items():
            if len(steps) >= self.plan.limits.attempts:
                reasons = ", ".join(dict.fromkeys(one for step in steps for one in step.entry.blockers))
                words = {"reasons": reasons} if code == "gate-attempted" else {}
                yield self.about(
                    history, code, [step.entry.seq for step in steps], steps[-1], person=person,
                    act=history.title(name), count=len(steps), **words,
                )  # fmt: skip


_CLOSED: Final = frozenset(
    {
        "guard_false",
        "guard_unknown",
        "not_enabled",
        "join_incomplete",
        "support_lost",
        "on_hold",
        "separation_of_duties",
    }
)
"""Reasons that say that a gate was not open; others say that a form was filled in wrongly."""

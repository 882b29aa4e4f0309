"""Reasons: whether one must be given, and which codes are permitted."""

from __future__ import annotations

from axflow.definition.transition import Reason
from axflow.kernel.blocker import Blocker
from axflow.kernel.case import Case


def reason_blockers(case: Case, rule: Reason, reason: str | None, code: str | None, act: str) -> list[Blocker]:
    """What is wrong with the reason given for `act`."""
    if rule == "optional":
        return []
    title = case.program.title(act)
    if rule == "required":
        return [] if (reason and reason.strip()) or code else [Blocker("reason_required", {"act": title})]
    if code is None:
        return [Blocker("reason_required", {"act": title})]
    if code not in rule:
        return [Blocker("reason_not_permitted", {"code": code, "act": title, "permitted": rule})]
    return []

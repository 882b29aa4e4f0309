"""Refusals and errors as a host's HTTP interface says them: a status for each, and a body of RFC 9457 in words.

The one place where blocker codes become HTTP statuses. A framework's handler is then three lines long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, get_args

from axflow.definition.base import Language
from axflow.engine.errors import EngineError, NotAuthorised
from axflow.kernel.decision import Decision, Refused
from axflow.store.errors import Conflict, StoreError, UnknownDefinition, UnknownProject

MEDIA_TYPE: Final = "application/problem+json"
"""The content type of a problem's body."""

Cause: TypeAlias = Decision | Exception
"""A refusal, or what axflow raises: `Refused`, `EngineError`, `StoreError`."""

_FORBIDDEN, _NOT_FOUND, _CONFLICT, _CONDITION, _CONTENT, _SERVER = 403, 404, 409, 412, 422, 500

STATUSES: Final[Mapping[str, int]] = {
    # 403: another person could. No change to the request helps this one.
    "not_authorised": _FORBIDDEN,
    "separation_of_duties": _FORBIDDEN,
    "already_signed": _FORBIDDEN,
    "firm_mismatch": _FORBIDDEN,
    # 404: what the request names is not there.
    "unknown_event": _NOT_FOUND,
    "unknown_name": _NOT_FOUND,
    "unknown_record": _NOT_FOUND,
    "nothing_to_redact": _NOT_FOUND,
    # 409: the same request could do in another state of the project. Look again before sending anything.
    "key_reused": _CONFLICT,
    "stale": _CONFLICT,
    "not_enabled": _CONFLICT,
    "not_accepted_here": _CONFLICT,
    "ended": _CONFLICT,
    "recorded_history": _CONFLICT,
    "limit_reached": _CONFLICT,
    "round_closed": _CONFLICT,
    "on_hold": _CONFLICT,
    "not_on_hold": _CONFLICT,
    "already_on_hold": _CONFLICT,
    "no_obligation": _CONFLICT,
    "locked": _CONFLICT,
    "duplicate_claim": _CONFLICT,
    "not_current": _CONFLICT,
    "already_waived": _CONFLICT,
    "appeal_late": _CONFLICT,
    "no_appeal": _CONFLICT,
    "not_running": _CONFLICT,
    "still_read": _CONFLICT,
    "legal_hold": _CONFLICT,
    "already_kept": _CONFLICT,
    "not_kept": _CONFLICT,
    "not_effective": _CONFLICT,
    "not_bounded": _CONFLICT,
    "same_calendar": _CONFLICT,
    # 422: understood and possible here, but what was sent or filed so far does not do. The reasons say what is missing.
    "guard_false": _CONTENT,
    "guard_unknown": _CONTENT,
    "join_incomplete": _CONTENT,
    "support_lost": _CONTENT,
    "obligation_open": _CONTENT,
    "request_missing": _CONTENT,
    "reason_required": _CONTENT,
    "reason_not_permitted": _CONTENT,
    "missing_field": _CONTENT,
    "unknown_field": _CONTENT,
    "invalid_value": _CONTENT,
    "wrong_form": _CONTENT,
    "too_long": _CONTENT,
    "wrong_channel": _CONTENT,
    "issuer_without_role": _CONTENT,
    "issuer_not_independent": _CONTENT,
    "document_missing": _CONTENT,
    "document_empty": _CONTENT,
    "document_mismatch": _CONTENT,
    "dated_in_future": _CONTENT,
    "dates_out_of_order": _CONTENT,
    "dated_too_early": _CONTENT,
    "out_of_order": _CONTENT,
    "in_future": _CONTENT,
    "not_equivalent": _CONTENT,
    "not_waivable": _CONTENT,
    "not_extensible": _CONTENT,
    "cannot_map": _CONTENT,
}
"""The HTTP status of each blocker code."""

_TITLES: Final[Mapping[int, Mapping[Language, str]]] = {
    _FORBIDDEN: {"en": "You may not do this", "ko": "권한이 없습니다"},
    _NOT_FOUND: {"en": "There is no such thing", "ko": "찾을 수 없습니다"},
    _CONFLICT: {"en": "Not in the present state", "ko": "현재 상태에서는 처리할 수 없습니다"},
    _CONDITION: {"en": "Somebody else was first", "ko": "그 사이 다른 변경이 있었습니다"},
    _CONTENT: {"en": "Something is missing", "ko": "요건이 충족되지 않았습니다"},
    _SERVER: {"en": "It could not be done", "ko": "처리하지 못했습니다"},
}
_RAISED: Final[tuple[tuple[type[Exception], int], ...]] = (
    (UnknownProject, _NOT_FOUND),
    (UnknownDefinition, _NOT_FOUND),
    (NotAuthorised, _FORBIDDEN),
    (Conflict, _CONFLICT),
    (StoreError, _SERVER),
    (EngineError, _SERVER),
)


def http_status(cause: Cause, *, conditional: bool = False) -> int:
    """The HTTP status of a refusal, or of what axflow raised. 200 for a decision that is no refusal.

    Parameters:
        cause: the decision or the exception.
        conditional: the version that the caller saw came as `If-Match`; a stale one is then 412, as HTTP has it.

    Of several reasons, the one that the caller can do least about decides: 403, then 404, 412, 409, 422. Raises
    `TypeError` for an exception that is not axflow's.
    """
    decision = cause.decision if isinstance(cause, Refused) else cause
    if isinstance(decision, Decision):
        found = {STATUSES[blocker.code] for blocker in decision.blockers}
        if conditional and any(blocker.code == "stale" for blocker in decision.blockers):
            found.add(_CONDITION)
        order = (_FORBIDDEN, _NOT_FOUND, _CONDITION, _CONFLICT, _CONTENT)
        otherwise = 200 if decision.allowed else _CONFLICT
        return next((status for status in order if status in found), otherwise)
    for kind, status in _RAISED:
        if isinstance(decision, kind):
            return status
    raise TypeError(f"{type(decision).__name__} is neither a decision nor raised by axflow, so it has no status here")


def problem(
    cause: Cause,
    language: Language = "en",
    *,
    may_see: Callable[[str], bool] | None = None,
    instance: str | None = None,
    conditional: bool = False,
) -> dict[str, Any]:
    """The body of RFC 9457 for a refusal, or for what axflow raised; to be sent as `MEDIA_TYPE` with its `status`.

    Parameters:
        cause: a refused decision or the exception. `ValueError` for a decision that is no refusal.
        language: of title, detail and reasons.
        may_see: which values the reader may see, from `engine.may_see(project, actor)`; default: none.
        instance: the URI of what was asked, such as the request's path.
        conditional: as for `http_status`.

    `reasons` has each blocker: `code`, `message`, `resolvers` (the roles that can bring about what is missing), and
    `guard` where it is one. An error of the store says nothing of its inside: that belongs in the host's log.
    """
    status = http_status(cause, conditional=conditional)
    if status == 200:
        raise ValueError("the command was not refused, so there is no problem to tell")
    decision = cause.decision if isinstance(cause, Refused) else cause
    body: dict[str, Any] = {"title": _TITLES[status][language], "status": status}
    if isinstance(decision, Decision):
        sight = may_see or _see_nothing
        reasons: list[dict[str, Any]] = []
        for blocker in decision.blockers:
            told = {"code": blocker.code, "message": blocker.message(language, sight)}
            guard = {} if blocker.guard is None else {"guard": blocker.guard}
            reasons.append({**told, "resolvers": list(blocker.resolvers), **guard})
        body |= {"detail": " ".join(reason["message"] for reason in reasons), "reasons": reasons}
    if instance is not None:
        body["instance"] = instance
    return body


def preferred(accept_language: str | None, default: Language = "en") -> Language:
    """The language to answer in, of those that axflow speaks, by an `Accept-Language` header (RFC 9110, 12.5.4).

    Parameters:
        accept_language: such as `ko-KR,ko;q=0.9,en;q=0.8`; None where there is no such header.
        default: where the header wants none of them, or cannot be read.
    """
    weights: dict[str, float] = {}
    for part in (accept_language or "").lower().split(","):
        tag, _, weight = part.partition(";")
        name, value = weight.strip().partition("=")[::2]
        try:
            quality = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            continue
        language = tag.strip().partition("-")[0]
        weights[language] = max(quality, weights.get(language, 0.0))
    spoken: tuple[Language, ...] = get_args(Language)
    order = sorted(spoken, key=lambda language: language != default)  # of equals, the default
    best = max(order, key=lambda language: weights.get(language, weights.get("*", 0.0)))
    return best if weights.get(best, weights.get("*", 0.0)) > 0 else default


def _see_nothing(path: str) -> bool:
    return False

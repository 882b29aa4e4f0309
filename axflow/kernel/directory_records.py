"""What a directory records: organisations, persons, grants, delegations, revocations; and what it answers.

Each record is immutable and speaks for itself: it can be written as canonical JSON and read back. Times may be given in
any zone and are kept in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal, get_args

from axflow.kernel.moment import as_utc, utc_parse, utc_text

PersonKind = Literal["human", "service", "ai"]
ReasonCode = Literal[
    "no_grant",
    "expired",
    "not_yet",
    "departed",
    "self_delegation",
    "circular",
    "granted_after",
    "organisation_abolished",
]


class DirectoryError(ValueError):
    """A change does not fit the directory; the message names the record, the place and what would be right."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """What is recorded of one organisation; a later record of the same `id` adds to it.

    `names` are pairs of an instant and the words (`en`, `ko`) valid from it; `parent` of an instant and the parent from
    it (None: it stands alone). An organisation that ended has `abolished_on`, and a `successor` if another took
    over its business from that instant.
    """

    tag: ClassVar[str] = "organisation"

    id: str
    names: tuple[tuple[datetime, Mapping[str, str]], ...] = ()
    parent: tuple[tuple[datetime, str | None], ...] = ()
    successor: str | None = None
    abolished_on: datetime | None = None

    def __post_init__(self) -> None:
        _named(self.id, "an organisation", "id")
        for _, words in self.names:
            if not words or not set(words) <= {"en", "ko"} or not all(words.values()):
                raise DirectoryError(f"organisation {self.id!r}: a name is words in en and ko, not {dict(words)!r}")
        _set(self, "names", tuple((_instant(at, self.id, "names"), dict(words)) for at, words in self.names))
        _set(self, "parent", tuple((_instant(at, self.id, "parent"), parent) for at, parent in self.parent))
        if self.abolished_on is not None:
            _set(self, "abolished_on", _instant(self.abolished_on, self.id, "abolished_on"))
        elif self.successor is not None:
            raise DirectoryError(f"organisation {self.id!r} has the successor {self.successor!r} but no abolished_on")
        if self.id == self.successor or any(parent == self.id for _, parent in self.parent):
            raise DirectoryError(f"organisation {self.id!r} can be neither its own parent nor its own successor")

    def to_json(self) -> dict[str, Any]:
        """The record as JSON."""
        return {
            "id": self.id,
            "names": [[utc_text(at), dict(words)] for at, words in self.names],
            "parent": [[utc_text(at), parent] for at, parent in self.parent],
            "successor": self.successor,
            "abolished_on": _text(self.abolished_on),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Organisation:
        """Read what `to_json` wrote."""
        return cls(
            data["id"],
            tuple((utc_parse(at), words) for at, words in data["names"]),
            tuple((utc_parse(at), parent) for at, parent in data["parent"]),
            data["successor"],
            _parsed(data["abolished_on"]),
        )


@dataclass(frozen=True, slots=True)
class Person:
    """Who an actor is, a human unless said otherwise, and since when it is gone. Who returns comes under a new id."""

    tag: ClassVar[str] = "person"

    actor: str
    kind: PersonKind = "human"
    departed_on: datetime | None = None

    def __post_init__(self) -> None:
        _named(self.actor, "a person", "actor")
        if self.kind not in get_args(PersonKind):
            raise DirectoryError(
                f"person {self.actor!r} is one of {', '.join(get_args(PersonKind))}, not {self.kind!r}"
            )
        if self.departed_on is not None:
            _set(self, "departed_on", _instant(self.departed_on, self.actor, "departed_on"))

    def to_json(self) -> dict[str, Any]:
        """The record as JSON."""
        return {"actor": self.actor, "kind": self.kind, "departed_on": _text(self.departed_on)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Person:
        """Read what `to_json` wrote."""
        return cls(data["actor"], data["kind"], _parsed(data["departed_on"]))


@dataclass(frozen=True, slots=True)
class Grant:
    """`actor` has `role` for `organisation` from `from_` until before `until` (None: until further notice)."""

    tag: ClassVar[str] = "grant"

    actor: str
    role: str
    organisation: str
    from_: datetime
    until: datetime | None = None

    def __post_init__(self) -> None:
        _named(self.actor, "a grant", "actor")
        _check_term(self)

    def to_json(self) -> dict[str, Any]:
        """The record as JSON."""
        return {"actor": self.actor} | _term_json(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Grant:
        """Read what `to_json` wrote."""
        return cls(data["actor"], data["role"], data["organisation"], utc_parse(data["from"]), _parsed(data["until"]))


@dataclass(frozen=True, slots=True)
class Delegation:
    """`to_actor` may use the `role` that `from_actor` holds by grant for `organisation`, from `from_` until `until`.

    It lends what its giver has at the time of the act: it ends with the giver's grant, and one who holds a role by
    delegation has nothing to delegate on.
    """

    tag: ClassVar[str] = "delegation"

    from_actor: str
    to_actor: str
    role: str
    organisation: str
    from_: datetime
    until: datetime | None = None

    def __post_init__(self) -> None:
        _named(self.from_actor, "a delegation", "from_actor")
        _named(self.to_actor, "a delegation", "to_actor")
        _check_term(self)

    def to_json(self) -> dict[str, Any]:
        """The record as JSON."""
        return {"from_actor": self.from_actor, "to_actor": self.to_actor} | _term_json(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Delegation:
        """Read what `to_json` wrote."""
        return cls(
            data["from_actor"],
            data["to_actor"],
            data["role"],
            data["organisation"],
            utc_parse(data["from"]),
            _parsed(data["until"]),
        )


@dataclass(frozen=True, slots=True)
class Revocation:
    """The grant or delegation recorded as change number `record` (the first is 1) ends at `at`.

    It takes nothing back: acts done before the revocation was recorded keep their authority.
    """

    tag: ClassVar[str] = "revocation"

    record: int
    at: datetime

    def __post_init__(self) -> None:
        _set(self, "at", _instant(self.at, f"record {self.record}", "at"))

    def to_json(self) -> dict[str, Any]:
        """The record as JSON."""
        return {"record": self.record, "at": utc_text(self.at)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Revocation:
        """Read what `to_json` wrote."""
        return cls(data["record"], utc_parse(data["at"]))


Record = Organisation | Person | Grant | Delegation | Revocation
_KINDS: dict[str, type[Record]] = {kind.tag: kind for kind in (Organisation, Person, Grant, Delegation, Revocation)}


@dataclass(frozen=True, slots=True)
class Change:
    """One record and when the directory took it in.

    For a directory taken over from elsewhere, `recorded_at` is the date of the paper that made the record known there.
    """

    recorded_at: datetime
    record: Record

    def __post_init__(self) -> None:
        _set(self, "recorded_at", _instant(self.recorded_at, self.record.tag, "recorded_at"))

    def to_json(self) -> dict[str, Any]:
        """The change as JSON, with the kind of its record."""
        return {"recorded_at": utc_text(self.recorded_at), "kind": self.record.tag, "record": self.record.to_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Change:
        """Read what `to_json` wrote; `DirectoryError` names what is missing or unknown."""
        try:
            return cls(utc_parse(data["recorded_at"]), _KINDS[data["kind"]].from_json(data["record"]))
        except (KeyError, TypeError, ValueError) as error:
            raise DirectoryError(
                f"no change of a directory: {error!s} in {dict(data)!r}; "
                f"a change has recorded_at, kind (one of {', '.join(_KINDS)}) and record"
            ) from error


@dataclass(frozen=True, slots=True)
class Authority:
    """That `actor` may act in `role` for an organisation, and the numbers of the records that say so.

    `organisation` is the one named in the record, maybe a predecessor of the one asked for. `on_behalf_of` is the giver
    of a delegation, whose own grant is `grant`; without one, `record == grant`.
    """

    actor: str
    role: str
    organisation: str
    record: int
    grant: int
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an actor has no authority: a code, the number of the record at fault and the instant that decided, if any."""

    code: ReasonCode
    record: int | None = None
    when: datetime | None = None

    def in_words(self, language: Literal["en", "ko"]) -> str:
        """The reason as a sentence."""
        words = _WORDS[self.code][0 if language == "en" else 1]
        return words.format(when="" if self.when is None else utc_text(self.when))


_WORDS: dict[ReasonCode, tuple[str, str]] = {
    "no_grant": ("No grant of this role is on record.", "이 역할을 부여한 기록이 없습니다."),
    "expired": ("The role ended at {when}.", "역할이 {when}에 종료되었습니다."),
    "not_yet": ("The role begins only at {when}.", "역할은 {when}부터 효력이 있습니다."),
    "departed": ("The holder left at {when}.", "보유자가 {when}에 퇴직하였습니다."),
    "self_delegation": ("Nobody can delegate to themselves.", "자기 자신에게 위임할 수 없습니다."),
    "circular": (
        "The delegation leads back to the actor itself; nobody in it holds a grant.",
        "위임이 본인에게 되돌아오며, 역할을 직접 부여받은 사람이 없습니다.",
    ),
    "granted_after": (
        "The role was recorded only at {when}, after the act.",
        "역할이 행위 이후인 {when}에 기록되었습니다.",
    ),
    "organisation_abolished": (
        "The organisation was abolished at {when} and has no successor.",
        "해당 기관은 {when}에 폐지되었고 승계 기관이 없습니다.",
    ),
}


def _set(record: object, name: str, value: object) -> None:
    object.__setattr__(record, name, value)


def _named(value: object, what: str, field: str) -> None:
    if not isinstance(value, str) or not value:
        raise DirectoryError(f"{what} needs its {field} as text that is not empty, not {value!r}")


def _instant(value: datetime, what: str, field: str) -> datetime:
    try:
        return as_utc(value)
    except ValueError as error:
        raise DirectoryError(f"{what}, {field}: {error}") from None


def _check_term(record: Grant | Delegation) -> None:
    _named(record.role, f"a {record.tag}", "role")
    _named(record.organisation, f"a {record.tag}", "organisation")
    what = f"{record.tag} of {record.role!r} for {record.organisation!r}"
    _set(record, "from_", _instant(record.from_, what, "from"))
    if record.until is not None:
        _set(record, "until", _instant(record.until, what, "until"))
        if record.until <= record.from_:
            raise DirectoryError(f"{what} ends at {record.until}, not after its beginning at {record.from_}")


def _term_json(record: Grant | Delegation) -> dict[str, Any]:
    return {
        "role": record.role,
        "organisation": record.organisation,
        "from": utc_text(record.from_),
        "until": _text(record.until),
    }


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else utc_text(instant)


def _parsed(text: str | None) -> datetime | None:
    return None if text is None else utc_parse(text)

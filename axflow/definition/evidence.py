"""Evidence types: what a record must hold, who may issue it, how it may arrive and how long it counts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from axflow.definition.base import Id, OneOrMore, Part, Text
from axflow.definition.consequence import OnLost
from axflow.definition.duration import Duration
from axflow.definition.field import FieldType

RESERVED_FIELDS = frozenset(
    {
        "id", "issuer", "parent", "actor", "issued_on", "received_on", "valid_until", "channel", "product_version",
        "intended_use",
    }
)  # fmt: skip
"""What every record has besides its own fields; guards read these by the same path."""

MAX_RECORDS = 500
"""Records of one type that count at once; bounds what a guard can cost and sum to."""


class Collect(Part):
    """Many records of one type count side by side: letters of several bodies, sheets of several judges."""

    one_per: Literal["organisation", "actor", "record"] = "organisation"
    """A later record of the same organisation (or actor) supersedes its earlier one; `record` keeps all."""
    distinct: Literal["organisation", "parent"] | None = None
    """`parent`: bodies under one ultimate parent organisation count once, judged at the time of the act."""
    at_most: int = Field(default=MAX_RECORDS, ge=1, le=MAX_RECORDS)


class Equivalence(Part):
    """Evidence of another type, accepted elsewhere, that counts as this one by reference."""

    evidence: Id
    version: str
    reason: Text
    fields: dict[Id, Id] = Field(default_factory=dict)
    """This type's field from the other's; fields of the same name need no line."""


class EvidenceType(Part):
    """A type of evidence record."""

    title: Text | None = None
    from_: OneOrMore[Id] = Field(alias="from")
    """Roles that issue it."""
    via: OneOrMore[Id] = ()
    """Roles that may hand it in on the issuer's behalf, where `channel` is `any`."""
    channel: Literal["any", "issuer_direct"] = "any"
    """`issuer_direct`: only the issuer may file it; a copy from the applicant does not count."""
    fields: dict[Id, FieldType] = Field(default_factory=dict)
    document: Literal["required", "optional", "none"] = "optional"
    """Whether a file (name, size, SHA-256) comes with it."""
    locked: bool = False
    """Fixed once recorded: not superseded, withdrawn or corrected without a waiver of `locked` by who may give it."""
    unlock: OneOrMore[Id] = ()
    """Roles that may replace locked evidence, with a reason."""
    dated_after: OneOrMore[Id] = ()
    """Evidence types after whose recording this one must be dated."""
    valid_for: Duration | None = None
    """Counts this long after its issue date."""
    valid_until: Id | None = None
    """A date field of the record that ends its validity."""
    confirmed_by: OneOrMore[Id] = ()
    """Roles that must confirm it with the issuer before it counts."""
    unique: OneOrMore[Id] = ()
    """Fields (or `document`) whose value no other record of any project may carry."""
    collect: Collect | None = None
    recollect: bool = False
    """On re-entry of the stage or track that accepts it, earlier records no longer count."""
    anywhere: bool = False
    """Every stage accepts it, without each having to say so: a request to the applicant, the minutes of a hearing."""
    may_be_empty: bool = False
    """Nothing filed is an answer here: `all` over an empty collection is TRUE instead of UNKNOWN."""
    matches: tuple[Literal["product_version", "intended_use"], ...] = ()
    """Counts only while it names the project's own product version or intended use."""
    depends_on: OneOrMore[Id] = ()
    """Evidence types whose replacement after this record makes it outdated: UNKNOWN until renewed."""
    equivalent: tuple[Equivalence, ...] = ()
    independent: bool = False
    """The issuer may not be the project's firm nor affiliated with it."""
    classification: Id | None = None
    """The label of every field that has none of its own."""
    on_lost: OnLost | None = None
    """What follows when a record is withdrawn, revoked or expires after a gate was passed on it."""

    @model_validator(mode="after")
    def _coherent(self) -> EvidenceType:
        taken = sorted(RESERVED_FIELDS & self.fields.keys())
        if taken:
            raise ValueError(f"field {taken[0]!r} is kept by every record already; choose another name")
        if self.valid_until is not None:
            field = self.fields.get(self.valid_until)
            if field is None or field.type not in ("date", "month"):
                raise ValueError(f"`valid_until` must name a date field; {self.valid_until!r} is none")
        unknown = [name for name in self.unique if name != "document" and name not in self.fields]
        if unknown:
            raise ValueError(f"`unique` names {unknown[0]!r}, which is no field of this evidence")
        if self.channel == "issuer_direct" and self.via:
            raise ValueError("`via` lets others hand it in, `channel: issuer_direct` forbids it; keep one of them")
        return self

"""The definition: a versioned workflow as data."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from axflow.definition.administration import Administration
from axflow.definition.appeal import Appeal
from axflow.definition.base import Id, OneOrMore, Part, Ref, Text
from axflow.definition.canonical import canonical
from axflow.definition.deadline import Clock, Deadline
from axflow.definition.evidence import EvidenceType
from axflow.definition.field import FieldType
from axflow.definition.guard import Guard
from axflow.definition.handoff import Handoff
from axflow.definition.hold import Hold
from axflow.definition.link import Link, Parting
from axflow.definition.obligation import Obligation
from axflow.definition.organisation import Classification, Role
from axflow.definition.parameter import Parameter
from axflow.definition.round import Round
from axflow.definition.stage import End, Stage, StatusWord
from axflow.definition.track import Track
from axflow.definition.transition import Transition
from axflow.definition.variant import Variants

LANGUAGE_VERSION = 1
PROSE = frozenset({"title", "description", "source", "missing", "organisations", "words"})
"""Keys whose content is words for people: left out of `rules_digest`, since rewording changes no rule. The ids of
organisations stay in it through the roles and owners that name them."""


class Effective(Part):
    """When a version is in force and who must have signed it."""

    from_: date = Field(alias="from")
    until: date | None = None
    signed_by: OneOrMore[Id] = ()
    """Organisations that must all sign the version's digest before it can be used."""

    @model_validator(mode="after")
    def _in_order(self) -> Effective:
        if self.until is not None and self.until < self.from_:
            raise ValueError(f"it ends on {self.until}, before it begins on {self.from_}; turn them round")
        return self


class CalendarChoice(Part):
    """Which calendar is materialised at publish, and the zone in which days begin and end."""

    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    timezone: str
    extra: dict[date, Text] = Field(default_factory=dict)
    """Further days off."""
    working: tuple[date, ...] = ()
    """Days off that are worked after all."""


class Definition(Part):
    """A workflow: who, levers, papers, conditions, path, clocks."""

    axflow: Literal[1]
    id: Id
    version: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,31}$")]
    title: Text
    description: Text | None = None
    effective: Effective | None = None
    calendar: CalendarChoice
    organisations: dict[Id, Text]
    roles: dict[Id, Role]
    classifications: dict[Id, Classification] = Field(default_factory=dict)
    attributes: dict[Id, FieldType] = Field(default_factory=dict)
    """Typed attributes of a project; guards read them as `project.<id>`."""
    parameters: dict[Id, Parameter] = Field(default_factory=dict)
    evidence: dict[Id, EvidenceType] = Field(default_factory=dict)
    guards: dict[Id, Guard] = Field(default_factory=dict)
    stages: dict[Id, Stage]
    """The first one is where a project starts."""
    tracks: dict[Id, Track] = Field(default_factory=dict)
    ends: dict[Id, End]
    statuses: tuple[StatusWord, ...] = ()
    handoffs: dict[Id, Handoff] = Field(default_factory=dict)
    transitions: tuple[Transition, ...] = ()
    clocks: dict[Id, Clock] = Field(default_factory=dict)
    """`government` and `applicant` are there without being declared."""
    deadlines: dict[Id, Deadline] = Field(default_factory=dict)
    obligations: dict[Id, Obligation] = Field(default_factory=dict)
    holds: dict[Id, Hold] = Field(default_factory=dict)
    appeals: dict[Id, Appeal] = Field(default_factory=dict)
    rounds: dict[Id, Round] = Field(default_factory=dict)
    links: dict[Id, Link] = Field(default_factory=dict)
    split: Parting | None = None
    merge: Parting | None = None
    variants: Variants | None = None
    administration: Administration = Field(default_factory=Administration)
    words: dict[Ref, Text] = Field(default_factory=dict)
    """Titles of what has none of its own: events, values of an enum, reason codes, flags, windows, and fields, where
    one word serves all that are named alike."""

    @field_validator("axflow", mode="before")
    @classmethod
    def _language(cls, value: Any) -> Any:
        if str(value) != str(LANGUAGE_VERSION):
            raise ValueError(f"language version {value!r} is not known here; this axflow reads {LANGUAGE_VERSION}")
        return LANGUAGE_VERSION

    @model_validator(mode="after")
    def _has_a_start(self) -> Definition:
        if not self.stages:
            raise ValueError("a definition needs at least one stage; the first is where projects start")
        if not self.ends:
            raise ValueError("a definition needs at least one end, such as {finished: success}")
        return self

    @model_validator(mode="after")
    def _spread(self) -> Definition:
        # Written into the stages once, here, so that everything that reads `accepts` need not know of `anywhere`.
        common = [name for name, evidence in self.evidence.items() if evidence.anywhere]
        if common:
            stages = {
                name: stage.model_copy(update={"accepts": tuple(dict.fromkeys((*stage.accepts, *common)))})
                for name, stage in self.stages.items()
            }
            object.__setattr__(self, "stages", stages)
        return self

    @property
    def initial(self) -> str:
        """The stage that a project starts in."""
        return next(iter(self.stages))

    @cached_property
    def document(self) -> dict[str, Any]:
        """The definition as canonical JSON data: aliases, no defaults, order kept where order has meaning."""
        data: dict[str, Any] = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        data["axflow"] = LANGUAGE_VERSION
        return data

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the whole document, words included. Order of stages and states counts, order of other keys not."""
        return sha256(self.spelled).hexdigest()

    @cached_property
    def rules_digest(self) -> str:
        """SHA-256 of the document without titles and prose: two versions with one digest decide alike."""
        return sha256(self.rules_spelled).hexdigest()

    @property
    def spelled(self) -> bytes:
        """The canonical bytes that `digest` is of: whoever has them needs no axflow to check it."""
        return canonical(_ordered(self.document))

    @property
    def rules_spelled(self) -> bytes:
        """The canonical bytes that `rules_digest` is of."""
        return canonical(_without_prose(_ordered(self.document)))


_ORDERED = ("stages", "tracks", "states", "guards", "deadlines", "obligations", "holds", "handoffs")
"""Mappings whose order of declaration has meaning (start, timers of one instant, track order)."""


def _ordered(data: dict[str, Any]) -> dict[str, Any]:
    """The document with meaningful orders made explicit, since canonical JSON sorts keys."""
    found = {name: list(data[name]) for name in _ORDERED if isinstance(data.get(name), dict)}
    tracks = {name: list(track.get("states", {})) for name, track in data.get("tracks", {}).items()}
    return {**data, "order": {**found, "track_states": tracks}}


_NAMED_MAPS = frozenset(
    {
        "organisations", "roles", "classifications", "attributes", "parameters", "evidence", "guards", "stages",
        "tracks", "states", "ends", "handoffs", "clocks", "deadlines", "obligations", "holds", "appeals", "rounds",
        "links", "fields", "of",
    }
)  # fmt: skip
"""Mappings from ids of the author's choosing: there, `title` is a name and no prose."""


def _without_prose(data: Any, named: bool = False) -> Any:
    if isinstance(data, dict):
        return {
            key: _without_prose(value, key in _NAMED_MAPS and not named)
            for key, value in data.items()
            if named or key not in PROSE
        }
    if isinstance(data, list):
        return [_without_prose(item) for item in data]
    return data

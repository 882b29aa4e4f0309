"""The audit plan: limits from which on something is worth a finding, and what only the host knows.

    axflow_audit: 1
    limits: {recorded_late: 7 days, shortest_stay: 1 minute}
    ties: [{person: kim, firm: acme, tie: worked there until 2024}]

What the store cannot know (who is tied to whom, who looked at what, which rates were published) is named here. A check
whose data is missing says so: "not checked", never clean.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, ValidationError, model_validator

from axflow.definition.base import OneOrMore, Part
from axflow.definition.duration import Duration
from axflow.definition.source import decode, read
from axflow.kernel.moment import Moment

FieldPath = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}\.[a-z][a-z0-9_]{0,63}$")]
"""`project.attribute`, or `evidence.field`."""


class PlanError(ValueError):
    """A plan cannot be read; the message names the place and what would be right."""


class Limits(Part):
    """From where on something is worth a finding."""

    recorded_late: Duration = Duration(7, "days")
    """An act recorded more than this after it happened."""
    shortest_stay: Duration = Duration(1, "minutes")
    """A stage that a person left sooner than this after it was entered."""
    bulk_count: Annotated[int, Field(ge=2, le=100_000)] = 10
    bulk_within: Duration = Duration(10, "minutes")
    """So many moves of different projects by one person within so long."""
    year_end_days: Annotated[int, Field(ge=1, le=90)] = 10
    year_end_count: Annotated[int, Field(ge=2, le=100_000)] = 10
    year_end_times: Annotated[int, Field(ge=2, le=100)] = 3
    """At least so many moves in the last days of a year, and so many times as dense as in the rest of it."""
    waivers: Annotated[int, Field(ge=2, le=10_000)] = 3
    """So many waivers by one person."""
    attempts: Annotated[int, Field(ge=1, le=10_000)] = 1
    """So many refused attempts of one person at one act of a project."""


class Tie(Part):
    """A tie between a person and a firm, which an evaluator must not have."""

    person: str
    firm: str
    tie: str
    from_: date | None = Field(default=None, alias="from")
    until: date | None = None


class Articles(Part):
    """The articles of an agreement, and where the tasks stand that carry them out."""

    articles: OneOrMore[str]
    tasks: FieldPath
    """The table of tasks: `evidence.field`."""
    article: str = "article"
    """Its column with the article."""
    budget: str = "budget_line"
    """Its column with the budget line."""
    spent: FieldPath | None = None
    """The evidence field that names a budget line from which money was spent."""


class Rate(Part):
    """A published rate, to be computed again."""

    name: str
    definition: str
    published: Annotated[str, StringConstraints(pattern=r"^(0|1)(\.\d{1,9})?$")]
    """As a share from 0 to 1, such as 0.69; compared at as many places as it has."""
    of: Annotated[str, StringConstraints(pattern=r"^(opened|ended|passed [a-z0-9_.]{1,130})$")] = "opened"
    """The denominator: all that were `opened`, those of them that have `ended`, or that `passed x`."""
    reached: Annotated[str, StringConstraints(pattern=r"^(passed [a-z0-9_.]{1,130}|end [a-z0-9_]{1,64}|success)$")]
    """The numerator: those of them that `passed x`, reached `end x`, or any end that is a `success`."""
    opened_from: date | None = None
    opened_until: date | None = None
    """The cohort: projects opened on these days or between them."""


class Seen(Part):
    """A line of a host's access log: somebody saw a value."""

    at: str
    person: str
    organisation: str
    role: str | None = None
    project: str
    path: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
    """`evidence`, `evidence.field` or `project.attribute`."""

    @model_validator(mode="after")
    def _an_instant(self) -> Seen:
        if Moment.parse(self.at, "UTC").precision != "instant":
            raise ValueError(f"`at` {self.at!r} is no instant; write a time with offset")
        return self


class Head(Part):
    """What somebody outside remembers of a project: so many entries, the last with this hash."""

    project: str
    seq: Annotated[int, Field(ge=1)]
    hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class System(Part):
    """What another system reports to have sent here: so many entries by its service account, in these days."""

    actor: str
    entries: Annotated[int, Field(ge=0)]
    from_: date | None = Field(default=None, alias="from")
    until: date | None = None


class Plan(Part):
    """An audit plan. None, for what the host knows, means that nobody said; an empty list means that there is none."""

    axflow_audit: Literal[1] = 1
    limits: Limits = Limits()
    same_work: tuple[FieldPath, ...] | None = None
    """Fields of which an equal value in two projects means the same work; default: the unique ones of papers that name
    an amount of money."""
    ties: tuple[Tie, ...] | None = None
    agreement: Articles | None = None
    rates: tuple[Rate, ...] | None = None
    access_log: tuple[Seen, ...] | None = None
    heads: tuple[Head, ...] | None = None
    systems: tuple[System, ...] | None = None


def read_plan(source: str | Path | dict[str, Any]) -> Plan:
    """A plan from a YAML or JSON file, or as data. Raises `PlanError`."""
    name = "the plan" if isinstance(source, dict) else str(source)
    data: Any = source
    if not isinstance(source, dict):
        path = Path(source)
        text = decode(path.read_bytes(), name)
        data = read(text, name, "json" if path.suffix == ".json" else "yaml").data
    if not isinstance(data, dict) or str(data.get("axflow_audit")) != "1":
        raise PlanError(f"{name}: an audit plan begins with `axflow_audit: 1`")
    try:
        return Plan.model_validate({**data, "axflow_audit": 1})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise PlanError(f"{name}: {place}: {first['msg']}") from None

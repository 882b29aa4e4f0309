"""Guards: named conditions with words for what is missing. Structured forms are written out as one CEL expression."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from axflow.definition.base import Id, OneOrMore, Part, Text
from axflow.definition.duration import Duration

Expression = Annotated[str, StringConstraints(min_length=1, max_length=4_000, strip_whitespace=True)]
Count = Annotated[str, StringConstraints(pattern=r"^(\d{1,4}|params\.[a-z][a-z0-9_]*)$")]


class Waivable(Part):
    """Who may waive a guard, who must agree, and for how long."""

    by: OneOrMore[Id]
    confirmed_by: OneOrMore[Id]
    """The second person; never the first one, and never the one who benefits."""
    for_: Duration = Field(alias="for")


class AtLeast(Part):
    """k of n conditions."""

    count: Count
    of: tuple[Expression, ...]

    @field_validator("count", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Score(Part):
    """A weighted sum, a minimum for each criterion, or both."""

    of: dict[Expression, str]
    """Criterion expression and weight, a decimal."""
    total_at_least: Expression | None = None
    each_at_least: Expression | None = None

    @model_validator(mode="after")
    def _some_limit(self) -> Score:
        if self.total_at_least is None and self.each_at_least is None:
            raise ValueError("a score needs `total_at_least`, `each_at_least`, or both")
        return self


class Criteria(Part):
    """Measured results against locked criteria, row by row: metric, threshold, direction and sample size."""

    required: Expression
    """A table with `metric`, `threshold`, `direction` (at_least or at_most) and, optionally, `samples`."""
    measured: Expression
    """A table with `metric`, `value` and, optionally, `samples`."""
    samples: bool = True
    """Whether each row must reach the sample size that its criterion asks for."""


class Guard(Part):
    """A named condition on transitions."""

    title: Text
    when: Expression | None = None
    all: tuple[Expression, ...] = ()
    any: tuple[Expression, ...] = ()
    at_least: AtLeast | None = None
    score: Score | None = None
    criteria: Criteria | None = None
    missing: Text | None = None
    """Words for what is missing; `{have}`, `{need}` and paths in braces are filled in, as far as the viewer may see."""
    waivable: Literal[False] | Waivable = False
    resolved_by: OneOrMore[Id] = ()
    """Roles that can bring it about; default: the roles that may record the evidence that the guard reads."""

    @field_validator("waivable", mode="before")
    @classmethod
    def _no_waiver(cls, value: Any) -> Any:
        return False if value in ("false", False) else value

    @model_validator(mode="after")
    def _one_form(self) -> Guard:
        forms = [self.when, self.all, self.any, self.at_least, self.score, self.criteria]
        if sum(bool(form) for form in forms) != 1:
            raise ValueError("a guard has exactly one of `when`, `all`, `any`, `at_least`, `score`, `criteria`")
        return self

    @property
    def expression(self) -> str:
        """The guard as one CEL expression: the form that is checked, evaluated, explained and compiled."""
        if self.when is not None:
            return self.when
        if self.all:
            return " && ".join(f"({part})" for part in self.all)
        if self.any:
            return " || ".join(f"({part})" for part in self.any)
        if self.at_least is not None:
            parts = ", ".join(self.at_least.of)
            return f"[{parts}].filter(met, met).size() >= {self.at_least.count}"
        if self.score is not None:
            return _score_expression(self.score)
        assert self.criteria is not None
        return _criteria_expression(self.criteria)


def _score_expression(score: Score) -> str:
    parts = []
    if score.total_at_least is not None:
        total = " + ".join(f"({criterion}) * {weight}" for criterion, weight in score.of.items())
        parts.append(f"{total} >= {score.total_at_least}")
    if score.each_at_least is not None:
        parts.extend(f"({criterion}) >= {score.each_at_least}" for criterion in score.of)
    return " && ".join(f"({part})" for part in parts)


def _criteria_expression(criteria: Criteria) -> str:
    enough = " && result.samples >= goal.samples" if criteria.samples else ""
    return (
        f"({criteria.required}).all(goal, ({criteria.measured}).exists(result, result.metric == goal.metric{enough} && "
        '((goal.direction == "at_least" && result.value >= goal.threshold) || '
        '(goal.direction == "at_most" && result.value <= goal.threshold))))'
    )

"""Parameters: the named levers of policy that guards and limits read."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import field_validator, model_validator

from axflow.definition.base import Part, Text
from axflow.definition.field import FieldType
from axflow.guards.encoding import encode
from axflow.guards.types import Type
from axflow.guards.values import Inner

ParameterKind = Literal["integer", "decimal", "ratio", "boolean", "text", "date", "money", "duration"]


class Parameter(Part):
    """A lever: its type, value and bounds, and whether the value is sourced or assumed."""

    type: ParameterKind
    value: str
    min: str | None = None
    max: str | None = None
    places: int | None = None
    unit: str | None = None
    currency: str | None = None
    basis: Literal["sourced", "assumed"]
    source: str | None = None
    title: Text

    @field_validator("value", "min", "max", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value) if isinstance(value, int) else value

    @model_validator(mode="after")
    def _coherent(self) -> Parameter:
        if self.basis == "sourced" and not self.source:
            raise ValueError("a parameter with `basis: sourced` needs its `source`; without one it is `assumed`")
        self.inner  # noqa: B018 - raises ValueError where the value does not fit the type or its bounds
        return self

    @property
    def field(self) -> FieldType:
        """The parameter as a field type."""
        return FieldType(
            type=self.type, min=self.min, max=self.max, places=self.places, unit=self.unit, currency=self.currency
        )

    @property
    def guard_type(self) -> Type:
        """The type that guards see."""
        return self.field.guard_type()

    @property
    def inner(self) -> Inner:
        """The value as guards calculate with it."""
        return encode(self.guard_type, external(self.type, self.value))


def external(kind: str, text: str) -> Any:
    """A value written as text in a definition, as the JSON value that a recorded field would have."""
    if kind == "integer":
        return int(text)
    if kind == "boolean":
        if text not in ("true", "false"):
            raise ValueError(f"{text!r} is no boolean; write true or false")
        return text == "true"
    return text

"""The typed fields of evidence records, of parameters and of project attributes."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from axflow.definition.base import Id, Part, Text
from axflow.guards import types as guard_types
from axflow.guards.types import Type

FieldKind = Literal[
    "boolean", "integer", "decimal", "ratio", "text", "date", "month", "enum", "money", "duration", "table"
]

DEFAULT_INTEGER_LIMIT = 10**12
"""Largest magnitude of an integer without bounds of its own; bounds are what the overflow proof of guards rests on."""

DEFAULT_DECIMAL_LIMIT = 10**9
RATIO_PLACES = 6
MONEY_PLACES = {"KRW": 0, "JPY": 0, "VND": 0}
"""Minor units by ISO 4217 where they are not two."""

_SHORT = re.compile(r"^(?P<kind>[a-z]+)\s*(?:\((?P<arguments>[^)]*)\))?$")

Number = Annotated[str, StringConstraints(pattern=r"^-?\d{1,18}(\.\d{1,9})?$")]


class FieldType(Part):
    """One typed field; `recall: ratio`, `price: money(KRW)`, `delay: decimal(1, ms)`, `enum(a, b)` are short for it."""

    type: FieldKind
    title: Text | None = None
    places: Annotated[int, Field(ge=0, le=9)] | None = None
    """Decimal places that are kept; more are refused, never rounded."""
    unit: Annotated[str, StringConstraints(max_length=20)] | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    min: Number | None = None
    max: Number | None = None
    values: tuple[Id, ...] = ()
    max_length: Annotated[int, Field(ge=1, le=20_000)] = 2_000
    optional: bool = False
    public: bool = False
    """Stands in clear in the journal. Everything else is content: committed to by a salted hash, and redactable."""
    classification: Id | None = None
    """A label declared under `classifications`, which says who may see the value."""
    fields: dict[Id, FieldType] = Field(default_factory=dict)
    """Columns, for a table."""
    max_rows: Annotated[int, Field(ge=1, le=1_000)] = 50

    @model_validator(mode="before")
    @classmethod
    def _from_shorthand(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        match = _SHORT.match(value.strip())
        if match is None:
            raise ValueError(f"{value!r} is no field type; write for example integer, ratio, money(KRW) or enum(a, b)")
        kind = match["kind"]
        arguments = [a.strip() for a in (match["arguments"] or "").split(",") if a.strip()]
        if not arguments:
            return {"type": kind}
        if kind == "enum":
            return {"type": kind, "values": arguments}
        if kind == "money" and len(arguments) == 1:
            return {"type": kind, "currency": arguments[0]}
        if kind == "decimal" and len(arguments) <= 2:
            return {"type": kind, "places": arguments[0], **({"unit": arguments[1]} if arguments[1:] else {})}
        if kind == "integer" and len(arguments) == 1:
            return {"type": kind, "unit": arguments[0]}
        raise ValueError(f"{value!r}: {kind} takes no such arguments; write the field as a mapping with `type: {kind}`")

    @model_validator(mode="after")
    def _coherent(self) -> FieldType:
        kind = self.type
        if kind == "enum" and len(set(self.values)) < max(1, len(self.values)):
            raise ValueError("an enum needs `values`, each once")
        if kind == "money" and self.currency is None:
            raise ValueError("money needs a currency: money(KRW)")
        if kind == "table" and not self.fields:
            raise ValueError("a table needs `fields`, its columns")
        if kind == "table" and any(f.type == "table" for f in self.fields.values()):
            raise ValueError("a table inside a table is not supported: record the inner rows as evidence of their own")
        if kind != "enum" and self.values:
            raise ValueError(f"`values` belongs to an enum, not to {kind}")
        if kind != "table" and self.fields:
            raise ValueError(f"`fields` belongs to a table, not to {kind}")
        if self.places is not None and kind not in ("decimal", "money", "ratio"):
            raise ValueError(f"`places` belongs to decimal, ratio or money, not to {kind}")
        if (self.min is not None or self.max is not None) and kind not in ("integer", "decimal", "ratio", "money"):
            raise ValueError(f"`min` and `max` belong to numbers, not to {kind}")
        low, high = self._bounds()
        if max(abs(low), abs(high)) >= 2**63:
            raise ValueError(f"bounds of {self.scale} decimal places must fit 64 bits as a scaled integer; narrow them")
        if low > high:
            raise ValueError(f"`min` {self.min} is above `max` {self.max}")
        return self

    @property
    def scale(self) -> int:
        """Decimal places of the scaled integer that guards calculate with."""
        if self.type == "money":
            return self.places if self.places is not None else MONEY_PLACES.get(self.currency or "", 2)
        if self.type == "ratio":
            return self.places if self.places is not None else RATIO_PLACES
        if self.type == "decimal":
            return self.places if self.places is not None else 2
        return 0

    def _bounds(self) -> tuple[int, int]:
        factor = 10**self.scale
        if self.type == "ratio":
            default = (0, 1)
        else:
            limit = DEFAULT_INTEGER_LIMIT if self.type in ("integer", "money") else DEFAULT_DECIMAL_LIMIT
            default = (-limit, limit)
        low = default[0] * factor if self.min is None else scaled(self.min, self.scale)
        high = default[1] * factor if self.max is None else scaled(self.max, self.scale)
        return low, high

    def guard_type(self, name: str = "") -> Type:
        """The type that guards see: numbers as scaled integers with the bounds that prove there is no overflow."""
        low, high = self._bounds()
        match self.type:
            case "boolean":
                return guard_types.boolean()
            case "integer":
                return guard_types.integer(low, high)
            case "decimal":
                return guard_types.decimal(self.scale, low, high, self.unit)
            case "ratio":
                return guard_types.decimal(self.scale, low, high)
            case "money":
                return guard_types.money(self.currency or "", self.scale, low, high)
            case "date" | "month":
                return guard_types.date()
            case "duration":
                return guard_types.duration()
            case "enum":
                return guard_types.enum(self.values)
            case "text":
                return guard_types.text()
            case "table":
                columns = {key: column.guard_type(key) for key, column in self.fields.items()}
                return guard_types.list_of(guard_types.record(name, columns), self.max_rows)


def scaled(number: str, places: int) -> int:
    """A decimal text as an integer of `places` decimal places. Raises ValueError where digits would be lost."""
    sign = -1 if number.startswith("-") else 1
    whole, _, fraction = number.lstrip("-").partition(".")
    if len(fraction.rstrip("0")) > places:
        raise ValueError(f"{number} has more than {places} decimal places")
    return sign * int(whole + fraction[:places].ljust(places, "0"))

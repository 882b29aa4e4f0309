"""From what a person or another system wrote to inner values, and back.

Nothing is guessed: what is not exactly right is refused with the form that would be. A float is read as its shortest
decimal text, so ``0.95`` is 0.95 and ``0.1 + 0.2`` is refused for having too many places.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from axflow.guards.errors import ValueProblem, nearest
from axflow.guards.formats import (
    EPOCH_DAY,
    parse_day_or_month,
    parse_duration,
    parse_timestamp,
    show_date,
    show_duration,
    show_timestamp,
)
from axflow.guards.types import Type
from axflow.guards.values import Collection, Inner, Span, Unknown

_NUMBER = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?")
_GROUPED = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_MAX_DIGITS = 40
#: Lengths beyond which a whole record or text is not read at all.
_MAX_TEXT = 1_000_000


def encode(type_: Type, external: Any, path: str = "") -> Inner:
    """The inner value of `external`.

    Parameters:
        type_: what the value should be.
        external: JSON-like data, ``Decimal``, ``date``, aware ``datetime``, ``timedelta``; `Unknown` passes through.
        path: where the value stands, for messages.

    Raises:
        ValueProblem: the value is not exactly of the type; says what would be right.
    """
    if isinstance(external, Unknown):
        return external
    if external is None:
        raise _wrong(type_, external, path, "Leave the field out when nothing is known.")
    return _ENCODERS[type_.kind](type_, external, path)


def decode(type_: Type, inner: Inner) -> Any:
    """JSON-like data for an inner value: decimals, dates, timestamps and durations as text.

    An `Unknown` becomes ``{"unknown": reason, "ref": path}``, a span of numbers ``"first..last"``.

    Raises:
        ValueError: a date or timestamp beyond the years 1 to 9999, which only arithmetic can produce.
    """
    if isinstance(inner, Unknown):
        return {"unknown": inner.reason, "ref": inner.ref}
    kind = type_.kind
    try:
        if kind == "date":
            return show_date(inner)
        if isinstance(inner, Span):
            return f"{decode(type_, inner.first)}..{decode(type_, inner.last)}"
        if kind == "timestamp":
            return show_timestamp(inner)
    except (OverflowError, ValueError):
        raise ValueError(f"{inner} is beyond the calendar of the years 1 to 9999") from None
    if kind in ("decimal", "money"):
        return show_scaled(inner, type_.places)
    if kind == "duration":
        return show_duration(inner)
    if kind == "list":
        assert type_.element is not None
        return [decode(type_.element, item) for item in inner.items]
    if kind == "record":
        fields = type_.fields or {}
        return {name: decode(fields[name], value) for name, value in inner.items() if name in fields}
    return inner


def show_scaled(value: int, places: int) -> str:
    """Exact decimal text of a scaled integer, without superfluous zeros: ``9500`` of 4 places is ``0.95``."""
    if places == 0:
        return str(value)
    digits = str(abs(value)).rjust(places + 1, "0")
    whole, fraction = digits[:-places], digits[-places:].rstrip("0")
    return ("-" if value < 0 else "") + whole + (f".{fraction}" if fraction else "")


def _wrong(type_: Type, external: Any, path: str, hint: str, code: str = "wrong_kind") -> ValueProblem:
    shown = repr(external if not isinstance(external, str) else external[:60])[:80]
    return ValueProblem(f"{shown} is not {type_.a()}.", hint=hint, code=code, path=path)


def _encode_boolean(type_: Type, external: Any, path: str) -> bool:
    if isinstance(external, bool):
        return external
    if external in ("true", "false") and isinstance(external, str):
        return external == "true"
    raise _wrong(type_, external, path, "Write true or false.")


def _number_text(type_: Type, external: Any, path: str) -> str:
    """Plain decimal text of a number in any accepted form."""
    if isinstance(external, bool):
        raise _wrong(type_, external, path, "Write a number, not true or false.")
    if isinstance(external, int):
        # Checked before str(): converting an integer of millions of digits takes quadratic time.
        if external.bit_length() > 128:
            raise _out_of_bounds(type_, "the number", path)
        return str(external)
    if isinstance(external, float):
        if not math.isfinite(external):
            raise _wrong(type_, external, path, "NaN and infinity can't be recorded.", "not_finite")
        if type_.kind == "integer":
            raise _wrong(type_, external, path, "Write a whole number without a decimal point.")
        return format(Decimal(repr(external)), "f")
    if isinstance(external, Decimal):
        if not external.is_finite():
            raise _wrong(type_, external, path, "NaN and infinity can't be recorded.", "not_finite")
        if abs(external.adjusted()) > _MAX_DIGITS or len(external.as_tuple().digits) > _MAX_DIGITS:
            raise _out_of_bounds(type_, "the number", path)
        return format(external, "f")
    if isinstance(external, str):
        return external
    raise _wrong(type_, external, path, "Write a number.")


def _number_hint(text: str) -> str:
    if text.endswith(("%", "％", "퍼센트", "프로")):
        return 'Write a percentage as a ratio: "0.95" for 95 %.'
    if _GROUPED.fullmatch(text):
        return f'Write it without separators: "{text.replace(",", "")}".'
    if "," in text:
        return 'Write the decimal mark as a point: "0.95".'
    if any("가" <= sign <= "힣" or "一" <= sign <= "鿿" for sign in text):
        return 'Write digits without numeral words or units: "200000000", not "2억".'
    if text.strip().lower().lstrip("+-") in ("nan", "inf", "infinity"):
        return "NaN and infinity can't be recorded."
    if any(sign.isdigit() and not sign.isascii() for sign in text):
        return "Write the ASCII digits 0 to 9."
    if re.fullmatch(r"[-+]?[0-9.]+[eE][-+]?[0-9]+", text):
        return 'Write it without an exponent: "1500".'
    return 'Write digits, with a point before decimals and no leading zeros: "12", "0.95", "-3".'


def _encode_number(type_: Type, external: Any, path: str) -> int:
    if type_.kind == "money" and isinstance(external, Mapping):
        return _encode_amount(type_, external, path)
    text = _number_text(type_, external, path)
    found = _NUMBER.fullmatch(text) if len(text) <= 2 * _MAX_DIGITS else None
    if found is None:
        finite = text.strip().lower().lstrip("+-") in ("nan", "inf", "infinity")
        raise _wrong(type_, external, path, _number_hint(text[:80]), "not_finite" if finite else "not_a_number")
    sign, whole, fraction = found[1], found[2], (found[3] or "").rstrip("0")
    if type_.kind == "integer" and found[3] is not None:
        raise _wrong(type_, external, path, "Write a whole number without a decimal point.", "too_precise")
    if len(fraction) > type_.places:
        raise ValueProblem(
            f"{text[:60]!r} has {len(fraction)} decimal places.",
            hint=f"At most {type_.places} are kept; round it before recording, so that the rounding is yours.",
            code="too_precise",
            path=path,
        )
    scaled = int(whole + fraction.ljust(type_.places, "0"))
    scaled = -scaled if sign else scaled
    if not type_.low <= scaled <= type_.high:
        raise _out_of_bounds(type_, repr(text[:60]), path)
    return scaled


def _encode_amount(type_: Type, external: Mapping[str, Any], path: str) -> int:
    if set(external) != {"amount", "currency"}:
        raise _wrong(type_, dict(external), path, 'Write {"amount": "1000", "currency": "KRW"} or the bare amount.')
    if external["currency"] != type_.unit:
        raise ValueProblem(
            f"the currency is {str(external['currency'])[:20]!r}.",
            hint=f"State the amount in {type_.unit}.",
            code="wrong_currency",
            path=path,
        )
    if isinstance(external["amount"], Mapping):
        raise _wrong(type_, external["amount"], path, 'Write the amount as text: "1000".')
    return _encode_number(type_, external["amount"], path)


def _out_of_bounds(type_: Type, shown: str, path: str) -> ValueProblem:
    low, high = decode(type_, type_.low), decode(type_, type_.high)
    return ValueProblem(
        f"{shown} is out of bounds.", hint=f"It must be between {low} and {high}.", code="out_of_bounds", path=path
    )


def _encode_text(type_: Type, external: Any, path: str) -> str:
    if not isinstance(external, str):
        raise _wrong(type_, external, path, "Write text in quotation marks.")
    if len(external) > _MAX_TEXT:
        raise ValueProblem(
            f"the text has {len(external)} characters.", hint=f"At most {_MAX_TEXT}.", code="out_of_bounds", path=path
        )
    if any("\ud800" <= sign <= "\udfff" for sign in external):
        raise _wrong(type_, external, path, "It holds half a surrogate pair, which no encoding can store.")
    normal = unicodedata.normalize("NFC", external)
    if type_.values and normal not in type_.values:
        raise _wrong(type_, external, path, nearest(normal, type_.values), "not_in_list")
    return normal


def _encode_date(type_: Type, external: Any, path: str) -> int | Span:
    if isinstance(external, date) and not isinstance(external, datetime):
        return external.toordinal() - EPOCH_DAY
    if not isinstance(external, str):
        raise _wrong(type_, external, path, 'Write year, month, day: "2026-03-01".', "not_a_date")
    day: int | Span = _bounded(type_, _at(path, parse_day_or_month, external), external, path)
    return day


def _encode_timestamp(type_: Type, external: Any, path: str) -> int:
    if isinstance(external, datetime):
        if external.tzinfo is None:
            raise _wrong(type_, external.isoformat(), path, "Give the time its zone or offset.", "not_a_timestamp")
        since = external.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
        return since // timedelta(microseconds=1)
    if not isinstance(external, str):
        raise _wrong(type_, external, path, 'Write RFC 3339: "2026-03-01T09:00:00Z".', "not_a_timestamp")
    moment = _at(path, parse_timestamp, external)
    return int(_bounded(type_, moment, external, path))


def _encode_duration(type_: Type, external: Any, path: str) -> int:
    if isinstance(external, timedelta):
        length = external // timedelta(microseconds=1)
    elif isinstance(external, str):
        length = _at(path, parse_duration, external)
    else:
        raise _wrong(type_, external, path, 'Write a duration with its unit: "15d", "36h".', "not_a_duration")
    return int(_bounded(type_, length, external, path))


def _bounded(type_: Type, inner: Any, external: Any, path: str) -> Any:
    first, last = (inner.first, inner.last) if isinstance(inner, Span) else (inner, inner)
    if first < type_.low or last > type_.high:
        raise _out_of_bounds(type_, repr(str(external)[:60]), path)
    return inner


def _at(path: str, parse: Any, text: str) -> Any:
    """Parse, with the path in the error."""
    try:
        return parse(text)
    except ValueProblem as problem:
        raise ValueProblem(problem.message, hint=problem.hint, code=problem.code, path=path) from None


def _encode_list(type_: Type, external: Any, path: str) -> Collection:
    if isinstance(external, Collection):
        return external
    if not isinstance(external, (list, tuple)):
        raise _wrong(type_, external, path, "Write a list.")
    if type_.max_items and len(external) > type_.max_items:
        raise ValueProblem(
            f"the list has {len(external)} items.", hint=f"At most {type_.max_items}.", code="too_many", path=path
        )
    assert type_.element is not None
    return Collection(tuple(encode(type_.element, item, f"{path}[{i}]") for i, item in enumerate(external)))


def _encode_record(type_: Type, external: Any, path: str) -> dict[str, Inner]:
    if not isinstance(external, Mapping):
        raise _wrong(type_, external, path, "Write an object with named fields.")
    fields = type_.fields or {}
    inner: dict[str, Inner] = {}
    for name, value in external.items():
        place = f"{path}.{name}" if path else str(name)
        if name not in fields:
            raise ValueProblem(
                f"{type_.words()} has no field {str(name)[:60]!r}.",
                hint=nearest(str(name), fields),
                code="unknown_field",
                path=place,
            )
        inner[name] = encode(fields[name], value, place)
    return inner


_ENCODERS = {
    "boolean": _encode_boolean,
    "integer": _encode_number,
    "decimal": _encode_number,
    "money": _encode_number,
    "text": _encode_text,
    "date": _encode_date,
    "timestamp": _encode_timestamp,
    "duration": _encode_duration,
    "list": _encode_list,
    "record": _encode_record,
}

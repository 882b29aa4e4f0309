"""The models refuse what makes no sense in itself, and say what would."""

from __future__ import annotations

from typing import Any

import pytest

from axflow.definition.base import Text, spoken
from axflow.definition.field import FieldType, scaled
from axflow.definition.guard import Guard
from axflow.definition.loading import from_data
from axflow.definition.parameter import Parameter
from axflow.definition.problems import DefinitionError
from axflow.guards.guard import compile_guard
from tests.definition.samples import data, small

CLOSE = {"event": "close", "from": "open", "to": "shut", "by": "officer"}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"attributes": {"a": "money"}}, "money needs a currency"),
        ({"attributes": {"a": "enum"}}, "an enum needs `values`"),
        ({"attributes": {"a": "enum(x, x)"}}, "each once"),
        ({"attributes": {"a": {"type": "table"}}}, "a table needs `fields`"),
        ({"attributes": {"a": {"type": "text", "values": ["b"]}}}, "`values` belongs to an enum"),
        ({"attributes": {"a": {"type": "text", "min": "1"}}}, "belong to numbers"),
        ({"attributes": {"a": {"type": "text", "places": "1"}}}, "`places` belongs to decimal"),
        ({"attributes": {"a": {"type": "text", "fields": {"b": "text"}}}}, "`fields` belongs to a table"),
        ({"attributes": {"a": {"type": "integer", "min": "5", "max": "4"}}}, "`min` 5 is above `max` 4"),
        ({"attributes": {"a": {"type": "integer", "min": "0.5"}}}, "more than 0 decimal places"),
        ({"attributes": {"a": {"type": "decimal", "places": "9", "max": "99999999999"}}}, "must fit 64 bits"),
        ({"attributes": {"a": "text(5)"}}, "takes no such arguments"),
        ({"attributes": {"a": "!!"}}, "is no field type"),
        ({"evidence": {"e": {"from": "officer", "fields": {"issuer": "text"}}}}, "kept by every record already"),
        ({"evidence": {"e": {"from": "officer", "fields": {"actor": "text"}}}}, "kept by every record already"),
        ({"evidence": {"e": {"from": "officer", "valid_until": "x"}}}, "must name a date field"),
        ({"evidence": {"e": {"from": "officer", "unique": "x"}}}, "no field of this evidence"),
        ({"evidence": {"e": {"from": "officer", "via": "officer", "channel": "issuer_direct"}}}, "keep one of them"),
        ({"evidence": {"e": {"from": "officer", "on_lost": {}}}}, "either a hold or an obligation"),
        ({"guards": {"g": {"title": "G"}}}, "exactly one of `when`"),
        ({"guards": {"g": {"title": "G", "when": "true", "any": ["true"]}}}, "exactly one of `when`"),
        ({"guards": {"g": {"title": "G", "score": {"of": {"true": "1"}}}}}, "`total_at_least`, `each_at_least`"),
        ({"transitions": [{"from": "first", "to": "done"}]}, "exactly one cause"),
        ({"transitions": [{"event": "go", "from": "first", "to": "done"}]}, "needs `by`"),
        ({"transitions": [{"automatic": "true", "by": "officer", "from": "first", "to": "done"}]}, "need an event"),
        ({"tracks": {"t": {"in": "first", "states": []}}}, "needs `states`"),
        ({"tracks": {"t": {"in": "first", "states": ["open"], "transitions": [CLOSE]}}}, "names state 'shut'"),
        (
            {"tracks": {"t": {"in": "first", "states": ["open", "shut"], "transitions": [{**CLOSE, "join": "all"}]}}},
            "belong to",
        ),
        ({"deadlines": {"d": {"in": "first", "within": "3 days", "if_late": {}}}}, "exactly one of escalate"),
        (
            {"deadlines": {"d": {"in": "first", "within": "3 days", "if_late": {"to": "a", "hold": "b"}}}},
            "exactly one of",
        ),
        ({"obligations": {"o": {"title": "O", "within": "3 days", "if_late": "escalate"}}}, "how is it met?"),
        ({"rounds": {"r": {"windows": []}}}, "at least one window"),
        (
            {"rounds": {"r": {"windows": [{"id": "a", "opens": "2026-02-01", "closes": "2026-01-01"}]}}},
            "before it opens",
        ),
        ({"statuses": [{"id": "s", "title": "S"}]}, "needs the `guard` or the `passed`"),
        ({"stages": {}}, "at least one stage"),
        ({"ends": {}}, "at least one end"),
        ({"effective": {"from": "2026-02-01", "until": "2026-01-01"}}, "ends on 2026-01-01"),
    ],
)
def test_contradictions_are_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        from_data(data(**changes))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "value", "more", "says"),
    [
        ("integer", "x", {}, "x"),
        ("integer", "6", {"max": "5"}, "5"),
        ("ratio", "95%", {}, "ratio"),
        ("boolean", "yes", {}, "true or false"),
        ("date", "2026-02-30", {}, "2026-02-30"),
        ("money", "1.5", {"currency": "KRW"}, "1.5"),
        ("integer", "1", {"basis": "sourced"}, "needs its `source`"),
    ],
)
def test_a_parameter_fits_its_type(kind: str, value: str, more: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Parameter.model_validate({"type": kind, "value": value, "title": "P", "basis": "assumed", **more})


@pytest.mark.parametrize(
    ("kind", "value", "more", "inner"),
    [
        ("integer", "3", {}, 3),
        ("ratio", "0.95", {}, 950_000),
        ("decimal", "1.5", {"places": 3}, 1_500),
        ("boolean", "true", {}, True),
        ("text", "x", {}, "x"),
        ("money", "500", {"currency": "KRW"}, 500),
        ("money", "5.25", {"currency": "EUR"}, 525),
        ("date", "1970-01-11", {}, 10),
    ],
)
def test_a_parameter_has_the_value_that_guards_see(kind: str, value: str, more: dict[str, Any], inner: object) -> None:
    made = Parameter.model_validate({"type": kind, "value": value, "title": "P", "basis": "assumed", **more})
    assert made.inner == inner


def test_every_kind_of_field_has_a_guard_type() -> None:
    kinds = {
        "boolean": "boolean",
        "integer": "integer",
        "integer(km)": "integer",
        "decimal(1, ms)": "decimal",
        "ratio": "decimal",
        "money(EUR)": "money",
        "date": "date",
        "month": "date",
        "duration": "duration",
        "enum(a, b)": "text",
        "text": "text",
    }
    assert {short: FieldType.model_validate(short).guard_type().kind for short in kinds} == kinds
    table = FieldType.model_validate({"type": "table", "fields": {"a": "integer"}, "max_rows": 7}).guard_type()
    assert (table.kind, table.max_items) == ("list", 7)


def test_scaled_keeps_every_digit_or_refuses() -> None:
    assert (scaled("-1.5", 2), scaled("12", 3), scaled("0.10", 1)) == (-150, 12_000, 1)
    with pytest.raises(ValueError, match="more than 1 decimal places"):
        scaled("0.11", 1)


def test_structured_guards_are_written_out_as_one_expression() -> None:
    schema = small(guards={})
    assert Guard(title=Text(en="G"), all=("1 < 2", "2 < 3")).expression == "(1 < 2) && (2 < 3)"
    assert Guard(title=Text(en="G"), any=("1 < 2", "2 < 3")).expression == "(1 < 2) || (2 < 3)"
    counted = Guard.model_validate({"title": "G", "at_least": {"count": 1, "of": ["1 < 2", "3 < 2"]}})
    assert compile_guard(counted.expression, {}).evaluate({}) is True
    scored = Guard.model_validate({"title": "G", "score": {"of": {"7": "0.5", "9": "0.5"}, "total_at_least": "8"}})
    assert compile_guard(scored.expression, {}).evaluate({}) is True
    floor = Guard.model_validate({"title": "G", "score": {"of": {"7": "0.5", "9": "0.5"}, "each_at_least": "8"}})
    assert compile_guard(floor.expression, {}).evaluate({}) is False
    assert schema.guards == {}


def test_a_definition_does_not_change() -> None:
    definition = small()
    with pytest.raises(ValueError, match="frozen"):
        definition.version = "2"  # type: ignore[misc]


def test_words_fall_back_to_english_and_ids_can_be_spoken() -> None:
    assert (Text(en="a").in_("ko"), Text(en="a", ko="가").in_("ko"), Text(en="a", ko="가").in_("en")) == (
        "a",
        "가",
        "a",
    )
    assert (spoken("trial_report"), spoken("over.offered")) == ("Trial report", "Over: offered")

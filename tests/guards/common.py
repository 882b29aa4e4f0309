"""A small schema and facts that the tests of the guard language share."""

from __future__ import annotations

from typing import Any

from axflow.guards import (
    Collection,
    Type,
    boolean,
    compile_guard,
    date,
    decimal,
    duration,
    enum,
    integer,
    list_of,
    money,
    record,
    text,
    timestamp,
)

SCHEMA: dict[str, Type] = {
    "trial": record(
        "trial",
        {
            "recall": decimal(4, 0, 10_000),
            "score": decimal(2, 0, 10_000),
            "trials": integer(0, 100_000),
            "incidents": integer(-1_000, 1_000),
            "passed": boolean(),
            "severe": boolean(),
            "level": enum(["low", "middle", "high"]),
            "note": text(),
            "day": date(),
            "valid_until": timestamp(),
            "length": duration(),
            "price": money("KRW", 0, 0, 10**12),
            "fee": money("USD", 2, 0, 10**9),
            "tags": list_of(text(), max_items=20),
            "any_number": integer(),
        },
    ),
    "letters": list_of(
        record(
            "letter",
            {"quantity": integer(0, 10_000), "line": text(), "ok": boolean(), "amount": money("KRW", 0, 0, 10**9)},
        ),
        max_items=100,
    ),
    "objections": list_of(record("objection", {"open": boolean()}), max_items=50, may_be_empty=True),
    "params": record("params", {"quorum": integer(1, 5), "least": decimal(2, 0, 100), "window": duration()}),
    "flags": record("flags", {"a": boolean(), "b": boolean(), "c": boolean()}),
    "at": timestamp(),
    "today": date(),
}


def letter(**fields: Any) -> dict[str, Any]:
    """A complete letter, changed by `fields`."""
    return {"quantity": 3, "line": "6130", "ok": True, "amount": 1_000} | fields


FACTS: dict[str, Any] = {
    "trial": {
        "recall": 9_500,
        "score": 8_000,
        "trials": 40,
        "incidents": 0,
        "passed": True,
        "severe": False,
        "level": "high",
        "note": "fine",
        "day": 20_454,
        "valid_until": 1_798_761_600_000_000,
        "length": 86_400_000_000,
        "price": 5_000_000,
        "fee": 1_250,
        "tags": Collection(("air", "sea")),
        "any_number": 7,
    },
    "letters": Collection((letter(), letter(line=""), letter(quantity=5))),
    "objections": Collection((), filed=False),
    "params": {"quorum": 2, "least": 90, "window": 30 * 86_400_000_000},
    "flags": {"a": True, "b": False},
    "at": 1_767_225_600_000_000,
    "today": 20_454,
}


def judge(source: str, **facts: Any) -> Any:
    """The value of a guard over the shared facts, which `evaluate` and `explain` must agree on."""
    guard = compile_guard(source, SCHEMA)
    env = FACTS | facts
    result = guard.evaluate(env)
    assert guard.explain(env).result == result
    assert (guard.why(env) == ()) == (result is True)
    return result

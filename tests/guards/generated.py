"""Generated guards and facts over the shared schema; facts may be unknown, spans, absent or never filed."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from axflow.guards import REASONS, Collection, Span, Type, Unknown
from tests.guards.common import SCHEMA

BOOLEANS = ["trial.passed", "trial.severe", "flags.a", "flags.b", "flags.c", "has(trial.note)", "has(flags.c)"]
NUMBERS = ["trial.recall", "trial.score", "trial.trials", "trial.incidents", "params.quorum", "params.least"]
CONSTANTS = ["0", "1", "3", "40", "0.5", "0.95", "12.25", "-2"]
ITEM_BOOLEANS = ["l.ok", 'l.line != ""', "l.quantity > 3", "l.quantity >= params.quorum", "has(l.line)", "flags.a"]
DAY = 86_400_000_000


def _values(type_: Type, depth: int = 0) -> st.SearchStrategy[Any]:
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "boolean": st.booleans(),
        "text": st.sampled_from(type_.values or ("", "fine", "sea", "6130")),
        "date": st.integers(20_440, 20_470),
        "timestamp": st.integers(1_767_225_600, 1_799_000_000).map(lambda s: s * 1_000_000),
        "duration": st.sampled_from([0, DAY, 30 * DAY, DAY // 2, -DAY]),
    }
    if type_.kind in ("integer", "decimal", "money"):
        low, high = max(type_.low, -100), min(type_.high, 100)
        known = st.one_of(st.integers(low, high), st.sampled_from([type_.low, type_.high, min(9_500, type_.high)]))
    elif type_.kind == "record":
        assert type_.fields is not None
        return st.one_of(
            st.fixed_dictionaries({}, optional={name: _values(field, 1) for name, field in type_.fields.items()}),
            st.fixed_dictionaries({name: _values(field, 1) for name, field in type_.fields.items()}),
            _unknowns("record"),
        )
    elif type_.kind == "list":
        assert type_.element is not None
        filled = st.lists(_values(type_.element, 1), max_size=4).map(lambda items: Collection(tuple(items)))
        return st.one_of(filled, filled, st.just(Collection((), filed=False)), _unknowns("list"))
    else:
        known = kinds[type_.kind]
    options = [known, known, known, known, _unknowns("value")]
    if type_.kind in ("date", "timestamp", "integer", "decimal"):
        options.append(st.tuples(known, known).map(lambda ends: Span(min(ends), max(ends))))
    return st.one_of(options)


def _unknowns(ref: str) -> st.SearchStrategy[Unknown]:
    return st.sampled_from(sorted(REASONS)).map(lambda reason: Unknown(reason, ref))


def facts() -> st.SearchStrategy[dict[str, Any]]:
    """An environment of the shared schema."""
    required = {
        name: _values(type_) for name, type_ in SCHEMA.items() if name in ("trial", "letters", "flags", "params")
    }
    optional = {name: _values(type_) for name, type_ in SCHEMA.items() if name not in required}
    return st.fixed_dictionaries(required, optional=optional)


def numbers(depth: int) -> st.SearchStrategy[str]:
    """A number whose bounds stay small enough for one more operation."""
    leaf = st.sampled_from(NUMBERS + CONSTANTS)
    if depth == 0:
        return leaf
    inner = numbers(depth - 1)
    return st.one_of(
        leaf,
        st.tuples(inner, st.sampled_from("+-"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(inner, st.sampled_from(CONSTANTS)).map(lambda p: f"{p[0]} * {p[1]}"),
        inner.map(lambda n: f"-({n})"),
        st.sampled_from(["trial.trials / 3", "trial.incidents % 7", "trial.recall / 4", "-trial.incidents / 2"]),
        st.sampled_from(["letters.size()", "letters.map(l, l.quantity).sum()", "letters.map(l, l.quantity).max()"]),
        st.sampled_from(ITEM_BOOLEANS).map(lambda p: f"letters.filter(l, {p}).size()"),
        st.sampled_from(ITEM_BOOLEANS).map(lambda p: f"letters.filter(l, {p}).map(l, l.quantity).min()"),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: f"max([{', '.join(items)}])"),
    )


def guards(depth: int = 3) -> st.SearchStrategy[str]:
    """A condition over the shared schema."""
    compare = st.tuples(numbers(2), st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), numbers(1))
    leaf = st.one_of(
        st.sampled_from(BOOLEANS),
        compare.map(" ".join),
        st.sampled_from(ITEM_BOOLEANS).map(lambda p: f"letters.exists(l, {p})"),
        st.sampled_from(ITEM_BOOLEANS).map(lambda p: f"letters.all(l, {p})"),
        st.tuples(st.sampled_from(ITEM_BOOLEANS), st.sampled_from(ITEM_BOOLEANS)).map(
            lambda p: f"letters.filter(l, {p[0]}).all(m, {p[1].replace('l.', 'm.')})"
        ),
        st.sampled_from(
            [
                "objections.all(o, !o.open)",
                'trial.level in ["low", "high"]',
                "trial.note in trial.tags",
                "trial.trials in [40, 3.0]",
                'trial.note != "fine"',
                "trial.day > today",
                "trial.day + params.window >= today",
                "trial.valid_until - at > params.window",
                "letters.all(l, letters.exists(m, m.quantity > l.quantity))",
                "true",
                "false",
            ]
        ),
        st.lists(st.sampled_from(BOOLEANS), min_size=2, max_size=4).map(
            lambda items: f"[{', '.join(items)}].filter(x, x).size() >= 2"
        ),
    )
    if depth == 0:
        return leaf
    inner = guards(depth - 1)
    return st.one_of(
        leaf,
        inner.map(lambda g: f"!({g})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda items: "(" + " && ".join(items) + ")"),
        st.lists(inner, min_size=2, max_size=3).map(lambda items: "(" + " || ".join(items) + ")"),
    )

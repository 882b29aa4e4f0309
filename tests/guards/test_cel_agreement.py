"""Known facts: the verdict of standard CEL, by two independent implementations; and every intended difference."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cel
import celpy
import pytest
from celpy import celtypes

from axflow.guards import (
    Collection,
    GuardError,
    Type,
    Unknown,
    boolean,
    compile_guard,
    date,
    decimal,
    duration,
    encode,
    enum,
    integer,
    list_of,
    record,
    text,
    timestamp,
)

CASES = 5_400
SCHEMA: dict[str, Type] = {
    "r": record(
        "r",
        {
            "n": integer(-1_000, 1_000),
            "m": integer(-1_000, 1_000),
            "x": decimal(4, -1_000_000, 1_000_000),
            "y": decimal(2, -100_000, 100_000),
            "p": boolean(),
            "q": boolean(),
            "s": text(),
            "level": enum(["low", "middle", "high"]),
            "ts": timestamp(),
            "day": date(),
            "dur": duration(),
            "tags": list_of(text(), 10),
            "absent": integer(),
        },
    ),
    "rows": list_of(
        record("row", {"n": integer(0, 1_000), "ok": boolean(), "s": text(), "x": decimal(2, 0, 1_000)}), 20
    ),
}
TEXTS = ["", "a", "b", "sea", "예산"]
OPERATORS = ["&&", "||", "!", "==", "!=", "<=", "<", ">=", ">", "in", "+", "-", "*", "/", "%"]
CALLS = ["exists", "all", "filter", "map", "size", "has", "timestamp", "duration", "date"]


class Writer:
    """Writes a random condition twice: in our language and as standard CEL (dates are midnights, days are hours)."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.used: Counter[str] = Counter()

    def pick(self, options: list[str]) -> str:
        return self.random.choice(options)

    def whole(self, depth: int, item: str = "") -> str:
        roll = self.random.random()
        leaves = ["r.n", "r.m", str(self.random.randint(-50, 1_000)), str(self.random.randint(0, 9))]
        leaves += [f"{item}.n"] * 4 if item else []
        if depth == 0 or roll < 0.3:
            return self.pick(leaves)
        if roll < 0.6:
            return self.op(self.whole(depth - 1, item), self.pick(["+", "-"]), self.whole(depth - 1, item))
        if roll < 0.7:
            return self.op(self.whole(depth - 1, item), "*", str(self.random.randint(-9, 9)))
        if roll < 0.85:
            return self.op(self.whole(0, item), self.pick(["/", "%", "%"]), self.pick(["2", "3", "7", "-4"]))
        if roll < 0.89:
            self.used["-"] += 1
            return f"-({self.whole(depth - 1, item)})"
        if item:
            return f"{item}.n"
        return self.call("size", f"{self.rows(depth - 1)}.size()" if roll < 0.94 else f"size({self.rows(depth - 1)})")

    def real(self, depth: int) -> str:
        """Halves, quarters and eighths: sums and products of a few are exact in doubles too."""
        if depth == 0 or self.random.random() < 0.4:
            return self.pick(["r.x", "r.y", "0.5", "2.25", "-1.75", "10.125"])
        left = self.real(depth - 1)
        if self.random.random() < 0.7:
            return self.op(left, self.pick(["+", "-"]), self.real(0))
        return self.op(self.pick(["r.x", "r.y"]), self.pick(["*", "/"]), self.pick(["0.5", "2.0", "4.0"]))

    def rows(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.4:
            return "rows"
        return self.call("filter", f"rows.filter(f, {self.truth(0, 'f')})")

    def op(self, left: str, op: str, right: str) -> str:
        self.used[op] += 1
        return f"({left} {op} {right})"

    def call(self, name: str, written: str) -> str:
        self.used[name] += 1
        return written

    def moment(self) -> str:
        made = self.pick(["r.ts", 'timestamp("2026-03-01T00:00:00Z")', 'timestamp("2026-03-01T09:30:00+09:00")'])
        self.used["timestamp"] += made.startswith("timestamp")
        if self.random.random() < 0.4:
            return self.op(made, self.pick(["+", "-"]), self.length())
        return made

    def day(self) -> str:
        made = self.pick(["r.day", f'date("2026-0{self.random.randint(1, 9)}-1{self.random.randint(0, 9)}")'])
        self.used["date"] += made.startswith("date")
        if self.random.random() < 0.4:
            return self.op(
                made, self.pick(["+", "-"]), self.call("duration", f'duration("{self.random.randint(0, 400)}d")')
            )
        return made

    def length(self) -> str:
        roll = self.random.random()
        if roll < 0.4:
            return "r.dur"
        return self.call(
            "duration", self.pick(['duration("36h")', 'duration("1h30m")', 'duration("90d")', 'duration("-2h")'])
        )

    def leaf(self, depth: int, item: str) -> str:
        compare = self.pick(["==", "!=", "<", "<=", ">", ">="])
        kinds = ["whole", "whole", "text", "plain", "in"]
        if not item:
            kinds += ["real", "exact", "moment", "day", "gap", "lists", "lists", "lists", "has"]
        kind = self.pick(kinds)
        equal = self.pick(["==", "!="])
        if kind == "whole":
            return self.op(self.whole(depth, item), compare, self.whole(depth, item))
        if kind == "text":
            left = self.pick(["r.s", f"{item}.s"] if item else ["r.s"])
            return self.op(left, equal, f'"{self.pick(TEXTS)}"')
        if kind == "plain":
            options = ["r.p", "r.q", "true", "false", self.op("r.p", equal, "r.q")]
            return self.pick(options + ([f"{item}.ok"] * 4 if item else []))
        if kind == "in":
            return self.pick(
                [
                    self.op("r.level", "in", '["low", "high"]'),
                    self.op("r.s", "in", "r.tags"),
                    self.op("r.n", "in", f"[{self.whole(0)}, {self.whole(0)}, r.m]"),
                    self.op(f'"{self.pick(TEXTS)}"', "in", "r.tags"),
                ]
            )
        if kind == "real":
            return self.op(self.real(2), compare, self.real(1))
        if kind == "exact":
            # Without arithmetic any decimal compares as its nearest double does.
            return self.op(
                self.pick(["r.x", "r.y"]), compare, self.pick(["0.95", "0.1", "12.34", "-3.3", "r.x", "r.y"])
            )
        if kind == "moment":
            return self.op(self.moment(), compare, self.moment())
        if kind == "day":
            return self.op(self.day(), compare, self.day())
        if kind == "gap":
            left, right = ("r.ts", self.moment()) if self.random.random() < 0.5 else ("r.day", self.day())
            return self.op(self.op(left, "-", right), compare, self.length())
        if kind == "has":
            return self.call("has", self.pick(["has(r.absent)", "has(r.n)", "has(r.s)"]))
        return self.lists(depth)

    def lists(self, depth: int) -> str:
        rows = self.rows(depth)
        shape = self.random.random()
        if shape < 0.3:
            return self.call("exists", f"{rows}.exists(i, {self.truth(0, 'i')})")
        if shape < 0.6:
            return self.call("all", f"{rows}.all(i, {self.truth(0, 'i')})")
        if shape < 0.75:
            mapped = self.call("map", f"{rows}.map(v, {self.whole(1, 'v')})")
            return self.call("exists", f"{mapped}.exists(k, {self.op('k', self.pick(['<', '>=', '==']), 'r.n')})")
        if shape < 0.85:
            return self.op(self.whole(0), "in", self.call("map", f"{rows}.map(v, {self.whole(0, 'v')})"))
        counted = self.call("filter", f"[{self.truth(0)}, {self.truth(0)}, r.p].filter(c, c)")
        return self.op(self.call("size", f"{counted}.size()"), self.pick([">=", "=="]), "2")

    def truth(self, depth: int, item: str = "") -> str:
        roll = self.random.random()
        if depth == 0 or roll < 0.3:
            return self.leaf(1 if depth else 0, item)
        if roll < 0.45:
            self.used["!"] += 1
            return f"!({self.truth(depth - 1, item)})"
        op = "&&" if roll < 0.75 else "||"
        return self.op(self.truth(depth - 1, item), op, self.truth(depth - 1, item))

    def facts(self) -> dict[str, Any]:
        """Known facts, as people would write them."""
        pick, number = self.random.choice, self.random.randint
        rows = [
            {
                "n": number(0, 12),
                "ok": pick([True, False]),
                "s": pick(TEXTS),
                "x": f"{number(0, 9)}.{pick(['25', '5'])}",
            }
            for _ in range(number(0, 4))
        ]
        return {
            "r": {
                "n": number(-12, 12),
                "m": number(-1_000, 1_000),
                "x": pick(["0.5", "-2.125", "10.125", "0.95", "0.1", "-3.3", "99.0625"]),
                "y": pick(["0.5", "2.25", "0.95", "12.34", "-3.3", "0.1"]),
                "p": pick([True, False]),
                "q": pick([True, False]),
                "s": pick(TEXTS),
                "level": pick(["low", "middle", "high"]),
                "ts": f"2026-0{number(1, 9)}-0{number(1, 9)}T0{number(0, 9)}:30:00Z",
                "day": f"2026-0{number(1, 9)}-1{number(0, 9)}",
                "dur": pick(["36h", "1h30m", "0s", "-2h", "90d"]),
                "tags": self.random.sample(TEXTS, number(0, 3)),
            },
            "rows": rows,
        }


def as_cel(source: str) -> str:
    """The same condition in standard CEL, which has neither dates nor days."""
    out, rest = "", source
    while 'date("' in rest or 'duration("' in rest:
        kind = min((k for k in ('date("', 'duration("') if k in rest), key=rest.index)
        before, _, after = rest.partition(kind)
        body, _, rest = after.partition('")')
        if kind == 'date("':
            out += f'{before}timestamp("{body}T00:00:00Z")'
        else:
            out += f'{before}duration("{int(body[:-1]) * 24}h")' if body.endswith("d") else f'{before}{kind}{body}")'
    return out + rest


def plain(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts as Python values for CEL."""
    r = dict(facts["r"])
    inner = {name: encode(SCHEMA["r"].fields[name], r[name]) for name in ("day", "dur")}  # type: ignore[index]
    r["x"], r["y"] = float(r["x"]), float(r["y"])
    r["ts"] = datetime.fromisoformat(r["ts"].replace("Z", "+00:00"))
    r["day"] = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=inner["day"])
    r["dur"] = timedelta(microseconds=inner["dur"])
    return {"r": r, "rows": [{**row, "x": float(row["x"])} for row in facts["rows"]]}


ENVIRONMENT = celpy.Environment()


def by_celpy(source: str, env: dict[str, Any]) -> bool:
    activation = {name: celpy.json_to_cel(value) for name, value in env.items()}
    result = ENVIRONMENT.program(ENVIRONMENT.compile(source)).evaluate(activation)
    assert isinstance(result, (bool, celtypes.BoolType)), result
    return bool(result)


def by_rust(source: str, env: dict[str, Any]) -> bool:
    result = cel.evaluate(source, env)
    assert isinstance(result, bool), result
    return result


def test_verdicts_agree_with_both_implementations() -> None:
    writer = Writer(20_260_101)
    seen: set[str] = set()
    verdicts: Counter[bool] = Counter()
    cases: Counter[str] = Counter()
    while len(seen) < CASES:
        writer.used.clear()
        source = writer.truth(writer.random.choice([0, 1, 1, 2]))
        if source in seen:
            continue
        seen.add(source)
        cases.update(writer.used.keys())
        facts = writer.facts()
        ours = compile_guard(source, SCHEMA).evaluate(
            {name: encode(SCHEMA[name], value) for name, value in facts.items()}
        )
        env, standard = plain(facts), as_cel(source)
        assert ours is by_rust(standard, env), (source, facts)
        assert ours is by_celpy(standard, env), (source, facts)
        verdicts[bool(ours)] += 1
    assert len(seen) >= 5_000
    assert min(verdicts[True], verdicts[False]) >= CASES // 4, verdicts
    rare = {name: cases[name] for name in OPERATORS + CALLS if cases[name] < 80}
    assert not rare, f"too few cases of {rare}"


#: id, our source, CEL source, facts that differ from the empty ones, our verdict, CEL's verdict
#: ("error" where it has none; two where the Rust and the Python implementation differ).
DIFFERENCES: list[tuple[str, str, str, dict[str, Any], Any, Any]] = [
    ("exact decimals", "0.1 + 0.2 == 0.3", "0.1 + 0.2 == 0.3", {}, True, False),
    ("mixed numbers", "1 + 0.5 == 1.5", "1 + 0.5 == 1.5", {}, True, "error"),
    ("missing fact", "r.n > 0", "r.n > 0", {"r": {}}, "unknown", "error"),
    ("nothing filed: all", "rows.all(i, i.ok)", "rows.all(i, i.ok)", {"rows": []}, "unknown", True),
    ("nothing filed: exists", "rows.exists(i, i.ok)", "rows.exists(i, i.ok)", {"rows": []}, "unknown", False),
    ("nothing filed: in", "1 in rows.map(i, i.n)", "1 in rows.map(i, i.n)", {"rows": []}, "unknown", False),
    ("dates", 'date("2026-01-01") < date("2026-01-02")', 'date("2026-01-01") < date("2026-01-02")', {}, True, "error"),
    ("normal form", '"e\\u0301" == "é"', '"e\\u0301" == "é"', {}, True, False),
    (
        "scaled durations",
        'duration("12h") * 2 == duration("24h")',
        'duration("12h") * 2 == duration("24h")',
        {},
        True,
        ("error", True),
    ),
    ("sum", "sum([1, 2]) == 3", "sum([1, 2]) == 3", {}, True, "error"),
    ("text order", '"a" < "b"', '"a" < "b"', {}, "refused", True),
    ("condition order", "false < true", "false < true", {}, "refused", True),
    ("text concatenation", '"a" + "b" == "ab"', '"a" + "b" == "ab"', {}, "refused", True),
    ("text size", '"ab".size() == 2', '"ab".size() == 2', {}, "refused", True),
    ("text search", '"ab".contains("a")', '"ab".contains("a")', {}, "refused", True),
    ("list equality", "[1, 2] == [1, 2]", "[1, 2] == [1, 2]", {}, "refused", True),
    ("indexing", "[1, 2][0] == 1", "[1, 2][0] == 1", {}, "refused", True),
    ("ternary", "true ? true : false", "true ? true : false", {}, "refused", True),
    ("inexact division", "1.0 / 3.0 < 0.5", "1.0 / 3.0 < 0.5", {}, "refused", True),
    ("conversions", "int(1.0) == 1", "int(1.0) == 1", {}, "refused", True),
    ("null", "null == null", "null == null", {}, "refused", True),
    ("exponents", "1e3 > 1.0", "1e3 > 1.0", {}, "refused", True),
    ("empty list", "[].all(x, x)", "[].all(x, x)", {}, "refused", True),
]


def outcome(run: Any) -> Any:
    try:
        return run()
    except Exception:  # each implementation has its own errors
        return "error"


@pytest.mark.parametrize("row", DIFFERENCES, ids=[row[0] for row in DIFFERENCES])
def test_each_intended_difference_is_one(row: tuple[str, str, str, dict[str, Any], Any, Any]) -> None:
    _, source, standard, facts, expected, theirs = row
    inner = {"r": facts.get("r", {}), "rows": Collection((), filed=False)}
    if expected == "refused":
        with pytest.raises(GuardError):
            compile_guard(source, SCHEMA)
    else:
        result = compile_guard(source, SCHEMA).evaluate(inner)
        assert ("unknown" if isinstance(result, Unknown) else result) == expected
    rust, python = theirs if isinstance(theirs, tuple) else (theirs, theirs)
    env = {"r": facts.get("r", {}), "rows": []}
    assert outcome(lambda: by_rust(standard, env)) == rust
    assert outcome(lambda: by_celpy(standard, env)) == python


def test_the_documentation_lists_each_difference() -> None:
    page = (Path(__file__).parents[2] / "docs" / "guards.md").read_text(encoding="utf-8")
    for name, source, *_ in DIFFERENCES:
        assert f"| {name} | `{source.replace('|', chr(92) + '|')}` |" in page, name

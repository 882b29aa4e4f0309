"""Three ways to one definition, and errors that point at their place."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axflow.definition.duration import Duration
from axflow.definition.loading import from_data, load, load_source, loads, loads_source
from axflow.definition.problems import DefinitionError, Problem
from tests.definition.samples import EXAMPLE, data, needs_example, small

TEXT = """\
axflow: 1
id: small
version: "1"
title: Small
calendar: {country: KR, timezone: Asia/Seoul}
organisations: {north: North}
roles:
  officer: {of: north}
stages:
  first: {owner: north}
ends: {done: success}
transitions:
  - {event: finish, from: first, to: done, by: officer}
"""


def problems(text: str, **how: Any) -> tuple[Problem, ...]:
    with pytest.raises(DefinitionError) as caught:
        loads(text, **how)
    assert str(caught.value) == "\n".join(map(str, caught.value.problems))
    return caught.value.problems


def test_yaml_json_and_data_give_one_digest() -> None:
    made = loads(TEXT)
    again = loads(json.dumps(made.document), format="json")
    assert made == again == from_data(made.document)
    assert len({made.digest, again.digest, from_data(made.document).digest}) == 1
    assert made.rules_digest == again.rules_digest
    assert made.digest != made.rules_digest


@needs_example
def test_the_example_loads_in_every_form() -> None:
    made = load(EXAMPLE)
    again = loads(json.dumps(made.document), format="json")
    assert (made.digest, made.rules_digest) == (again.digest, again.rules_digest)
    assert list(made.stages) == ["technology", "verification", "application", "procurement"]


def test_words_change_the_digest_and_leave_the_rules_digest() -> None:
    plain, reworded = small(), small(title={"en": "Other words"})
    assert plain.digest != reworded.digest
    assert plain.rules_digest == reworded.rules_digest
    assert plain.rules_digest != small(version="2").rules_digest


def test_the_order_of_stages_is_part_of_the_rules() -> None:
    turned = small(stages={"second": {"owner": "south"}, "first": {"owner": "north"}})
    assert turned.initial == "second"
    assert turned.rules_digest != small().rules_digest


@given(st.permutations(list(data())))
def test_the_order_of_top_level_keys_is_not(keys: list[str]) -> None:
    plain = data()
    assert from_data({key: plain[key] for key in keys}).digest == small().digest


def test_numbers_and_truth_values_of_json_give_what_their_text_gives() -> None:
    typed = {"title": "n", "type": "integer", "value": 2, "min": 1, "max": 5, "basis": "assumed"}
    texted = {"title": "n", "type": "integer", "value": "2", "min": "1", "max": "5", "basis": "assumed"}
    evidence = {"from": "officer", "locked": True, "collect": {"at_most": 4}}
    written = {"from": "officer", "locked": "true", "collect": {"at_most": "4"}}
    one = from_data(data(axflow=1, parameters={"n": typed}, evidence={"paper": evidence}))
    assert one.digest == from_data(data(parameters={"n": texted}, evidence={"paper": written})).digest
    assert one.evidence["paper"].locked is True


def test_dates_and_durations_may_be_python_values() -> None:
    made = from_data(
        data(
            effective={"from": date(2026, 1, 1)},
            deadlines={"limit": {"in": "first", "within": Duration(3, "days"), "if_late": "escalate"}},
        )
    )
    assert made.effective is not None
    assert made.effective.from_ == date(2026, 1, 1)
    assert str(made.deadlines["limit"].within) == "3 days"


def test_scalars_stay_the_text_they_are() -> None:
    titles = ["no", "1e3", "2026-01-01", "1:30", "0x1F", "0o17", "NULL", "Off", ".inf", "1_000"]
    words = "\n".join(f"  n{i}: {title}" for i, title in enumerate(titles))
    made = loads(TEXT.replace("organisations: {north: North}", f"organisations:\n  north: North\n{words}"))
    assert [made.organisations[f"n{i}"].en for i in range(len(titles))] == titles


def test_one_word_typed_on_two_systems_is_one_word() -> None:
    composed, decomposed = "한국", normalize("NFD", "한국")
    assert composed != decomposed
    assert loads(TEXT.replace("Small", composed)).digest == loads(TEXT.replace("Small", decomposed)).digest
    assert from_data(data(title=decomposed)).title.en == composed


def test_every_error_is_reported_at_its_place() -> None:
    text = TEXT.replace("{owner: north}", "{ownr: north}").replace("by: officer}", "by: officer, at_mst: 3}")
    assert [(p.line, p.column, p.path) for p in problems(text, name="file.yaml")] == [
        (10, 10, "stages.first.owner"),
        (10, 11, "stages.first.ownr"),
        (13, 57, "transitions[0].at_mst"),
    ]
    assert str(problems(text, name="file.yaml")[1]) == (
        "file.yaml:10:11: stages.first.ownr: `ownr` is no key here — did you mean `owner`?"
    )
    assert problems(text)[2].hint == "did you mean `at_most`?"


@pytest.mark.parametrize(
    ("old", "new", "path", "says"),
    [
        ("finish,", "Finish!,", "transitions[0].event", "id"),
        ("done: success", "done: succes", "ends.done", "did you mean `success`?"),
        ("country: KR", "country: Korea", "calendar.country", "two capital letters"),
        ("axflow: 1", "axflow: 2", "axflow", "language version"),
        ("by: officer}", "by: officer, after: 3 dayz}", "transitions[0].after", "15 working days"),
        ("by: officer}", "by: {a: b}}", "transitions[0].by", "a list"),
        ("{of: north}", "[north]", "roles.officer", "a mapping"),
        ("title: Small", 'title: ""', "title", "at least one character"),
        ("title: Small", "titel: Small", "titel", "did you mean `title`?"),
        ("id: small", "id: Small", "id", "lower-case"),
        ("{owner: north}", "{owner: north, accepts: [A]}", "stages.first.accepts[0]", "lower-case"),
        ("first: {owner", "First: {owner", "stages.First", "lower-case"),
        ("by: officer}", "by: officer, automatic: true}", "transitions[0]", "exactly one cause"),
        ("by: officer}", "by: officer, reason: must}", "transitions[0].reason", "required"),
    ],
)
def test_an_error_says_what_would_be_right(old: str, new: str, path: str, says: str) -> None:
    assert old in TEXT
    found = {p.path: f"{p.message} {p.hint}" for p in problems(TEXT.replace(old, new))}
    assert path in found
    assert says in found[path]


def test_an_error_in_json_has_its_place_too() -> None:
    text = json.dumps({**loads(TEXT).document, "extra_key": 1}, indent=1)
    (problem,) = problems(text, format="json", name="d.json")
    assert text.splitlines()[problem.line - 1][problem.column - 1 :].startswith('"extra_key"')


def test_data_without_a_text_name_the_path() -> None:
    with pytest.raises(DefinitionError) as caught:
        from_data(data(stages={"first": {"owner": "No"}}))
    assert str(caught.value).startswith("<data>: stages.first.owner: `No` is not right here")


@pytest.mark.parametrize("value", [0.5, object(), {1: "x"}, b"bytes"])
def test_data_that_no_text_could_hold_are_refused(value: object) -> None:
    with pytest.raises(DefinitionError, match="title"):
        from_data(data(title=value))


def test_bottomless_data_are_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(DefinitionError, match="nested deeper"):
        from_data(data(title=endless))


def test_a_flood_of_errors_is_cut() -> None:
    found = problems(TEXT + "\n".join(f"k{n}: x" for n in range(500)))
    assert len(found) == 101
    assert "400 more" in found[-1].message


def test_loaded_text_knows_the_place_of_each_path() -> None:
    loaded = loads_source(TEXT)
    assert loaded.place("stages.first") == (10, 3)
    assert loaded.place("transitions[0].guards[4]") == (13, 5)
    assert loaded.place("nowhere") == (1, 1)


def test_a_file_is_read_by_its_suffix(tmp_path: Path) -> None:
    (tmp_path / "d.yaml").write_text(TEXT, encoding="utf-8-sig")
    (tmp_path / "d.json").write_text(json.dumps(loads(TEXT).document), encoding="utf-8")
    (tmp_path / "definition.yaml").write_text(TEXT, encoding="utf-8")
    assert load(tmp_path / "d.yaml") == load(str(tmp_path / "d.json")) == load(tmp_path) == loads(TEXT)
    assert load_source(tmp_path / "d.yaml").place("id") == (2, 1)


def test_a_file_in_another_encoding_is_named_as_such(tmp_path: Path) -> None:
    korean = TEXT.replace("title: Small", "title: 작은 절차")
    (tmp_path / "cp949.yaml").write_bytes(korean.encode("cp949"))
    (tmp_path / "utf16.yaml").write_bytes(korean.encode("utf-16"))
    (tmp_path / "latin.yaml").write_bytes(b"axflow: 1\ntitle: \xff\xff\n")
    with pytest.raises(DefinitionError, match=r"cp949.yaml:4:8: .*CP949"):
        load(tmp_path / "cp949.yaml")
    with pytest.raises(DefinitionError, match="UTF-16"):
        load(tmp_path / "utf16.yaml")
    with pytest.raises(DefinitionError, match="not UTF-8"):
        load(tmp_path / "latin.yaml")

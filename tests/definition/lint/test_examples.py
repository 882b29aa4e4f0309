"""Each code has an example that gives exactly it, and a near miss that gives nothing."""

from __future__ import annotations

import pytest

from axflow.definition.lint import CODES, Finding, lint
from tests.definition.lint.examples import EXAMPLES, Example, laid_over

PUBLISHED = {("small", "1"): laid_over().digest}


def found(example: Example, text: str) -> tuple[Finding, ...]:
    definition = laid_over(text)
    if example.code == "version-reused":
        return lint(definition, published=lambda name, version: PUBLISHED.get((name, version)))
    return lint(definition)


def test_code_and_page_name_the_same_findings() -> None:
    assert [example.code for example in EXAMPLES] == list(dict.fromkeys(example.code for example in EXAMPLES))
    assert {example.code: example.warning for example in EXAMPLES} == {
        code: known.severity == "warning" for code, known in CODES.items()
    }


def test_the_base_gives_nothing() -> None:
    assert lint(laid_over()) == ()
    assert lint(laid_over(), published=lambda name, version: PUBLISHED[name, version]) == ()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.code)
def test_the_example_gives_exactly_its_code(example: Example) -> None:
    given = found(example, example.found)
    assert {one.code for one in given} == {example.code}, "\n".join(map(str, given))
    for one in given:
        assert one.severity == CODES[one.code].severity
        assert one.path
        assert one.message.ko
        assert one.hint.ko
        assert "{" not in one.message.en.replace("{have}", "").replace("{report.points}", ""), one.message.en


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.code)
def test_the_near_miss_gives_nothing(example: Example) -> None:
    assert example.right != example.found
    assert "\n".join(map(str, found(example, example.right))) == ""

"""The map of rules names tests that are there, each once."""

from __future__ import annotations

from importlib import import_module

import pytest

from tests.kernel.rules import RULES


@pytest.mark.parametrize(("rule", "name"), RULES.items())
def test_a_rule_has_its_test(rule: str, name: str) -> None:
    module, _, function = name.partition(".")
    assert callable(getattr(import_module(f"tests.kernel.{module}"), function, None)), rule


def test_no_two_rules_rest_on_one_test() -> None:
    assert len(set(RULES.values())) == len(RULES)

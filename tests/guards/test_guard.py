"""The compiled guard as a value."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from axflow.guards import GuardError, boolean, compile_guard, record
from tests.guards.common import FACTS, SCHEMA


def test_a_guard_is_immutable_and_copies_as_itself() -> None:
    guard = compile_guard("trial.passed", SCHEMA)
    with pytest.raises(AttributeError, match="immutable"):
        guard.source = "true"
    assert copy.copy(guard) is guard
    assert copy.deepcopy({"g": guard})["g"] is guard
    with pytest.raises(TypeError, match="compile it again"):
        pickle.dumps(guard)
    assert repr(guard) == "Guard('trial.passed')"


def test_constants_are_known_as_such() -> None:
    assert compile_guard("1 + 1 == 2", SCHEMA).constant is True
    assert compile_guard("[1, 2].all(x, x > 1)", SCHEMA).constant is False
    assert compile_guard("trial.passed || true", SCHEMA).constant is None


def test_presence_of_a_record_is_a_read() -> None:
    schema = {"a": record("a", {"inner": record("inner", {"x": boolean()})})}
    guard = compile_guard("has(a.inner) && has(a.inner.x)", schema)
    assert guard.reads == {"a.inner", "a.inner.x"}
    assert guard.roots == {"a"}
    assert guard.constant is None
    assert guard.evaluate({"a": {"inner": {"x": False}}}) is True
    assert guard.evaluate({"a": {"inner": {}}}) is False
    assert guard.evaluate({"a": {}}) is False


def test_only_text_is_compiled() -> None:
    with pytest.raises(TypeError, match="a guard is text"):
        compile_guard(b"true", SCHEMA)  # type: ignore[arg-type]
    with pytest.raises(GuardError) as caught:
        compile_guard("trial.trials", SCHEMA)
    assert caught.value.code == "not_boolean"


def test_a_guard_is_shared_between_threads() -> None:
    guard = compile_guard("letters.exists(a, letters.exists(b, a.quantity > b.quantity)) && trial.trials > 3", SCHEMA)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: (guard.evaluate(FACTS), guard.explain(FACTS).value), range(200)))
    assert set(results) == {(True, "TRUE")}


def test_the_package_needs_the_standard_library_only() -> None:
    script = (
        "import sys, importlib.util as u, types\n"
        "root = types.ModuleType('axflow'); root.__path__ = ['axflow']; sys.modules['axflow'] = root\n"
        "import axflow.guards, axflow.guards.opcodes\n"
        "names = {m.partition('.')[0] for m in sys.modules} - set(sys.stdlib_module_names) - {'axflow'}\n"
        "others = {m for m in sys.modules if m.startswith('axflow.') and not m.startswith('axflow.guards')}\n"
        "print(sorted(n for n in names if not n.startswith('_')), sorted(others))\n"
    )
    shown = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[] []"

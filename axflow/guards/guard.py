"""A compiled guard: the public face of the guard language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from axflow.guards.checker import Checker
from axflow.guards.errors import GuardError
from axflow.guards.evaluator import compile_node
from axflow.guards.explain import compile_trace
from axflow.guards.nodes import Node
from axflow.guards.parser import parse
from axflow.guards.shortfall import Shortfall, shortfalls
from axflow.guards.types import Type
from axflow.guards.values import Env, Unknown
from axflow.guards.verdict import Verdict

#: Version of the semantics; golden vectors freeze it, a change of any verdict needs a new one.
LANGUAGE_VERSION: Final = 1


class Guard:
    """A checked and compiled condition; immutable, safe to share between threads.

    Attributes:
        source: its text.
        reads: dotted paths of the values that it can read, such as ``report.recall``; the items of a list appear as
            ``letter.amount`` beside ``letter`` itself.
        roots: the names of the environment that it needs.
        type: always boolean.
        node: the checked form, for compilers.
        evaluate: ``(env) -> True | False | Unknown``. `env` maps root names to inner values (see `encode`) or
            `Unknown`; a root or field that is absent is ``Unknown("missing")``. Compare the result with ``is True``.
    """

    __slots__ = ("_trace", "evaluate", "node", "reads", "roots", "source", "type")

    source: str
    reads: frozenset[str]
    roots: frozenset[str]
    type: Type
    node: Node
    evaluate: Callable[[Env], bool | Unknown]

    def __init__(self, source: str, node: Node, reads: frozenset[str]) -> None:
        run = compile_node(node)
        self._trace = compile_trace(node)

        def evaluate(env: Env) -> Any:
            return run(env, ())

        for name, value in (
            ("source", source),
            ("reads", reads),
            ("roots", frozenset(path.partition(".")[0] for path in reads)),
            ("type", node.type),
            ("node", node),
            ("evaluate", evaluate),
        ):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        if hasattr(self, "evaluate") or name != "_trace":
            raise AttributeError(f"a guard is immutable; `{name}` can't be set")
        object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"Guard({self.source!r})"

    def __copy__(self) -> Guard:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Guard:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("a guard holds closures; carry its source and compile it again")

    @property
    def constant(self) -> bool | None:
        """The value of a guard that reads nothing, else None."""
        if self.reads:
            return None
        result = self.evaluate({})
        return result if isinstance(result, bool) else None

    def explain(self, env: Env) -> Verdict:
        """The whole verdict tree; its `result` equals what `evaluate` gives."""
        return self._trace(env, ())

    def why(self, env: Env) -> tuple[Shortfall, ...]:
        """What keeps the guard from TRUE; empty when it is TRUE."""
        return shortfalls(self.explain(env))


def compile_guard(source: str, schema: Mapping[str, Type]) -> Guard:
    """Compile a condition.

    Parameters:
        source: text in the guard language (docs/guards.md).
        schema: root names of the environment and their types.

    Raises:
        GuardError: with `message`, `hint`, `line`, `column`, `offset`, `length` and `code`.
    """
    if not isinstance(source, str):
        raise TypeError(f"a guard is text, not {type(source).__name__}")
    tree = parse(source)
    checker = Checker(source, schema)
    node = checker.node(tree)
    if node.type.kind != "boolean":
        raise GuardError(
            f"The guard is {node.type.a()}, not a condition.",
            hint="Compare it with something.",
            source=source,
            offset=node.start,
            length=len(node.text),
            code="not_boolean",
        )
    return Guard(source, node, frozenset(checker.reads))

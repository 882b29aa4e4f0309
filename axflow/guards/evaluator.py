"""Checked guards to Python closures: the fast way to TRUE, FALSE or UNKNOWN.

A closure takes the environment and the tuple of macro variables. The common case (two integers, two texts) is decided
inline; everything else goes through `semantics`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from axflow.guards import semantics
from axflow.guards.nodes import (
    Arith,
    Compare,
    Const,
    Each,
    Fold,
    Has,
    Items,
    Logic,
    Member,
    Negative,
    Node,
    Not,
    Path,
    Size,
)
from axflow.guards.values import Env, Inner, Unknown

Vars: TypeAlias = tuple[Any, ...]
Run: TypeAlias = Callable[[Env, Vars], Any]


def compile_node(node: Node) -> Run:
    """The closure of a checked node."""
    if isinstance(node, Const):
        value = node.value
        return lambda env, variables: value
    if isinstance(node, Path):
        return _path(node)
    if isinstance(node, Logic):
        return _logic(node)
    if isinstance(node, Not):
        return _not(node)
    if isinstance(node, Compare):
        return _compare(node)
    if isinstance(node, (Arith, Member)):
        return _two(node)
    if isinstance(node, Each):
        return _each(node)
    if isinstance(node, Items):
        runs, scales = [compile_node(item) for item in node.items], node.scales
        return lambda env, variables: semantics.listed([run(env, variables) for run in runs], scales)
    return _one(node)


def _one(node: Negative | Size | Fold | Has) -> Run:
    run = compile_node(node.item)
    apply: Callable[[Inner], Inner]
    if isinstance(node, Negative):
        apply = semantics.negative
    elif isinstance(node, Fold):
        apply = semantics.folder(node)
    elif isinstance(node, Has):
        apply = semantics.presence(node)
    else:
        what = node.item.text
        return lambda env, variables: semantics.size(run(env, variables), what)
    return lambda env, variables: apply(run(env, variables))


def _two(node: Arith | Member) -> Run:
    if isinstance(node, Arith):
        left, right, apply = compile_node(node.left), compile_node(node.right), semantics.calculator(node)
    else:
        left, right, apply = compile_node(node.left), compile_node(node.items), semantics.finder(node)
    return lambda env, variables: apply(left(env, variables), right(env, variables))


def _each(node: Each) -> Run:
    items, body, apply = compile_node(node.items), compile_node(node.body), semantics.each(node)

    def run(env: Env, variables: Vars) -> Inner:
        return apply(items(env, variables), lambda item: body(env, (*variables, item)))

    return run


def _not(node: Not) -> Run:
    run = compile_node(node.item)

    def negate(env: Env, variables: Vars) -> Inner:
        result = run(env, variables)
        if result is True:
            return False
        if result is False:
            return True
        return result

    return negate


def _logic(node: Logic) -> Run:
    runs = tuple(compile_node(item) for item in node.items)
    # `&&` ends at the first FALSE, `||` at the first TRUE; the rest can't change the value.
    final = node.op == "||"
    neutral = not final
    if len(runs) == 2:
        first, second = runs

        def pair(env: Env, variables: Vars) -> Inner:
            a = first(env, variables)
            if a is neutral:
                return second(env, variables)
            if a is final:
                return final
            b = second(env, variables)
            return final if b is final else a

        return pair

    def chain(env: Env, variables: Vars) -> Inner:
        unknown: Inner = neutral
        for run in runs:
            result = run(env, variables)
            if result is final:
                return final
            if result is not neutral and unknown is neutral:
                unknown = result
        return unknown

    return chain


def _compare(node: Compare) -> Run:
    left, right = compile_node(node.left), compile_node(node.right)
    slow, test = semantics.comparator(node), semantics.OPERATORS[node.op]
    kind: type = {"text": str, "boolean": bool}.get(node.left.type.kind, int)
    if node.left_scale != 1 or node.right_scale != 1:
        return lambda env, variables: slow(left(env, variables), right(env, variables))

    def run(env: Env, variables: Vars) -> Inner:
        a, b = left(env, variables), right(env, variables)
        if type(a) is kind and type(b) is kind:
            return test(a, b)
        return slow(a, b)

    if not isinstance(node.right, Const):
        return run
    limit = node.right.value

    def against_constant(env: Env, variables: Vars) -> Inner:
        a = left(env, variables)
        return test(a, limit) if type(a) is kind else slow(a, limit)

    return against_constant


def _path(node: Path) -> Run:
    root, fields, ref, index = node.root, node.fields, node.ref, node.variable
    if index >= 0:
        return lambda env, variables: descend(variables[index], fields, ref)
    if not fields:
        missing = Unknown("missing", ref)
        return lambda env, variables: env.get(root, missing)
    if len(fields) > 1:
        return lambda env, variables: descend(env.get(root, _NOTHING), fields, ref)
    field = fields[0]

    def read(env: Env, variables: Vars) -> Inner:
        try:
            return env[root][field]
        except (KeyError, TypeError):
            return descend(env.get(root, _NOTHING), fields, ref)

    return read


_NOTHING = Unknown("missing")


def descend(value: Inner, fields: tuple[str, ...], ref: str) -> Inner:
    """Field by field; whatever lies inside an unknown thing is unknown for the same reason."""
    for field in fields:
        if type(value) is Unknown:
            return value.at(ref)
        if not isinstance(value, Mapping):
            raise TypeError(f"`{ref}`: a record was expected before `.{field}`, not {type(value).__name__}")
        value = value.get(field, _NOTHING)
    return value.at(ref) if value is _NOTHING else value

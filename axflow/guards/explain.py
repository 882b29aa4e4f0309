"""Checked guards to closures that build the whole verdict tree, evaluating every part."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from axflow.guards import semantics
from axflow.guards.evaluator import Vars, compile_node
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
    walk,
)
from axflow.guards.values import Collection, Env, Inner
from axflow.guards.verdict import Read, Verdict

Trace: TypeAlias = Callable[[Env, Vars], Verdict]
#: The value of an operand, what it read, and its verdict if it has one of its own.
Operand: TypeAlias = Callable[[Env, Vars], tuple[Inner, tuple[Read, ...], tuple[Verdict, ...]]]


def compile_trace(node: Node) -> Trace:
    """The explaining closure of a checked node."""
    if isinstance(node, (Const, Path)):
        operand = _operand(node)

        def leaf(env: Env, variables: Vars) -> Verdict:
            result, reads, _ = operand(env, variables)
            return Verdict(node, result, reads, ())

        return leaf
    if isinstance(node, Logic):
        traces = [compile_trace(item) for item in node.items]
        combine = semantics.conjunction if node.op == "&&" else semantics.disjunction

        def logic(env: Env, variables: Vars) -> Verdict:
            children = tuple([trace(env, variables) for trace in traces])
            return Verdict(node, combine([child.result for child in children]), (), children)

        return logic
    if isinstance(node, Not):
        trace = compile_trace(node.item)

        def negated(env: Env, variables: Vars) -> Verdict:
            child = trace(env, variables)
            return Verdict(node, semantics.negation(child.result), (), (child,))

        return negated
    if isinstance(node, Each):
        return _each(node)
    if isinstance(node, (Compare, Arith, Member)):
        return _two(node)
    if isinstance(node, Items):
        return _items(node)
    return _one(node)


def _one(node: Negative | Size | Fold | Has) -> Trace:
    operand = _operand(node.item)
    apply: Callable[[Inner], Inner]
    if isinstance(node, Negative):
        apply = semantics.negative
    elif isinstance(node, Fold):
        apply = semantics.folder(node)
    elif isinstance(node, Has):
        apply = semantics.presence(node)
    else:
        what = node.item.text

        def count(value: Inner) -> Inner:
            return semantics.size(value, what)

        apply = count

    def one(env: Env, variables: Vars) -> Verdict:
        value, reads, children = operand(env, variables)
        return Verdict(node, apply(value), reads, children)

    return one


def _two(node: Compare | Arith | Member) -> Trace:
    if isinstance(node, Compare):
        right_node, apply = node.right, semantics.comparator(node)
    elif isinstance(node, Arith):
        right_node, apply = node.right, semantics.calculator(node)
    else:
        right_node, apply = node.items, semantics.finder(node)
    left, right = _operand(node.left), _operand(right_node)

    def two(env: Env, variables: Vars) -> Verdict:
        a, a_reads, a_children = left(env, variables)
        b, b_reads, b_children = right(env, variables)
        return Verdict(node, apply(a, b), a_reads + b_reads, a_children + b_children, None, (a, b))

    return two


def _items(node: Items) -> Trace:
    operands, scales = [_operand(item) for item in node.items], node.scales

    def items(env: Env, variables: Vars) -> Verdict:
        found = [operand(env, variables) for operand in operands]
        reads = tuple([read for part in found for read in part[1]])
        children = tuple([child for part in found for child in part[2]])
        return Verdict(node, semantics.listed([part[0] for part in found], scales), reads, children)

    return items


def _each(node: Each) -> Trace:
    source, body, apply = _operand(node.items), compile_trace(node.body), semantics.each(node)

    def each(env: Env, variables: Vars) -> Verdict:
        value, reads, children = source(env, variables)
        judged: list[Verdict] = []
        if type(value) is Collection:
            for number, item in enumerate((*value.items, *value.maybe)):
                judged.append(body(env, (*variables, item))._replace(item=number))
        results = iter([verdict.result for verdict in judged])
        # `each` asks for its items in this same order; when it stops early the rest was explained all the same.
        result = apply(value, lambda item: next(results))
        return Verdict(node, result, reads, (*children, *judged))

    return each


def _operand(node: Node) -> Operand:
    """Plain reads and arithmetic are told with their node; anything with conditions or lists inside is a child."""
    run = compile_node(node)
    if isinstance(node, Const):
        constant = (node.value, (), ())
        return lambda env, variables: constant
    if isinstance(node, Path):
        ref, type_, via = node.ref, node.type, node.via

        def path(env: Env, variables: Vars) -> tuple[Inner, tuple[Read, ...], tuple[Verdict, ...]]:
            value = run(env, variables)
            return value, (Read(ref, value, type_, via),), ()

        return path
    if all(isinstance(part, (Const, Path, Arith, Negative)) for part in walk(node)):
        leaves = [(part, compile_node(part)) for part in walk(node) if isinstance(part, Path)]

        def plain(env: Env, variables: Vars) -> tuple[Inner, tuple[Read, ...], tuple[Verdict, ...]]:
            reads = tuple([Read(part.ref, get(env, variables), part.type, part.via) for part, get in leaves])
            return run(env, variables), reads, ()

        return plain
    trace = compile_trace(node)

    def child(env: Env, variables: Vars) -> tuple[Inner, tuple[Read, ...], tuple[Verdict, ...]]:
        verdict = trace(env, variables)
        return verdict.result, (), (verdict,)

    return child

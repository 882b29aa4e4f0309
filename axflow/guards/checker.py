"""Static check of a parsed guard against the schema of its environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, NoReturn

from axflow.guards import syntax as s
from axflow.guards.arithmetic import check_binary, check_negative
from axflow.guards.comparing import check_compare, check_member, unify_items
from axflow.guards.errors import GuardError, ValueProblem, nearest
from axflow.guards.formats import parse_date, parse_duration, parse_timestamp
from axflow.guards.nodes import Base, Const, Each, Fold, Has, Logic, Node, Not, Path, Size, paths_of
from axflow.guards.scales import prove
from axflow.guards.types import Type, boolean, integer, list_of
from axflow.guards.types import date as date_type
from axflow.guards.types import decimal as decimal_type
from axflow.guards.types import duration as duration_type
from axflow.guards.types import text as text_type
from axflow.guards.types import timestamp as timestamp_type

_MACROS: Final = ("exists", "all", "filter", "map")
_FOLDS: Final = ("sum", "min", "max")
_CONSTANTS: Final = {
    "timestamp": (parse_timestamp, timestamp_type),
    "date": (parse_date, date_type),
    "duration": (parse_duration, duration_type),
}
#: Everything that can be called. The list is closed: a registered function could be neither digested nor compiled.
BUILT_INS: Final = frozenset({*_MACROS, *_FOLDS, *_CONSTANTS, "size", "has"})


class Variable(NamedTuple):
    """A macro's variable: its item type and the paths that it stands for."""

    name: str
    type: Type
    ref: str
    via: tuple[str, ...]


def check(tree: s.Syntax, source: str, schema: Mapping[str, Type]) -> Node:
    """The checked form of a parsed guard.

    Parameters:
        tree: what `parse` gave for `source`.
        schema: root names and their types.

    Raises:
        GuardError: an undefined name, a type that does not fit, an inexact division, a possible overflow.
    """
    return Checker(source, schema).node(tree)


class Checker:
    """One pass over the syntax tree; holds the variables in scope."""

    def __init__(self, source: str, schema: Mapping[str, Type]) -> None:
        self.source = source
        self.schema = schema
        self.scope: list[Variable] = []
        self.reads: set[str] = set()

    def fail(self, node: Node | s.Syntax, message: str, hint: str, code: str) -> NoReturn:
        """Raise a `GuardError` at the node."""
        length = len(node.text) if isinstance(node, Base) else node.end - node.start
        raise GuardError(message, hint=hint, source=self.source, offset=node.start, length=length, code=code)

    def text(self, tree: s.Syntax) -> str:
        """The source of a node."""
        return self.source[tree.start : tree.end]

    def node(self, tree: s.Syntax) -> Node:
        """The checked form of any node."""
        if isinstance(tree, s.Literal):
            return self._literal(tree)
        if isinstance(tree, (s.Name, s.Member)):
            return self._path(tree)
        if isinstance(tree, s.Unary):
            return self._unary(tree)
        if isinstance(tree, s.Chain):
            return self._chain(tree)
        if isinstance(tree, s.Listing):
            return unify_items(self, tree, tuple(self.node(item) for item in tree.items))
        if isinstance(tree, s.Invoke):
            return self._invoke(tree)
        left, right = self.node(tree.left), self.node(tree.right)
        if tree.op == "in":
            return check_member(self, tree, left, right)
        if tree.op in ("==", "!=", "<", "<=", ">", ">="):
            return check_compare(self, tree, left, right)
        return check_binary(self, tree, left, right)

    def condition(self, tree: s.Syntax, role: str) -> Node:
        """A node that must be a boolean."""
        node = self.node(tree)
        if node.type.kind != "boolean":
            hint = {
                "list": "Ask `size() > 0`, `exists` or `all`.",
                "record": "Name the field that is meant.",
                "text": 'Compare it: `!= ""`.',
            }.get(node.type.kind, "Compare it with something.")
            self.fail(node, f"{role} must be a condition, but `{node.text}` is {node.type.a()}.", hint, "type")
        return node

    def _literal(self, tree: s.Literal) -> Const:
        text = self.text(tree)
        if tree.kind == "boolean":
            return Const(boolean(), text, tree.start, tree.value)
        if tree.kind == "text":
            return Const(text_type(), text, tree.start, tree.value)
        value = int(tree.value)
        kind = integer(value, value) if tree.kind == "integer" else decimal_type(tree.places, value, value)
        return Const(kind, text, tree.start, value)

    def _unary(self, tree: s.Unary) -> Node:
        if tree.op == "-":
            return check_negative(self, tree, self.node(tree.operand))
        item = self.condition(tree.operand, "What `!` negates")
        return Not(boolean(), self.text(tree), tree.start, item)

    def _chain(self, tree: s.Chain) -> Node:
        items = tuple(self.condition(item, f"Each side of `{tree.op}`") for item in tree.items)
        return Logic(boolean(), self.text(tree), tree.start, tree.op, items)

    def _path(self, tree: s.Name | s.Member) -> Path:
        names: list[s.Member] = []
        base: s.Syntax = tree
        while isinstance(base, s.Member):
            names.append(base)
            base = base.target
        if not isinstance(base, s.Name):
            self.fail(names[-1], "Only a record has fields.", "Use map to read a field of each item.", "type")
        index, type_, ref, via = self._root(base)
        root = base.name
        fields: list[str] = []
        for member in reversed(names):
            type_ = self._field(member, type_, ref)
            fields.append(member.field)
            ref = f"{ref}.{member.field}"
            via = tuple(f"{v}.{member.field}" for v in via)
        if type_.kind != "record":
            self.reads.update(via)
        return Path(type_, self.text(tree), tree.start, root, index, tuple(fields), ref, via)

    def _root(self, name: s.Name) -> tuple[int, Type, str, tuple[str, ...]]:
        for index, variable in enumerate(self.scope):
            if variable.name == name.name:
                return index, variable.type, variable.ref, variable.via
        if name.name not in self.schema:
            known = [*self.schema, *(v.name for v in self.scope)]
            words = {"and": "Write `&&`.", "or": "Write `||`.", "not": "Write `!`."}
            hint = words.get(name.name.lower()) or nearest(name.name, known)
            self.fail(name, f"`{name.name[:60]}` is not defined.", hint, "unknown_name")
        return -1, self.schema[name.name], name.name, (name.name,)

    def _field(self, member: s.Member, type_: Type, ref: str) -> Type:
        if type_.kind == "record" and type_.fields is not None:
            if member.field in type_.fields:
                return type_.fields[member.field]
            hint = nearest(member.field, type_.fields)
            self.fail(member, f"`{ref}` has no field `{member.field[:60]}`.", hint, "unknown_field")
        hint = "Leave the field out."
        if type_.kind == "list":
            hint = f"Name the items: `{ref}.exists(x, x.{member.field[:40]} …)`, all, filter or map."
        return self.fail(member, f"`{ref}` is {type_.a()} and has no fields.", hint, "type")

    def _invoke(self, tree: s.Invoke) -> Node:
        name = tree.name
        if name not in BUILT_INS:
            hints = {
                "count": "Write `size()`.",
                "len": "Write `size()`.",
                "length": "Write `size()`.",
                "any": "Write `exists`.",
                "avg": "Compare the sum with a multiple of the size.",
                "now": "The moment of judgement is a root, such as `at`.",
                "exists_one": "Write `filter(…).size() == 1`.",
                "matches": "There are no patterns; compare with `==` or `in`.",
                "int": "Numbers of different scale compare exactly without conversion.",
                "double": "Decimals are exact; no conversion is needed.",
                "contains": 'Write `x in ["a", "b"]`; there is no search inside texts.',
            }
            hint = hints.get(name) or nearest(name, BUILT_INS)
            place = s.Name(tree.name_at, tree.name_at + len(name), name)
            self.fail(place, f"There is no function `{name[:60]}`.", hint, "unknown_function")
        if name in _MACROS:
            return self._macro(tree)
        if name in _CONSTANTS:
            return self._constant(tree)
        if name == "has":
            return self._has(tree)
        return self._fold(tree)

    def _constant(self, tree: s.Invoke) -> Const:
        parse, type_ = _CONSTANTS[tree.name]
        argument = tree.arguments[0] if len(tree.arguments) == 1 and tree.target is None else None
        if not isinstance(argument, s.Literal) or argument.kind != "text":
            example = {"timestamp": "2026-01-01T00:00:00Z", "date": "2026-01-01", "duration": "24h"}[tree.name]
            self.fail(
                tree,
                f"`{tree.name}` takes one text constant.",
                f'Write {tree.name}("{example}"); nothing is converted.',
                "type",
            )
        try:
            value = parse(str(argument.value))
        except ValueProblem as problem:
            self.fail(argument, problem.message, problem.hint, problem.code)
        made = type_() if tree.name != "duration" else duration_type(value, value)
        return Const(made, self.text(tree), tree.start, value)

    def _has(self, tree: s.Invoke) -> Has:
        argument = tree.arguments[0] if len(tree.arguments) == 1 and tree.target is None else None
        if not isinstance(argument, s.Member):
            self.fail(tree, "`has` takes one field.", "Write `has(record.field)`.", "type")
        path = self._path(argument)
        # A whole record counts as read when its presence is asked.
        self.reads.update(path.via)
        return Has(boolean(), self.text(tree), tree.start, path)

    def _operand(self, tree: s.Invoke) -> s.Syntax:
        """The one operand of a built-in that is written as a function or as a method."""
        operands = ((tree.target,) if tree.target is not None else ()) + tree.arguments
        if len(operands) != 1:
            self.fail(
                tree, f"`{tree.name}` takes one list.", f"Write `list.{tree.name}()` or `{tree.name}([a, b])`.", "type"
            )
        return operands[0]

    def _fold(self, tree: s.Invoke) -> Node:
        node = self.node(self._operand(tree))
        element = node.type.element
        if node.type.kind != "list" or element is None:
            hint = 'Compare a text with "".' if node.type.kind == "text" else "Give it a list."
            self.fail(node, f"`{tree.name}` needs a list, but `{node.text}` is {node.type.a()}.", hint, "type")
        text, start, capacity = self.text(tree), tree.start, node.type.capacity
        if tree.name == "size":
            return Size(integer(0, capacity), text, start, node)
        allowed = element.is_numeric or element.kind == "duration"
        if tree.name != "sum":
            allowed = allowed or element.kind in ("date", "timestamp")
        if not allowed:
            hint = (
                "Pick the number of each item: `.map(x, x.amount)`." if element.kind == "record" else "Give it numbers."
            )
            self.fail(node, f"`{tree.name}` needs numbers, but `{node.text}` is {node.type.a()}.", hint, "type")
        low, high = element.low, element.high
        if tree.name == "sum":
            low, high = min(low * capacity, 0), max(high * capacity, 0)
            probe = Const(element, text, start, 0)
            prove(probe, low, high, self.fail)
        made = Type(element.kind, places=element.places, unit=element.unit, lo=low, hi=high)
        return Fold(made, text, start, tree.name, node)

    def _macro(self, tree: s.Invoke) -> Each:
        name = tree.name
        shape = f"`list.{name}(x, {'value' if name == 'map' else 'condition'})`"
        if tree.target is None or len(tree.arguments) != 2 or not isinstance(tree.arguments[0], s.Name):
            self.fail(tree, f"`{name}` needs a list, a name for the item and an expression.", f"Write {shape}.", "type")
        items = self.node(tree.target)
        if items.type.kind != "list" or items.type.element is None:
            self.fail(
                items, f"`{name}` needs a list, but `{items.text}` is {items.type.a()}.", f"Write {shape}.", "type"
            )
        variable = tree.arguments[0]
        taken = variable.name in self.schema or any(v.name == variable.name for v in self.scope)
        if taken:
            self.fail(variable, f"`{variable.name}` already means something here.", "Choose another name.", "shadowed")
        via = element_paths(items)
        ref = via[0] if via else variable.name
        self.scope.append(Variable(variable.name, items.type.element, ref, via))
        try:
            if name == "map":
                body = self.node(tree.arguments[1])
            else:
                body = self.condition(tree.arguments[1], f"What `{name}` asks of each item")
        finally:
            self.scope.pop()
        made = boolean()
        if name == "filter":
            made = items.type
        elif name == "map":
            if body.type.kind in ("list", "record"):
                self.fail(body, f"`map` gives values, not {body.type.a()}.", "Pick one field.", "type")
            made = list_of(body.type, items.type.max_items, items.type.may_be_empty)
        return Each(made, self.text(tree), tree.start, name, items, len(self.scope), body)


def element_paths(items: Node) -> tuple[str, ...]:
    """The paths that an item of this list stands for: those of its records, or of the values it was computed from."""
    if isinstance(items, Each) and items.op == "filter":
        return element_paths(items.items)
    if isinstance(items, Each) and items.op == "map":
        return paths_of(items.body)
    return paths_of(items)

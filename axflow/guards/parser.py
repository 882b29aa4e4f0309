"""Parser of the guard language, a subset of CEL (https://github.com/google/cel-spec, doc/langdef.md).

Operator precedence climbing with few stack frames a level of nesting; length, nesting, depth of the tree and number
of nodes are bounded, so hostile text ends in a `GuardError` after bounded work.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NoReturn

from axflow.guards.errors import GuardError
from axflow.guards.lexer import RESERVED, Token, tokens
from axflow.guards.syntax import Binary, Chain, Invoke, Listing, Literal, Member, Name, Syntax, Unary

MAX_LENGTH: Final = 4_000
MAX_NESTING: Final = 32
#: Depth of the tree: `a + b + c + …` nests to the left without any bracket.
MAX_DEPTH: Final = 96
MAX_NODES: Final = 1_000

_BINDING: Final = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    "<": 3,
    "<=": 3,
    ">": 3,
    ">=": 3,
    "in": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "%": 5,
}


def parse(source: str, *, max_length: int = MAX_LENGTH, max_nesting: int = MAX_NESTING) -> Syntax:
    """The syntax tree of `source`.

    Parameters:
        source: text of the guard.
        max_length: longest accepted text, in characters.
        max_nesting: deepest accepted nesting of brackets, calls and unary operators.

    Raises:
        GuardError: with code ``too_long``, ``too_deep``, ``too_many_nodes``, ``too_large`` or ``syntax``.
    """
    if len(source) > max_length:
        raise GuardError(
            f"The guard has {len(source)} characters.",
            hint=f"At most {max_length}; split it into several guards and combine them.",
            source=source[:max_length],
            offset=0,
            code="too_long",
        )
    return _Parser(source, max_nesting).whole()


class _Parser:
    def __init__(self, source: str, max_nesting: int) -> None:
        self.source = source
        self.tokens = tokens(source)
        self.position = 0
        self.nodes = 0
        self.nesting = 0
        self.max_nesting = max_nesting

    def whole(self) -> Syntax:
        if self.tokens[0].kind == "end":
            self.fail(self.tokens[0], "The guard is empty.", "Write a condition, such as `report.passed`.")
        tree = self.expression(1)
        rest = self.tokens[self.position]
        if rest.kind != "end":
            self.fail(rest, f"Unexpected `{self.slice(rest)}`.", self._rest_hint(rest))
        return tree

    def _rest_hint(self, token: Token) -> str:
        words = {"and": "Write `&&`.", "or": "Write `||`.", "not": "Write `!`.", "is": "Write `==`."}
        if token.value == ")":
            return "There is one closing bracket too many."
        return words.get(str(token.value).lower(), "An operator such as `&&` is missing before it.")

    def slice(self, token: Token) -> str:
        return self.source[token.start : token.end][:40]

    def fail(self, token: Token, message: str, hint: str, code: str = "syntax") -> NoReturn:
        length = token.end - token.start
        raise GuardError(message, hint=hint, source=self.source, offset=token.start, length=length, code=code)

    def count(self, token: Token, depth: int) -> int:
        """One more node of the given depth, or an error when there are too many."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.fail(
                token, f"The guard has more than {MAX_NODES} parts.", "Split it into several guards.", "too_many_nodes"
            )
        if depth > MAX_DEPTH:
            self.fail(
                token,
                f"The guard is more than {MAX_DEPTH} operators deep.",
                "Split it, or write a long sum as sum([a, b, c]).",
                "too_deep",
            )
        return depth

    def enter(self, token: Token) -> None:
        self.nesting += 1
        if self.nesting > self.max_nesting:
            self.fail(
                token,
                f"The guard nests more than {self.max_nesting} levels deep.",
                "Split it into several guards and combine them.",
                "too_deep",
            )

    def expect(self, op: str, opened: Token) -> Token:
        token = self.tokens[self.position]
        if token.kind != "op" or token.value != op:
            found = f"`{self.slice(token)}`" if token.kind != "end" else "the end"
            where = opened.start + 1
            self.fail(
                token,
                f"Expected `{op}` and found {found}.",
                f"It closes the `{self.slice(opened)}` of character {where}.",
            )
        self.position += 1
        return token

    def expression(self, least: int) -> Syntax:
        left = self.unary()
        while True:
            token = self.tokens[self.position]
            if token.kind != "op" and token.value != "in":
                return left
            op = str(token.value)
            binding = _BINDING.get(op, 0)
            if binding < least or token.kind not in ("op", "name"):
                return left
            self.position += 1
            right = self.expression(binding + 1)
            if op in ("&&", "||"):
                # A bracketed chain stays a part of its own: its place in the text is what explanations show.
                flat = isinstance(left, Chain) and left.op == op and not left.bracketed
                items = (left.items if flat and isinstance(left, Chain) else (left,)) + (right,)
                depth = self.count(token, 1 + max(item.depth for item in items))
                left = Chain(left.start, right.end, op, items, depth)
            else:
                depth = self.count(token, 1 + max(left.depth, right.depth))
                left = Binary(left.start, right.end, op, left, right, depth)

    def unary(self) -> Syntax:
        token = self.tokens[self.position]
        if token.kind == "op" and token.value in ("!", "-"):
            self.enter(token)
            self.position += 1
            operand = self.unary()
            self.nesting -= 1
            depth = self.count(token, operand.depth + 1)
            return Unary(token.start, operand.end, str(token.value), operand, depth)
        return self.postfix(self.primary())

    def postfix(self, tree: Syntax) -> Syntax:
        while True:
            token = self.tokens[self.position]
            if token.kind != "op":
                return tree
            if token.value == "[":
                self.fail(
                    token,
                    "Items are not picked by number.",
                    "Use exists, all or filter: which item it is must not matter.",
                )
            if token.value != ".":
                return tree
            name = self.tokens[self.position + 1]
            if name.kind != "name":
                self.fail(name, "A name must follow the point.", "Write `record.field`.")
            self.position += 2
            following = self.tokens[self.position]
            if following.kind == "op" and following.value == "(":
                tree = self.call(name, tree)
            else:
                depth = self.count(name, tree.depth + 1)
                tree = Member(tree.start, name.end, tree, str(name.value), depth)

    def call(self, name: Token, target: Syntax | None) -> Syntax:
        opened = self.tokens[self.position]
        self.enter(opened)
        self.position += 1
        arguments = self.several(")", opened)
        self.nesting -= 1
        closed = self.tokens[self.position - 1]
        depths = [a.depth for a in arguments] + ([target.depth] if target is not None else [])
        depth = self.count(name, 1 + max(depths, default=0))
        start = target.start if target is not None else name.start
        return Invoke(start, closed.end, str(name.value), name.start, target, arguments, depth)

    def several(self, close: str, opened: Token) -> tuple[Syntax, ...]:
        items: list[Syntax] = []
        token = self.tokens[self.position]
        while not (token.kind == "op" and token.value == close):
            items.append(self.expression(1))
            token = self.tokens[self.position]
            if not (token.kind == "op" and token.value == ","):
                break
            self.position += 1
            token = self.tokens[self.position]
        self.expect(close, opened)
        return tuple(items)

    def primary(self) -> Syntax:
        token = self.tokens[self.position]
        self.position += 1
        if token.kind == "integer" or token.kind == "decimal":
            self.count(token, 1)
            kind = "integer" if token.kind == "integer" else "decimal"
            return Literal(token.start, token.end, kind, token.value, token.places)  # type: ignore[arg-type]
        if token.kind == "text":
            self.count(token, 1)
            return Literal(token.start, token.end, "text", token.value)
        if token.kind == "name":
            return self.word(token)
        if token.kind == "op" and token.value == "(":
            self.enter(token)
            inner = self.expression(1)
            closed = self.expect(")", token)
            self.nesting -= 1
            return _within(inner, token.start, closed.end)
        if token.kind == "op" and token.value == "[":
            self.enter(token)
            items = self.several("]", token)
            self.nesting -= 1
            closed = self.tokens[self.position - 1]
            depth = self.count(token, 1 + max((item.depth for item in items), default=0))
            return Listing(token.start, closed.end, items, depth)
        self.position -= 1
        if token.kind == "end":
            self.fail(token, "The guard ends too early.", "Something must follow the last operator.")
        hint = "Write 0.5, not .5." if token.value == "." else "A name, a constant or a bracket must stand here."
        return self.fail(token, f"Unexpected `{self.slice(token)}`.", hint)

    def word(self, token: Token) -> Syntax:
        name = str(token.value)
        following = self.tokens[self.position]
        if name in ("true", "false"):
            self.count(token, 1)
            return Literal(token.start, token.end, "boolean", name == "true")
        if name == "null":
            self.fail(
                token, "There is no null.", "A missing fact is UNKNOWN; ask `has(record.field)` whether it is there."
            )
        if name == "in":
            self.fail(token, "`in` needs something before it.", 'Write `x in ["a", "b"]`.')
        if name in RESERVED:
            self.fail(token, f"`{name}` is a reserved word.", "Choose another name.")
        if following.kind == "op" and following.value == "(":
            return self.call(token, None)
        self.count(token, 1)
        return Name(token.start, token.end, name)


def _within(tree: Syntax, start: int, end: int) -> Syntax:
    """The same tree, its place widened to the brackets around it."""
    if isinstance(tree, Chain):
        return replace(tree, start=start, end=end, bracketed=True)
    return replace(tree, start=start, end=end)

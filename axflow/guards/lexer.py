"""Source text to tokens, in one pass and without backtracking over what was read."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from axflow.guards.errors import GuardError
from axflow.guards.types import INT64_MAX, MAX_PLACES


class Token(NamedTuple):
    """``kind`` is integer, decimal, text, name, op or end; `value` is the decoded constant or the word itself."""

    kind: str
    value: int | str
    start: int
    end: int
    places: int = 0


_SPACE = re.compile(r"(?:[ \t\r\n\f]+|//[^\n]*)+")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DIGITS = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_OP = re.compile(r"&&|\|\||==|!=|<=|>=|[-+*/%!<>()\[\],.]")
_ESCAPES: Final = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    "?": "?",
    '"': '"',
    "'": "'",
    "`": "`",
}
_HEX: Final = {"x": 2, "X": 2, "u": 4, "U": 8}
#: Words that CEL reserves; a name like one of them would not be CEL.
RESERVED: Final = frozenset(
    [
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    ]
)
_INSTEAD: Final = {
    "&": "Write `&&`.",
    "|": "Write `||`.",
    "=": "Write `==` to compare.",
    "?": "There is no ternary: write `(c && a) || (!c && b)`.",
    ":": "There is no ternary and there are no maps.",
    "{": "There are no maps or messages; a list is written [a, b].",
    "}": "There are no maps or messages; a list is written [a, b].",
    "“": 'Write plain quotation marks: "text".',
    "”": 'Write plain quotation marks: "text".',
    "‘": "Write plain quotation marks: 'text'.",
    "’": "Write plain quotation marks: 'text'.",
    "≥": "Write `>=`.",
    "≤": "Write `<=`.",
    "≠": "Write `!=`.",
    "×": "Write `*`.",
}


def tokens(source: str) -> list[Token]:
    """All tokens of `source`, the last of kind ``end``.

    Raises:
        GuardError: a character or a constant that the language does not have.
    """
    found: list[Token] = []
    position, length = 0, len(source)
    while position < length:
        space = _SPACE.match(source, position)
        if space is not None:
            position = space.end()
            continue
        sign = source[position]
        if sign in "\"'":
            token = _text(source, position)
        elif sign.isascii() and sign.isdigit():
            token = _number(source, position)
        else:
            token = _word_or_op(source, position)
        found.append(token)
        position = token.end
    found.append(Token("end", "", length, length))
    return found


def _word_or_op(source: str, start: int) -> Token:
    word = _WORD.match(source, start)
    if word is not None:
        if word.end() < len(source) and source[word.end()] in "\"'" and word[0].lower() in ("r", "b", "rb", "br"):
            raise GuardError(
                f"`{word[0]}` before a text is not part of the language.",
                hint='Write a plain text: "…" with escapes.',
                source=source,
                offset=start,
                length=len(word[0]),
                code="syntax",
            )
        return Token("name", word[0], start, word.end())
    op = _OP.match(source, start)
    if op is not None:
        return Token("op", op[0], start, op.end())
    sign = source[start]
    hint = _INSTEAD.get(
        sign, "Names are ASCII letters, digits and `_`; other scripts stand in texts in quotation marks."
    )
    raise GuardError(f"Unexpected character {sign!r}.", hint=hint, source=source, offset=start, code="syntax")


def _number(source: str, start: int) -> Token:
    found = _DIGITS.match(source, start)
    assert found is not None
    whole, fraction, end = found[1], found[2] or "", found.end()
    following = source[end : end + 1]
    if following and (following.isalnum() or following in "_%"):
        hint = {
            "e": "Write the number without an exponent.",
            "E": "Write the number without an exponent.",
            "x": "Write the number in decimal digits.",
            "u": "There are no unsigned numbers: leave the `u` out.",
            "_": "Write the number without separators.",
            "%": "Write a ratio, 0.95 for 95 %; the remainder operator needs a space before it.",
        }.get(following, 'Put a space or an operator after the number; a duration is duration("15d").')
        # `7%2` is a remainder in CEL; only a percent sign that ends an operand is the mistake.
        if following != "%" or not re.match(r"%\s*[A-Za-z0-9_(-]", source[end : end + 40]):
            raise GuardError(
                f"`{source[start : end + 1][:40]}` is not a number.",
                hint=hint,
                source=source,
                offset=start,
                length=end - start + 1,
                code="syntax",
            )
    if len(whole) > 1 and whole[0] == "0":
        raise GuardError(
            f"The number {whole[:20]} starts with a zero.",
            hint="Leave leading zeros out.",
            source=source,
            offset=start,
            length=end - start,
            code="syntax",
        )
    if following == "." and not fraction and not _WORD.match(source, end + 1):
        raise GuardError(
            "A decimal needs digits after its point.",
            hint=f"Write {whole[:20]}.0 or {whole[:20]}.",
            source=source,
            offset=start,
            length=end - start + 1,
            code="syntax",
        )
    # Lengths are judged before int(): converting a very long text of digits is slow, and refused by Python.
    if len(whole) + len(fraction) > 19 or len(fraction) > MAX_PLACES or int(whole + fraction) > INT64_MAX:
        raise GuardError(
            "The number is too large.",
            hint="A constant must fit a signed 64-bit integer with its decimal places.",
            source=source,
            offset=start,
            length=end - start,
            code="too_large",
        )
    if fraction:
        return Token("decimal", int(whole + fraction), start, end, len(fraction))
    return Token("integer", int(whole), start, end)


def _text(source: str, start: int) -> Token:
    quote = source[start]
    if source.startswith(quote * 3, start):
        raise GuardError(
            "Texts in triple quotation marks are not part of the language.",
            hint='Write "…" on one line.',
            source=source,
            offset=start,
            length=3,
            code="syntax",
        )
    pieces: list[str] = []
    position = start + 1
    plain = re.compile(r"[^\\\r\n" + quote + "]+")
    while True:
        run = plain.match(source, position)
        if run is not None:
            pieces.append(run[0])
            position = run.end()
        sign = source[position : position + 1]
        if sign == quote:
            break
        if sign != "\\":
            raise GuardError(
                "The text does not end on its line.",
                hint=f"Close it with {quote}.",
                source=source,
                offset=start,
                length=position - start,
                code="syntax",
            )
        piece, position = _escape(source, position)
        pieces.append(piece)
    value = unicodedata.normalize("NFC", "".join(pieces))
    if any("\ud800" <= sign <= "\udfff" for sign in value):
        raise GuardError(
            "The text holds half a surrogate pair.",
            hint="Write the character itself or \\U with eight digits.",
            source=source,
            offset=start,
            length=position + 1 - start,
            code="syntax",
        )
    return Token("text", value, start, position + 1)


def _escape(source: str, start: int) -> tuple[str, int]:
    """The character of a CEL escape sequence at `start`, and the position after it."""
    sign = source[start + 1 : start + 2]
    if sign in _ESCAPES:
        return _ESCAPES[sign], start + 2
    digits, base, first = "", 16, start + 2
    if sign in _HEX:
        digits = source[first : first + _HEX[sign]]
        valid = len(digits) == _HEX[sign] and all(d in "0123456789abcdefABCDEF" for d in digits)
    else:
        first, base = start + 1, 8
        digits = source[first : first + 3]
        valid = len(digits) == 3 and digits[0] in "0123" and all(d in "01234567" for d in digits)
    if valid and int(digits, base) <= 0x10FFFF:
        return chr(int(digits, base)), first + len(digits)
    raise GuardError(
        f"`{source[start : start + 2]}` starts no escape sequence.",
        hint="Known are \\\\ \\\" \\' \\` \\? \\a \\b \\f \\n \\r \\t \\v \\xHH \\uHHHH \\UHHHHHHHH \\OOO.",
        source=source,
        offset=start,
        length=2,
        code="syntax",
    )

"""How much room words take."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from axflow.definition.diagram.measure import height, width, wrap

WORDS = st.text(alphabet="abcdefgHIJ과학기술부 -", min_size=1, max_size=80)


def test_a_hangul_syllable_takes_an_em_and_a_latin_letter_less() -> None:
    assert width("가나다", 10) == 30
    assert width("abc", 10) < 20
    assert width("ABC", 10) > width("abc", 10)
    assert width("abc", 10, bold=True) > width("abc", 10)


def test_a_combining_mark_takes_no_room_of_its_own() -> None:
    assert width("e\u0301", 10) == width("e", 10)


@given(WORDS, st.integers(40, 200))
def test_lines_fit_and_no_letter_is_lost(text: str, room: int) -> None:
    lines = wrap(text, 12, room)
    assert all(width(line, 12) <= room for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(text.split())


def test_a_last_line_is_not_left_with_one_word() -> None:
    assert wrap("signed by the head and by the clerk", 10, 160) == ("signed by the head", "and by the clerk")


def test_height_grows_with_lines() -> None:
    assert height(2, 10) > height(1, 10) >= 13

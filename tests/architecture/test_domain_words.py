"""No word of the first process stands in the engine: ministries and their procedures are data in workflows/."""

from __future__ import annotations

import re

import pytest

from tests.architecture.tree import ROOT, package_files, text_of

_ENGLISH = re.compile(
    r"(?<![a-z])(ministr(y|ies)|trls?|mrls?|procur\w*|defen[cs]e|demands?|start-?ups?|msit|motie|mnd|mss|dapa|smes?|military|army"
    r"|weapons?|drones?|dual[- ]use|innovation designation|pathway|field trials?|demonstrations?)(?![a-z])",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"(?<![A-Za-z])(ax_[a-z]+|AX)(?![A-Za-z0-9])")
_KOREAN = re.compile(
    r"국방|방위|방사청|산업통상|과학기술정보|중소벤처|조달|수요(?!일)|실증|스타트업|창업|기술\s?성숙도|군수|무기|드론|부처"
)


def domain_words(text: str) -> list[str]:
    """The words of the domain in a text, in the order of the three lists."""
    return [m.group(0) for pattern in (_ENGLISH, _PREFIX, _KOREAN) for m in pattern.finditer(text)]


@pytest.mark.parametrize(
    "text",
    [
        "the Ministry signs",
        "trl_level",
        "PROCUREMENT",
        "procured",
        "defence_officer",
        "Defense",
        "demand_letter",
        "a start-up",
        "MSIT",
        "ax_handoff",
        "the AX domain",
        "조달청",
        "수요 확인",
        "국방부",
        "실증 통과",
    ],
)
def test_the_reader_finds_domain_words(text: str) -> None:
    assert domain_words(text)


@pytest.mark.parametrize(
    "text", ["axflow", "AXFLOW_DB", "remandated", "수요일", "axis", "control", "axflow.db", "tax_rate"]
)
def test_the_reader_leaves_other_words(text: str) -> None:
    assert domain_words(text) == []


def test_no_domain_word_stands_in_the_package() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {', '.join(words)}"
        for path in package_files()
        for number, line in enumerate((text_of(path) or "").splitlines(), 1)
        if (words := domain_words(line))
    ] + [f"{path.relative_to(ROOT)}: file name" for path in package_files() if domain_words(path.stem)]
    assert found == [], "words of the domain belong in workflows/:\n" + "\n".join(found)

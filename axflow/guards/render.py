"""Shortfalls in words, in English and Korean, for a viewer who may not see every value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from axflow.guards.shortfall import Shortfall

HIDDEN: Final = {"en": "(not shown to you)", "ko": "(열람 권한 없음)"}
REASON_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "missing": "not recorded yet",
        "expired": "expired",
        "withdrawn": "withdrawn",
        "redacted": "redacted",
        "unconfirmed": "not confirmed yet",
        "outdated": "outdated",
        "imprecise": "not precise enough",
        "empty": "nothing filed yet",
        "unstated": "not stated",
    },
    "ko": {
        "missing": "아직 기록되지 않음",
        "expired": "유효 기간 만료",
        "withdrawn": "철회됨",
        "redacted": "비공개 처리됨",
        "unconfirmed": "아직 확인되지 않음",
        "outdated": "최신이 아님",
        "imprecise": "판정하기에 충분히 정밀하지 않음",
        "empty": "아직 제출된 것이 없음",
        "unstated": "기재되지 않음",
    },
}
_NEED: Final[dict[str, dict[str, str]]] = {
    "en": {
        "==": "{need}",
        "!=": "anything but {need}",
        "<": "less than {need}",
        "<=": "at most {need}",
        ">": "more than {need}",
        ">=": "at least {need}",
        "in": "one of {need}",
        "not in": "none of {need}",
    },
    "ko": {
        "==": "{need}",
        "!=": "{need} 이외의 값",
        "<": "{need} 미만",
        "<=": "{need} 이하",
        ">": "{need} 초과",
        ">=": "{need} 이상",
        "in": "{need} 중 하나",
        "not in": "{need}에 없는 값",
    },
}
_SENTENCE: Final[dict[str, dict[str, str]]] = {
    "en": {
        "known": "{path}: {have}; required: {rule}.",
        "counted": "{path}: {have} so far; required: {rule}.",
        "unknown": "{path}: {why}.",
        "unknown_need": "{path}: {why}; required: {rule}.",
        "constant": "`{text}` can never hold.",
        "missing": "{path}: not recorded yet.",
        "either": "One of these is enough: ",
        "between": " Or: ",
    },
    "ko": {
        "known": "{path}: 현재 {have}, 필요 조건은 {rule}입니다.",
        "counted": "{path}: 현재 {have}건, 필요 조건은 {rule}입니다.",
        "unknown": "{path}: {why}.",
        "unknown_need": "{path}: {why}. 필요 조건은 {rule}입니다.",
        "constant": "`{text}` 조건은 성립할 수 없습니다.",
        "missing": "{path}: 아직 기록되지 않음.",
        "either": "다음 중 하나를 충족하면 됩니다. ",
        "between": " 또는 ",
    },
}
_PLACEHOLDER = re.compile(r"\{(have|need|path|text)\}")


def see_all(path: str) -> bool:
    """The viewer who may see everything."""
    return True


def render(
    found: Sequence[Shortfall],
    words: Mapping[str, str] | None = None,
    lang: str = "en",
    may_see: Callable[[str], bool] = see_all,
) -> str:
    """What is missing, in one text.

    Parameters:
        found: what `Guard.why` gave; without any the text is empty.
        words: the guard's own words by language, with ``{have}``, ``{need}``, ``{path}`` and ``{text}`` as
            placeholders; None gives default sentences. A language that is not there falls back to English, then to any.
        lang: ``en`` or ``ko``.
        may_see: whether the viewer may see the value on a dotted path; others show as "(not shown to you)".
    """
    if not found:
        return ""
    lang = lang if lang in _SENTENCE else "en"
    if words:
        template = words.get(lang) or words.get("en") or next(iter(words.values()))
        best = next((s for s in found if s.have is not None and s.need is not None), found[0])
        return _fill(template, _values(best, lang, may_see))
    return _joined(found, lang, may_see)


def _joined(found: Sequence[Shortfall], lang: str, may_see: Callable[[str], bool]) -> str:
    """Default sentences; alternatives follow each other as such."""
    phrases = _SENTENCE[lang]
    fixed = [sentence(s, lang, may_see) for s in found if s.alternative is None]
    branches: dict[int, list[str]] = {}
    for shortfall in found:
        if shortfall.alternative is not None:
            branches.setdefault(shortfall.alternative, []).append(sentence(shortfall, lang, may_see))
    text = " ".join(fixed)
    if branches:
        ways = phrases["between"].join(" ".join(way) for way in branches.values())
        lead = phrases["either"] if len(branches) > 1 else ""
        text = f"{text} {lead}{ways}".strip()
    return text


def sentence(shortfall: Shortfall, lang: str, may_see: Callable[[str], bool] = see_all) -> str:
    """The default sentence of one shortfall."""
    phrases = _SENTENCE[lang]
    values = _values(shortfall, lang, may_see)
    rule = _NEED[lang].get(shortfall.op, "")
    values["rule"] = rule.replace("{need}", values["need"])
    if shortfall.unknowns:
        seen = dict.fromkeys((u.ref, u.reason) for u in shortfall.unknowns)
        values["why"] = REASON_WORDS[lang][shortfall.reason]
        if len(seen) > 1:
            values["why"] = "; ".join(f"{ref or shortfall.text}: {REASON_WORDS[lang][reason]}" for ref, reason in seen)
            values["path"] = f"`{shortfall.text}`"
        shape = "unknown_need" if shortfall.need is not None and rule else "unknown"
    elif shortfall.reason in ("constant", "missing"):
        shape = shortfall.reason
    else:
        shape = "counted" if shortfall.reason == "count" else "known"
    pattern = phrases[shape]
    return re.sub(r"\{(\w+)\}", lambda hit: values[hit[1]], pattern)


def _values(shortfall: Shortfall, lang: str, may_see: Callable[[str], bool]) -> dict[str, str]:
    have = shortfall.have
    if shortfall.unknowns and have is None:
        have = REASON_WORDS[lang].get(shortfall.reason, "")
    elif not all(may_see(path) for path in shortfall.have_paths):
        have = HIDDEN[lang]
    need = shortfall.need
    if not all(may_see(path) for path in shortfall.need_paths):
        need = HIDDEN[lang]
    path = shortfall.paths[0] if shortfall.paths else shortfall.text
    return {"have": have or "", "need": need or "", "path": path, "text": shortfall.text}


def _fill(template: str, values: Mapping[str, str]) -> str:
    # Not str.format: a template is data, and "{have.__class__}" must stay what it is.
    return _PLACEHOLDER.sub(lambda hit: values[hit[1]], template)

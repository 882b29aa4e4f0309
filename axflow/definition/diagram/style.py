"""Colours and fonts of the pictures, for light and for dark surroundings."""

from __future__ import annotations

from typing import Final

from axflow.definition.diagram.shape import BOLD, SIZES

FONTS: Final = (
    "Pretendard,'Noto Sans KR','Noto Sans CJK KR','Apple SD Gothic Neo','Malgun Gothic','Nanum Gothic',"
    "system-ui,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
)
HUES: Final = (
    ("#2563a8", "#7fb2ea"), ("#0f7f6e", "#5ccbb8"), ("#7a4fb3", "#bd9bec"), ("#a3650f", "#e0aa5a"),
    ("#b03a63", "#ee8fb0"), ("#4c7d22", "#9ccb70"), ("#4f6079", "#a5b4cc"), ("#8a4f33", "#d3a088"),
)  # fmt: skip
"""One for each owner, on light and on dark ground; after eight owners they start over."""
_LIGHT: Final = {
    "paper": "#ffffff", "card": "#ffffff", "edge": "#b9c2ce", "ink": "#1b2430", "soft": "#586474", "line": "#5d6b7c",
    "track": "#f6f8fa", "state": "#ffffff", "guard": "#1d5f9e", "limit": "#95530b", "success": "#1e7d43",
    "failure": "#b3372f", "neutral": "#5b6675", "hand": "#6a3fb0", "done": "#e9f6ee", "hold": "#fdf6e7",
    "bad": "#fdf0ee", "plain": "#f3f5f7",
}  # fmt: skip
_DARK: Final = {
    "paper": "#12161c", "card": "#1c222b", "edge": "#465263", "ink": "#e9eef5", "soft": "#a7b3c2", "line": "#8d9bad",
    "track": "#171d25", "state": "#222a35", "guard": "#86bdf2", "limit": "#e6b06a", "success": "#6fd098",
    "failure": "#f08d85", "neutral": "#aeb9c8", "hand": "#c3a5f5", "done": "#173226", "hold": "#2e2717",
    "bad": "#37201f", "plain": "#20272f",
}  # fmt: skip


def owner_class(index: int) -> str:
    """The class of the owner with that number."""
    return f"o{index % len(HUES)}"


def style_sheet(owners: int) -> str:
    """The style sheet for a picture with so many owners. Rules are plain: not every viewer knows CSS variables."""
    sizes = "".join(
        f".{style}{{font-size:{size}px{';font-weight:600' if style in BOLD else ''}}}"
        for style, size in SIZES.items()
        if style != "gap"
    )
    fixed = (
        f"text{{font-family:{FONTS}}}{sizes}.auto{{font-style:italic}}.label{{text-anchor:middle}}"
        ".line{fill:none;stroke-width:1.4}.line.handoff{stroke-width:2.4}.line.return{stroke-dasharray:6 4}"
        ".line.late{stroke-dasharray:2 4;stroke-linecap:round}.card,.end,.track{stroke-width:1.2}"
        ".card.offer{stroke-width:1.8;stroke-dasharray:7 4}.end.inner{fill:none}"
        ".mark{fill:none;stroke-width:2.2;stroke-linecap:round;stroke-linejoin:round}"
        ".card.anywhere{stroke-dasharray:3 3}.band{fill-opacity:.07}.gutter{fill-opacity:.16}"
    )
    return f"{fixed}{_colours(_LIGHT, 0, owners)}@media (prefers-color-scheme:dark){{{_colours(_DARK, 1, owners)}}}"


def _colours(c: dict[str, str], shade: int, owners: int) -> str:
    rules = [
        f".paper{{fill:{c['paper']}}}text{{fill:{c['ink']}}}.who,.note{{fill:{c['soft']}}}.guard{{fill:{c['guard']}}}",
        f".limit{{fill:{c['limit']}}}.card{{fill:{c['card']};stroke:{c['edge']}}}.card.state{{fill:{c['state']}}}",
        f".card.offer{{stroke:{c['hand']}}}.card.hold{{fill:{c['hold']};stroke:{c['limit']}}}",
        f".card.anywhere{{fill:{c['plain']}}}.track{{fill:{c['track']};stroke:{c['edge']}}}",
        f".end.success,.end.done{{fill:{c['done']}}}.end.failure{{fill:{c['bad']}}}.end.neutral{{fill:{c['plain']}}}",
        f".line{{stroke:{c['line']}}}.head{{fill:{c['line']}}}.line.handoff,.line.return{{stroke:{c['hand']}}}",
        f".head.handoff,.head.return{{fill:{c['hand']}}}.line.late{{stroke:{c['limit']}}}.head.late{{fill:{c['limit']}}}",
        f".band.quiet,.gutter.quiet{{fill:{c['soft']}}}",
    ]
    rules += [
        f".{kind}.mark,.{kind}.end{{stroke:{c['success' if kind == 'done' else kind]}}}"
        for kind in ("success", "failure", "neutral", "done")
    ]
    for index in range(min(owners, len(HUES))):
        hue = HUES[index][shade]
        name = owner_class(index)
        rules.append(f".band.{name},.gutter.{name},.bar.{name},.owner.{name}{{fill:{hue}}}.card.{name}{{stroke:{hue}}}")
    return "".join(rules)

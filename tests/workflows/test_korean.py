"""Whatever a shipped workflow shows to people, it shows in Korean: ids of its own are never what is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from axflow.definition.base import Text
from axflow.definition.definition import Definition
from axflow.definition.field import FieldType
from axflow.definition.paths import named_transitions, stage_ids
from axflow.definition.source import decode, read
from axflow.definition.summary import summary
from axflow.definition.words import Names
from axflow.interchange.mermaid import mermaid
from axflow.kernel.program import program_of
from tests.workflows.play import WORKFLOWS, definition_of

SHIPPED = sorted(path.parent.name for path in WORKFLOWS.glob("*/definition.yaml"))
IDS = re.compile(r"\b[a-z]{2,}(?:_[a-z0-9]+)+\b|\b[a-z]{4,}\b")
"""What an id looks like among Korean words."""
SPOKEN_AS_IT_IS = {"bar"}
"""Units that Korean writes in Latin letters."""


def fields_of(definition: Definition) -> Iterator[tuple[str, FieldType]]:
    tables: list[dict[str, FieldType]] = [definition.attributes, *(one.fields for one in definition.evidence.values())]
    for table in tables:
        for name, field in table.items():
            yield name, field
            yield from field.fields.items()


def codes_of(definition: Definition) -> Iterator[str]:
    for named in named_transitions(definition):
        if named.transition.flag:
            yield named.transition.flag
        yield from () if isinstance(named.transition.reason, str) else named.transition.reason
    for handoff in definition.handoffs.values():
        yield from handoff.returns.reasons
    for hold in definition.holds.values():
        yield from () if isinstance(hold.reason, str) else hold.reason
    for appeal in definition.appeals.values():
        yield from appeal.grounds


def shown(definition: Definition) -> Iterator[tuple[str, str]]:
    """Everything that is shown, by where it comes from."""
    names, program = Names(definition, "ko"), program_of(definition)
    for kind, ids, told in (
        ("organisation", definition.organisations, names.organisation),
        ("role", definition.roles, names.role),
        ("state", stage_ids(definition), names.state),
        ("evidence", definition.evidence, names.evidence),
        ("guard", definition.guards, names.guard),
        ("parameter", definition.parameters, names.parameter),
        ("handoff", definition.handoffs, names.handoff),
        ("hold", definition.holds, names.hold),
        ("deadline", definition.deadlines, names.deadline),
        ("obligation", definition.obligations, names.obligation),
        ("appeal", definition.appeals, names.appeal),
        ("track", definition.tracks, names.track),
        ("clock", definition.clocks, names.clock),
        ("reason", codes_of(definition), names.word),
        ("value", (value for _, field in fields_of(definition) for value in field.values), names.word),
    ):
        for id in ids:
            yield f"{kind} {id}", told(id)
    for name, field in fields_of(definition):
        yield f"field {name}", names.field(name, field)
    for track, declared in definition.tracks.items():
        for state in declared.states:
            yield f"state {track}.{state}", names.state(f"{track}.{state}")
    for named in named_transitions(definition):
        yield f"transition {named.id}", names.transition(named)
        yield f"title of {named.id}", program.title(named.id).in_("ko")
        if named.transition.event:
            yield f"event {named.transition.event}", names.event(named.transition.event)
            yield f"title of {named.transition.event}", program.title(named.transition.event).in_("ko")
    for word in definition.statuses:
        yield f"status {word.id}", word.title.in_("ko")


@pytest.mark.parametrize("workflow", SHIPPED)
def test_every_name_that_is_shown_is_korean(workflow: str) -> None:
    lacking = [(where, words) for where, words in shown(definition_of(workflow)) if not re.search("[가-힣]", words)]
    assert lacking == []


@pytest.mark.parametrize("workflow", SHIPPED)
def test_all_words_are_in_both_languages(workflow: str) -> None:
    def texts(value: Any, path: str) -> Iterator[tuple[str, Text]]:
        if isinstance(value, Text):
            yield path, value
        elif isinstance(value, dict):
            for key, inner in value.items():
                yield from texts(inner, f"{path}.{key}")
        elif isinstance(value, tuple):
            for place, inner in enumerate(value):
                yield from texts(inner, f"{path}[{place}]")
        elif hasattr(type(value), "model_fields"):
            for key in type(value).model_fields:
                yield from texts(getattr(value, key), f"{path}.{key}")

    assert [(path, text.en) for path, text in texts(definition_of(workflow), "") if text.ko is None] == []


@pytest.mark.parametrize("workflow", SHIPPED)
def test_the_korean_summary_has_no_id_outside_of_rules(workflow: str) -> None:
    for line in summary(definition_of(workflow), "ko", width=100_000).splitlines()[2:]:
        prose = line.partition("판정식:")[0]
        assert [id for id in IDS.findall(prose) if id not in SPOKEN_AS_IT_IS] == [], line
        assert "{" not in prose, line


@pytest.mark.parametrize("workflow", SHIPPED)
def test_the_korean_diagram_has_no_id_among_its_words(workflow: str) -> None:
    words = re.findall(r'"([^"]*)"', mermaid(definition_of(workflow), "ko"))
    assert words
    assert [one for one in words if IDS.search(one.replace("<br/>", " ")) and not re.search("[가-힣]", one)] == []


@pytest.mark.parametrize("workflow", SHIPPED)
def test_scripts_and_histories_say_the_same_in_both_languages(workflow: str) -> None:
    def lacking(value: Any, path: str) -> Iterator[str]:
        if isinstance(value, dict):
            if value.keys() & {"en", "ko"} and not re.search("[가-힣]", str(value.get("ko", ""))):
                yield path
            for key, inner in value.items():
                yield from lacking(inner, f"{path}.{key}")
        elif isinstance(value, list):
            for place, inner in enumerate(value):
                yield from lacking(inner, f"{path}[{place}]")

    files = [
        path
        for path in Path(WORKFLOWS, workflow).rglob("*.yaml")
        if path.name not in ("definition.yaml", "directory.yaml")
    ]
    for path in files:
        assert list(lacking(read(decode(path.read_bytes(), path.name), path.name).data, path.name)) == []

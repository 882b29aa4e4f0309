"""Definitions from Python: the third way beside YAML and JSON, with the same result and the same digests.

    DefinitionBuilder("loan", version="1", title="A loan")
        .organisation("library", "Library")
        .role("clerk", of="library")
        .stage("asked", owner="library")
        .end("lent", "success")
        .transition("asked", "lent", event="lend", by="clerk")
        .build()

Keys that are words of Python take a trailing underscore (`from_`, `in_`, `for_`, `all_`, `any_`). Any further key of
the language may be given by its name; `build` refuses what the language does not know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, Self

from axflow.definition.base import Text
from axflow.definition.definition import LANGUAGE_VERSION, Definition
from axflow.definition.duration import Duration
from axflow.definition.loading import from_data, neutral

Words = str | Text | Mapping[str, str]
"""Words in both languages, `{"en": …, "ko": …}`, or one text for both."""
Names = str | Sequence[str]
"""One id or several."""
Length = str | Duration
"""A length of time, such as "15 working days"."""


class DefinitionBuilder:
    """Gathers the parts of a definition in the order in which they are given, which is their order of declaration."""

    def __init__(
        self,
        id: str,
        *,
        version: str,
        title: Words,
        country: str = "KR",
        timezone: str = "Asia/Seoul",
        description: Words | None = None,
        **more: Any,
    ) -> None:
        self._data: dict[str, Any] = _given(
            axflow=LANGUAGE_VERSION,
            id=id,
            version=version,
            title=title,
            description=description,
            calendar={"country": country, "timezone": timezone},
            organisations={},
            roles={},
            stages={},
            ends={},
            **more,
        )

    def build(self) -> Definition:
        """The definition. Raises `DefinitionError` with every problem found."""
        return from_data(self._data, name=f"<builder of {self._data['id']}>")

    @property
    def data(self) -> dict[str, Any]:
        """What was gathered so far, as plain data (a copy): what a YAML file of it would hold."""
        copied: dict[str, Any] = neutral(self._data)
        return copied

    def effective(self, from_: str | date, *, until: str | date | None = None, signed_by: Names = ()) -> Self:
        """When the version is in force, and which organisations must have signed it."""
        self._data["effective"] = _given(from_=from_, until=until, signed_by=signed_by or None)
        return self

    def day_off(self, day: str | date, title: Words) -> Self:
        """A further day off in the calendar."""
        self._data["calendar"].setdefault("extra", {})[str(day)] = title
        return self

    def organisation(self, id: str, title: Words) -> Self:
        """A body that takes part."""
        return self._put("organisations", id, title)

    def role(self, id: str, *, of: Names, **more: Any) -> Self:
        """A role in organisations, in `any` of them, or in the project's own `firm`."""
        return self._put("roles", id, _given(of=of, **more))

    def classification(self, id: str, *, audience: Names, **more: Any) -> Self:
        """A label on fields, and who may see what carries it."""
        return self._put("classifications", id, _given(audience=audience, **more))

    def attribute(self, id: str, type: str | Mapping[str, Any]) -> Self:
        """A typed attribute of every project."""
        return self._put("attributes", id, type)

    def parameter(
        self,
        id: str,
        type: str,
        value: str | int | bool,
        *,
        title: Words,
        basis: Literal["sourced", "assumed"] = "assumed",
        **more: Any,
    ) -> Self:
        """A lever of policy with its value; `min`, `max`, `source` and the like follow by name."""
        return self._put("parameters", id, _given(type=type, value=value, title=title, basis=basis, **more))

    def evidence(
        self, id: str, *, from_: Names, fields: Mapping[str, str | Mapping[str, Any]] | None = None, **more: Any
    ) -> Self:
        """A type of evidence record and the roles that issue it."""
        return self._put("evidence", id, _given(from_=from_, fields=fields, **more))

    def guard(
        self, id: str, when: str | None = None, *, title: Words, missing: Words | None = None, **more: Any
    ) -> Self:
        """A named condition: `when`, or one of `all_`, `any_`, `at_least`, `score`, `criteria`."""
        return self._put("guards", id, _given(title=title, when=when, missing=missing, **more))

    def stage(self, id: str, *, owner: str, title: Words | None = None, accepts: Names = (), **more: Any) -> Self:
        """A stage; the first one is where projects start."""
        return self._put("stages", id, _given(owner=owner, title=title, accepts=accepts or None, **more))

    def end(
        self,
        id: str,
        kind: Literal["success", "failure", "neutral"],
        *,
        title: Words | None = None,
        accepts: Names = (),
    ) -> Self:
        """Where a project comes to rest."""
        return self._put("ends", id, _given(kind=kind, title=title, accepts=accepts or None))

    def track(
        self,
        id: str,
        *,
        in_: Names,
        states: Sequence[str] | Mapping[str, Mapping[str, Any]],
        transitions: Sequence[Mapping[str, Any]] = (),
        **more: Any,
    ) -> Self:
        """A flat sequence of states that runs beside the stages `in_`."""
        listed = {state: {} for state in states} if not isinstance(states, Mapping) else states
        return self._put(
            "tracks", id, _given(in_=in_, states=listed, transitions=[_renamed(t) for t in transitions] or None, **more)
        )

    def transition(
        self,
        from_: Names,
        to: str,
        *,
        event: str | None = None,
        automatic: bool | None = None,
        after: Length | None = None,
        by: Names = (),
        guards: Names = (),
        **more: Any,
    ) -> Self:
        """A way between stages with exactly one cause: an event, `automatic`, or `after` a time."""
        made = _given(
            from_=from_,
            to=to,
            event=event,
            automatic=automatic,
            after=after,
            by=by or None,
            guards=guards or None,
            **more,
        )
        self._data.setdefault("transitions", []).append(made)
        return self

    def handoff(
        self,
        id: str,
        *,
        from_: Names,
        to: str,
        offered_by: Names,
        accepted_by: Names,
        within: Length,
        if_late: str | Mapping[str, Any],
        returns: Mapping[str, Any],
        guards: Names = (),
        **more: Any,
    ) -> Self:
        """A transition between owners that one side offers and the other accepts or returns."""
        made = _given(
            from_=from_, to=to, offered_by=offered_by, accepted_by=accepted_by, within=within, if_late=if_late,
            returns=returns, guards=guards or None, **more,
        )  # fmt: skip
        return self._put("handoffs", id, made)

    def status(self, id: str, *, title: Words, guard: str | None = None, passed: Names = ()) -> Self:
        """A public word for how far a project is; weak words first."""
        self._data.setdefault("statuses", []).append(_given(id=id, title=title, guard=guard, passed=passed or None))
        return self

    def clock(self, id: str, title: Words) -> Self:
        """Whose time runs, besides `government` and `applicant`."""
        return self._put("clocks", id, {"title": title})

    def deadline(self, id: str, *, in_: Names, within: Length, if_late: str | Mapping[str, Any], **more: Any) -> Self:
        """A limit on a clock, with what follows."""
        return self._put("deadlines", id, _given(in_=in_, within=within, if_late=if_late, **more))

    def obligation(
        self, id: str, *, title: Words, within: Length, if_late: str | Mapping[str, Any], **more: Any
    ) -> Self:
        """Something still owed after a move."""
        return self._put("obligations", id, _given(title=title, within=within, if_late=if_late, **more))

    def hold(self, id: str, *, in_: Names, by: Names = (), **more: Any) -> Self:
        """An overlay that keeps the configuration, blocks named things and may stop clocks."""
        return self._put("holds", id, _given(in_=in_, by=by or None, **more))

    def appeal(self, id: str, *, against: Names, by: Names, panel: Names, hold: str, **more: Any) -> Self:
        """An appeal against decisions; `window`, `grounds`, `within`, `if_late` and `upheld` follow by name."""
        return self._put("appeals", id, _given(against=against, by=by, panel=panel, hold=hold, **more))

    def round(self, id: str, *windows: tuple[str, str | date, str | date], title: Words | None = None) -> Self:
        """Openings as (id, first day, last day), in order."""
        opened = [{"id": name, "opens": opens, "closes": closes} for name, opens, closes in windows]
        return self._put("rounds", id, _given(title=title, windows=opened))

    def link(self, id: str, title: Words, **more: Any) -> Self:
        """A kind of relation to another project."""
        return self._put("links", id, _given(title=title, **more))

    def split(self, *, by: Names, in_: Names, end: str, link: str, carry: Names = ()) -> Self:
        """Who may split a project, where, and how the old one ends."""
        self._data["split"] = _given(by=by, in_=in_, end=end, link=link, carry=carry or None)
        return self

    def merge(self, *, by: Names, in_: Names, end: str, link: str, carry: Names = ()) -> Self:
        """Who may merge projects, where, and how the old ones end."""
        self._data["merge"] = _given(by=by, in_=in_, end=end, link=link, carry=carry or None)
        return self

    def variants(self, by: str, of: Mapping[str, Mapping[str, Any]]) -> Self:
        """What classes of projects, told apart by an enum attribute, need in addition."""
        self._data["variants"] = {"by": by, "of": of}
        return self

    def word(self, id: str, title: Words) -> Self:
        """What an event, a reason code, a value of an enum, a flag or a window is called."""
        return self._put("words", id, title)

    def administration(self, **acts: Any) -> Self:
        """Who may open, correct, redact, reassign, link, take over and migrate."""
        self._data["administration"] = acts
        return self

    def _put(self, section: str, id: str, content: Any) -> Self:
        parts = self._data.setdefault(section, {})
        if id in parts:
            raise ValueError(f"{section}.{id} is there already; give each part an id of its own")
        parts[id] = content
        return self


def _given(**content: Any) -> dict[str, Any]:
    """The keys that were given, by their names in the language."""
    return _renamed({key: value for key, value in content.items() if value is not None})


def _renamed(content: Mapping[str, Any]) -> dict[str, Any]:
    return {key.removesuffix("_"): value for key, value in content.items()}

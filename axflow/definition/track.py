"""Tracks: flat sequences of states that run beside the stage."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from axflow.definition.base import Id, OneOrMore, Part, Text
from axflow.definition.transition import Transition


class TrackState(Part):
    """A state of a track."""

    title: Text | None = None
    owner: Id | None = None
    accepts: OneOrMore[Id] = ()
    done: bool = False
    """A join counts the track as done here."""


class Track(Part):
    """A track starts (in its first state) when the project enters the stages it spans and ends on leaving them."""

    title: Text | None = None
    in_: OneOrMore[Id] = Field(alias="in")
    """The stages that it spans."""
    owner: Id | None = None
    """Who is accountable; default: the stage's owner."""
    consulted: OneOrMore[Id] = ()
    states: dict[Id, TrackState]
    transitions: tuple[Transition, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _states_as_list(cls, value: Any) -> Any:
        if isinstance(value, dict):
            states = value.get("states")
            if isinstance(states, list):
                return {**value, "states": {state: {} for state in states}}
        return value

    @model_validator(mode="after")
    def _states_known(self) -> Track:
        if not self.states:
            raise ValueError("a track needs `states`, the first one being where it starts")
        for transition in self.transitions:
            for name in (*transition.from_, transition.to):
                if name != "any" and name not in self.states:
                    raise ValueError(f"a transition names state {name!r}; this track has {', '.join(self.states)}")
            if transition.join is not None or transition.opens is not None:
                raise ValueError("`join` and `opens` belong to transitions between stages, not inside a track")
        return self

    @property
    def initial(self) -> str:
        """The state that it starts in."""
        return next(iter(self.states))

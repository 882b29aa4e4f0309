"""The state machine: `transitions`, with guards that leave reasons.

One machine serves every project of a definition, so nothing about a project may stay on it. Each firing moves a
throw-away carrier; what was found out on the way is left there. Traps of `transitions` 0.9.3 that decide its settings:

- conditions are compared with `== True`, so an UNKNOWN would raise or slip through: guards are judged by our own
  transition class, which asks the carrier's judge for True or False and has no conditions;
- `auto_transitions` adds an event `to_<state>` without guards for every state: off;
- `queued=True` answers True even where a condition refused, and its queue is one for the whole machine: off;
- `on_exception` and `finalize_event` swallow errors: unused;
- `add_model` costs O(n²) and raises on models that compare by value: the machine holds no model;
- an unknown target is accepted when the machine is built and fails when it fires: targets are checked here;
- state dictionaries are changed by the machine: states are given as names.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol, cast

from transitions import EventData, Machine
from transitions.core import Transition as MachineTransition

if TYPE_CHECKING:
    from axflow.kernel.program import Step


class Judge(Protocol):
    """Says whether a step may be taken, and keeps the reasons where it may not."""

    def permits(self, step: Step) -> bool:
        """Whether nothing stands against `step`."""


class Carrier:
    """What moves through the machine in one firing, and is thrown away after it."""

    __slots__ = ("judge", "state", "taken")

    def __init__(self, state: str, judge: Judge) -> None:
        self.state = state
        self.judge = judge
        self.taken: Step | None = None


class GuardedTransition(MachineTransition):
    """A transition that asks the carrier's judge about every guard, instead of calling conditions of its own."""

    def __init__(self, source: str, dest: str, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(source, dest, *args, **kwargs)
        self.step = step

    def execute(self, event_data: EventData) -> bool:
        # The library's own would walk seven lists of callbacks, which are empty here, and log each walk.
        carrier = cast(Carrier, event_data.model)
        if not carrier.judge.permits(self.step):
            return False
        carrier.state = self.step.transition.to
        carrier.taken = self.step
        return True


class StateMachine(Machine):
    """The machine of one level: the stages with their handoffs and ends, or the states of a track."""

    transition_cls = GuardedTransition

    @classmethod
    def of(cls, states: Iterable[str], steps: Iterable[Step]) -> StateMachine:
        """A machine over `states` with `steps`. Raises ValueError for a step from or to a state that is not there."""
        names = tuple(states)
        machine = cls(
            model=None, states=list(names), initial=None, auto_transitions=False, send_event=True, queued=False
        )
        for step in steps:
            target = step.transition.to
            for state in (*step.sources, target):
                if state not in names:
                    raise ValueError(f"transition {step.id!r} names {state!r}; known here: {', '.join(names)}")
            machine.add_transition(step.trigger, list(step.sources), target, step=step)
        return machine

    def fire(self, trigger: str, state: str, judge: Judge) -> Step | None:
        """The step that `trigger` takes from `state`, the first that the judge permits; None where it permits none."""
        event = self.events.get(trigger)
        if event is None or state not in event.transitions:
            return None
        carrier = Carrier(state, judge)
        event.trigger(carrier)
        return carrier.taken

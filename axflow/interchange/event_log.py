"""An event log in memory: cases, and what happened in each, in columns.

    builder = LogBuilder()
    builder.case("A1")
    builder.event("Create Fine", microseconds("2006-07-24T01:00:00+02:00"), resource="561", attributes={"amount": 35.0})
    log = builder.build()
    for case in log:
        for event in case:
            print(event.activity, event.time)

Whatever a log is read from (XES, OCEL, CSV, JSON Lines, the projects of a store), this is what becomes of it. Half a
million events fit in some 30 MB and are appended in a second, since an event is a few integers: names and attribute
values stand once in a pool, however often they are used. A log is not changed once it is built.

The words are those of IEEE 1849 (XES): a case is a trace, an activity is `concept:name`, a resource is who acted, a
role is as what, a group is the organisation. Times are instants, as microseconds since 1970-01-01T00:00:00Z; the zone
in which they were written down is not kept. The order of events is the order in which they were read.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple, TypeAlias

NO_TIME: Final = -(2**63)
"""In the column of times: nobody said when."""
NONE: Final = -1
"""In a column of names: none was given."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Id(str):
    """A text that names something and has no other meaning (XES type `id`)."""

    __slots__ = ()


class Nested(NamedTuple):
    """A value that has attributes of its own, or a list or container of them.

    Parameters:
        value: the value itself; None for a list and a container.
        children: pairs of key and value, in the order in which they were read.
        kind: `plain`, `list` (ordered) or `container` (not ordered).
    """

    value: Scalar | None
    children: tuple[tuple[str, Value], ...]
    kind: str = "plain"


Scalar: TypeAlias = str | int | float | bool | datetime
"""What an attribute may be: text, whole number, decimal fraction, truth, or instant with zone UTC."""
Value: TypeAlias = Scalar | Nested


class Classifier(NamedTuple):
    """A named way to tell events apart: equal in these attributes."""

    name: str
    keys: tuple[str, ...]
    scope: str = "event"


class Extension(NamedTuple):
    """A named family of attribute keys: those with this prefix."""

    name: str
    prefix: str
    uri: str


@dataclass(frozen=True)
class Head:
    """What a log says of itself.

    Parameters:
        attributes: of the log as a whole.
        extensions: what its attribute keys come from.
        classifiers: by which events are told apart.
        globals: scope (`trace` or `event`) and the attributes that each of these has, with a default.
    """

    attributes: Mapping[str, Value] = field(default_factory=dict)
    extensions: tuple[Extension, ...] = ()
    classifiers: tuple[Classifier, ...] = ()
    globals: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)


class Event(NamedTuple):
    """One event, looked up from the columns. What nobody told is None."""

    number: int
    """Its position in the log's columns."""
    activity: str | None
    time: datetime | None
    lifecycle: str | None
    resource: str | None
    role: str | None
    group: str | None
    attributes: Mapping[str, Value]


class Case(Sequence[Event]):
    """One case: its events in order. Made when asked for; nothing of it is stored."""

    __slots__ = ("events", "log", "number")

    def __init__(self, log: EventLog, number: int) -> None:
        self.log, self.number = log, number
        self.events = log.events_of(number)

    @property
    def id(self) -> str:
        """Its name, or its number where it has none."""
        return self.log.case_ids[self.number]

    @property
    def attributes(self) -> dict[str, Value]:
        """What is said of the case as a whole."""
        return dict(self.log.case_attributes[self.number])

    @property
    def activities(self) -> tuple[str | None, ...]:
        """The names of its events, in order."""
        return tuple(_name(self.log.activities, self.log.activity[index]) for index in self.events)

    def __len__(self) -> int:
        return len(self.events)

    def __getitem__(self, position: Any) -> Any:
        if isinstance(position, slice):
            return [self.log.event(index) for index in self.events[position]]
        return self.log.event(self.events[position])

    def __iter__(self) -> Iterator[Event]:
        return map(self.log.event, self.events)


class EventLog:
    """The columns of a log. Built by a `LogBuilder`, or by a reader; read-only from then on.

    Events of case `i` are those from `starts[i]` up to `starts[i + 1]`. `activity`, `lifecycle`, `resource`, `role` and
    `group` hold positions in `activities`, `lifecycles`, `resources`, `roles` and `groups`, or `NONE`; `time` holds
    microseconds since the epoch in UTC, or `NO_TIME`. Attributes of event `i` are the positions in `pool` from
    `attribute_starts[i]` up to `attribute_starts[i + 1]` of `attribute_values`.
    """

    def __init__(self, columns: LogBuilder) -> None:
        self.head = columns.head
        self.case_ids = columns.case_ids
        self.case_attributes = columns.case_attributes
        self.starts = columns.starts
        self.activities, self.activity = list(columns.activities), columns.activity
        self.lifecycles, self.lifecycle = list(columns.lifecycles), columns.lifecycle
        self.resources, self.resource = list(columns.resources), columns.resource
        self.roles, self.role = list(columns.roles), columns.role
        self.groups, self.group = list(columns.groups), columns.group
        self.time = columns.time
        self.pool = columns.pool
        self.attribute_starts = columns.attribute_starts
        self.attribute_values = columns.attribute_values

    @property
    def cases(self) -> int:
        """How many cases."""
        return len(self.case_ids)

    @property
    def events(self) -> int:
        """How many events."""
        return len(self.activity)

    def __len__(self) -> int:
        return self.cases

    def __iter__(self) -> Iterator[Case]:
        return (Case(self, number) for number in range(self.cases))

    def case(self, number: int) -> Case:
        """Case by position, from 0. Raises `IndexError`."""
        if not 0 <= number < self.cases:
            raise IndexError(f"the log has {self.cases} cases, none has the position {number}")
        return Case(self, number)

    def events_of(self, number: int) -> range:
        """The numbers of the events of a case."""
        return range(self.starts[number], self.starts[number + 1])

    def event(self, index: int) -> Event:
        """One event with its names."""
        return Event(
            index,
            _name(self.activities, self.activity[index]),
            instant_of(self.time[index]),
            _name(self.lifecycles, self.lifecycle[index]),
            _name(self.resources, self.resource[index]),
            _name(self.roles, self.role[index]),
            _name(self.groups, self.group[index]),
            self.attributes(index),
        )

    def attributes(self, index: int) -> dict[str, Value]:
        """What is said of an event beyond its columns. Of a key that comes twice the last is taken."""
        return dict(self.pairs(index))

    def pairs(self, index: int) -> list[tuple[str, Value]]:
        """The same, each key as often as it came."""
        start, end = self.attribute_starts[index], self.attribute_starts[index + 1]
        return [self.pool[value] for value in self.attribute_values[start:end]]

    def column(self, key: str) -> list[Value | None]:
        """The values of one attribute for all events, None where an event has none."""
        of = {position: value for position, (name, value) in enumerate(self.pool) if name == key}
        found: list[Value | None] = [None] * self.events
        if of:
            starts, values = self.attribute_starts, self.attribute_values
            for index in range(self.events):
                for position in values[starts[index] : starts[index + 1]]:
                    if position in of:
                        found[index] = of[position]
        return found

    def variants(self) -> dict[tuple[str | None, ...], list[int]]:
        """Each sequence of activities, and the positions of the cases that ran so; the commonest first."""
        raw: dict[bytes, list[int]] = {}
        activity, starts = self.activity, self.starts
        for number in range(self.cases):
            raw.setdefault(activity[starts[number] : starts[number + 1]].tobytes(), []).append(number)
        ordered = sorted(raw.values(), key=lambda cases: (-len(cases), cases[0]))
        return {Case(self, cases[0]).activities: cases for cases in ordered}

    def __repr__(self) -> str:
        return f"<EventLog: {self.cases} cases, {self.events} events, {len(self.activities)} activities>"


class LogBuilder:
    """A log in the making: cases in turn, the events of each in turn."""

    def __init__(self, head: Head = Head()) -> None:
        self.head = head
        self.case_ids: list[str] = []
        self.case_attributes: list[Mapping[str, Value]] = []
        self.starts = array("q", [0])
        self.activities: dict[str, int] = {}
        self.lifecycles: dict[str, int] = {}
        self.resources: dict[str, int] = {}
        self.roles: dict[str, int] = {}
        self.groups: dict[str, int] = {}
        self.activity = array("i")
        self.lifecycle = array("i")
        self.resource = array("i")
        self.role = array("i")
        self.group = array("i")
        self.time = array("q")
        self.pool: list[tuple[str, Value]] = []
        self.attribute_starts = array("q", [0])
        self.attribute_values = array("i")
        self._pooled: dict[tuple[str, Any, str], int] = {}

    def case(self, id: str, attributes: Mapping[str, Value] | None = None) -> None:
        """Begin a case."""
        self.case_ids.append(id)
        self.case_attributes.append(attributes or {})
        self.starts.append(len(self.activity))

    def event(
        self,
        activity: str | None,
        time: int = NO_TIME,
        *,
        lifecycle: str | None = None,
        resource: str | None = None,
        role: str | None = None,
        group: str | None = None,
        attributes: Mapping[str, Value] | Sequence[tuple[str, Value]] = (),
    ) -> None:
        """Add an event to the case that was begun last. Raises `ValueError` where none was.

        Parameters:
            time: microseconds since the epoch in UTC, as `microseconds` gives them.
        """
        if not self.case_ids:
            raise ValueError("an event belongs to a case: begin one first")
        self.activity.append(code(self.activities, activity))
        self.time.append(time)
        self.lifecycle.append(code(self.lifecycles, lifecycle))
        self.resource.append(code(self.resources, resource))
        self.role.append(code(self.roles, role))
        self.group.append(code(self.groups, group))
        for key, value in attributes.items() if isinstance(attributes, Mapping) else attributes:
            self.attribute_values.append(self.pooled(key, value))
        self.attribute_starts.append(len(self.attribute_values))
        self.starts[-1] = len(self.activity)

    def pooled(self, key: str, value: Value) -> int:
        """The position of a pair in the pool; 1, 1.0 and true are three values there."""
        known = (key, type(value), repr(value))
        found = self._pooled.get(known)
        if found is None:
            found = self._pooled[known] = len(self.pool)
            self.pool.append((key, value))
        return found

    def forget_case(self) -> None:
        """Take back the case that was begun last, with its events."""
        self.case_ids.pop()
        self.case_attributes.pop()
        self.starts.pop()
        self.cut(self.starts[-1])

    def cut(self, events: int) -> None:
        """Take back all events from this number on."""
        for column in (self.activity, self.lifecycle, self.resource, self.role, self.group, self.time):
            del column[events:]
        del self.attribute_starts[events + 1 :]
        del self.attribute_values[self.attribute_starts[-1] :]

    def build(self) -> EventLog:
        """The log. The builder is spent: it and the log have the columns in common."""
        return EventLog(self)


def code(names: dict[str, int], name: str | None) -> int:
    """The position of a name, which gets one if it is new; `NONE` for no name."""
    return NONE if name is None else names.setdefault(name, len(names))


def microseconds(time: datetime | str) -> int:
    """An instant, as the column of times has it. Raises `ValueError` for a time without a zone."""
    moment = datetime.fromisoformat(time) if isinstance(time, str) else time
    if moment.tzinfo is None:
        raise ValueError(f"{time} has no zone, so it is no instant")
    return (moment - _EPOCH) // _MICROSECOND


def instant_of(time: int) -> datetime | None:
    """The instant in the column of times, in UTC; None for `NO_TIME`."""
    return None if time == NO_TIME else _EPOCH + timedelta(microseconds=time)


def _name(names: Sequence[str], position: int) -> str | None:
    return None if position < 0 else names[position]

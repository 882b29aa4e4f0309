"""What the parts of a definition are called in a language, and the phrases that reports of it are built from.

Summary, responsibility matrix, diff and pictures speak of one part by one name, so the names are made here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from axflow.definition.base import Language, Text, spoken
from axflow.definition.consequence import Consequence
from axflow.definition.definition import Definition
from axflow.definition.duration import Duration
from axflow.definition.field import FieldType
from axflow.definition.handoff import Handoff
from axflow.definition.paths import ANY, STAGE_LEVEL, NamedTransition
from axflow.definition.transition import Transition

ANYBODY: Final = "any"
FIRM: Final = "firm"
_CLOCKS: Final = {
    "government": Text(en="the government's time", ko="정부의 시간"),
    "applicant": Text(en="the applicant's time", ko="신청인의 시간"),
}
_STEPS: Final = {
    "offer": Text(en="Offer", ko="인계 제안"),
    "auto_offer": Text(en="Offer", ko="인계 제안"),
    "accept": Text(en="Accept", ko="인수"),
    "return": Text(en="Return", ko="반려"),
    "file": Text(en="File the appeal", ko="이의 제기"),
    "uphold": Text(en="Uphold the appeal", ko="이의 인용"),
    "dismiss": Text(en="Dismiss the appeal", ko="이의 기각"),
}
"""What `<handoff>.<step>` and `<appeal>.<step>` are called."""


def either(language: Language, en: str, ko: str) -> str:
    """The phrase in `language`."""
    return ko if language == "ko" else en


def listed(language: Language, words: Iterable[str], *, last: tuple[str, str] = ("and", "및")) -> str:
    """A list as prose: "a, b and c". `last` is the word before the last one, in English and Korean."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    joint = f" {either(language, *last)} "
    return ", ".join(items[:-1]) + joint + items[-1]


def lowered(phrase: str) -> str:
    """A title inside a sentence: its first letter small, unless the first word is an abbreviation or a proper name."""
    first, _, rest = phrase.partition(" ")
    follows_capital = any(word[:1].isupper() for word in rest.split())
    if first[1:] != first[1:].lower() or follows_capital or first in _PROPER:
        return phrase
    return first[:1].lower() + phrase[1:]


_PROPER: Final = frozenset({"I", "Korea", "Korean"})


def particle(word: str, after_consonant: str, after_vowel: str) -> str:
    """`word` with the Korean particle that its last sound asks for.

    Hangul syllables are arranged so that (code point - 0xAC00) mod 28 is the final consonant, 0 for none (Unicode
    Standard, section 3.12). A word that ends in anything else takes both forms, as Korean forms do: "Lab은(는)".
    """
    last = next((char for char in reversed(word) if char.isalnum()), "")
    if not "가" <= last <= "힣" and after_vowel == "로":
        return f"{word}(으)로"
    if not "가" <= last <= "힣":
        return f"{word}{after_consonant}({after_vowel})"
    final = (ord(last) - 0xAC00) % 28
    if after_vowel == "로" and final == 8:  # ㄹ takes 로, not 으로
        return f"{word}로"
    return f"{word}{after_consonant if final else after_vowel}"


@dataclass(frozen=True, slots=True)
class Names:
    """The names of the parts of one definition in one language."""

    definition: Definition
    language: Language

    def either(self, en: str, ko: str) -> str:
        """The phrase in this language."""
        return either(self.language, en, ko)

    def text(self, words: Text | None, identifier: str) -> str:
        """A title, or the id as words where there is none."""
        return words.in_(self.language) if words is not None else spoken(identifier)

    def listed(self, words: Iterable[str], *, last: tuple[str, str] = ("and", "및")) -> str:
        """A list as prose."""
        return listed(self.language, words, last=last)

    def shortened(self, words: Iterable[str], most: int, last: tuple[str, str] = ("and", "및")) -> str:
        """A list as prose that names `most` items at most and counts the rest."""
        items = list(words)
        if len(items) <= most + 1:
            return self.listed(items, last=last)
        rest = len(items) - most
        return ", ".join(items[:most]) + self.either(f" {last[0]} {rest} more", f" 외 {rest}건")

    def organisation(self, identifier: str) -> str:
        """An organisation; `any` and `firm` have names too."""
        if identifier == ANYBODY:
            return self.either("Any organisation", "모든 기관")
        if identifier == FIRM and FIRM not in self.definition.organisations:
            return self.either("The firm", "신청 기업")
        return self.text(self.definition.organisations.get(identifier), identifier)

    def role(self, identifier: str) -> str:
        """A role."""
        role = self.definition.roles.get(identifier)
        return self.text(role.title if role else None, identifier)

    def roles(self, identifiers: Iterable[str], *, last: tuple[str, str] = ("or", "또는")) -> str:
        """Roles of which one acts."""
        return self.listed((lowered(self.role(name)) for name in identifiers), last=last)

    def state(self, identifier: str) -> str:
        """A stage, an end, `<handoff>.offered`, or a state of a track as `<track>.<state>` or, inside it, `<state>`."""
        model = self.definition
        if identifier == ANY:
            return self.either("Any stage", "모든 단계")
        if identifier in model.stages:
            return self.text(model.stages[identifier].title, identifier)
        if identifier in model.ends:
            return self.text(model.ends[identifier].title, identifier)
        first, _, second = identifier.partition(".")
        if second == "offered" and first in model.handoffs:
            return self.handoff(first)
        if first in model.tracks and second in model.tracks[first].states:
            return self.text(model.tracks[first].states[second].title, second)
        inside = (track.states[identifier] for track in model.tracks.values() if identifier in track.states)
        found = next(inside, None)
        if found is not None:
            return self.text(found.title, identifier)
        return spoken(identifier)

    def states(self, identifiers: Iterable[str]) -> str:
        """States as a list."""
        return self.listed(self.state(name) for name in identifiers)

    def track(self, identifier: str) -> str:
        """A track."""
        track = self.definition.tracks.get(identifier)
        return self.text(track.title if track else None, identifier)

    def handoff(self, identifier: str) -> str:
        """A handoff: its title, or where it leads."""
        handoff = self.definition.handoffs[identifier]
        if handoff.title is not None:
            return handoff.title.in_(self.language)
        target = self.state(handoff.to)
        return self.either(f"Handoff to {target}", f"{particle(target, '으로', '로')} 인계")

    def guard(self, identifier: str) -> str:
        """A guard."""
        guard = self.definition.guards.get(identifier)
        return self.text(guard.title if guard else None, identifier)

    def guards(self, identifiers: Iterable[str]) -> str:
        """Guards of which all must hold."""
        return self.listed(lowered(self.guard(name)) for name in identifiers)

    def evidence(self, identifier: str) -> str:
        """An evidence type."""
        evidence = self.definition.evidence.get(identifier)
        return self.text(evidence.title if evidence else None, identifier)

    def papers(self, identifiers: Iterable[str]) -> str:
        """Evidence types as a list."""
        return self.listed(lowered(self.evidence(name)) for name in identifiers)

    def parameter(self, identifier: str) -> str:
        """A parameter."""
        parameter = self.definition.parameters.get(identifier)
        return self.text(parameter.title if parameter else None, identifier)

    def clock(self, identifier: str) -> str:
        """Whose time runs."""
        clock = self.definition.clocks.get(identifier)
        return self.text(clock.title if clock else _CLOCKS.get(identifier), identifier)

    def hold(self, identifier: str) -> str:
        """A hold."""
        hold = self.definition.holds.get(identifier)
        return self.text(hold.title if hold else None, identifier)

    def obligation(self, identifier: str) -> str:
        """An obligation."""
        obligation = self.definition.obligations.get(identifier)
        return self.text(obligation.title if obligation else None, identifier)

    def appeal(self, identifier: str) -> str:
        """An appeal."""
        appeal = self.definition.appeals.get(identifier)
        return self.text(appeal.title if appeal else None, identifier)

    def deadline(self, identifier: str) -> str:
        """A deadline."""
        deadline = self.definition.deadlines.get(identifier)
        return self.text(deadline.title if deadline else None, identifier)

    def duration(self, duration: Duration) -> str:
        """A length of time."""
        return duration.in_words(self.language)

    def event(self, identifier: str) -> str:
        """An event, a step of a handoff or appeal, or an evidence type that is named like one."""
        first, _, step = identifier.partition(".")
        if step in _STEPS and first in (*self.definition.handoffs, *self.definition.appeals):
            return _STEPS[step].in_(self.language)
        if identifier in self.definition.evidence:
            return self.evidence(identifier)
        if identifier in self.definition.words:
            return self.definition.words[identifier].in_(self.language)
        titled = (t for t in self._transitions_of(identifier) if t.title is not None)
        found = next(titled, None)
        if found is None:
            sent = next((t.event for t in self._transitions_of(identifier) if t.event not in (None, identifier)), None)
            return self.event(sent) if sent is not None else spoken(identifier)
        return self.text(found.title, identifier)

    def _transitions_of(self, event: str) -> Iterable[Transition]:
        levels = (self.definition.transitions, *(track.transitions for track in self.definition.tracks.values()))
        return (one for level in levels for one in level if event in (one.event, one.id))

    def word(self, identifier: str) -> str:
        """A reason code, a value of an enum, a flag or a window."""
        found = self.definition.words.get(identifier)
        return found.in_(self.language) if found is not None else identifier.replace("_", " ")

    def field(self, identifier: str, field: FieldType | None) -> str:
        """A field: its own title, else the word for its id, else the id, which is what people write."""
        if field is not None and field.title is not None:
            return field.title.in_(self.language)
        found = self.definition.words.get(identifier)
        return found.in_(self.language) if found is not None else identifier

    def transition(self, named: NamedTransition) -> str:
        """What moves a project: a title, an event, a time that has passed, or the state of the project by itself."""
        transition = named.transition
        if transition.title is not None:
            return transition.title.in_(self.language)
        if transition.event is not None:
            return self.event(transition.event)
        if transition.after is not None:
            time = self.duration(transition.after)
            return self.either(f"After {time}", f"{time} 후")
        return self.either("By itself", "자동 진행")

    def place(self, level: str, state: str) -> str:
        """A state of the stage level or of a track, as `level` says."""
        return self.state(state if level == STAGE_LEVEL or state == ANY else f"{level}.{state}")

    def consequence(self, consequence: Consequence) -> str:
        """What follows when something is late or lost."""
        match consequence.kind:
            case "escalate" if consequence.escalate:
                roles = self.roles(consequence.escalate, last=("and", "및"))
                return self.either(f"it is reported to {roles}", f"{roles}에게 보고")
            case "escalate":
                return self.either("it is escalated", "상급자에게 보고")
            case "to":
                target = self.state(consequence.to or "")
                return self.either(f"it moves to {target}", f"{particle(target, '으로', '로')} 이동")
            case "hold":
                hold = self.hold(consequence.hold or "")
                return self.either(f"the hold “{hold}” is placed", f"보류 ‘{hold}’ 설정")
            case "obligation":
                obligation = self.obligation(consequence.obligation or "")
                return self.either(f"the obligation “{obligation}” arises", f"의무 ‘{obligation}’ 발생")
            case "accept":
                return self.either("it counts as accepted", "인수한 것으로 간주")
            case "return":
                return self.either("it goes back", "자동 반려")
            case _:
                return self.either("it lapses", "효력 상실")

    def receiver(self, handoff: Handoff) -> str:
        """The organisation that a handoff waits for: the owner of the stage that it leads to."""
        stage = self.definition.stages.get(handoff.to)
        return self.organisation(stage.owner) if stage is not None else self.roles(handoff.accepted_by)

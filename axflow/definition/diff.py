"""What changed between two definitions, in words: rule changes apart from rewording, in the order of the language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from axflow.definition.base import Language, Part
from axflow.definition.definition import PROSE, Definition
from axflow.definition.diff_words import PARTS, Side, added_words, label, value_words
from axflow.definition.paths import STAGE_LEVEL, NamedTransition, named_transitions
from axflow.definition.words import Names, either

ChangeKind = Literal["added", "removed", "changed", "reordered"]
_NAMED: Final = (
    "organisations", "roles", "classifications", "attributes", "parameters", "evidence", "guards", "stages", "tracks",
    "ends", "handoffs", "clocks", "deadlines", "obligations", "holds", "appeals", "rounds", "links",
)  # fmt: skip
_ORDERED: Final = frozenset({"stages", "tracks", "states", "guards", "deadlines", "obligations", "holds", "handoffs"})
"""Where the order of declaration has meaning, as in `rules_digest`."""
_FORMS: Final = ("when", "all", "any", "at_least", "score", "criteria")
_MAPS: Final = frozenset({"fields", "states", "of"})
"""Keys below which ids of the author's choosing stand."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `path` says where (`parameters.quorum.value`); `rule` is False for words that decide nothing.

    `subject` is what changed, and `before` and `after` what it was and is, each in English and Korean; an empty text
    stands for nothing.
    """

    path: str
    kind: ChangeKind
    rule: bool
    subject: tuple[str, str]
    before: tuple[str, str] = ("", "")
    after: tuple[str, str] = ("", "")

    def words(self, language: Language = "en") -> str:
        """The change as one line."""
        at = 1 if language == "ko" else 0
        subject, before, after = self.subject[at], self.before[at], self.after[at]
        match self.kind:
            case "added":
                return either(language, f"Added: {subject}", f"추가: {subject}") + (f" — {after}" if after else "")
            case "removed":
                return either(language, f"Removed: {subject}", f"삭제: {subject}") + (f" — {before}" if before else "")
            case "reordered":
                return either(
                    language, f"New order of {subject}: {before} → {after}", f"{subject} 순서 변경: {before} → {after}"
                )
            case _:
                nothing = either(language, "none", "없음")
                return f"{subject[:1].upper()}{subject[1:]}: {before or nothing} → {after or nothing}"

    def to_data(self) -> dict[str, Any]:
        """As JSON data, in both languages."""
        return {
            "path": self.path,
            "kind": self.kind,
            "rule": self.rule,
            "subject": _both(self.subject),
            "before": _both(self.before),
            "after": _both(self.after),
            "words": {"en": self.words("en"), "ko": self.words("ko")},
        }


def diff(old: Definition, new: Definition) -> tuple[Change, ...]:
    """What `new` changes about `old`, in the order in which a definition is written; empty where both agree."""
    return tuple(_Comparison(old, new).compare())


def diff_text(changes: tuple[Change, ...], language: Language = "en") -> str:
    """Changes for a reader: what changes the rules first, then what only rewords them."""
    if not changes:
        return either(language, "No differences.\n", "차이 없음.\n")
    lines: list[str] = []
    for rule, heading in ((True, ("Rules", "규칙 변경")), (False, ("Wording", "문구 변경"))):
        found = [change.words(language) for change in changes if change.rule is rule]
        if found:
            lines += [either(language, *heading), *(f"- {line}" for line in found), ""]
    return "\n".join(lines[:-1]) + "\n"


def diff_data(changes: tuple[Change, ...]) -> dict[str, Any]:
    """Changes as JSON data."""
    return {"schema": 1, "changes": [change.to_data() for change in changes]}


class _Comparison:
    def __init__(self, old: Definition, new: Definition) -> None:
        self.old, self.new = old, new
        self.before = Side(Names(old, "en"), Names(old, "ko"))
        self.after = Side(Names(new, "en"), Names(new, "ko"))

    def compare(self) -> Iterator[Change]:
        old, new = self.old.document, self.new.document
        for key in ("id", "version", "title", "description", "effective", "calendar"):
            # The version is a name for the rules and not one of them.
            rule = key not in PROSE and key != "version"
            yield from self._values(key, self._labelled("", key), old.get(key), new.get(key), rule)
        for section in _NAMED:
            yield from self._section(section, section, getattr(self.old, section), getattr(self.new, section))
            if section == "tracks":
                yield from self._transitions()
        done = {"axflow", "id", "version", "title", "description", "effective", "calendar", "transitions", *_NAMED}
        for key in dict.fromkeys((*new, *old)):
            if key not in done:
                yield from self._values(key, self._labelled("", key), old.get(key), new.get(key), True)

    def _section(self, section: str, path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
        rule = section not in PROSE
        for name in dict.fromkeys((*new, *old)):
            where = f"{path}.{name}"
            if name not in old:
                yield Change(
                    where,
                    "added",
                    rule,
                    self._part(self.after, section, name),
                    after=added_words(self.after, section, name),
                )
            elif name not in new:
                yield Change(
                    where,
                    "removed",
                    rule,
                    self._part(self.before, section, name),
                    before=added_words(self.before, section, name),
                )
            else:
                yield from self._within(section, where, name, _dump(old[name]), _dump(new[name]), rule)
        yield from self._order(section, path, list(old), list(new))

    def _within(self, section: str, where: str, name: str, old: Any, new: Any, rule: bool) -> Iterator[Change]:
        subject = self._part(self.after, section, name)
        if section == "parameters":
            title = (self.after.en.parameter(name), self.after.ko.parameter(name))
            yield from self._values(f"{where}.value", title, old.pop("value"), new.pop("value"), rule)
        if section == "guards":
            former, latter = self.old.guards[name].expression, self.new.guards[name].expression
            if former != latter:
                at = self._labelled_after(subject, "when")
                yield Change(f"{where}.when", "changed", True, at, (former, former), (latter, latter))
            for form in _FORMS:
                old.pop(form, None), new.pop(form, None)
        if section == "tracks":
            old.pop("transitions", None), new.pop("transitions", None)
        yield from self._values(where, subject, old, new, rule)

    def _values(self, path: str, subject: tuple[str, str], old: Any, new: Any, rule: bool) -> Iterator[Change]:
        """Differences of two values; mappings are entered, words and lists are not."""
        if old == new and (not isinstance(old, dict) or repr(old) == repr(new)):
            return  # equal mappings are entered where they are written in another order: that may be a rule
        key = path.rpartition(".")[2]
        if isinstance(old or new, dict) and isinstance(new or old, dict) and not _is_leaf(key, old, new):
            old, new = old or {}, new or {}
            named = key in _MAPS
            for inner in dict.fromkeys((*new, *old)):
                where = f"{path}.{inner}"
                inner_rule = rule and (named or inner not in PROSE)
                at = self._named_after(subject, key, inner) if named else self._labelled_after(subject, inner)
                if named and (inner not in old or inner not in new):
                    side, value = (self.after, new[inner]) if inner in new else (self.before, old[inner])
                    words = value_words(side, where, value)
                    if inner in new:
                        yield Change(where, "added", inner_rule, at, after=words)
                    else:
                        yield Change(where, "removed", inner_rule, at, before=words)
                else:
                    yield from self._values(where, at, old.get(inner), new.get(inner), inner_rule)
            if named:
                yield from self._order(key, path, list(old), list(new))
            return
        if old == new:
            return
        before, after = value_words(self.before, path, old), value_words(self.after, path, new)
        if before == after:  # two ids that read alike: one title stands for both
            before, after = (str(old), str(old)), (str(new), str(new))
        elif before[0] == after[0] or before[1] == after[1]:  # reworded in one language: show that one to everybody
            reworded = 0 if before[1] == after[1] else 1
            before, after = (before[reworded],) * 2, (after[reworded],) * 2
        yield Change(path, "changed", rule, subject, before, after)

    def _transitions(self) -> Iterator[Change]:
        old, new = _declared(self.old), _declared(self.new)
        for key in dict.fromkeys((*new, *old)):
            level, name = key
            path = f"transitions.{name}" if level == STAGE_LEVEL else f"tracks.{level}.transitions.{name}"
            if key not in old:
                yield Change(path, "added", True, self._move(self.after, new[key]), after=self.after.move(new[key]))
            elif key not in new:
                yield Change(
                    path, "removed", True, self._move(self.before, old[key]), before=self.before.move(old[key])
                )
            else:
                yield from self._values(
                    path, self._move(self.after, new[key]), _dump(old[key].transition), _dump(new[key].transition), True
                )
        common = [key for key in old if key in new]
        again = [key for key in new if key in old]
        if common != again:
            before, after = (", ".join(name for _, name in keys) for keys in (common, again))
            yield Change("transitions", "reordered", True, ("transitions", "전이"), (before, before), (after, after))

    def _order(self, section: str, path: str, old: list[str], new: list[str]) -> Iterator[Change]:
        before, after = [name for name in old if name in new], [name for name in new if name in old]
        if section in _ORDERED and before != after:
            words = label(section)
            yield Change(path, "reordered", True, words, (", ".join(before),) * 2, (", ".join(after),) * 2)

    def _part(self, side: Side, section: str, name: str) -> tuple[str, str]:
        en, ko = PARTS[section]
        first, second = side.part(section, name)
        return f"{en} “{first}”", f"{ko} ‘{second}’"

    def _move(self, side: Side, named: NamedTransition) -> tuple[str, str]:
        en, ko = side.en.transition(named), side.ko.transition(named)
        return f"transition “{en}” ({named.id})", f"전이 ‘{ko}’({named.id})"

    @staticmethod
    def _labelled(section: str, key: str) -> tuple[str, str]:
        en, ko = label(key)
        return en.capitalize(), ko

    @staticmethod
    def _labelled_after(subject: tuple[str, str], key: str) -> tuple[str, str]:
        en, ko = label(key)
        return subject if key in ("fields", "states") else (f"{subject[0]}, {en}", f"{subject[1]}, {ko}")

    def _named_after(self, subject: tuple[str, str], key: str, name: str) -> tuple[str, str]:
        en, ko = label(key[:-1] if key != "of" else "of")
        first, second = self.after.both(lambda n: n.field(name, None)) if key == "fields" else (name, name)
        if first != name:
            first, second = f"{first} ({name})", f"{second}({name})"
        return f"{subject[0]}, {en} {first}", f"{subject[1]}, {ko} {second}"


def _declared(definition: Definition) -> dict[tuple[str, str], NamedTransition]:
    return {(n.level, n.id): n for n in named_transitions(definition) if n.source == "transition"}


def _dump(part: Any) -> Any:
    return part.model_dump(mode="json", by_alias=True) if isinstance(part, Part) else part


def _is_leaf(key: str, *values: Any) -> bool:
    """Words in two languages, consequences and field types read as one value."""
    if key in ("if_late", "if_review_late", "on_lost"):
        return True
    found = [value for value in values if isinstance(value, dict)]
    return any(value and value.keys() <= {"en", "ko"} for value in found)


def _both(pair: tuple[str, str]) -> dict[str, str]:
    return {"en": pair[0], "ko": pair[1]}

"""What the keys of the definition language are called in a diff, and how their values read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from axflow.definition.base import spoken
from axflow.definition.consequence import Consequence
from axflow.definition.duration import Duration
from axflow.definition.field import FieldType
from axflow.definition.paths import NamedTransition
from axflow.definition.sentences import move_words
from axflow.definition.summary import type_words
from axflow.definition.summary import value_words as with_unit
from axflow.definition.words import Names

Pair = tuple[str, str]
PARTS: Final[dict[str, Pair]] = {
    "organisations": ("organisation", "기관"),
    "roles": ("role", "역할"),
    "classifications": ("classification", "보안 등급"),
    "attributes": ("attribute", "프로젝트 속성"),
    "parameters": ("parameter", "조정값"),
    "evidence": ("evidence", "제출 자료"),
    "guards": ("condition", "조건"),
    "stages": ("stage", "단계"),
    "tracks": ("track", "병행 절차"),
    "ends": ("end", "종료 상태"),
    "handoffs": ("handoff", "인계"),
    "clocks": ("clock", "시계"),
    "deadlines": ("deadline", "기한"),
    "obligations": ("obligation", "의무"),
    "holds": ("hold", "보류"),
    "appeals": ("appeal", "이의 신청"),
    "rounds": ("round", "회차"),
    "links": ("link", "연계"),
    "words": ("word", "용어"),
}
"""What one item of a section is called."""
_LABELS: Final[dict[str, Pair]] = {
    "title": ("title", "명칭"),
    "description": ("description", "설명"),
    "version": ("version", "버전"),
    "id": ("id", "식별자"),
    "effective": ("effect", "시행"),
    "calendar": ("calendar", "달력"),
    "value": ("value", "값"),
    "min": ("least value", "최솟값"),
    "max": ("greatest value", "최댓값"),
    "basis": ("basis", "근거 구분"),
    "source": ("source", "출처"),
    "type": ("type", "형식"),
    "unit": ("unit", "단위"),
    "when": ("rule", "판정식"),
    "missing": ("words for what is missing", "미충족 안내"),
    "waivable": ("waiver", "면제"),
    "resolved_by": ("who can bring it about", "해결 주체"),
    "owner": ("owner", "책임 기관"),
    "consulted": ("consulted", "협의 기관"),
    "accepts": ("papers", "제출 자료"),
    "kind": ("kind", "종류"),
    "from": ("from", "출발"),
    "to": ("to", "도착"),
    "by": ("who acts", "행위자"),
    "guards": ("conditions", "조건"),
    "join": ("join", "합류"),
    "within": ("time limit", "기한"),
    "clock": ("clock", "시계"),
    "starts": ("start of the time", "기산점"),
    "until": ("met by", "충족 행위"),
    "if_late": ("when late", "기한 초과 시"),
    "extension": ("extension", "연장"),
    "event": ("event", "행위"),
    "after": ("after", "경과 기간"),
    "automatic": ("automatic", "자동 진행"),
    "reason": ("reason", "사유"),
    "at_most": ("how often at most", "최대 횟수"),
    "signatures": ("signatures", "공동 서명"),
    "not_same_actor_as": ("kept apart from", "겸직 제한"),
    "during": ("round", "회차"),
    "conditions": ("left open", "미결 의무"),
    "rests_on": ("rests on", "근거 전이"),
    "flag": ("flag", "표지"),
    "opens": ("opens", "개설"),
    "offered_by": ("who offers", "제안자"),
    "accepted_by": ("who accepts", "인수자"),
    "returns": ("return", "반려"),
    "reasons": ("reasons", "사유"),
    "independent": ("independence", "독립성"),
    "channel": ("channel", "제출 경로"),
    "fields": ("fields", "기재 사항"),
    "field": ("field", "기재 사항"),
    "state": ("state", "상태"),
    "states": ("states", "상태"),
    "of": ("of", "소속"),
    "locked": ("fixed once recorded", "기록 후 변경 불가"),
    "dated_after": ("dated after", "선행 자료"),
    "valid_for": ("validity", "유효기간"),
    "collect": ("collection", "수집 방식"),
    "confirmed_by": ("confirmed by", "확인자"),
    "via": ("handed in by", "대리 제출"),
    "document": ("document", "첨부 문서"),
    "in": ("where", "적용 단계"),
    "blocks": ("blocks", "차단 대상"),
    "stops": ("stops", "정지 대상"),
    "review_within": ("review", "재검토"),
    "released_by": ("who releases", "해제자"),
    "against": ("against", "대상 결정"),
    "window": ("window", "제기 기간"),
    "panel": ("panel", "심의 주체"),
    "grounds": ("grounds", "사유"),
    "met_by": ("met by", "이행 자료"),
    "done": ("done", "완료"),
    "stages": ("stages", "단계"),
    "tracks": ("tracks", "병행 절차"),
    "deadlines": ("deadlines", "기한"),
    "holds": ("holds", "보류"),
    "obligations": ("obligations", "의무"),
    "handoffs": ("handoffs", "인계"),
    "statuses": ("public words", "공개 상태 표현"),
    "variants": ("variants", "유형"),
    "split": ("split", "분할"),
    "merge": ("merge", "통합"),
    "administration": ("administration", "관리 행위"),
    "timezone": ("time zone", "시간대"),
    "country": ("country", "국가"),
    "signed_by": ("signed by", "서명 기관"),
    "for": ("for", "기간"),
    "total": ("altogether", "총 기간"),
    "windows": ("windows", "회차 기간"),
    "without": ("without", "제외"),
    "public": ("public", "공개"),
    "all": ("all of", "모두 충족"),
    "any": ("any of", "하나 이상 충족"),
    "count": ("count", "충족 개수"),
    "criteria": ("criteria", "기준"),
    "measured": ("measured in", "측정 자료"),
    "samples": ("samples", "표본 수"),
    "score": ("score", "배점"),
    "each_at_least": ("each at least", "항목별 최저"),
    "total_at_least": ("total at least", "총점 최저"),
    "at_least": ("at least", "최소"),
    "anywhere": ("recorded anywhere", "모든 단계에서 등록"),
    "at": ("at", "시작 단계"),
    "audience": ("audience", "열람 대상"),
    "axflow": ("language version", "언어 버전"),
    "carry": ("carried along", "승계 자료"),
    "classification": ("classification", "보안 등급"),
    "closes": ("closes", "마감"),
    "compensation": ("compensation", "보상 의무"),
    "correct": ("correct", "정정"),
    "redact": ("redact", "비식별 처리"),
    "reassign": ("reassign", "담당 변경"),
    "legal_hold": ("keep for a matter", "법적 보존"),
    "migrate": ("migrate", "버전 변경"),
    "take_over": ("take over", "진행 중 사업 등록"),
    "open": ("open", "사업 개시"),
    "currency": ("currency", "통화"),
    "definition": ("workflow", "절차"),
    "depends_on": ("depends on", "의존 자료"),
    "discharged_by": ("who declares it met", "이행 확인자"),
    "distinct": ("counted apart by", "구별 기준"),
    "en": ("English", "영어"),
    "ko": ("Korean", "한국어"),
    "end": ("end", "종료 상태"),
    "equivalent": ("equivalents", "인정 자료"),
    "escalate": ("reported to", "보고 대상"),
    "excluded": ("excluded from the panel", "심의 제외"),
    "extra": ("further days off", "추가 휴일"),
    "working": ("worked all the same", "근무일 지정"),
    "force_redaction": ("who may force a redaction", "강제 비식별 권한자"),
    "guard": ("condition", "조건"),
    "hold": ("hold", "보류"),
    "obligation": ("obligation", "의무"),
    "if_review_late": ("when the review is late", "재검토 지연 시"),
    "kinds": ("kinds of actors", "행위자 구분"),
    "link": ("link", "연계"),
    "matches": ("must match", "일치 항목"),
    "max_length": ("longest text", "최대 글자 수"),
    "max_rows": ("most rows", "최대 행 수"),
    "may_be_empty": ("may be empty", "비어 있어도 됨"),
    "on_lost": ("when it no longer counts", "효력 상실 시"),
    "one_per": ("one for each", "단위별 한 건"),
    "optional": ("optional", "선택 항목"),
    "required": ("required", "필수"),
    "passed": ("passed", "통과 행위"),
    "places": ("decimal places", "소수 자릿수"),
    "recollect": ("collected anew on return", "재진입 시 재수집"),
    "released_on": ("released on", "해제 자료"),
    "requires": ("requires", "선행 요청"),
    "transitions": ("transitions", "전이"),
    "unique": ("unique", "중복 불가 항목"),
    "unlock": ("who may unlock", "잠금 해제자"),
    "upheld": ("when upheld", "인용 시"),
    "valid_until": ("valid until", "유효 기준일"),
    "values": ("values", "선택 값"),
    "word": ("consequence", "결과"),
}
_DURATIONS: Final = frozenset({"within", "for", "window", "valid_for", "after", "review_within", "total"})
_ROLES: Final = frozenset(
    {
        "by",
        "offered_by",
        "accepted_by",
        "released_by",
        "confirmed_by",
        "signatures",
        "panel",
        "via",
        "unlock",
        "open",
        "discharged_by",
        "escalate",
        "resolved_by",
        "force_redaction",
    }
)
_STATES: Final = frozenset({"to", "in", "from"})
_GUARDS: Final = frozenset({"guards", "guard"})
_PAPERS: Final = frozenset({"accepts", "dated_after", "depends_on", "requires", "released_on", "met_by", "carry"})
_ORGANISATIONS: Final = frozenset({"owner", "consulted", "signed_by"})
_CLOCKS: Final = frozenset({"clock", "stops"})
_EVENTS: Final = frozenset({"blocks", "against", "excluded", "not_same_actor_as", "rests_on"})
_CODES: Final = frozenset({"reason", "reasons", "grounds", "values", "flag"})
_COUNTS: Final = frozenset({"at_most", "at_least", "count"})
_CONSEQUENCES: Final = frozenset({"if_late", "if_review_late"})


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two definitions, with its names in both languages."""

    en: Names
    ko: Names

    def both(self, words: Callable[[Names], str]) -> Pair:
        """The same words in both languages."""
        return words(self.en), words(self.ko)

    def part(self, section: str, name: str) -> Pair:
        """What an item of a section is called."""
        item = getattr(self.en.definition, section).get(name)
        if section == "organisations":
            return self.both(lambda n: n.organisation(name))
        if section == "handoffs":
            return self.both(lambda n: n.handoff(name))
        return self.both(lambda n: n.text(getattr(item, "title", None), name))

    def move(self, named: NamedTransition) -> Pair:
        """The sentence for a transition."""
        return self.both(lambda n: move_words(n, named))


def label(key: str) -> Pair:
    """What a key of the language is called."""
    return _LABELS.get(key, (spoken(key).lower(), spoken(key).lower()))


def added_words(side: Side, section: str, name: str) -> Pair:
    """What is worth saying about a part that came or went: its value, its rule, its owner, its time."""
    item = getattr(side.en.definition, section)[name]
    if section == "parameters":
        return side.both(lambda n: with_unit(n, item.field, item.value))
    if section == "guards":
        return item.expression, item.expression
    if section == "attributes":
        return side.both(lambda n: type_words(n, item))
    if section == "stages":
        return side.both(lambda n: n.organisation(item.owner))
    if section == "evidence":
        return side.both(lambda n: n.roles(item.from_))
    if section == "roles":
        return side.both(lambda n: n.listed(map(n.organisation, item.of)))
    if section in ("deadlines", "obligations", "handoffs"):
        return side.both(lambda n: f"{n.duration(item.within)}; {n.consequence(item.if_late)}")
    if section == "ends":
        return item.kind, {"success": "성공", "failure": "실패", "neutral": "중립"}[item.kind]
    return "", ""


def value_words(side: Side, path: str, value: Any) -> Pair:
    """A value at a place in a definition, in words; nothing for None."""
    return side.both(lambda n: _words(n, path.split("."), value))


def _words(names: Names, path: list[str], value: Any) -> str:
    key = path[-1]
    if value is None:
        return ""
    if isinstance(value, bool):
        return names.either("yes" if value else "no", "예" if value else "아니오")
    if path[0] == "parameters" and key == "value":
        return with_unit(names, names.definition.parameters[path[1]].field, str(value))
    if isinstance(value, dict):
        return _mapping(names, path, value)
    if isinstance(value, list):
        return names.listed(_words(names, path, item) for item in value)
    if key in _DURATIONS and isinstance(value, str):
        return names.duration(Duration.parse(value))
    return _reference(names, path, str(value))


def _mapping(names: Names, path: list[str], value: dict[str, Any]) -> str:
    if value and value.keys() <= {"en", "ko"}:
        return str(value.get(names.language) or value["en"])
    if path[-1] in _CONSEQUENCES:
        return names.consequence(Consequence.model_validate(value))
    if "type" in value and (path[0] == "attributes" or "fields" in path):
        return type_words(names, FieldType.model_validate(value))
    pairs = (
        (names.either(*label(key)), _words(names, [*path, key], item))
        for key, item in value.items()
        if item not in (None, [], {})
    )
    return ", ".join(f"{key} {words}" for key, words in pairs)


def _reference(names: Names, path: list[str], value: str) -> str:
    """An id by its name, where its place says what kind of part it names."""
    key, section = path[-1], path[0]
    if key in _ROLES or (key, section) in (("from", "evidence"), ("calendar", "administration")):
        return names.role(value)
    if key in _STATES and section in ("transitions", "handoffs", "deadlines", "holds", "tracks"):
        inside = section == "tracks" and "transitions" in path
        return names.state(f"{path[1]}.{value}" if inside and value != "any" else value)
    if key in _GUARDS:
        return names.guard(value)
    if key in _PAPERS:
        return names.evidence(value)
    if key in _ORGANISATIONS or (key == "of" and section == "roles"):
        return names.organisation(value)
    if key in _CLOCKS:
        return names.clock(value)
    if key == "reason" and value in ("required", "optional"):
        return names.either(value, {"required": "필수", "optional": "선택"}[value])
    if key in _CODES:
        return names.word(value)
    if key in _COUNTS and value.startswith("params."):
        name = value.removeprefix("params.")
        present = names.definition.parameters.get(name)
        return f"{names.parameter(name)} ({present.value})" if present is not None else value
    if key in _EVENTS:
        return names.either("everything", "모든 행위") if value == "all" else names.event(value)
    return value

"""Every code of the linter with its severity and its sentences. docs/lint.md shows an example of each."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple


class Code(NamedTuple):
    """A kind of finding: sentences in English and Korean with `{words}` to fill in."""

    severity: Literal["error", "warning"]
    en: str
    ko: str
    hint_en: str
    hint_ko: str


CODES: Final[dict[str, Code]] = {
    # names
    "unknown-name": Code(
        "error",
        "`{name}` is no {kind} of this definition",
        "`{name}`은(는) 이 정의에 없는 이름입니다({kind}).",
        "{hint}",
        "{hint}",
    ),
    "wrong-type": Code(
        "error",
        "`{name}` is {found}, but {needed} is needed here",
        "`{name}`의 종류가 맞지 않습니다(현재: {found}, 필요: {needed}).",
        "name {needed}",
        "알맞은 종류의 이름을 쓰십시오: {needed}",
    ),
    "name-taken": Code(
        "error",
        "the name `{name}` is taken: {other}",
        "`{name}`은(는) 이미 쓰인 이름입니다: {other}",
        "choose another name",
        "다른 이름을 쓰십시오.",
    ),
    "unused": Code(
        "warning",
        "the {kind} `{name}` is named nowhere",
        "`{name}`({kind})을(를) 쓰는 곳이 없습니다.",
        "use it or leave it out",
        "사용하거나 삭제하십시오.",
    ),
    # states
    "unreachable": Code(
        "error",
        "no way leads to `{name}`",
        "`{name}`에 이르는 경로가 없습니다.",
        "add a transition to it, or leave it out",
        "이 상태로 오는 전이를 추가하거나 상태를 삭제하십시오.",
    ),
    "dead-end": Code(
        "error",
        "from `{name}` no end can be reached",
        "`{name}`에서는 어떤 종료 상태에도 이를 수 없습니다.",
        "add a transition that leads on, at least to a withdrawal or expiry",
        "다음으로 나아가는 전이를 추가하십시오(최소한 취하나 기한 만료).",
    ),
    "nobody-may-move": Code(
        "error",
        "`{name}` has ways out, but nobody can take any of them: {why}",
        "`{name}`에서 나가는 경로가 있으나 아무도 진행할 수 없습니다: {why}",
        "let at least one role that somebody can hold move the project on",
        "담당할 사람이 있는 역할 하나 이상이 진행할 수 있게 하십시오.",
    ),
    "no-owner": Code(
        "error",
        "`{name}` is owned by `{owner}`, but no role belongs to that organisation",
        "`{name}`의 책임 기관 `{owner}`에 속한 역할이 없습니다.",
        "declare a role `of: {owner}`, or name another owner",
        "`of: {owner}` 역할을 선언하거나 다른 책임 기관을 지정하십시오.",
    ),
    "one-role-leaves": Code(
        "warning",
        "only `{role}` can move a project out of `{name}`",
        "`{name}`에서 나가는 모든 전이를 `{role}` 한 역할만 진행할 수 있습니다.",
        "add a second role, a second signature, or a time limit that moves the project on",
        "다른 역할이나 두 번째 서명, 또는 기한에 따른 전이를 추가하십시오.",
    ),
    "track-stuck": Code(
        "warning",
        "track `{track}` can't leave state `{name}`, which is not done and which no guard reads",
        "트랙 `{track}`의 상태 `{name}`에서 나갈 수 없으며, 완료 상태도 아니고 어떤 조건도 읽지 않습니다.",
        "mark it `done: true`, add a transition, or let a guard read `tracks.{track}`",
        "`done: true`로 표시하거나 전이를 추가하거나 조건에서 `tracks.{track}`을(를) 읽으십시오.",
    ),
    # moves
    "overlapping-transitions": Code(
        "error",
        "`{one}` and `{other}` leave `{name}` for one cause, and their guards do not tell them apart",
        "`{one}`와(과) `{other}`은(는) 같은 원인으로 `{name}`을(를) 떠나며 조건으로 구별되지 않습니다.",
        "give each a guard that the other does not have, or different events",
        "서로 다른 조건을 두거나 이벤트 이름을 달리하십시오.",
    ),
    "automatic-cycle": Code(
        "error",
        "automatic transitions lead in a circle: {circle}",
        "자동 전이가 순환합니다: {circle}",
        "let an event or a time stand between two of them, or bound one with `at_most`",
        "사이에 이벤트나 시간 조건을 두거나 `at_most`로 횟수를 제한하십시오.",
    ),
    "unbounded-rework": Code(
        "error",
        "`{name}` leads back from `{source}` to `{target}` as often as anybody likes",
        "`{name}`은(는) `{source}`에서 `{target}`(으)로 제한 없이 되돌릴 수 있습니다.",
        "bound it with `at_most`",
        "`at_most`로 횟수를 제한하십시오.",
    ),
    "unbounded-return": Code(
        "warning",
        "handoff `{name}` may be returned as often as the receiver likes",
        "인계 `{name}`은(는) 횟수 제한 없이 반려될 수 있습니다.",
        "bound it with `returns: {{at_most: …}}`",
        "`returns`에 `at_most`를 두어 횟수를 제한하십시오.",
    ),
    "join-cannot-complete": Code(
        "error",
        "the join can never be complete: {why}",
        "이 합류 조건은 충족될 수 없습니다: {why}",
        "join tracks that run in the stage it leaves and that can be done, and ask for no more than there are",
        "떠나는 단계에서 진행되고 완료될 수 있는 트랙만, 그 수를 넘지 않게 지정하십시오.",
    ),
    "could-run-in-parallel": Code(
        "warning",
        "track `{name}` waits for `{stage}` although it rests on nothing recorded there",
        "트랙 `{name}`은(는) `{stage}`에서 기록되는 것에 근거하지 않는데도 그 뒤에 시작합니다.",
        "let it span `{stage}` too: `in: [{stage}, {later}]`",
        "`in: [{stage}, {later}]`로 함께 진행하게 하십시오.",
    ),
    # evidence
    "evidence-nowhere": Code(
        "error",
        "evidence `{name}` is accepted in no stage, track or end",
        "증빙 `{name}`을(를) 접수하는 단계, 트랙 또는 종료 상태가 없습니다.",
        "list it under `accepts` where it may be recorded",
        "접수할 곳의 `accepts`에 적으십시오.",
    ),
    "evidence-unread": Code(
        "warning",
        "evidence `{name}` is asked for, but nothing depends on it",
        "증빙 `{name}`을(를) 요구하지만 어디에도 쓰이지 않습니다.",
        "let a guard read it, or do not ask for it",
        "조건에서 읽거나 요구하지 마십시오.",
    ),
    "evidence-out-of-reach": Code(
        "error",
        "guard `{guard}` needs {evidence}, which nobody can record before `{name}`",
        "조건 `{guard}`에 필요한 {evidence}을(를) `{name}` 이전에 기록할 수 있는 곳이 없습니다.",
        "accept the evidence in a stage on the way to this transition",
        "이 전이에 이르는 경로의 단계에서 증빙을 접수하게 하십시오.",
    ),
    "evidence-circle": Code(
        "error",
        "evidence waits for itself: {circle}",
        "증빙이 서로를 기다립니다: {circle}",
        "take one `dated_after` or `depends_on` away",
        "`dated_after` 또는 `depends_on` 하나를 삭제하십시오.",
    ),
    "count-out-of-reach": Code(
        "error",
        "guard `{guard}` asks for more records than can count: {limits}",
        "조건 `{guard}`은(는) 인정될 수 있는 수보다 많은 기록을 요구합니다: {limits}",
        "ask for fewer, or let more organisations issue them",
        "요구 수를 줄이거나 발급 기관을 늘리십시오.",
    ),
    # guards
    "guard-invalid": Code(
        "error",
        "the condition can't be read: {why}",
        "조건을 해석할 수 없습니다: {why}",
        "{hint}",
        "{hint}",
    ),
    "guard-circle": Code(
        "error",
        "guards name each other in a circle: {circle}",
        "조건이 서로를 순환하여 참조합니다: {circle}",
        "break the circle",
        "순환을 끊으십시오.",
    ),
    "guard-without-words": Code(
        "error",
        "guard `{name}` counts or weighs, but has no words for what is missing",
        "조건 `{name}`은(는) 수를 세거나 합산하지만 부족한 것을 알리는 문구가 없습니다.",
        'add `missing`, such as {{en: "Letters: {{have}} of {{need}}", ko: …}}',
        '`missing`에 문구를 적으십시오(예: "확인서: {{have}}/{{need}}").',
    ),
    "words-unknown-path": Code(
        "error",
        "the words speak of `{{{name}}}`, which guard `{guard}` does not read",
        "문구의 `{{{name}}}`은(는) 조건 `{guard}`이(가) 읽지 않는 값입니다.",
        "use {{have}}, {{need}} or a path that the guard reads",
        "{{have}}, {{need}} 또는 조건이 읽는 경로를 쓰십시오.",
    ),
    "guard-constant": Code(
        "error",
        "guard `{name}` is TRUE whatever is recorded",
        "조건 `{name}`은(는) 무엇이 기록되든 항상 참입니다.",
        "compare something that can differ, or leave the guard out",
        "달라질 수 있는 값을 비교하거나 조건을 삭제하십시오.",
    ),
    "guard-unsatisfiable": Code(
        "error",
        "guard `{name}` can never be TRUE",
        "조건 `{name}`은(는) 결코 참이 될 수 없습니다.",
        "check the limits against the bounds of the fields that it reads",
        "읽는 필드의 범위와 기준값을 확인하십시오.",
    ),
    "elapsed-time-in-automatic": Code(
        "error",
        "automatic transition `{name}` reads the time through guard `{guard}`, and nobody asks again as time passes",
        "자동 전이 `{name}`이(가) 조건 `{guard}`을(를) 통해 시각을 읽지만, 시간이 지나도 다시 판정되지 않습니다.",
        "use `after: …` for what time brings",
        "시간 경과에는 `after: …`를 쓰십시오.",
    ),
    "actor-in-automatic": Code(
        "error",
        "guard `{guard}` reads who acts, but nobody acts in `{name}`",
        "조건 `{guard}`은(는) 행위자를 읽지만 `{name}`에는 행위자가 없습니다.",
        "use the guard only on events",
        "이벤트 전이에만 이 조건을 쓰십시오.",
    ),
    "tracks-in-track": Code(
        "error",
        "guard `{guard}` reads tracks, but `{name}` moves inside a track",
        "조건 `{guard}`은(는) 트랙 상태를 읽지만 `{name}`은(는) 트랙 안의 전이입니다.",
        "let a transition between stages join the tracks",
        "트랙의 합류는 단계 간 전이에서 하십시오.",
    ),
    # time
    "timer-without-consequence": Code(
        "error",
        "`{name}` runs out and nothing follows: {why}",
        "`{name}` 기한이 지나도 아무 일도 일어나지 않습니다: {why}",
        "say what follows: escalate to a role, move on, raise a hold or an obligation",
        "결과를 정하십시오: 상위 보고, 이동, 보류 또는 의무 부과.",
    ),
    "misplaced-consequence": Code(
        "error",
        "`{word}` has no meaning in `{name}`",
        "`{name}`에서 `{word}`은(는) 의미가 없습니다.",
        "{hint}",
        "{hint}",
    ),
    "deadline-without-escalation": Code(
        "warning",
        "`{name}` lapses without anybody being told",
        "`{name}` 기한이 지나면 아무에게도 알리지 않고 소멸합니다.",
        "escalate, or let the project move",
        "상위 보고하게 하거나 이동하게 하십시오.",
    ),
    "hold-without-release": Code(
        "error",
        "hold `{name}` can be raised, but nothing releases it",
        "보류 `{name}`은(는) 걸 수 있으나 해제할 방법이 없습니다.",
        "add `released_by`, `released_on`, or `within` with `if_late`",
        "`released_by`, `released_on` 또는 `within`과 `if_late`를 추가하십시오.",
    ),
    "appeal-stops-its-clock": Code(
        "error",
        "the time to decide appeal `{name}` never runs: its own hold `{hold}` stops the clock `{clock}`",
        "불복 절차 `{name}`의 결정 기한이 흐르지 않습니다(자체 보류 `{hold}`이(가) `{clock}` 시계를 멈춤).",
        "let the hold stop other clocks only, or name a `clock` for the appeal that it does not stop",
        "보류가 다른 시계만 멈추게 하거나, 멈추지 않는 `clock`을 지정하십시오.",
    ),
    # words and versions
    "no-korean": Code(
        "warning",
        "these words have no Korean: {words}",
        "한국어 문구가 없습니다: {words}",
        "write {{en: …, ko: …}}",
        "{{en: …, ko: …}} 형태로 쓰십시오.",
    ),
    "version-reused": Code(
        "error",
        "version {version} of `{name}` was published with other content",
        "`{name}`의 버전 {version}은(는) 다른 내용으로 이미 공표되었습니다.",
        "give the changed definition a new version",
        "바뀐 정의에 새 버전을 부여하십시오.",
    ),
}

"""Korean for the help of commands and options."""

from __future__ import annotations

from typing import Final

COMMANDS: Final = {
    "Workflows across organisations: every decision explained, journaled and checkable.":
        "여러 기관을 거치는 업무 절차를 관리합니다. 모든 판단에 이유가 있고, 기록되며, 확인할 수 있습니다.",
    "Show in a minute what axflow does, and leave a database to explore.":
        "axflow가 하는 일을 1분 안에 보여 주고, 살펴볼 데이터베이스를 남깁니다.",
    "Write a small workflow with a directory, a test and hints to start from. Overwrites nothing.":
        "시작용 절차, 명부, 시험, 안내문을 새로 만듭니다. 기존 파일은 덮어쓰지 않습니다.",
    "Check, show, compare and publish workflow definitions.": "절차 정의를 점검·조회·비교·공표합니다.",
    "Check a definition. Exit code 1 where it could not be published.":
        "절차 정의를 점검합니다. 공표할 수 없으면 종료 코드는 1입니다.",
    "Show a definition: in words, who does what, a picture, or data.":
        "절차 정의를 글, 업무 분장표, 그림 또는 데이터로 보여 줍니다.",
    "What changed between two definitions, in words.": "두 절차 정의의 차이를 글로 보여 줍니다.",
    "Publish a definition: from then on projects can be opened, and this version never changes.":
        "절차 정의를 공표합니다. 이후 사업을 개시할 수 있으며, 공표한 버전은 바뀌지 않습니다.",
    "Sign a published version for an organisation. It is in force once all have signed that must.":
        "공표된 버전에 기관을 대표하여 서명합니다. 필요한 기관이 모두 서명하면 시행됩니다.",
    "Put a new calendar in force: what runs in live projects is reckoned by it from now on, each by an entry.":
        "새 달력을 시행합니다. 진행 중인 사업의 기한은 지금부터 새 달력으로 계산되며, 사업마다 기록이 남습니다.",
    "By default it is what is known of the country's holidays today. Where no day differs, nothing changes; where it "
    "was cut off half-way, the same again goes on with the projects that are left.":
        "기본값은 현재 알려진 공휴일입니다. 달라지는 날이 없으면 아무것도 바뀌지 않으며, 중간에 끊기면 같은 명령으로 "
        "남은 사업을 이어서 처리합니다.",
    "Write the JSON Schema of definitions, for editors.": "편집기용 절차 정의 JSON 스키마를 출력합니다.",
    "Copy a shipped workflow into a folder of your own. Overwrites nothing.":
        "기본 제공 절차를 새 폴더에 복사합니다. 기존 파일은 덮어쓰지 않습니다.",
    "List the shipped workflows.": "기본 제공 절차의 목록을 보여 줍니다.",
    "Open projects, act on them, look at them.": "사업을 개시하고, 처리하고, 조회합니다.",
    "Open a project.": "사업을 개시합니다.",
    "Record evidence. It stands from then on: it is withdrawn or corrected, never edited.":
        "자료를 등록합니다. 등록된 자료는 철회하거나 정정할 수 있을 뿐, 고쳐 쓸 수 없습니다.",
    "Send an event. Exit code 3 where it is blocked, 4 where you may not, 5 where the project moved on.":
        "행위(이벤트)를 실행합니다. 종료 코드: 막히면 3, 권한이 없으면 4, 그 사이 사업이 진행되었으면 5.",
    "Every way forward: who may, what is missing, since when.":
        "다음에 할 수 있는 행위와 담당, 부족한 것을 모두 보여 줍니다.",
    "Say what would follow from an event. Nothing is written.":
        "행위를 실행하면 어떻게 되는지 미리 보여 줍니다. 아무것도 기록하지 않습니다.",
    "Where a project is, what stands and what was recorded.": "사업의 현재 상태와 등록된 자료를 보여 줍니다.",
    "Projects by id.": "사업 목록을 식별자 순으로 보여 줍니다.",
    "Every attempt and its outcome.": "모든 시도와 그 결과를 보여 줍니다.",
    "Withdraw a record: from now on it does not count.": "등록된 자료를 철회합니다. 이후로는 효력이 없습니다.",
    "Confirm with its issuer that a record is genuine.": "등록된 자료의 진위를 발급기관에 확인하였음을 기록합니다.",
    "Correct values of a record, or attributes of the project, from now on. What was judged before stands.":
        "자료의 값이나 사업의 속성을 정정합니다. 정정 전의 판단은 그대로 남습니다.",
    "Destroy content of an entry for good. Every proof still holds, and the entry says that something is gone.":
        "기록의 내용을 영구히 비식별 처리합니다. 증명은 모두 유지되며, 처리한 사실이 기록에 남습니다.",
    "Place a hold.": "보류를 설정합니다.",
    "Release a hold, or renew it after its review.": "보류를 해제하거나, 재검토 후 연장합니다.",
    "Extend a deadline, as far as the definition allows.": "절차가 허용하는 범위에서 기한을 연장합니다.",
    "Fire the time limits that are due, in all projects. Any scheduler may call it, as often as it likes.":
        "모든 사업에서 도래한 기한을 처리합니다. 스케줄러가 자주 실행해도 됩니다.",
    "Propose to waive a condition, or agree to it as the second person.":
        "조건 면제를 제안하거나, 두 번째 사람으로서 동의합니다.",
    "Declare an obligation met.": "의무가 이행되었음을 확인합니다.",
    "Name who handles the project now, or the firm that took it over.":
        "사업의 담당자, 또는 사업을 승계한 기업을 지정합니다.",
    "Link the project to another one, or note an organisation's own case number.":
        "다른 사업과 연계하거나, 기관의 접수번호를 등록합니다.",
    "Move the project to another published version of its workflow.": "사업을 절차의 다른 공표 버전으로 옮깁니다.",
    "Admit a project that is already midway. It says where it stands and claims no condition that was not shown.":
        "이미 진행 중인 사업을 등록합니다. 현재 상태만 밝히며, 확인되지 않은 조건은 주장하지 않습니다.",
    "Record a past history as its sources tell it. What the rules would not have allowed is shown, not refused.":
        "과거 이력을 출처에 있는 그대로 등록합니다. 규정과 다른 점은 거부하지 않고 표시합니다.",
    "End a project by splitting it into several.": "사업을 여럿으로 나누고 종결합니다.",
    "End several projects by merging them into one: all, or none where one of them may not.":
        "여러 사업을 하나로 합치고 종결합니다. 하나라도 안 되면 모두 그대로 둡니다.",
    "The tables of a database.": "데이터베이스의 테이블을 관리합니다.",
    "Bring the tables to the version that this axflow needs.": "테이블을 이 axflow에 필요한 버전으로 올립니다.",
    "Compare the tables with what they should be. Changes nothing; exit code 1 where they differ.":
        "테이블이 올바른지 비교합니다. 아무것도 바꾸지 않으며, 다르면 종료 코드는 1입니다.",
    "Write out what `upgrade` would do, as SQL for whoever may change the tables. Connects to nothing.":
        "`upgrade`가 할 일을 테이블 변경 권한자용 SQL로 출력합니다. 아무 데도 접속하지 않습니다.",
    "Fire timers that are due and carry messages, pass after pass, until SIGTERM or Ctrl-C.":
        "도래한 기한을 처리하고 메시지를 전달하는 일을 SIGTERM이나 Ctrl-C까지 되풀이합니다.",
    "Any number of workers may run on one database. One line a pass goes to stderr; with --json one object a pass to "
    "stdout. With --once the exit code is 1 where something could not be done.":
        "한 데이터베이스에서 여러 작업자가 함께 실행될 수 있습니다. 회차마다 stderr에 한 줄, --json이면 stdout에 객체 "
        "하나를 씁니다. --once에서 못 한 일이 있으면 종료 코드는 1입니다.",
    "Messages that wait, and how their delivery stands.": "대기 중인 메시지와 전달 상태를 보여 줍니다.",
    "Acknowledge messages: they do not come again.": "메시지를 받았음을 확인합니다. 다시 오지 않습니다.",
    "Dead letters: messages that could not be delivered.": "전달하지 못한 메시지를 관리합니다.",
    "Dead letters, with the last failure of each.": "전달하지 못한 메시지와 마지막 실패 사유를 보여 줍니다.",
    "Let dead letters, or messages that were put off, wait as if no attempt had been made. Prints their numbers.":
        "전달하지 못했거나 미뤄진 메시지를 처음부터 다시 전달하게 합니다. 해당 번호를 출력합니다.",
    "Give messages up for good. They are kept among the dropped ones. Prints their numbers.":
        "메시지 전달을 포기합니다. 폐기 목록에 남습니다. 해당 번호를 출력합니다.",
    "A new signing secret, on stdout. Give it to the receiver, and to workers by file or by AXFLOW_WEBHOOK_SECRET.":
        "새 서명 비밀키를 stdout에 출력합니다. 수신자에게, 그리고 파일이나 AXFLOW_WEBHOOK_SECRET으로 작업자에게 "
        "주십시오.",
    "Versions, database, journal, timers, messages and console; numbers and ages, in seconds, of what waits.":
        "버전, 데이터베이스, 기록, 기한, 메시지, 콘솔을 점검하고, 대기 중인 것의 수와 경과 시간(초)을 알립니다.",
    "Exit code 6 where the journal does not hold, 1 where the database cannot be reached or is not of this version, "
    "else 0: what waits is for you to judge.":
        "기록이 훼손되었으면 종료 코드는 6, 데이터베이스에 접근할 수 없거나 버전이 다르면 1, 그 밖에는 0입니다. "
        "대기 중인 것은 직접 판단하십시오.",
    "Copy a SQLite database, as it is now, into one file, while others write it. To restore, copy it back.":
        "다른 사용자가 쓰는 중에도 SQLite 데이터베이스를 한 파일로 복사합니다. 복원은 되돌려 복사하면 됩니다.",
}  # fmt: skip

OPTIONS: Final = {
    "Where the copy goes; there must be nothing yet.": "복사본의 위치입니다. 아직 파일이 없어야 합니다.",
    "Leave out the journal, whose every entry is verified.": "모든 기록을 검증하는 과정을 생략합니다.",
    "Bytes of each table, and for each entry.": "테이블별, 기록당 바이트 수를 알립니다.",
    "A day off just announced, as often as needed.": "새로 지정된 휴일. 여러 번 쓸 수 있습니다.",
    "A day off that is worked after all, as often as needed.": "근무하게 된 휴일. 여러 번 쓸 수 있습니다.",
    "A whole calendar as JSON, instead of what is known.": "알려진 공휴일 대신 쓸 달력 전체(JSON).",
    "The one version meant; default: all that are published.": "대상 버전. 기본값: 공표된 모든 버전.",
    "A folder; made where it is not there.": "폴더. 없으면 만듭니다.",
    "A new folder.": "새 폴더.",
    "A record that counts as this one.": "이 자료로 인정할 기존 등록 자료.",
    "A recorded history, YAML or JSON.": "과거 이력 파일(YAML 또는 JSON).",
    "A shipped workflow's name, or a file or folder.": "기본 제공 절차의 이름, 파일 또는 폴더.",
    "A stage or track.state under another name there.": "새 버전에서 이름이 다른 단계 또는 병행절차.상태.",
    "A workflow with a demo; default: the first shipped one.": "시연이 있는 절차. 기본값: 첫 번째 기본 제공 절차.",
    "Also where a condition still reads it.": "조건이 아직 사용하는 값도 처리합니다.",
    "An attribute of the project, as often as needed.": "사업의 속성. 여러 번 쓸 수 있습니다.",
    "At most so many.": "최대 건수.",
    "Data as JSON, with a schema number.": "스키마 번호가 있는 JSON으로 출력합니다.",
    "Database: a path, sqlite:///file.db or postgresql://user@host/name.":
        "데이터베이스: 경로, sqlite:///file.db 또는 postgresql://user@host/name.",
    "Day of issue.": "발급일.",
    "Day of receipt.": "접수일.",
    "Default: the one published last.": "기본값: 마지막으로 공표된 버전.",
    "For whom a deputy acts.": "대리인이 대신하는 사람.",
    "For whom; default: where they hold a role.": "소속 기관. 기본값: 역할을 가진 기관.",
    "Go on after this one.": "이 사업 다음부터.",
    "How much a picture shows.": "그림의 상세 정도.",
    "Id of a published workflow.": "공표된 절차의 식별자.",
    "Id of the condition.": "조건의 식별자.",
    "Id of the deadline.": "기한의 식별자.",
    "Id of the event; `why` has those that there are.": "행위의 식별자. `why`로 확인할 수 있습니다.",
    "Id of the hold.": "보류의 식별자.",
    "Id of the link.": "연계의 식별자.",
    "Id of the obligation.": "의무의 식별자.",
    "Id of the other project.": "다른 사업의 식별자.",
    "Id of the person or service that acts.": "행위자(사람 또는 서비스)의 식별자.",
    "Id of the project, or of a recorded history; default: a new one.":
        "사업 또는 등록된 과거 이력의 식별자. 기본값: 새로 부여.",
    "Id of the project.": "사업의 식별자.",
    "Id of the project; default: a new one.": "사업의 식별자. 기본값: 새로 부여.",
    "Id of the record, such as letter#7; `show` has them.":
        "등록 자료의 식별자(예: letter#7). `show`로 확인할 수 있습니다.",
    "Id of the record; none for attributes.": "등록 자료의 식별자. 속성만 정정하면 생략합니다.",
    "Id of the type of evidence.": "자료 종류의 식별자.",
    "Idempotency key: the same again changes nothing.": "멱등 키: 같은 요청을 다시 보내도 한 번만 처리됩니다.",
    "Ids of the projects.": "사업들의 식별자.",
    "Install completion for the current shell.": "현재 셸에 자동 완성을 설치합니다.",
    "Intended use that it is about.": "대상 사용 목적.",
    "Its case number with an organisation.": "기관의 접수번호.",
    "Language of what is said; default: that of your system.": "표시 언어. 기본값: 시스템 언어.",
    "Leave with 7 where they differ.": "다르면 종료 코드 7로 끝냅니다.",
    "Load the organisations, people and grants of this file first.":
        "먼저 이 파일의 기관, 사람, 역할 부여를 명부에 등록합니다.",
    "More values from a YAML or JSON file; - reads stdin.": "값을 YAML·JSON 파일에서 읽습니다. -는 표준 입력입니다.",
    "Number of the entry; `history` has them.": "기록 번호. `history`로 확인할 수 있습니다.",
    "Of so many projects at most.": "최대 사업 수.",
    "Only in this stage.": "이 단계의 사업만.",
    "Only of this firm.": "이 기업의 사업만.",
    "Only of this workflow.": "이 절차의 사업만.",
    "Only say what would follow; write nothing.": "결과만 보여 주고 아무것도 기록하지 않습니다.",
    "Only what happened until this day or time.": "이 날짜·시각까지 일어난 일만.",
    "Only what was recorded until this day or time.": "이 날짜·시각까지 기록된 것만.",
    "Organisation that issued it.": "발급기관.",
    "Product version that it is about.": "대상 제품 버전.",
    "Reason as one of the declared codes.": "사유 코드(절차에 정해진 것).",
    "Reason in words.": "사유.",
    "Replace a database that is there.": "기존 데이터베이스를 바꿉니다.",
    "Role used; default: any that they hold.": "사용할 역할. 기본값: 가진 역할 모두.",
    "Role used; default: the one that permits the act.": "사용할 역할. 기본값: 해당 행위를 할 수 있는 역할.",
    "Show completion for the current shell, to copy it or customize the installation.":
        "현재 셸의 자동 완성 스크립트를 출력합니다.",
    "Show the version and leave.": "버전을 출력하고 끝냅니다.",
    "Show this message and exit.": "이 도움말을 출력하고 끝냅니다.",
    "The database that the demo leaves to explore.": "시연이 남길 데이터베이스.",
    "The file that comes with it; its digest is kept.": "첨부 파일. 해시값이 보관됩니다.",
    "The firm that took it over.": "사업을 승계한 기업.",
    "The firm whose project it is.": "사업을 수행하는 기업.",
    "The project that they become.": "합쳐서 만들 사업.",
    "The projects that it becomes, each with its title.": "나누어 만들 사업들과 각각의 명칭.",
    "The published version to move to.": "옮겨 갈 공표 버전.",
    "The review is done and the hold stays.": "재검토를 마치고 보류를 유지합니다.",
    "The stage that it is in.": "현재 단계.",
    "Title.": "명칭.",
    "Values, a table as JSON; see also --values.": "값. 표는 JSON으로 씁니다. --values도 참고하십시오.",
    "Version of the project that you saw; exit code 5 if it moved on.":
        "확인한 사업 버전. 그 사이 진행되었으면 종료 코드는 5입니다.",
    "Version that the tables have; default: none yet.": "현재 테이블 버전. 기본값: 없음.",
    "Version; default: the one that is in force.": "버전. 기본값: 시행 중인 버전.",
    "What goes: reason, values.name, title.": "처리할 항목: reason, values.이름, title 등.",
    "What to write.": "출력 형식.",
    "When it happened, if not now: 2026-03-05, or a full time.":
        "지금이 아니면 일어난 때: 2026-03-05 또는 전체 시각.",
    "Where a track is, as often as needed.": "병행 절차의 현재 상태. 여러 번 쓸 수 있습니다.",
    "Who handles it from now on.": "앞으로의 담당자.",
    "Who looks: what they may see is shown.": "조회자. 열람할 수 있는 값만 보여 줍니다.",
    "A URI that names this installation in messages.": "메시지에서 이 설치를 가리키는 URI.",
    "All dead letters.": "전달하지 못한 메시지 모두.",
    "Attempts, after which a message is a dead letter.": "이만큼 시도해도 안 되면 전달 불가로 처리합니다.",
    "File with the signing secrets, the newest first; default: the variable AXFLOW_WEBHOOK_SECRET.":
        "서명 비밀키 파일(최신 키 먼저). 기본값: 환경 변수 AXFLOW_WEBHOOK_SECRET.",
    "Go on after this number.": "이 번호 다음부터.",
    "Numbers of messages.": "메시지 번호.",
    "One pass, for schedulers.": "한 회차만 실행합니다(스케줄러용).",
    "Projects and messages in a pass, at most.": "한 회차의 최대 사업·메시지 수.",
    "Seconds between the beginnings of two passes.": "회차 시작 간격(초).",
    "Seconds for an attempt to deliver.": "전달 시도 한 번의 제한 시간(초).",
    "Those that were dropped.": "폐기된 메시지.",
    "Where messages are posted to: https://….": "메시지를 보낼 곳: https://….",
    "Why; it is kept with the message.": "사유. 메시지와 함께 보관됩니다.",
    "human, service or ai; default: as the directory has it.": "human, service 또는 ai. 기본값: 명부에 등록된 구분.",
}  # fmt: skip

WORDS: Final = {
    "Usage: {usage}": "사용법: {usage}",
    "Arguments": "인자",
    "Commands": "명령",
    "Options": "옵션",
    "Administration": "관리",
    "Conditions": "조건과 의무",
    "Evidence": "자료",
    "Holds and time limits": "보류와 기한",
    "[OPTIONS]": "[옵션]",
    "COMMAND [ARGS]...": "명령 [인자]...",
    "env var": "환경 변수",
    "default": "기본값",
    "required": "필수",
}

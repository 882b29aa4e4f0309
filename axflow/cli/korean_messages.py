"""Korean for what commands say beside their help: answers, errors, and what lower rooms and the parser report."""

from __future__ import annotations

from typing import Final

ANSWERS: Final = {
    "No.": "번호", "When": "일시", "What": "행위", "By": "행위자", "Outcome": "결과", "Item": "항목", "Value": "내용",
    "Who": "담당", "Id": "식별자", "Way forward": "다음 행위", "What is missing": "부족한 것",
    "Record": "식별자", "Issuer": "발급기관", "Values": "내용",
    "error": "오류", "warning": "경고", "good": "정상", "none": "없음", "yes": "예", "no": "아니오",
    "stopped": "중단됨",
    "encoding": "콘솔 문자 집합", "database": "데이터베이스", "reachable": "접근 가능", "problem": "문제",
    "projects": "사업 수", "entries": "기록 수", "breaks": "훼손", "pending timers": "처리 대기 기한",
    "schema version": "테이블 버전", "timer lag seconds": "기한 지연(초)", "waiting messages": "대기 중인 메시지",
    "message lag seconds": "메시지 지연(초)", "dead letters": "전달 불가 메시지",
    "unplaced entries": "로그 미등재 기록", "unplaced lag seconds": "로그 등재 지연(초)",
    "tables": "테이블별 크기", "bytes": "전체 크기(바이트)", "bytes per entry": "기록당 바이트",
    "Projects with a time limit that is due: {count}": "기한이 도래한 사업: {count}건",
    "Projects that changed: {count}": "처리된 사업: {count}건",
    "{name} {version}: {errors} errors, {warnings} warnings": "{name} {version}: 오류 {errors}건, 경고 {warnings}건",
    "{name} {version}: no day differs, nothing changes": "{name} {version}: 달라지는 날이 없어 바뀌는 것이 없습니다",
    "{name} {version}: {projects} projects, {timers} time limits would move":
        "{name} {version}: 사업 {projects}건, 기한 {timers}건이 바뀝니다",
    "{name} {version}: {projects} projects, {timers} time limits moved; calendar {digest}":
        "{name} {version}: 사업 {projects}건, 기한 {timers}건을 바꾸었습니다. 달력 {digest}",
    "Time limit": "기한", "Due until now": "기존 만료", "Due now": "변경 만료",
    "not in force yet, signatures are missing: {names} (`axflow workflow sign {workflow}`)":
        "아직 시행되지 않습니다. 서명할 기관: {names} (`axflow workflow sign {workflow}`)",
    "Project": "사업", "Entry": "기록", "Kind": "종류", "Attempts": "시도", "State": "상태", "Failure": "실패 사유",
    "fired {count}": "기한 처리 {count}", "failed {count}": "실패 {count}", "delivered {count}": "전달 {count}",
    "put off {count}": "연기 {count}", "dead {count}": "전달 불가 {count}",
    "receiver left alone until {time}": "수신처 대기 {time}까지",
    "in {seconds} s": "{seconds}초", "again in {seconds} s": "{seconds}초 뒤 다시 시도",
    "projects with a timer that is due": "기한이 된 사업", "messages that wait": "대기 중인 메시지",
    "dropped {time}: {reason}": "폐기 {time}: {reason}", "dead since {time}": "전달 불가 {time}",
    "leased until {time}": "처리 중, 만료 {time}", "put off until {time}": "연기, 다음 시도 {time}", "waits": "대기",
    "go on with {file}": "다음 안내를 보십시오: {file}",
    "upgrade this axflow": "axflow를 업그레이드하십시오",
    "run `axflow db upgrade`": "`axflow db upgrade`를 실행하십시오",
    "the directory does not know {actor}": "명부에 {actor}이(가) 없습니다",
    "the directory gives {actor} no role now": "명부에 따르면 {actor}에게는 현재 역할이 없습니다",
    "{actor} holds: {roles}": "{actor}의 현재 역할: {roles}",
    "; did you mean {name}?": "; {name}을(를) 뜻하셨습니까?",
    "; there are: {names}": "; 사용할 수 있는 이름: {names}",
}  # fmt: skip

ERRORS: Final = {
    "--file is a whole calendar; leave out --holiday and --worked, or the file":
        "--file은 달력 전체이므로 --holiday·--worked와 함께 쓸 수 없습니다",
    "--holiday '{item}' is no day=name, such as 2026-03-12='Founding day'":
        "--holiday '{item}'은(는) 날짜=이름 형식이 아닙니다. 2026-03-12='창립기념일'처럼 쓰십시오",
    "(`{command} --help` lists what there is)": "(`{command} --help`에서 확인할 수 있습니다)",
    "{option}: {problem}": "{option}: {problem}",
    "--kind '{kind}' is none; write human, service or ai":
        "--kind '{kind}'은(는) 없는 구분입니다. human, service, ai 중 하나를 쓰십시오",
    "axflow met something unexpected ({name}: {problem}); please report it":
        "예상하지 못한 문제가 생겼습니다({name}: {problem}). 개발자에게 알려 주십시오",
    "name --handler or --firm: who has the project from now on":
        "앞으로 사업을 맡을 담당자(--handler)나 기업(--firm)을 쓰십시오",
    "name LINK and OTHER, or --alias organisation=number":
        "LINK와 OTHER를 함께 쓰거나 --alias 기관=접수번호를 쓰십시오",
    "name the projects that are to be merged, at least two": "합칠 사업을 둘 이상 쓰십시오",
    "no shipped workflow has a demo; name a folder with definition.yaml and demo.yaml":
        "시연이 있는 기본 제공 절차가 없습니다. definition.yaml과 demo.yaml이 있는 폴더를 쓰십시오",
    "no version of '{workflow}' is published here{hint}": "'{workflow}' 절차는 공표된 버전이 없습니다{hint}",
    "the database cannot be used: {problem}; give --db sqlite:///file.db":
        "데이터베이스를 사용할 수 없습니다: {problem}. --db sqlite:///file.db처럼 쓰십시오",
    "the demo is played in a file of its own, not in {database}; write --db file.db":
        "시연은 {database}이(가) 아니라 별도 파일에서 진행됩니다. --db file.db처럼 쓰십시오",
    "the directory gives '{actor}' no role now, so --organisation must say for whom they act{hint}":
        "명부에 '{actor}'의 현재 역할이 없으므로 --organisation으로 소속 기관을 써야 합니다{hint}",
    "the folder {folder} does not exist; create it, or name another --db":
        "{folder} 폴더가 없습니다. 폴더를 만들거나 --db로 다른 곳을 지정하십시오",
    "there is no database {file}": "{file} 데이터베이스가 없습니다",
    "there is no database {file}; `axflow demo` makes one to explore, `axflow workflow publish` a new one, "
    "and --db or AXFLOW_DB names another":
        "{file} 데이터베이스가 없습니다. `axflow demo`는 살펴볼 데이터베이스를, `axflow workflow publish`는 새 "
        "데이터베이스를 만들며, --db 또는 AXFLOW_DB로 다른 것을 지정할 수 있습니다",
    "there is no project '{project}'{hint} (`axflow project list` shows them)":
        "'{project}' 사업이 없습니다{hint} (`axflow project list`로 확인할 수 있습니다)",
    "version '{version}' of '{workflow}' is not published here{hint}":
        "'{workflow}' 절차의 '{version}' 버전은 공표되지 않았습니다{hint}",
    "{actor} acts for several: {held}; name one by --organisation":
        "{actor}은(는) 여러 기관에 역할이 있습니다({held}). --organisation으로 하나를 지정하십시오",
    "{file} holds no values: write `name: value` on lines of its own":
        "{file}에 값이 없습니다. `이름: 값`을 한 줄씩 쓰십시오",
    "{file} is a folder; name the database file in it, such as {file}/axflow.db":
        "{file}은(는) 폴더입니다. {file}/axflow.db처럼 그 안의 데이터베이스 파일을 지정하십시오",
    "{file} is there already and stays as it is; name another folder":
        "{file}이(가) 이미 있어 그대로 두었습니다. 다른 폴더를 지정하십시오",
    "{name} is a table, and this is no JSON ({problem}); write {name}='[{{\"column\": \"value\"}}]', or the values "
    "into a file for --values":
        "{name}은(는) 표인데 JSON이 아닙니다({problem}). {name}='[{{\"열\": \"값\"}}]'처럼 쓰거나 --values 파일에 "
        "쓰십시오",
    "{name} {version} cannot be published": "{name} {version}을(를) 공표할 수 없습니다",
    "{option} '{item}' is no name=value": "{option} '{item}'은(는) 이름=값 형식이 아닙니다",
    "{option} '{name}' is given twice": "{option} '{name}'이(가) 두 번 쓰였습니다",
    "{place} is no SQLite database, so --force does not replace it; name another --db":
        "{place}은(는) SQLite 데이터베이스가 아니므로 --force로 바꾸지 않습니다. --db로 다른 파일을 지정하십시오",
    "{place} is there already; look around in it, name another --db, or replace it by --force":
        "{place}이(가) 이미 있습니다. 그대로 살펴보거나, --db로 다른 파일을 지정하거나, --force로 바꾸십시오",
    "{file} is a file; name a folder": "{file}은(는) 폴더가 아니라 파일입니다. 폴더를 지정하십시오",
    "--reason is empty; say why, whoever misses the message will ask":
        "--reason이 비어 있습니다. 메시지를 찾는 사람이 물을 것이니 사유를 쓰십시오",
    "give numbers or --all, not both": "번호와 --all 중 하나만 쓰십시오",
    "name at least one message by its number; `axflow worker dead list` shows them":
        "메시지 번호를 하나 이상 쓰십시오. `axflow worker dead list`로 확인할 수 있습니다",
    "none of these is in the outbox: {numbers} (delivered, dropped, or just being delivered)":
        "발신함에 없는 번호입니다: {numbers} (전달되었거나, 폐기되었거나, 전달 중)",
    "none of these can be tried again now: {numbers} (delivered, dropped, or just being delivered)":
        "지금 다시 시도할 수 없는 번호입니다: {numbers} (전달되었거나, 폐기되었거나, 전달 중)",
    "none of these can be dropped now: {numbers} (delivered, dropped, or just being delivered)":
        "지금 폐기할 수 없는 번호입니다: {numbers} (전달되었거나, 폐기되었거나, 전달 중)",
    "{file} is no text file with secrets": "{file}은(는) 비밀키가 든 텍스트 파일이 아닙니다",
    "{target} is there already; name a new folder": "{target}이(가) 이미 있습니다. 새 폴더를 지정하십시오",
}  # fmt: skip

PARSER: Final = {
    "Missing command.": "명령이 없습니다.",
    "No such command '{name}'.": "'{name}' 명령은 없습니다.",
    "No such command '{name}'. Did you mean {close}?": "'{name}' 명령은 없습니다. {close}을(를) 뜻하셨습니까?",
    "No such option: {name}": "{name} 옵션은 없습니다.",
    "No such option: {name} Did you mean {close}?": "{name} 옵션은 없습니다. {close}을(를) 뜻하셨습니까?",
    "No such option: {name} (Possible options: {close})": "{name} 옵션은 없습니다. 비슷한 옵션: {close}",
    "Missing option {name}.": "{name} 옵션이 필요합니다.",
    "Missing argument {name}.": "{name} 인자가 필요합니다.",
    "Option {name} requires an argument.": "{name} 옵션에는 값이 필요합니다.",
    "Got unexpected extra argument ({name})": "필요 없는 인자입니다: {name}",
    "Got unexpected extra arguments ({name})": "필요 없는 인자입니다: {name}",
    "Invalid value for {name}: {problem}": "{name} 값 오류: {problem}",
    "{value} is not one of {choices}.": "{value}은(는) {choices} 중 하나가 아닙니다.",
    "{value} is not a valid integer.": "{value}은(는) 정수가 아닙니다.",
    "Input should be a valid integer, unable to parse string as an integer": "정수로 쓰십시오",
    "Input should be greater than or equal to {low}": "{low} 이상이어야 합니다",
    "Input should be less than or equal to {high}": "{high} 이하여야 합니다",
    "Value error, {problem}": "{problem}",
}

SYSTEM: Final = {
    "No such file or directory": "파일이나 폴더가 없습니다",
    "Is a directory": "파일이 아니라 폴더입니다",
    "Not a directory": "폴더가 아닙니다",
    "Permission denied": "접근 권한이 없습니다",
    "Read-only file system": "읽기 전용 파일 시스템입니다",
    "No space left on device": "디스크 공간이 부족합니다",
    "File exists": "파일이 이미 있습니다",
}

STORE: Final = {
    "there is no project '{project}' in this store; `projects()` lists those there are": "'{project}' 사업이 없습니다",
    "project '{project}' is there already; open another one under another id":
        "'{project}' 사업이 이미 있습니다. 다른 식별자로 개시하십시오",
    "no version of '{workflow}' is published; publish it first":
        "'{workflow}' 절차는 공표되지 않았습니다. 먼저 `axflow workflow publish`로 공표하십시오",
    "version '{version}' of '{workflow}' is not published; `definitions()` lists those":
        "'{workflow}' 절차의 '{version}' 버전은 공표되지 않았습니다",
    "version '{version}' of '{workflow}' is published with other content ({found}, not {wanted}); give the changed "
    "one another version":
        "'{workflow}' 절차의 '{version}' 버전은 다른 내용으로 이미 공표되었습니다({found}, {wanted} 아님). "
        "바뀐 정의에는 다른 버전을 붙이십시오",
    "'{organisation}' has signed version '{version}' of '{workflow}' already":
        "'{organisation}'은(는) '{workflow}' 절차의 '{version}' 버전에 이미 서명하였습니다",
    "{actor} may not publish a calendar for '{workflow}'; it needs the role {roles}":
        "{actor}은(는) '{workflow}' 절차의 달력을 공표할 권한이 없습니다. 필요한 역할: {roles}",
    "{actor} does not act for '{organisation}', so may not sign for it":
        "{actor}은(는) '{organisation}' 소속의 역할이 없어 서명할 수 없습니다",
    "{file} has no axflow tables; this axflow needs version {needed}: run `axflow db upgrade`":
        "{file}에 axflow 테이블이 없습니다. 필요한 버전은 {needed}입니다. `axflow db upgrade`를 실행하십시오",
    "{file} has the tables of version {found}; this axflow needs version {needed}: run `axflow db upgrade`":
        "{file}의 테이블 버전은 {found}이며 이 axflow에는 {needed}이(가) 필요합니다. "
        "`axflow db upgrade`를 실행하십시오",
    "{file} has the tables of version {found}, which a newer axflow made; upgrade this axflow":
        "{file}의 테이블 버전 {found}은(는) 더 새로운 axflow가 만든 것입니다. axflow를 업그레이드하십시오",
    "{file} is no sound SQLite database ({problem}); restore it from a backup":
        "{file}은(는) 온전한 SQLite 데이터베이스가 아닙니다({problem}). 백업에서 복원하십시오",
    "{file} cannot be opened: its folder must exist and this user may write there":
        "{file}을(를) 열 수 없습니다. 폴더가 있고 쓰기 권한이 있어야 합니다",
    "{file} may only be read, so nothing was kept; give this user the right to write it":
        "{file}은(는) 읽기만 할 수 있어 기록하지 못했습니다. 쓰기 권한이 필요합니다",
    "{file}: another writer held the database for {seconds} s; try the same again":
        "{file}: 다른 작업이 {seconds}초 동안 데이터베이스를 쓰고 있습니다. 다시 시도하십시오",
    "{file}: {problem}. Nothing was kept; make room on the disk and try again":
        "{file}: {problem}. 아무것도 기록되지 않았습니다. 디스크 공간을 확보하고 다시 시도하십시오",
    "what begins with {scheme}:// is no database URL; write sqlite:///file.db or postgresql://user@host/name, and % "
    "and @ in a password as %25 and %40":
        "{scheme}://로 시작하는 것은 데이터베이스 URL이 아닙니다. sqlite:///file.db 또는 "
        "postgresql://user@host/name으로 쓰고, 비밀번호의 %와 @는 %25와 %40으로 쓰십시오",
    "{kind} is not supported; write sqlite:///file.db or postgresql://user@host/name":
        "{kind}은(는) 지원하지 않습니다. sqlite:///file.db 또는 postgresql://user@host/name으로 쓰십시오",
}  # fmt: skip

READING: Final = {
    "there is no file and no shipped workflow `{name}`": "`{name}`이라는 파일이나 기본 제공 절차가 없습니다",
    "did you mean {name}?": "{name}을(를) 뜻하셨습니까?",
    "known here: {names}": "사용할 수 있는 이름: {names}",
    "the file is not UTF-8": "UTF-8 파일이 아닙니다",
    "save the file as UTF-8": "UTF-8로 저장하십시오",
    "it looks like UTF-16; save the file as UTF-8": "UTF-16으로 보입니다. UTF-8로 저장하십시오",
    "it looks like CP949 (EUC-KR); save the file as UTF-8": "CP949(EUC-KR)로 보입니다. UTF-8로 저장하십시오",
    "the text is larger than {size} bytes": "파일이 {size}바이트보다 큽니다",
    "a definition is a short document": "절차 정의는 짧은 문서여야 합니다",
    "there is nothing in it": "내용이 없습니다",
    "begin with `axflow: 1`": "`axflow: 1`로 시작하십시오",
    'begin with {{"axflow": 1': '{{"axflow": 1로 시작하십시오',
    "this is no YAML: {problem}": "YAML 형식이 아닙니다: {problem}",
    "check indentation, colons and quotes": "들여쓰기, 쌍점, 따옴표를 확인하십시오",
    "a control character can't stand in a definition": "제어 문자는 쓸 수 없습니다",
    "a NUL character can't stand in a definition": "NUL 문자는 쓸 수 없습니다",
    "remove it": "지우십시오",
    "`{key}` stands here a second time (first in line {line})": "`{key}`이(가) 다시 나왔습니다(처음은 {line}행)",
    "keep one of them": "하나만 남기십시오",
    "`{name}` is missing": "`{name}`이(가) 없습니다",
    "add `{name}: …`": "`{name}: …`을(를) 추가하십시오",
    "`{name}` is no key here": "`{name}`은(는) 여기에 쓸 수 없는 항목입니다",
    "{value} is not known here": "{value}은(는) 여기에 쓸 수 없는 값입니다",
    "{value} is not right here": "{value}은(는) 형식에 맞지 않습니다",
    "write one of {choices}": "다음 중 하나를 쓰십시오: {choices}",
    "{value} stands where {kind} belongs": "{kind} 자리에 {value}이(가) 있습니다",
    "a mapping": "`이름: 값` 목록", "a list": "목록", "text": "글", "true or false": "true 또는 false",
    "a whole number": "정수",
    "write {what}": "다음과 같이 쓰십시오: {what}",
    "{value} is no date": "{value}은(는) 날짜가 아닙니다",
    "write a day as 2026-03-31": "날짜는 2026-03-31처럼 쓰십시오",
    "this text is empty": "글이 비어 있습니다",
    "an id is lower-case ASCII letters, digits and underscores, a letter first, 64 at most":
        "식별자는 영문 소문자로 시작하고 영문 소문자·숫자·밑줄로 64자까지 쓸 수 있습니다",
    "{path}: a directory file begins with `axflow_directory: 1`, `timezone` and `changes`; or it is a list of changes":
        "{path}: 명부 파일은 `axflow_directory: 1`, `timezone`, `changes`로 시작하거나 변경 목록이어야 합니다",
    "a line is about one of {names}": "한 줄은 다음 중 하나에 관한 것이어야 합니다: {names}",
    "`since` is missing: the day from which it holds": "`since`(시작일)가 없습니다",
    "`of` is missing: the organisation for which the role is held": "`of`(역할의 소속 기관)가 없습니다",
    "{value} is no day, such as 2026-01-01, and no time with offset, 2026-01-01T09:00+09:00":
        "{value}은(는) 2026-01-01 같은 날짜도, 2026-01-01T09:00+09:00 같은 시각도 아닙니다",
    "{value} is no time zone; write one such as Asia/Seoul":
        "{value}은(는) 시간대가 아닙니다. Asia/Seoul처럼 쓰십시오",
    "a change recorded at {at} lies in the future; it is {now} now":
        "{at}에 기록된 변경은 미래의 것입니다. 현재 시각은 {now}입니다",
    "a recorded history begins with `axflow_history: 1`, definition, project and acts":
        "과거 이력은 `axflow_history: 1`, definition, project, acts로 시작합니다",
    "act {number} lacks '{name}'": "{number}번째 행위에 '{name}'이(가) 없습니다",
    "act {number}: {problem}": "{number}번째 행위: {problem}",
    "{value} is no moment: write {right}": "{value}은(는) 때를 나타내지 않습니다. {right}처럼 쓰십시오",
    "{value} has no offset, so it names no instant: write {right}":
        "{value}에는 시간대 차이가 없어 시각을 알 수 없습니다. {right}처럼 쓰십시오",
    "{value} is no {kind} ({why}): write {right}":
        "{value}은(는) 올바른 {kind} 값이 아닙니다({why}). {right}처럼 쓰십시오",
    '"2021", "2021-07", "2021-07-30" or an RFC 3339 time with offset such as "2021-07-30T14:05:00+09:00"':
        '"2021", "2021-07", "2021-07-30", 또는 시간대 차이가 있는 시각 "2021-07-30T14:05:00+09:00"',
    "the folder `{name}` holds no {file}; name a file, or a folder that holds one":
        "`{name}` 폴더에 {file}이(가) 없습니다. 파일이나 그 파일이 있는 폴더를 지정하십시오",
    "`key: value` lines": "`이름: 값`", "such as 3": "예: 3",
    "{folder} has no demo.yaml, so there is no demo of it": "{folder}에는 demo.yaml이 없어 시연할 수 없습니다",
    "day": "날짜", "month": "연월", "year": "연도", "time": "시각",
}  # fmt: skip

VALUES: Final = {
    "{value} is not {kind}.": "{value}은(는) {kind} 값이 아닙니다.",
    "an integer": "정수", "a boolean": "예/아니오", "a date": "날짜", "a text": "글", "a duration": "기간",
    "a timestamp": "시각", "a list": "목록",
    "a decimal with {places} places": "소수점 이하 {places}자리 소수",
    "a decimal with {places} places in {unit}": "소수점 이하 {places}자리 소수({unit})",
    "money in {unit}": "금액({unit})",
    "one of {choices}": "다음 중 하나: {choices}",
    "Write true or false.": "true 또는 false로 쓰십시오.",
    "Write a number.": "숫자로 쓰십시오.",
    "Write a number, not true or false.": "true·false가 아니라 숫자로 쓰십시오.",
    "Write a whole number without a decimal point.": "소수점 없는 정수로 쓰십시오.",
    'Write digits, with a point before decimals and no leading zeros: "12", "0.95", "-3".':
        '"12", "0.95", "-3"처럼 숫자로 쓰십시오. 앞에 0을 붙이지 않습니다.',
    'Write it without an exponent: "1500".': '지수 없이 "1500"처럼 쓰십시오.',
    "Write the ASCII digits 0 to 9.": "0부터 9까지의 숫자로 쓰십시오.",
    "NaN and infinity can't be recorded.": "NaN과 무한대는 등록할 수 없습니다.",
    "{value} has {count} decimal places.": "{value}은(는) 소수점 이하가 {count}자리입니다.",
    "At most {places} are kept; round it before recording, so that the rounding is yours.":
        "{places}자리까지 보관합니다. 등록하기 전에 직접 반올림하십시오.",
    "{value} is out of bounds.": "{value}은(는) 허용 범위를 벗어났습니다.",
    "It must be between {low} and {high}.": "{low}에서 {high} 사이여야 합니다.",
    'Write year, month, day: "2026-03-01".': '"2026-03-01"처럼 연월일로 쓰십시오.',
    'Write "2026-03".': '"2026-03"처럼 쓰십시오.',
    "Write text in quotation marks.": "글로 쓰십시오.",
    "Write a list.": "목록으로 쓰십시오.",
    "Write an object with named fields.": "이름이 있는 항목들로 쓰십시오.",
    'Write a duration with its unit: "15d", "36h".': '"15d", "36h"처럼 단위와 함께 쓰십시오.',
    "Did you mean `{name}`?": "`{name}`을(를) 뜻하셨습니까?",
    "Known here: {names}.": "사용할 수 있는 값: {names}.",
    "row {row} has no '{name}'": "{row}번째 행에 '{name}'이(가) 없습니다",
    "{count} characters; at most {most}": "{count}자입니다. {most}자까지 쓸 수 있습니다",
    "SHA-256 in 64 lower-case hexadecimal digits": "SHA-256은 소문자 16진수 64자리로 씁니다",
    "a day (2026-03-01) or a month (2026-03)": "날짜(2026-03-01) 또는 연월(2026-03)로 씁니다",
    "from {day}": "{day}부터 시행", "until {day}": "{day}까지 시행",
    "not signed by {names}": "서명하지 않은 기관: {names}",
    "stage": "단계", "link": "연계", "hold": "보류", "guard": "조건", "deadline": "기한", "evidence": "자료",
    "organisation": "기관", "track state": "병행 절차 상태", "version of": "절차의 버전",
}  # fmt: skip

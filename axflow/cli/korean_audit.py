"""Korean for what `axflow audit` says: help, headings and answers."""

from __future__ import annotations

from typing import Final

AUDIT_HELP: Final = {
    "Question what happened: verify, look back, find what does not hold.":
        "지난 일을 감사합니다. 기록을 검증하고, 과거 시점을 조회하고, 문제점을 찾습니다.",
    "A project as it was at a time, or how many projects were where, under the rules then in force.":
        "특정 시점의 사업 상태나 단계별 사업 수를 당시 시행된 절차에 따라 보여 줍니다.",
    "Every record that a file came with or is named in, and every decision that rests on it.":
        "파일이 첨부되거나 언급된 모든 자료와 이를 근거로 한 모든 결정을 찾습니다.",
    "Id of the project; default: counts of all.": "사업 식별자. 기본값: 전체 사업 수.",
    "Only what had happened until this day or time.": "이 날짜나 시각까지 발생한 것만.",
    "The file, or its SHA-256.": "파일 또는 그 SHA-256 값.",
    "Find what does not hold or needs an explanation. What could not be checked is said, never shown as clean.":
        "문제이거나 설명이 필요한 사항을 찾습니다. 확인하지 못한 것은 이상 없음으로 표시하지 않습니다.",
    "Accept or dismiss a finding, in a file beside the database. The database stays as it is.":
        "발견사항을 인정하거나 기각하여 데이터베이스 옆 파일에 남깁니다. 데이터베이스는 바뀌지 않습니다.",
    "Draw projects to look at by hand. The same seed draws the same again.":
        "직접 살펴볼 사업을 추출합니다. 같은 시드는 같은 사업을 추출합니다.",
    "Audit plan: limits, and what only the host knows.": "감사계획: 기준값과 호스트만 아는 정보.",
    "Triage file; default: beside the database.": "판단 파일. 기본값: 데이터베이스 옆.",
    "Only where people of this organisation acted.": "이 기관의 담당자가 관여한 것만.",
    "Only what happened from this day.": "이 날부터 발생한 것만.",
    "Only what happened to this day.": "이 날까지 발생한 것만.",
    "Only this code; may be repeated.": "이 코드만. 여러 번 쓸 수 있습니다.",
    "Also write an Excel working paper.": "엑셀 감사조서도 작성합니다.",
    "Id of the finding.": "발견사항 식별자.",
    "accepted or dismissed.": "accepted(인정) 또는 dismissed(기각).",
    "Who decides.": "판단자.",
    "Why.": "사유.",
    "How many projects.": "사업 수.",
    "Seed; default: a new one, which is told.": "시드. 기본값: 새로 만들어 알려 줍니다.",
    "Verify every entry, content, state and document, or a bundle. Exit code 6 where something does not hold.":
        "모든 기록·내용·상태·문서 또는 받은 묶음을 검증합니다. 맞지 않는 것이 있으면 종료 코드는 6입니다.",
    "A bundle to verify, instead of the database.": "데이터베이스 대신 검증할 묶음.",
    "Only this project of the database.": "데이터베이스에서 이 사업만.",
    "File that remembers what was verified: only what is new is verified.":
        "검증 결과를 기억하는 파일. 새로 생긴 것만 검증합니다.",
    "Verify everything, and still compare with --memory.": "전부 검증하고 --memory와도 비교합니다.",
    "Verifier key of the bundle's log, known from elsewhere.": "다른 경로로 확인한 로그의 검증 키.",
    "Write a bundle of whole projects: one, those that options find, or all. Exit code 6 where one does not hold.":
        "사업을 검증 가능한 묶음으로 내보냅니다(하나, 조건에 맞는 것, 전부). 맞지 않으면 종료 코드는 6입니다.",
    "A new file.zip, or a new or empty folder.": "새 zip 파일, 또는 새 폴더나 빈 폴더.",
    "Only this project; may be given several times.": "이 사업만. 여러 번 쓸 수 있습니다.",
    "seen: what the one who looks may see; all; or none.":
        "seen: 조회자가 볼 수 있는 내용, all: 전부, none: 내용 없이.",
}  # fmt: skip

AUDIT_ANSWERS: Final = {
    "{target} is there already; name a new file or folder":
        "{target}이(가) 이미 있습니다. 새 파일이나 폴더를 지정하십시오",
    "{path}: {projects} projects, {entries} entries; values withheld: {withheld}, redacted: {redacted}":
        "{path}: 사업 {projects}건, 기록 {entries}건. 공개하지 않은 값 {withheld}건, 삭제된 값 {redacted}건",
    "no signed log: the bundle shows changes made to it, and proves nothing to others":
        "서명된 로그가 없어, 묶음은 변경 여부만 보여 줄 뿐 다른 이에게 증명되지 않습니다",
    "{projects} projects, {entries} entries: {count} things do not hold":
        "사업 {projects}건, 기록 {entries}건: 맞지 않는 것 {count}건",
    "{projects} projects, {entries} entries, {remembered} more verified before: {count} things do not hold":
        "사업 {projects}건, 기록 {entries}건(이전 검증 {remembered}건 별도): 맞지 않는 것 {count}건",
    "{file} remembers nothing yet; everything is verified": "{file}에 기억된 것이 없어 전부 검증합니다",
    "{file} is no memory of a verification: {problem}; restore it, or name a new file":
        "{file}은(는) 검증 기억 파일이 아닙니다: {problem}. 파일을 복원하거나 새 파일을 지정하십시오",
    "it is too large": "너무 큽니다", "it is no JSON": "JSON이 아닙니다",
    "its format is another": "형식이 다릅니다", "its version is another": "버전이 다릅니다",
    "its fields are others": "항목이 다릅니다", "it names something twice": "같은 이름이 두 번 나옵니다",
    "a head in it is no number, hash and truth value": "번호·해시·참거짓이 아닌 값이 있습니다",
    "something in it is no number and hash": "번호와 해시가 아닌 값이 있습니다",
    "--memory is of a database; a bundle is always verified whole":
        "--memory는 데이터베이스에 쓰며, 묶음은 언제나 전부 검증합니다",
    "there is no bundle {bundle}": "{bundle} 묶음이 없습니다",
    "Workflow": "절차", "Stage": "단계", "Projects": "사업 수", "Version": "버전", "Firm": "기업", "Field": "항목명",
    "Severity": "중요도", "Code": "코드", "Entries": "기록", "Finding": "발견사항", "Decision": "판단",
    "high": "높음", "medium": "보통", "low": "낮음", "accepted": "인정", "dismissed": "기각",
    "not checked: {codes}: {why}": "미확인: {codes}: {why}",
    "{findings} findings in {projects} projects; {clean} codes looked for and not found":
        "사업 {projects}건에서 발견사항 {findings}건. 확인 결과 해당 없음: 코드 {clean}개",
    "this database is no file, so say where triage is kept: --triage FILE":
        "이 데이터베이스는 파일이 아니므로 판단을 남길 곳을 지정하십시오: --triage 파일",
    "'{verdict}' is no decision; write accepted or dismissed":
        "'{verdict}'은(는) 판단이 아닙니다. accepted 또는 dismissed로 쓰십시오",
    "there is no finding {finding} now; `axflow audit findings` lists them":
        "현재 발견사항 {finding}이(가) 없습니다. `axflow audit findings`로 확인하십시오",
    "'{name}' is no code of a finding": "'{name}'은(는) 발견사항 코드가 아닙니다",
    "seed {seed}: {size} of {all} projects": "시드 {seed}: 사업 {all}건 중 {size}건",
    "Decisions that rest on it": "근거로 한 결정", "not opened yet": "개시 전",
    "say as of when: --recorded, --occurred, or both":
        "시점을 지정하십시오: --recorded(기록 기준), --occurred(발생 기준) 또는 둘 다",
    "{entries} entries tell of it, {later} are left out as later":
        "기록 {entries}건에 따른 상태이며, 이후 기록 {later}건은 제외하였습니다",
    "entries that rest on what happened later, left out: {entries}":
        "이후 발생한 일에 기초하여 제외한 기록: {entries}",
    "destroyed since: {fields}": "이후 비식별 처리된 내용: {fields}",
    "{sha256}: {places} places in {projects} projects": "{sha256}: 사업 {projects}건 중 {places}곳",
    "{count} redacted fields could not be looked into: whether they named it, nobody can say":
        "비식별 처리된 {count}개 항목은 확인할 수 없습니다. 해당 파일의 언급 여부는 알 수 없습니다",
}  # fmt: skip

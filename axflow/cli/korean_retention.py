"""Korean for retention and legal holds."""

from __future__ import annotations

from typing import Final

RETENTION_HELP: Final = {
    "Keep all content for a matter: while that stands, nothing of it is destroyed, by force or by a schedule.":
        "사안이 끝날 때까지 모든 내용을 보존합니다. 그동안은 강제로도 보존기간에 따라서도 삭제되지 않습니다.",
    "End the keeping of all content for a matter.": "사안에 따른 내용 보존을 해제합니다.",
    "Destroy content of ended projects that a schedule keeps no longer, each project wholly or not at all.":
        "보존기간이 지난 종결 사업의 내용을 삭제합니다. 사업별로 전부 처리하거나 전혀 처리하지 않습니다.",
    "Where it was cut off half-way, the same again goes on. Exit code 3 where a project could not be served.":
        "중간에 끊기면 다시 실행해 이어서 처리합니다. 처리하지 못한 사업이 있으면 종료 코드는 3입니다.",
    "What it is kept for: an id, which stands in clear, such as court-7.":
        "보존 사안의 식별자. 그대로 공개되며, 예: court-7.",
    "File with the retention schedule.": "보존기간표 파일.",
}  # fmt: skip

RETENTION_ANSWERS: Final = {
    "Ended on": "종결일", "Fields": "항목 수", "What was done": "처리 결과",
    "due": "삭제 대상", "destroyed": "삭제됨", "signed; further signatures are needed": "서명됨. 추가 서명 필요",
    "kept by a legal hold": "법적 보존 중", "refused": "거부됨",
    "stopped; what is listed is done, the same again goes on":
        "중단했습니다. 표시된 사업은 처리되었으며, 다시 실행하면 이어서 처리합니다.",
    "{count} projects with content that is due; schedule {digest}":
        "보존기간이 지난 내용이 있는 사업 {count}건. 보존기간표 {digest}",
}  # fmt: skip

RETENTION_REPORTED: Final = {
    "{place}: {problem}; a schedule has axflow_retention: 1, reason and rules":
        "{place}: {problem} 보존기간표에는 axflow_retention: 1, reason, rules가 있어야 합니다.",
    "rule {number} keeps for {period}; write days, weeks, months or years":
        "{number}번 규칙의 기간 {period}은(는) 쓸 수 없습니다. days, weeks, months, years로 적으십시오.",
}  # fmt: skip

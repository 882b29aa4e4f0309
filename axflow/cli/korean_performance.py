"""Korean for what `axflow audit performance` says."""

from __future__ import annotations

from typing import Final

PERFORMANCE_HELP: Final = {
    "Where projects spend their time, with whom, and what share gets where: every rate with its denominator.":
        "사업이 어디에서 누구에게 얼마나 머무는지, 어느 비율로 진행되는지 보여 줍니다. 모든 비율에 분모를 밝힙니다.",
    "Which workflow; default: the only one.": "절차. 기본값: 하나뿐인 절차.",
    "The cut: what happened later is left out; default: now.": "기준 시점. 이후의 일은 제외합니다. 기본값: 현재.",
    "A stage, end, event or evidence; may be repeated.": "단계, 종결, 행위 또는 자료. 여러 번 쓸 수 있습니다.",
    "A level: evidence.field or an attribute; may be repeated.":
        "수준: 자료.항목 또는 사업 속성. 여러 번 쓸 수 있습니다.",
    "Compare before and after this day, not versions.": "버전 대신 이 날짜 전후를 비교합니다.",
    "Only this table; may be repeated.": "이 표만. 여러 번 쓸 수 있습니다.",
    "Also write each table as a CSV file into a folder.": "각 표를 폴더에 CSV 파일로도 저장합니다.",
}  # fmt: skip

PERFORMANCE_ANSWERS: Final = {
    "there is no table '{name}'; there are {names}": "'{name}' 표가 없습니다. 있는 표: {names}",
    "nothing is published in this database yet": "이 데이터베이스에는 아직 공표된 절차가 없습니다",
    "name one of these workflows by --workflow: {names}": "--workflow로 다음 절차 중 하나를 지정하십시오: {names}",
    "{title}: {cases} projects, {running} still running; times by calendar, cut at {until}":
        "{title}: 사업 {cases}건, 진행 중 {running}건. 역일 기준, 기준 시점 {until}",
    "Requests made to firms: {requests}, in {asked} projects; pauses without a request: {unasked}":
        "기업에 대한 보완요구 {requests}회(사업 {asked}건), 요구 없는 중단 {unasked}회",
    "Of ended projects, median days: {whole} in all, {government} with organisations, {firm} with the firm":
        "종결 사업의 중앙값(일): 전체 {whole}, 기관 차례 {government}, 기업 차례 {firm}",
    "and {count} more; --json and --csv have all": "외 {count}건. 전체는 --json, --csv로 볼 수 있습니다",
    "whole project": "사업 전체", "nobody": "없음(전체 정지)",
    "Time by stage, in days": "단계별 기간(일)", "Time by state of a track, in days": "병행 절차별 기간(일)",
    "Whose turn it was, in days": "누구의 차례였는가(일)", "Handoffs, in days": "기관 간 인계(일)",
    "Time limits, by whose clock": "기한과 그 시간의 주체", "Rates": "비율", "Milestones, in days": "이정표(일)",
    "Levels, in days": "수준 변화(일)", "Routes of ended projects, in days": "종결 사업의 경로(일)",
    "Variants, in days": "진행 유형(일)", "Who acted after whom, in days": "기관 간 업무 이동(일)",
    "Done again, in days": "재수행(일)", "To and fro": "왕복",
    "Before and after a change, in days": "변경 전후 비교(일)",
    "Accountable": "책임 기관", "Visits": "진입", "Running": "진행 중", "Median": "중앙값", "90 %": "90% 이내",
    "Working days": "근무일 중앙값", "Working": "처리", "Waiting": "대기", "On hold": "보류", "Handoff": "인계",
    "Whose turn": "차례", "Share": "비율", "In tracks": "병행 절차", "Acts": "행위 수", "From": "이전", "To": "이후",
    "Offered": "제안", "Accepted": "인수", "Returned": "반려", "Unanswered": "미응답", "Answer, median": "응답 중앙값",
    "First act, median": "첫 행위 중앙값", "Clock": "시간 주체", "Started": "개시", "Kept": "준수", "Breached": "위반",
    "Rate": "비율명", "Numerator": "분자", "Denominator": "분모", "Denominator is": "분모 기준",
    "95 % from": "95% 하한", "95 % to": "95% 상한", "Undecided": "미확정", "Cohort from": "대상 시작",
    "Cohort to": "대상 끝", "Milestone": "이정표", "Reached": "도달", "Of": "전체", "Missed": "미도달",
    "Level": "수준", "Count": "횟수", "Way": "경로", "Again": "재진입", "Time": "기간", "Change": "변경",
    "Before": "변경 전", "After": "변경 후", "Median before": "변경 전 중앙값", "Median after": "변경 후 중앙값",
    "Difference": "차이", "p-value": "p값",
    "opened": "개시한 사업", "ended": "종결한 사업", "answered": "응답한 인계", "over": "끝난 기한",
    "success": "성공", "end": "종결", "kept": "준수",
}  # fmt: skip

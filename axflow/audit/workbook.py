"""The Excel working paper: findings with room for the inspector, what was not checked, and how it was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from axflow.audit.findings import Report
from axflow.audit.reading import AuditError
from axflow.audit.triage import Decided
from axflow.definition.base import Language

_HEADS: Final = {
    "en": ("Id", "Severity", "Code", "Project", "Firm", "Organisations", "When (UTC)", "Entries", "Finding", "Decision",
           "By", "Reason"),
    "ko": ("식별자", "중요도", "코드", "사업", "기업", "기관", "일시(UTC)", "기록", "내용", "판단", "판단자", "사유"),
}  # fmt: skip
_SHEETS: Final = {"en": ("Findings", "Not checked", "About"), "ko": ("발견사항", "미확인", "작성 정보")}
_UNCHECKED: Final = {"en": ("Code", "Project", "Why"), "ko": ("코드", "사업", "사유")}
_SEVERITY: Final = {"high": "높음", "medium": "보통", "low": "낮음"}
_VERDICT: Final = {"accepted": "인정", "dismissed": "기각"}
_WIDTHS: Final = (18, 10, 24, 20, 16, 20, 28, 16, 80, 12, 14, 40)


def write(
    file: Path,
    report: Report,
    decided: Mapping[str, Decided],
    about: Sequence[tuple[str, str]],
    language: Language = "en",
) -> None:
    """Write a working paper. Text stays text: what looks like a formula is not one.

    Parameters:
        file: where; nothing may be there yet.
        report: what was found.
        decided: triage by id of finding.
        about: how it was made, label and value: database, plan, filters, seed.

    Raises `AuditError` where openpyxl is missing or something is there already.
    """
    try:
        from openpyxl import Workbook
    except ImportError as error:
        raise AuditError("writing Excel needs openpyxl; run: pip install 'axflow[xlsx]'") from error
    if file.exists():
        raise AuditError(f"{file} is there already; name another file")
    book: Any = Workbook()
    names = _SHEETS[language]
    sheet = book.active
    sheet.title = names[0]
    _row(sheet, _HEADS[language], bold=True)
    for one in report.findings:
        told = decided.get(one.id)
        korean = language == "ko"
        _row(
            sheet,
            (
                one.id,
                _SEVERITY[one.severity] if korean else one.severity,
                one.code,
                one.project or "",
                one.firm or "",
                ", ".join(one.organisations),
                one.at or "",
                ", ".join(str(seq) if project == one.project else f"{project}/{seq}" for project, seq in one.entries),
                one.message.in_(language),
                "" if told is None else _VERDICT[told.verdict] if korean else told.verdict,
                "" if told is None else told.by,
                "" if told is None else told.reason,
            ),
        )
    for place, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[sheet.cell(1, place).column_letter].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    unchecked = book.create_sheet(names[1])
    _row(unchecked, _UNCHECKED[language], bold=True)
    for missing in report.unchecked:
        for code in missing.codes:
            _row(unchecked, (code, missing.project or "", missing.why.in_(language)))
    told_of = book.create_sheet(names[2])
    for label, value in about:
        _row(told_of, (label, value))
    book.save(file)


def _row(sheet: Any, values: Sequence[str], bold: bool = False) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font

    row = sheet.max_row + 1 if sheet.max_row > 1 or sheet.cell(1, 1).value is not None else 1
    for place, value in enumerate(values, 1):
        cell = sheet.cell(row, place)
        cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", str(value))[:32_000]
        cell.data_type = "s"  # "=1+1" in a reason is what somebody wrote, not a formula
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if bold:
            cell.font = Font(bold=True)

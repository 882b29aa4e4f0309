"""What each blocker code means, in both languages. `{…}` are the blocker's parameters."""

from __future__ import annotations

BLOCKER_WORDS: dict[str, tuple[str, str]] = {
    "key_reused": (
        "The key “{key}” was used before for something else. A new act needs a new key.",
        "멱등 키 “{key}”는 이미 다른 내용의 요청에 사용되었습니다. 새로운 행위에는 새 키를 사용하십시오.",
    ),
    "stale": (
        "The project has moved on: you saw version {expected}, it is now {actual}. Look again and decide anew.",
        "그 사이 사업이 진행되었습니다. 확인하신 버전 {expected}, 현재 버전 {actual}. 다시 확인하십시오.",
    ),
    "not_authorised": (
        "{actor} may not do “{act}”. It needs the role {roles}.",
        "{actor}은(는) “{act}”을(를) 할 권한이 없습니다. 필요한 역할: {roles}.",
    ),
    "unknown_event": (
        "There is no event “{event}” in this workflow.",
        "이 절차에는 “{event}”(이)라는 이벤트가 없습니다.",
    ),
    "unknown_name": (
        "There is no {what} “{name}” in this workflow.",
        "이 절차에는 {what} “{name}”이(가) 없습니다.",
    ),
    "not_enabled": (
        "“{act}” is not possible in {here}. It is possible in: {where}.",
        "“{act}”은(는) 현재 단계({here})에서 할 수 없습니다. 가능한 단계: {where}.",
    ),
    "not_accepted_here": (
        "“{act}” is not recorded in {here}. It is recorded in: {where}.",
        "“{act}”은(는) 현재 단계({here})에서 등록할 수 없습니다. 등록 가능한 단계: {where}.",
    ),
    "ended": (
        "The project has come to its end “{here}” and accepts nothing more of this kind.",
        "이 사업은 “{here}”(으)로 종결되어 더 이상 처리할 수 없습니다.",
    ),
    "recorded_history": (
        "This is the record of a past history. Take it over before you act on it.",
        "과거 이력으로 등록된 사업입니다. 처리하려면 먼저 인수(take over)하십시오.",
    ),
    "separation_of_duties": (
        "{actor} already did “{earlier}” and may not do “{act}” as well.",
        "{actor}은(는) 이미 “{earlier}”을(를) 수행하였으므로 “{act}”을(를) 함께 할 수 없습니다.",
    ),
    "already_signed": (
        "{actor} has signed already; another person must sign.",
        "{actor}은(는) 이미 서명하였습니다. 다른 사람이 서명해야 합니다.",
    ),
    "reason_required": ("“{act}” needs a reason.", "“{act}”에는 사유가 필요합니다."),
    "reason_not_permitted": (
        "“{code}” is no permitted reason for “{act}”. Permitted: {permitted}.",
        "“{code}”은(는) “{act}”의 사유로 허용되지 않습니다. 허용되는 사유: {permitted}.",
    ),
    "limit_reached": (
        "“{act}” may happen {limit} times at most; it happened {count} times.",
        "“{act}”은(는) 최대 {limit}회까지 가능하며 이미 {count}회 이루어졌습니다.",
    ),
    "round_closed": (
        "“{round}” is closed. Next opening: {next}.",
        "“{round}” 접수 기간이 아닙니다. 다음 접수: {next}.",
    ),
    "on_hold": (
        "“{hold}” stands since {since} and blocks “{act}”.",
        "{since}부터 “{hold}” 상태이므로 “{act}”을(를) 할 수 없습니다.",
    ),
    "not_on_hold": ("“{hold}” does not stand.", "“{hold}” 상태가 아닙니다."),
    "already_on_hold": ("“{hold}” stands already since {since}.", "{since}부터 이미 “{hold}” 상태입니다."),
    "request_missing": (
        "“{hold}” needs a recorded request first: {evidence}.",
        "“{hold}”에는 먼저 요청 기록이 필요합니다: {evidence}.",
    ),
    "guard_false": ("{title}: {missing}", "{title}: {missing}"),
    "guard_unknown": ("{title}: {missing}", "{title}: {missing}"),
    "join_incomplete": (
        "Tracks done: {have} of {need}. Open: {open}.",
        "완료된 병행 절차: {have}/{need}. 진행 중: {open}.",
    ),
    "support_lost": (
        "“{gate}” rested on evidence that no longer counts ({evidence}).",
        "“{gate}”의 근거가 된 증빙이 더 이상 유효하지 않습니다({evidence}).",
    ),
    "obligation_open": (
        "“{obligation}” is still owed, due {due}.",
        "조건 “{obligation}”이(가) 아직 이행되지 않았습니다(기한 {due}).",
    ),
    "no_obligation": ("“{obligation}” is not owed.", "“{obligation}” 조건은 부과되어 있지 않습니다."),
    "missing_field": ("“{field}” is missing.", "“{field}” 항목이 없습니다."),
    "unknown_field": (
        "“{field}” is no field of {of}. Fields: {fields}.",
        "“{field}”은(는) {of}의 항목이 아닙니다. 항목: {fields}.",
    ),
    "invalid_value": ("“{field}”: {problem}", "“{field}” 값 오류: {problem}"),
    "wrong_channel": (
        "“{act}” must come directly from its issuer ({issuer}), not through {via}.",
        "“{act}”은(는) {via}을(를) 거치지 않고 발급기관({issuer})이 직접 제출해야 합니다.",
    ),
    "issuer_without_role": (
        "{issuer} is not a body that issues “{act}”. It needs the role {roles}.",
        "{issuer}은(는) “{act}” 발급 권한이 없습니다. 필요한 역할: {roles}.",
    ),
    "issuer_not_independent": (
        "{issuer} is affiliated with the firm and may not issue “{act}”.",
        "{issuer}은(는) 해당 기업과 특수관계에 있어 “{act}”을(를) 발급할 수 없습니다.",
    ),
    "document_missing": ("“{act}” needs a file.", "“{act}”에는 첨부 파일이 필요합니다."),
    "document_empty": ("The file of “{act}” is empty.", "“{act}”의 첨부 파일이 비어 있습니다."),
    "document_mismatch": (
        "The file of “{act}” does not have the stated digest.",
        "“{act}”의 첨부 파일이 기재된 해시값과 일치하지 않습니다.",
    ),
    "dated_in_future": ("{field} {date} lies in the future.", "{field} {date}은(는) 미래의 날짜입니다."),
    "dates_out_of_order": (
        "Received {received}, which is before it was issued ({issued}).",
        "접수일({received})이 발급일({issued})보다 빠릅니다.",
    ),
    "dated_too_early": (
        "“{act}” is dated {date}; it must be dated after “{other}” ({limit}).",
        "“{act}”의 일자는 {date}입니다. “{other}”({limit}) 이후여야 합니다.",
    ),
    "locked": (
        "“{act}” is locked since {since} and cannot be changed.",
        "“{act}”은(는) {since}에 확정되어 변경할 수 없습니다.",
    ),
    "duplicate_claim": (
        "“{field}” of “{act}” is already used by another record.",
        "“{act}”의 “{field}” 값이 이미 다른 기록에 사용되었습니다.",
    ),
    "unknown_record": ("There is no record “{record}” in this project.", "이 사업에는 “{record}” 기록이 없습니다."),
    "not_current": (
        "Record “{record}” no longer counts ({status}).",
        "“{record}” 기록은 효력이 없습니다({status}).",
    ),
    "not_equivalent": (
        "“{record}” does not count as “{act}”: no equivalence is declared.",
        "“{record}”을(를) “{act}”(으)로 인정하는 규정이 없습니다.",
    ),
    "not_waivable": ("“{guard}” cannot be waived.", "“{guard}”은(는) 면제할 수 없습니다."),
    "already_waived": ("“{guard}” is waived until {until}.", "“{guard}”은(는) {until}까지 면제되어 있습니다."),
    "appeal_late": (
        "The window for “{appeal}” is closed or was never opened.",
        "“{appeal}” 제기 기간이 지났거나 대상 결정이 없습니다.",
    ),
    "no_appeal": ("No “{appeal}” is pending.", "계류 중인 “{appeal}”이(가) 없습니다."),
    "not_extensible": ("“{deadline}” cannot be extended.", "“{deadline}” 기한은 연장할 수 없습니다."),
    "not_running": ("“{deadline}” is not running.", "“{deadline}” 기한이 진행 중이 아닙니다."),
    "out_of_order": (
        "It is said to have happened on {occurred}, before the last move ({last}).",
        "발생 시점 {occurred}이(가) 마지막 진행({last})보다 앞섭니다.",
    ),
    "in_future": ("It is said to happen in the future ({occurred}).", "발생 시점 {occurred}이(가) 미래입니다."),
    "still_read": (
        "“{field}” is still read by {guards}. Redaction needs force and the authority for it.",
        "“{field}” 값은 {guards}에서 사용 중입니다. 강제 비식별 권한이 필요합니다.",
    ),
    "legal_hold": (
        "All content is kept for {matters}; nothing of it may be destroyed.",
        "{matters} 관련 법적 보존 중이므로 내용을 삭제할 수 없습니다.",
    ),
    "already_kept": (
        "All content is kept for {matter} already, since {since}.",
        "{since}부터 이미 {matter} 관련 법적 보존 중입니다.",
    ),
    "not_kept": ("Nothing is kept for {matter}.", "{matter} 관련 법적 보존이 없습니다."),
    "nothing_to_redact": ("Entry {seq} holds no content “{field}”.", "{seq}번 기록에는 “{field}” 내용이 없습니다."),
    "not_effective": (
        "Version {version} of this workflow is not in force: {why}.",
        "이 절차의 {version} 버전은 시행 중이 아닙니다: {why}.",
    ),
    "cannot_map": ("“{state}” has no place in the new version.", "“{state}” 상태를 새 버전에 대응시킬 수 없습니다."),
    "same_calendar": (
        "The project is reckoned by this calendar already.",
        "이 사업에는 이미 이 달력이 적용되고 있습니다.",
    ),
    "wrong_form": ("“{field}”: {problem}", "“{field}”: {problem}"),
    "too_long": ("“{field}” is longer than {limit} characters.", "“{field}”이(가) {limit}자를 넘습니다."),
    "not_bounded": (
        "The workflow did not come to rest after {limit} automatic steps.",
        "자동 진행이 {limit}단계 안에 끝나지 않았습니다.",
    ),
    "firm_mismatch": (
        "{actor} acts for {organisation}, not for the firm of this project.",
        "{actor}의 소속({organisation})은 이 사업의 기업이 아닙니다.",
    ),
}

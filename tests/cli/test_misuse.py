"""What users get wrong on the command line: told by name and place, with what would be right, in both languages."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from axflow.definition.columns import columns
from tests.cli.conftest import OF_THE_USER, ROOT, Run

KIM = "--actor kim"
FILES = {
    "empty.yaml": b"",
    "binary.yaml": bytes(range(256)),
    "cp949.yaml": "id: 건축허가".encode("cp949"),
    "list.yaml": b"- one\n- two\n",
    "tabs.yaml": b"axflow: 1\n\tid: x\n",
    "broken.json": b'{"axflow": 1,',
    "words.txt": b"not a database at all, only words" * 100,
}


class Case(NamedTuple):
    """A command line, its exit code, and what is said in each language."""

    line: str
    code: int
    english: str
    korean: str


WRONG = {
    "no such file": Case("workflow check nowhere.yaml", 1, "`nowhere.yaml`", "파일이나 기본 제공 절차가 없습니다"),
    "nearly a name": Case("workflow show bilding_permit", 1, "did you mean `building_permit`?", "뜻하셨습니까?"),
    "empty file": Case("workflow check empty.yaml", 1, "empty.yaml:1:1: there is nothing", "내용이 없습니다"),
    "binary file": Case("workflow check binary.yaml", 1, "binary.yaml:2:118: the file is not UTF-8", "UTF-8"),
    "old encoding": Case("workflow check cp949.yaml", 1, "it looks like CP949", "CP949(EUC-KR)로 보입니다"),
    "no mapping": Case("workflow check list.yaml", 1, "list.yaml:1:1: a list stands where a mapping", "목록"),
    "tabs": Case("workflow check tabs.yaml", 1, "tabs.yaml:2:1: this is no YAML", "YAML 형식이 아닙니다"),
    "half a JSON": Case("workflow check broken.json", 1, "broken.json:1:", "broken.json:1:"),
    "a folder": Case("workflow check folder", 1, "holds no definition.yaml", "definition.yaml이(가) 없습니다"),
    "init a file": Case("init empty.yaml", 1, "empty.yaml is a file", "폴더가 아니라 파일입니다"),
    "no database": Case("project list --db none.db", 1, "there is no database none.db", "데이터베이스가 없습니다"),
    "a folder for a database": Case("project list --db folder", 1, "folder is a folder", "폴더입니다"),
    "words for a database": Case("project list --db words.txt", 1, "no sound SQLite database", "온전한 SQLite"),
    "a foreign database": Case("project list --db foreign.db", 1, "has no axflow tables", "테이블이 없습니다"),
    "a newer database": Case("project list --db newer.db", 1, "a newer axflow made", "더 새로운 axflow"),
    "upgrade a newer one": Case("db upgrade --db newer.db", 1, "a newer axflow made", "더 새로운 axflow"),
    "another database": Case("project list --db mysql://h/x", 1, "mysql is not supported", "지원하지 않습니다"),
    "no folder for it": Case("workflow publish building_permit --db no/x.db", 1, "cannot be opened", "열 수 없습니다"),
    "no project": Case("project why fisrt", 1, "did you mean first?", "'fisrt' 사업이 없습니다; first을(를)"),
    "no workflow": Case(f"project open reqest --firm acme {KIM}", 1, "did you mean request?", "request을(를)"),
    "no event": Case(f"project send first handin {KIM}", 3, "did you mean hand_in?", "hand_in을(를) 뜻하셨습니까?"),
    "no evidence": Case(f"project record first from a=b {KIM}", 3, "did you mean form?", "form을(를)"),
    "no field": Case(f"project record first form purpse=x {KIM}", 3, "Purpose (purpose)", "신청 목적(purpose)"),
    "no record": Case(f"project withdraw first form#7 {KIM}", 3, "form#7", "“form#7” 기록이 없습니다"),
    "no actor": Case("project send first hand_in --actor kym", 2, "did you mean kim?", "kim을(를)"),
    "nobody": Case("project send first hand_in --actor kym --organisation acme", 4, "did you mean kim?", "kim을(를)"),
    "no kind": Case(f"project send first hand_in {KIM} --kind cat", 2, "human, service or ai", "human, service"),
    "no value": Case(f"project record first form purpose {KIM}", 2, "'purpose' is no name=value", "이름=값"),
    "twice": Case(f"project record first form purpose=a purpose=b {KIM}", 2, "is given twice", "두 번 쓰였습니다"),
    "no number": Case(
        "project record first opinion points=many --actor lee", 3, "'many' is not an integer", "정수 값이"
    ),
    "no time": Case(
        f"project send first hand_in {KIM} --at now", 2, "--at: 'now' is no moment", "때를 나타내지 않습니다"
    ),
    "no day": Case(
        f"project send first hand_in {KIM} --at 2026-02-30", 2, "--at: '2026-02-30' is no day", "올바른 날짜"
    ),
    "no offset": Case("project history first --as-of 2026-02-03T10:00:00", 2, "--as-of: ", "시간대 차이가 없어"),
    "the future": Case(f"project send first hand_in {KIM} --at 2100-01-01", 3, "future", "미래"),
    "no values": Case(f"project record first form --values v.yaml {KIM}", 1, "v.yaml: No such", "v.yaml: 파일이나"),
    "a list": Case(f"project record first form --values list.yaml {KIM}", 1, "holds no values", "값이 없습니다"),
    "no document": Case(
        f"project record first form purpose=x --document d.pdf {KIM}", 1, "d.pdf: No such", "d.pdf: 파일이나 폴더가"
    ),
    "a folder as document": Case(
        f"project record first form purpose=x --document folder {KIM}", 1, "folder: Is a directory", "폴더입니다"
    ),
    "no history": Case("project import list.yaml", 1, "axflow_history: 1", "과거 이력은"),
    "nobody handles": Case(f"project reassign first {KIM}", 2, "--handler or --firm", "담당자(--handler)"),
    "no directory": Case("workflow publish building_permit --directory tabs.yaml", 1, "tabs.yaml:2:1", "YAML 형식이"),
    "no command": Case("project sned first", 2, "No such command 'sned'", "'sned' 명령은 없습니다"),
    "no option": Case("project list --frim x", 2, "--frim", "--frim 옵션은 없습니다"),
    "no argument": Case(f"project send first {KIM}", 2, "EVENT", "인자가 필요합니다"),
    "no format": Case("workflow show building_permit --format smoke", 2, "smoke", "중 하나가 아닙니다"),
}


@pytest.fixture
def messy(here: Run, tmp_path: Path) -> Run:
    """A started project with all sorts of things lying about."""
    folder = tmp_path / "copy"
    for name, raw in FILES.items():
        (folder / name).write_bytes(raw)
    (folder / "folder").mkdir()
    for name, statement in {
        "foreign.db": "CREATE TABLE theirs (x)",
        "newer.db": "CREATE TABLE axflow_version (version_num); INSERT INTO axflow_version VALUES ('9999')",
    }.items():
        with sqlite3.connect(folder / name) as made:
            made.executescript(statement)
        made.close()
    return here


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_it_is_told_by_name_with_what_would_be_right(messy: Run, case: Case) -> None:
    arguments = case.line.split()
    told = messy(*arguments)
    assert told.returncode == case.code, told.stderr
    assert case.english in told.stderr
    assert "unexpected" not in told.stderr
    korean = messy(*arguments, "--lang", "ko")
    assert korean.returncode == case.code
    assert case.korean in korean.stderr
    if case.code in (1, 2):
        assert told.stdout == ""
        assert told.stderr.startswith("axflow: ")


def test_tables_of_a_newer_version_are_not_to_be_upgraded(messy: Run) -> None:
    done = messy("db", "check", "--db", "newer.db", "--lang", "ko")
    assert done.returncode == 1
    assert "axflow를 업그레이드하십시오" in done.stdout.splitlines()[0]


def test_a_wrong_argument_hides_no_blocker(messy: Run) -> None:
    done = messy("project", "send", "first", "handin", "--actor", "kim", "--json", "--lang", "ko")
    answer = json.loads(done.stdout)
    assert [blocker["code"] for blocker in answer["blockers"]] == ["unknown_event"]
    assert answer["hints"] == ["hand_in을(를) 뜻하셨습니까?"]


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without root's rights, which no file refuses."""
    if os.name == "nt" or os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_without_the_right_to_read_it_is_told(run: Run, tmp_path: Path) -> None:
    assert run("workflow", "copy", "building_permit", "mine").returncode == 0
    path = tmp_path / "mine" / "definition.yaml"
    assert run("workflow", "check", str(path)).returncode == 0  # everything is loaded that is needed
    path.chmod(0)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and folder != Path(folder.anchor):
            folder.chmod(folder.stat().st_mode | 0o111)
    with as_nobody():
        done = run("workflow", "check", str(path), "--lang", "ko")
    assert done.returncode == 1
    assert f"{path}: 접근 권한이 없습니다" in done.stderr


# What happens around a command


def start(folder: Path, *arguments: str, **more: object) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OF_THE_USER)}
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "axflow", *arguments], cwd=folder, text=True, encoding="utf-8",
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}, stderr=subprocess.PIPE, **more,  # type: ignore[call-overload]
    )  # fmt: skip


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    with start(tmp_path, "workflow", "schema", stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None and writer.stderr is not None
        assert writer.stdout.readline() == "{\n"
        writer.stdout.close()
        assert writer.stderr.read() == ""
    assert writer.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only on Python with a full device")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full, start(tmp_path, "workflow", "list", stdout=full) as writer:
        assert writer.stderr is not None
        assert writer.stderr.read() == "axflow: No space left on device\n"
    assert writer.returncode == 1


@pytest.mark.skipif(sys.platform == "win32", reason="only on Python with SIGINT for one process")
def test_a_command_that_is_stopped_leaves_nothing_half_done(tmp_path: Path) -> None:
    def listening() -> None:  # a run in the background passes on that SIGINT is ignored
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with start(tmp_path, "demo", "--lang", "ko", stdout=subprocess.PIPE, preexec_fn=listening) as playing:
        assert playing.stdout is not None and playing.stderr is not None
        for line in playing.stdout:
            if line.startswith("2. "):
                break
        playing.send_signal(signal.SIGINT)
        playing.stdout.read()
        assert playing.stderr.read() == "axflow: 중단됨\n"
    assert playing.returncode == 130
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [("project", "why", "first"), ("project", "show", "first"), ("project", "--help"),
                                       ("project", "history", "first"), ("workflow", "show", "workflow"),
                                       ("project", "send", "first", "hand_in", "--actor", "kim")])  # fmt: skip
def test_old_consoles_narrow_terminals_and_no_colours(here: Run, arguments: tuple[str, ...]) -> None:
    done = here(*arguments, "--lang", "ko", PYTHONIOENCODING="cp949", COLUMNS="60", NO_COLOR="1")
    assert done.returncode in (0, 3)
    assert "?" not in done.stdout.replace("까?", "")
    assert "\x1b" not in done.stdout + done.stderr
    assert "신청" in done.stdout + done.stderr or "사업" in done.stdout
    if arguments[1] != "send" and arguments[0] == "project":
        assert [line for line in done.stdout.splitlines() if columns(line) > 60] == []

"""`axflow doctor`: whether this installation and its database are well."""

from __future__ import annotations

from typing import Annotated

import typer

from axflow.cli.options import DATABASE, AsJson, Database, Lang, Language, show_json
from axflow.cli.running import AUDIT_FAILURE, ERROR


def doctor(
    database: Database = DATABASE,
    quick: Annotated[
        bool, typer.Option("--quick", help="Leave out the journal, whose every entry is verified.")
    ] = False,
    sizes: Annotated[bool, typer.Option("--sizes", help="Bytes of each table, and for each entry.")] = False,
    as_json: AsJson = False,
    language: Language = Lang.en,
) -> None:
    """Versions, database, journal, timers, messages and console; numbers and ages, in seconds, of what waits.

    Exit code 6 where the journal does not hold, 1 where the database cannot be reached or is not of this version, else
    0: what waits is for you to judge.
    """
    import platform
    import sqlite3
    import sys
    from contextlib import closing
    from importlib.metadata import version

    from axflow import __version__
    from axflow.store.location import located

    found: dict[str, object] = {
        "axflow": __version__,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "transitions": version("transitions"),
        "pydantic": version("pydantic"),
        "sqlalchemy": version("sqlalchemy"),
        "encoding": sys.stdout.encoding or "unknown",
        "database": located(database).shown,
    }
    code = 0
    file = located(database).file
    if file is not None and not file.is_file():
        found["reachable"] = False
        code = ERROR
    else:
        from axflow.cli.condition import condition, sized
        from axflow.cli.options import engine_of
        from axflow.store.errors import StoreError

        try:
            with closing(engine_of(database)) as engine:
                health = engine.health()
                if health.problem is not None:
                    raise StoreError(health.problem)
                report = None if quick else engine.verify()
                taken = sized(engine.sizes()) if sizes else {}
        except StoreError as error:
            found |= {"reachable": False, "problem": str(error)}
            code = ERROR
        else:
            found |= {"reachable": True, **condition(health), **taken}
            if report is not None:
                found |= {
                    "projects": report.projects,
                    "entries": report.entries,
                    "breaks": [f"{b.project}/{b.seq}: {b.what}" for b in report.breaks],
                }
                code = 0 if report.good else AUDIT_FAILURE
    if as_json:
        show_json({**found, "good": code == 0})
    else:
        for name, value in found.items():
            if name == "tables" and isinstance(value, list):
                from axflow.cli.condition import line

                value = [line(table) for table in value]
            shown = "; ".join(map(str, value)) or _none(language) if isinstance(value, list) else value
            typer.echo(f"{_label(name, language):<20} {shown}")
    if code:
        raise typer.Exit(code)


_KOREAN = {
    "encoding": "콘솔 문자 집합",
    "database": "데이터베이스",
    "reachable": "접근 가능",
    "problem": "문제",
    "projects": "사업 수",
    "entries": "기록 수",
    "breaks": "훼손",
    "schema_version": "테이블 버전",
    "pending_timers": "처리 대기 기한",
    "timer_lag_seconds": "기한 지연(초)",
    "waiting_messages": "대기 중인 메시지",
    "message_lag_seconds": "메시지 지연(초)",
    "dead_letters": "전달 불가 메시지",
    "unplaced_entries": "로그 미등재 기록",
    "unplaced_lag_seconds": "로그 등재 지연(초)",
    "tables": "테이블별 크기",
    "bytes": "전체 크기(바이트)",
    "bytes_per_entry": "기록당 바이트",
}


def _label(name: str, language: Lang) -> str:
    return _KOREAN.get(name, name) if language is Lang.ko else name.replace("_", " ")


def _none(language: Lang) -> str:
    return "없음" if language is Lang.ko else "none"

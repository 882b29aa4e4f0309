"""`axflow doctor`: whether this installation and its database are well."""

from __future__ import annotations

import typer

from axflow.cli.options import DATABASE, AsJson, Database, Lang, Language, show_json
from axflow.cli.running import AUDIT_FAILURE, ERROR


def doctor(database: Database = DATABASE, as_json: AsJson = False, language: Language = Lang.en) -> None:
    """Versions, database, journal, timers and console. Exit code 6 where the journal does not hold, 1 for the rest."""
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
        from axflow.cli.options import engine_of
        from axflow.kernel.moment import utc_text
        from axflow.store.errors import StoreError

        try:
            with closing(engine_of(database)) as engine:
                report = engine.verify()
                with engine.store.reading() as unit:
                    due = len(unit.due(utc_text(engine.clock()), 1_000))
        except StoreError as error:
            found |= {"reachable": False, "problem": str(error)}
            code = ERROR
        else:
            found |= {
                "reachable": True,
                "projects": report.projects,
                "entries": report.entries,
                "breaks": [f"{b.project}/{b.seq}: {b.what}" for b in report.breaks],
                "pending_timers": due,
            }
            code = 0 if report.good else AUDIT_FAILURE
    if as_json:
        show_json({**found, "good": code == 0})
    else:
        for name, value in found.items():
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
    "pending_timers": "처리 대기 기한",
}


def _label(name: str, language: Lang) -> str:
    return _KOREAN.get(name, name) if language is Lang.ko else name.replace("_", " ")


def _none(language: Lang) -> str:
    return "없음" if language is Lang.ko else "none"

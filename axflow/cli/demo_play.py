"""Playing a demo's script: each act goes to a real engine, and what follows is shown in words."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from shutil import which
from typing import Any
from zoneinfo import ZoneInfo

from axflow.cli.demo_script import Chapter, Script, ScriptError, words
from axflow.cli.language import asked, language, told
from axflow.cli.screen import Screen
from axflow.cli.telling import TIMELINE, WAYS, Teller, broken
from axflow.definition.base import Language
from axflow.definition.words import either
from axflow.engine import Engine
from axflow.kernel.actor import Actor
from axflow.kernel.command import Document
from axflow.kernel.decision import Decision
from axflow.kernel.directory import Grant
from axflow.kernel.project import Project


class Player:
    """Plays one script on a new database."""

    def __init__(self, script: Script, database: Path, screen: Screen, language: Language, place: str) -> None:
        self.script, self.screen, self.language, self.place = script, screen, language, place
        self.database = database
        self.now = datetime.fromisoformat(script.starts_at)
        self.engine = Engine(database, clock=lambda: self.now)
        self.definition = self.engine.publish(script.folder / "definition.yaml")
        self.zone = ZoneInfo(self.definition.calendar.timezone)
        self.changes = self.engine.directory.load(script.folder / "directory.yaml")
        self.project = ""
        self.firm = ""
        self.count = 0
        self.good = True
        self.attributes: Mapping[str, Any] = {}
        for signer in script.signers:
            actor = self._who(signer)
            self.engine.sign(self.definition.id, self.definition.version, actor.organisation, actor=actor)
        self.teller = Teller(self.definition, self.engine.directory.current, language, self.zone)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.close()

    def play(self) -> bool:
        """Play the whole script. Whether everything came as a sound engine would have it."""
        screen = self.screen
        screen.title(self._words(self.script.title))
        screen.note(
            self._either(
                f"Published {self.definition.title.en}, version {self.definition.version}, signed by "
                f"{len(self.script.signers)} organisations; {self.changes} changes of the directory loaded.",
                f"{self.definition.title.in_('ko')} {self.definition.version}판을 공표했습니다. "
                f"{len(self.script.signers)}개 기관이 서명했고, 기관·담당자 명부 변경 {self.changes}건을 등록했습니다.",
            )
        )
        for number, chapter in enumerate(self.script.chapters, 1):
            screen.chapter(number, self._words(chapter.title), self._words(chapter.say) if chapter.say else None)
            self._chapter(chapter)
        screen.chapter(len(self.script.chapters) + 1, self._either("What to try next", "다음에 해 볼 일"), None)
        screen.note(next_steps(self._words(self.script.next), self.place))
        return self.good

    def _chapter(self, chapter: Chapter) -> None:
        done: Counter[str] = Counter()
        for act in chapter.acts:
            outcome = self._act(act, chapter.quiet)
            if outcome:
                done[outcome] += 1
        if chapter.quiet:
            project = self.engine.project(self.project).project
            here = self.teller.here(project)
            self.screen.line(
                "moved",
                self._either(
                    f"{done['recorded']} papers recorded, {done['moved']} moves; the project is now in: {here}",
                    f"자료 {done['recorded']}건 등록, 단계 이동 {done['moved']}회. 현재 단계: {here}",
                ),
            )

    def _act(self, act: Mapping[str, Any], quiet: bool) -> str | None:
        for name, does in (
            ("open", self._open), ("import", self._import), ("wait", self._wait), ("until", self._until),
            ("say", self._say), ("why", self._why), ("history", self._history), ("verify", self._verify),
            ("tamper", self._tamper),
        ):  # fmt: skip
            if name in act:
                does(act)
                return None
        before = self.engine.project(self.project).project
        decision = self._command(act)
        expected = "refused" if act.get("refused") else None
        if (decision.outcome == "refused") != (expected == "refused"):
            raise ScriptError(
                f"{act} in the demo was {decision.outcome}: {'; '.join(decision.reasons(self.language)) or 'no reason'}"
            )
        if not quiet:
            self._told(act, decision, before)
        return decision.outcome

    # Acts on the project

    def _command(self, act: Mapping[str, Any]) -> Decision:
        common: dict[str, Any] = {name: self._words(act[name]) for name in ("reason", "code") if name in act}
        if "send" in act:
            return self.engine.send(self.project, act["send"], actor=self._who(act["by"]), **common)
        if "discharge" in act:
            return self.engine.discharge(self.project, act["discharge"], actor=self._who(act["by"]), **common)
        name = act["record"]
        kind = self.definition.evidence[name]
        self.count += 1
        digest = sha256(f"{self.definition.id}/{self.count}".encode()).hexdigest()
        values = {**self.script.papers.get(name, {}), **act.get("values", {})}
        text = json.dumps(values).replace("{n}", str(self.count)).replace("{digest}", digest)
        local = self.now.astimezone(self.zone)
        values = json.loads(text.replace("{today}", f"{local:%Y-%m-%d}"))
        values = {key: _typed(value, kind.fields.get(key)) for key, value in values.items()}
        about: dict[str, Any] = {
            f: self.attributes[f] for f in kind.matches if f in ("product_version", "intended_use")
        }
        if act.get("refers_to"):
            records = self.engine.project(self.project).project.evidence.values()
            about["refers_to"] = next(r.id for r in records if r.type == act["refers_to"] and r.status == "current")
            values = {}
        document = Document(digest, 1_000, f"{name}.pdf") if kind.document == "required" else None
        actor = self._who(act.get("by") or kind.from_[0])
        return self.engine.record(self.project, name, values, actor=actor, document=document, **about, **common)

    def _told(self, act: Mapping[str, Any], decision: Decision, before: Project) -> None:
        kind = next(kind for kind in ("record", "send", "discharge") if kind in act)
        default = self.definition.evidence[act["record"]].from_[0] if kind == "record" else ""
        actor = self._who(act.get("by") or default)
        self.screen.line(decision.outcome, self.teller.attempt(self.now, actor, kind, act[kind], self._reason(act)))
        for blocker in decision.blockers:
            if "act" in blocker.params:
                blocker = blocker._replace(params={**blocker.params, "act": self.teller.thing(act[kind])})
            self.screen.reason(blocker.message(self.language), self.teller.owner(blocker, self.firm))
        self._arrived(before, decision.project)

    def _reason(self, act: Mapping[str, Any]) -> str | None:
        if "reason" in act:
            return self._words(act["reason"])
        return self.teller.names.word(act["code"]) if "code" in act else None

    def _arrived(self, before: Project, after: Project | None) -> None:
        if after is not None and (before.stage, before.tracks) != (after.stage, after.tracks):
            self.screen.reason(self.teller.moved(before, after), "")

    def _open(self, act: Mapping[str, Any]) -> None:
        self.firm = act["firm"]
        fields = self.definition.attributes
        self.attributes = {key: _typed(value, fields.get(key)) for key, value in act["attributes"].items()}
        actor = self._who(act["by"])
        opened = self.engine.open(
            self.definition.id, firm=self.firm, title=self._words(act["title"]), attributes=self.attributes,
            actor=actor, id=act["open"],
        )  # fmt: skip
        self.project = opened.id
        self.screen.line("moved", self.teller.opened(self.now, actor, opened, self._words(act["title"])))

    def _import(self, act: Mapping[str, Any]) -> None:
        project = self.engine.import_history(self.script.folder / act["import"], id=act["id"], language=self.language)
        self._timeline(project.id)

    # Time

    def _wait(self, act: Mapping[str, Any]) -> None:
        self._go(self.now + timedelta(days=int(act["wait"])), bool(act.get("shown")))

    def _until(self, act: Mapping[str, Any]) -> None:
        self._go(max(self.now, datetime.fromisoformat(f"{act['until']}T10:00").replace(tzinfo=self.zone)), True)

    def _go(self, now: datetime, shown: bool) -> None:
        self.now = now
        before = self.engine.project(self.project).project if self.project else None
        known = before.seq if before else 0
        self.engine.tick()
        if shown:
            self.screen.line(
                "time", self._either(f"The clock moves on to {self._day()}", f"시계를 {self._day()}에 맞춥니다")
            )
        if before is None:
            return
        for item in self.engine.history(self.project):
            if item.entry.seq > known and shown:
                self.screen.reason(self.teller.entry(item.entry), self.teller.effects(item.entry))

    def _day(self) -> str:
        return f"{self.now.astimezone(self.zone):%Y-%m-%d}"

    # Looking

    def _say(self, act: Mapping[str, Any]) -> None:
        self.screen.note(self._words(act["say"]))

    def _why(self, act: Mapping[str, Any]) -> None:
        rows = [
            self.teller.prospect(prospect)[1:]
            for prospect in self.engine.why(self.project)
            if act["why"] in (True, prospect.name)
        ]
        self.screen.table([told(name) for name in WAYS[1:]], rows)

    def _history(self, act: Mapping[str, Any]) -> None:
        self._timeline(self.project, last=int(act.get("last", 12)))

    def _timeline(self, project: str, last: int = 100) -> None:
        history = self.engine.history(project)
        self.screen.table([told(name) for name in TIMELINE], [self.teller.row(item.entry) for item in history[-last:]])

    def _verify(self, act: Mapping[str, Any]) -> None:
        report = self.engine.verify()
        self.good &= report.good
        self.screen.line(
            "good" if report.good else "broken",
            self._either(
                f"{report.entries} entries of {report.projects} projects: every byte hashes to its entry, every entry "
                f"chains to the one before, and replaying them gives the projects as stored. "
                f"{len(report.breaks)} breaks.",
                f"사업 {report.projects}건, 기록 {report.entries}건: 모든 바이트가 해당 기록의 해시와 일치하고, "
                f"기록은 앞선 기록에 이어지며, 다시 재생하면 저장된 사업 상태와 같습니다. 훼손 {len(report.breaks)}건.",
            ),
        )

    def _tamper(self, act: Mapping[str, Any]) -> None:
        """Change one byte of one entry in a copy, behind the engine's back."""
        seq = int(act["tamper"])
        copy = self.database.with_name("copy.db")
        with closing(sqlite3.connect(self.database)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        with closing(sqlite3.connect(copy)) as connection:
            for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f'DROP TRIGGER "{trigger}"')
            where = (self.project, seq)
            (body,) = connection.execute(
                "SELECT body FROM axflow_entries WHERE project = ? AND seq = ?", where
            ).fetchone()
            raw = bytearray(body if isinstance(body, bytes) else body.encode())
            place = raw.index(b'"outcome":"') + len(b'"outcome":"')
            raw[place] ^= 1
            changed = bytes(raw) if isinstance(body, bytes) else raw.decode()
            connection.execute("UPDATE axflow_entries SET body = ? WHERE project = ? AND seq = ?", (changed, *where))
            connection.commit()
        engine = Engine(copy)
        try:
            report = engine.verify()
        finally:
            engine.close()
        found = [item for item in report.breaks if item.project == self.project and item.seq == seq]
        self.good &= bool(found)
        for item in dict.fromkeys((item.project, item.seq, item.what) for item in report.breaks):
            self.screen.line("broken", broken(*item))
        copy.unlink()

    # Words and people

    def _who(self, name: str) -> Actor:
        """`role`, `role@organisation` or `role:person`, as somebody whom the directory grants it now."""
        role, _, organisation = name.partition("@")
        role, _, person = role.partition(":")
        if organisation == "firm" or (not organisation and self.definition.roles[role].of == ("firm",)):
            organisation = self.firm
        directory = self.engine.directory.current
        for change in directory.changes:
            grant = change.record
            if (
                isinstance(grant, Grant)
                and grant.role == role
                and organisation in ("", grant.organisation)
                and person in ("", grant.actor)
                and directory.authority(grant.actor, role, grant.organisation, self.now) is not None
            ):
                known = directory.person(grant.actor)
                return Actor(grant.actor, grant.organisation, role, known.kind if known else "human")
        raise ScriptError(f"the directory grants {name!r} to nobody on {self.now:%Y-%m-%d}")

    def _words(self, text: Mapping[str, str] | str) -> str:
        return words(text, self.language).strip()

    def _either(self, en: str, ko: str) -> str:
        return either(self.language, en, ko)


def _typed(value: Any, field: Any) -> Any:
    if field is None:
        return value
    if field.type in ("integer", "money") and isinstance(value, str) and value.isdigit():
        return int(value)
    if field.type == "table":
        return [{key: _typed(cell, field.fields.get(key)) for key, cell in row.items()} for row in value]
    return value


def next_steps(words: str, place: str) -> str:
    """What to try next, as this user can type it: by the path where `axflow` is not on PATH, in the language spoken."""
    program = Path(sys.argv[0])
    typed = str(program) if program.stem == "axflow" and which("axflow") is None else "axflow"
    spoken = " --lang ko" if language() == "ko" != asked([]) else ""
    command = re.compile(r"^( +)axflow\b(.*)$", re.MULTILINE)
    return command.sub(lambda line: f"{line[1]}{typed}{line[2]}{spoken}", words.replace("{db}", place))

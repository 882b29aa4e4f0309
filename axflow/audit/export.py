"""`audit export`: projects out of a store into a bundle that others verify without it."""

from __future__ import annotations

import shutil
import struct
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from axflow.engine import Engine
from axflow.engine.verification import documents, verify_one
from axflow.engine.views import withheld
from axflow.journal.bundle import BundleWriter, LogPart, Maker, pack
from axflow.journal.sealing import unseal
from axflow.journal.verify import Break
from axflow.kernel.actor import Actor
from axflow.kernel.moment import utc_text
from axflow.kernel.prospects import sight
from axflow.store.errors import UnknownProject
from axflow.store.protocol import Unit

PAGE: Final = 500
Progress = Callable[[int, int], None]
"""Told how many of how many projects are done."""


class BrokenHistory(Exception):
    """What was to be exported does not hold; `breaks` says where. A bundle of it would prove the wrong thing."""

    def __init__(self, breaks: tuple[Break, ...]) -> None:
        first = breaks[0]
        super().__init__(
            f"entry {first.seq} of project {first.project} does not hold ({first.what}); nothing was exported"
        )
        self.breaks = breaks


@dataclass(frozen=True, slots=True)
class Scope:
    """Which projects: some by id, those that filters find, or, with neither, everything."""

    projects: tuple[str, ...] = ()
    filters: Mapping[str, str | bool | None] | None = None

    @property
    def data(self) -> dict[str, Any]:
        """As the manifest says it."""
        if self.projects:
            return {"projects": sorted(self.projects)}
        if self.filters:
            return {"filters": {name: value for name, value in self.filters.items() if value is not None}}
        return {"everything": True}


@dataclass(frozen=True, slots=True)
class Audience:
    """Whose eyes a bundle is for: `all` content, `none`, or what a viewer may see (nobody: what is unclassified)."""

    content: Literal["all", "seen", "none"] = "seen"
    viewer: Actor | None = None

    @property
    def data(self) -> dict[str, Any]:
        """As the manifest says it."""
        viewer = self.viewer
        who = None if viewer is None else {"id": viewer.id, "organisation": viewer.organisation, "role": viewer.role}
        return {"content": self.content, "viewer": who}


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle that was written."""

    path: Path
    manifest: Mapping[str, Any]


def export(
    engine: Engine,
    target: Path,
    scope: Scope,
    audience: Audience,
    *,
    log: Callable[[Unit], LogPart | None] = lambda unit: None,
    maker: Maker | None = None,
    progress: Progress = lambda done, of: None,
) -> Exported:
    """Write a bundle of whole projects as one transaction sees them; a zip where `target` ends in `.zip`.

    Parameters:
        target: a new zip, or a new or empty folder.
        scope: which projects.
        audience: whose eyes it is for; what they may not see is left out, and its commitment stays.
        log: reads the signed log out of the same transaction; None where there is none.
        maker: who signs the manifest.
        progress: told how far it is.

    Raises `BrokenHistory` where a project does not verify, `UnknownProject`, and `BundleError` for a target that is
    taken or too small.
    """
    zipped = target.suffix == ".zip"
    if zipped and target.exists():
        raise FileExistsError(17, "there is such a file already", str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    made_at = utc_text(engine.clock())
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".bundle-") as temporary:
        folder = Path(temporary) / "bundle"
        with engine.store.reading() as unit, BundleWriter(folder, log(unit)) as writer:
            manifest = _Export(engine, unit, writer, audience).write(scope, made_at, maker, progress)
        if zipped:
            pack(folder, target)
        else:
            if target.exists():
                target.rmdir()  # refuses a folder that is not empty
            shutil.move(folder, target)
    return Exported(target, manifest)


class _Export:
    def __init__(self, engine: Engine, unit: Unit, writer: BundleWriter, audience: Audience) -> None:
        self._engine, self._unit, self._writer, self._audience = engine, unit, writer, audience
        self._seeing = lru_cache(maxsize=5_000)(self._sight)
        self._rules: set[str] = set()
        self._calendars: set[str] = set()

    def write(self, scope: Scope, made_at: str, maker: Maker | None, progress: Progress) -> dict[str, Any]:
        """Everything, in the order in which the writer wants it; the manifest."""
        from axflow import __version__

        ids = list(self._projects(scope))
        places = sorted(self._placed(ids, progress))
        for packed in places:
            _, place, seq = _PLACE.unpack(packed)
            self._entry(ids[place], seq)
        self._documents()
        directory = self._writer.directory(row.change for row in self._unit.changes())
        facts = {
            "scope": scope.data, "audience": self._audience.data, "made_at": made_at, "made_with": __version__,
            "directory": directory,
        }  # fmt: skip
        return self._writer.finish(facts, README, maker)

    def _projects(self, scope: Scope) -> Iterator[str]:
        if scope.projects:
            for id in sorted(set(scope.projects)):
                if self._unit.head(id) is None:
                    raise UnknownProject(id)
                yield id
            return
        last: str | None = None
        while page := self._unit.projects(scope.filters or {}, last, PAGE):
            yield from (row.id for row in page)
            last = page[-1].id

    def _placed(self, ids: list[str], progress: Progress) -> Iterator[bytes]:
        """The place of each entry, as bytes that sort by leaf, then project and number; projects are verified."""
        known = documents(self._unit)
        for place, id in enumerate(ids):
            checked = verify_one(self._unit, id, known)
            if checked.breaks:
                raise BrokenHistory(checked.breaks)
            assert checked.project is not None  # it holds, so it follows from its entries
            self._writer.project(id, checked.entries, checked.head, checked.project.configuration)
            for entry in self._unit.entries(id):
                yield _PLACE.pack(_LAST if entry.leaf_index is None else entry.leaf_index, place, entry.seq)
            progress(place + 1, len(ids))

    def _entry(self, id: str, seq: int) -> None:
        (stored,) = self._unit.entries(id, seq - 1, seq)
        payloads = self._unit.payloads(id, seq)
        entry = unseal(stored.body)
        self._rules.add(entry.rules_digest)
        self._calendars.update(str(effect[1]) for effect in entry.effects if effect[0] == "calendar")
        names = [payload.field for payload in payloads]
        if self._audience.content == "all":
            kept: Iterable[str] = ()
        elif self._audience.content == "none":
            kept = names
        else:
            definition, may_see = self._seeing(id)
            kept = withheld(entry, names, definition, may_see)
        self._writer.entry(stored.body, stored.leaf_index, payloads, frozenset(kept))

    def _sight(self, id: str) -> tuple[Any, Callable[[str], bool]]:
        held, published, facts = self._engine.looked(self._unit, id)
        return published.definition, sight(published.definition, held.project, facts, self._audience.viewer)

    def _documents(self) -> None:
        """The versions whose rules the entries name, and the calendars that these or the entries name."""
        calendars = set(self._calendars)
        for row in self._unit.definitions():
            published = self._engine.catalogue.get(self._unit, row.id, row.version)
            if published.definition.rules_digest in self._rules:
                self._writer.document("definitions", published.definition.spelled)
                self._writer.document("rules", published.definition.rules_spelled)
                calendars.add(published.calendar.digest)
        for digest in sorted(calendars):
            document = self._unit.calendar(digest)
            if document is not None:
                self._writer.document("calendars", document.encode())


_PLACE = struct.Struct(">QII")
"""Leaf, project by its place in the list, number of the entry: sixteen bytes, since there may be millions."""
_LAST = 2**64 - 1

README = """This is a bundle of project histories, made by axflow. It can be verified without axflow and offline.
이 묶음은 axflow가 만든 사업 이력입니다. axflow와 통신망 없이도 검증할 수 있습니다.

    python3 verify_bundle.py .            (English)
    python3 verify_bundle.py . --lang ko  (한국어)

The first three lines of the answer say what is proved, what is not, and whose key it rests on. A verifier that comes
with what it verifies proves little to a wary reader: take verify_bundle.py from a release of axflow, and the key's
fingerprint from its owner, by another channel; then run

    python3 verify_bundle.py . --key 'name+hash+base64'

검증 프로그램이 묶음에 함께 들어 있으면 의심하는 사람에게는 증명이 되지 않습니다. verify_bundle.py는 axflow 배포본에서,
서명키의 지문은 운영기관에서 다른 경로로 받아 위와 같이 다시 검증하십시오.

MANIFEST.json             what is here: scope, audience, counts, and the SHA-256 of each file
journal/entries.jsonl     the sealed entries, byte for byte as stored, one a line
journal/beside.jsonl      line by line: place in the log, disclosed content with its salts, withheld and redacted fields
journal/projects.jsonl    where each project ends
documents/                definitions, the rules that entries name, calendars, the directory
log/                      the signed checkpoint with its cosignatures, keys, and the hashes that lead to its root
"""

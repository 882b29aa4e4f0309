"""Every bit of a bundle, changed one at a time: `python -m tests.audit.changes [EVERY]` (default 1: all of them).

Two ways. *As it is*: a bit of the zip changes, be it by accident. *Remade*: somebody without the log's key changes a
bit and writes the manifest anew so that it fits; then only what the signed tree holds together can tell.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from axflow.audit.export import Audience, Scope, export
from axflow.engine import Engine
from axflow.journal import verify_bundle as verifier
from axflow.journal.bundle import names_in
from axflow.journal.canonical import canonical
from axflow.testing import SettableClock
from tests.audit.conftest import written
from tests.audit.signed_log import LOG, log_over, sequence

KEYS = (verifier.read_key(LOG.verifier_key),)
FREE = ("README.txt", "verify_bundle.py", "documents/directory.jsonl", "MANIFEST.json", "MANIFEST.note")
"""What stands on its maker's word alone, as the verifier says: a manifest that is remade fits any change of these."""


def small(folder: Path) -> Path:
    """A bundle of one project of three, everything disclosed; its zip."""
    file = written(folder / "axflow.db")
    log = log_over(sequence(file))
    with closing(Engine(file, clock=SettableClock())) as engine:
        return export(engine, folder / "small.zip", Scope(("p-2",)), Audience("all"), log=lambda unit: log).path


def as_it_is(zipped: Path, every: int) -> Iterator[tuple[int, str]]:
    """Bits of the zip that can change unseen, of each `every`th; with where they lie."""
    data = bytearray(zipped.read_bytes())
    for bit in range(every // 2, 8 * len(data), every):
        data[bit // 8] ^= 1 << bit % 8
        zipped.write_bytes(data)
        if verifier.verify_bundle(str(zipped), KEYS).good:
            yield bit, f"byte {bit // 8} of the zip"
        data[bit // 8] ^= 1 << bit % 8
    zipped.write_bytes(data)


def remade(folder: Path, every: int) -> Iterator[tuple[int, str]]:
    """Bits of the files that can change unseen although the manifest was written anew to fit."""
    for name in names_in(folder):
        if name in FREE:
            continue
        path = folder / name
        data = bytearray(path.read_bytes())
        for bit in range(every // 2, 8 * len(data), every):
            data[bit // 8] ^= 1 << bit % 8
            path.write_bytes(data)
            fit(folder)
            if verifier.verify_bundle(str(folder), KEYS).good:
                yield bit, f"byte {bit // 8} of {name}: {bytes(data[max(0, bit // 8 - 20) : bit // 8 + 20])!r}"
            data[bit // 8] ^= 1 << bit % 8
        path.write_bytes(data)
    fit(folder)


def fit(folder: Path) -> None:
    """Write the manifest of a folder anew, unsigned, for the files as they now are."""
    manifest = verifier.read_json((folder / "MANIFEST.json").read_bytes(), "MANIFEST.json")
    for name in manifest["files"]:
        data = (folder / name).read_bytes()
        manifest["files"][name] = [len(data), sha256(data).hexdigest()]
    spelled = canonical({**manifest, "maker": None})
    (folder / "MANIFEST.json").write_bytes(spelled)
    note = f"{verifier.NOTE_LINE}\n{b64encode(sha256(spelled).digest()).decode()}\n"
    (folder / "MANIFEST.note").write_text(note, encoding="utf-8")


def main(every: int) -> int:
    """Change them all and say what went unseen."""
    with tempfile.TemporaryDirectory() as temporary:
        zipped = small(Path(temporary))
        shutil.unpack_archive(zipped, Path(temporary) / "folder")
        bits = 8 * zipped.stat().st_size
        unseen = [*as_it_is(zipped, every), *remade(Path(temporary) / "folder", every)]
        print(f"{bits} bits of the zip, each {every}th changed, as it is and with the manifest remade: ", end="")
        print(f"{len(unseen)} unseen")
        for _, where in unseen[:50]:
            print(f"  {where}")
    return 7 if unseen else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))

"""The workflows that come with axflow, by name."""

from __future__ import annotations

from pathlib import Path

from axflow.definition.problems import did_you_mean

FILE = "definition.yaml"


def folder() -> Path:
    """Where they lie: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "workflows"
    return installed if installed.is_dir() else package.parent / "workflows"


def names() -> tuple[str, ...]:
    """The names of the shipped workflows, sorted."""
    return tuple(sorted(path.parent.name for path in folder().glob(f"*/{FILE}")))


def find(name_or_path: str | Path) -> Path:
    """The file of a shipped workflow, or of a path (a file, or a folder that holds `definition.yaml`).

    A shipped name wins over a file of the same name, so that a stray folder does not change what a command means;
    write `./name` for the file. Raises `FileNotFoundError` naming what is close.
    """
    if isinstance(name_or_path, str) and name_or_path in names():
        return folder() / name_or_path / FILE
    path = Path(name_or_path)
    if path.is_dir() and (path / FILE).is_file():
        return path / FILE
    if path.is_file():
        return path
    if path.is_dir():
        raise FileNotFoundError(f"the folder `{path}` holds no {FILE}; name a file, or a folder that holds one")
    hint = did_you_mean(str(name_or_path), names())
    raise FileNotFoundError(
        f"there is no file and no shipped workflow `{name_or_path}`" + (f"; {hint}" if hint else "")
    )

"""Process folders as the loaders take them, and snapshots of what their texts say."""

from __future__ import annotations

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROCESSES = HERE.parents[1] / "processes"
SNAPSHOTS = HERE / "snapshots"


def files_of(folder: Path) -> dict[str, str]:
    """What a folder holds, as relative path → text."""
    found = (path for path in folder.rglob("*") if path.suffix in (".toml", ".txt"))
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in found}


def sample() -> dict[str, str]:
    """The folder of these tests."""
    return files_of(HERE / "folder")


def with_notices() -> list[Path]:
    """Every folder that tells anybody anything: the real ones and the sample."""
    return [HERE / "folder", *sorted(path.parent for path in PROCESSES.glob("*/notices.toml"))]


def assert_snapshot(name: str, text: str) -> None:
    """Compare with the kept snapshot; UPDATE_SNAPSHOTS=1 keeps `text` instead."""
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    assert path.exists(), f"{name} has no snapshot yet: run the test with UPDATE_SNAPSHOTS=1 and read it"
    assert text == path.read_text("utf-8")

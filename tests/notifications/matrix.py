"""The table of docs/notifications.md, made from a folder's notices: `python -m tests.notifications.matrix`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.casework.vocabulary import happening_title
from notifications.messages import Notice, Notices, load_notices
from tests.notifications import folders

PAGE = Path(__file__).parents[2] / "docs" / "notifications.md"
BEGIN, END = "<!-- matrix -->\n", "<!-- end of matrix -->\n"


def notices() -> Notices:
    """The notices of the suggestions' folder."""
    (folder,) = [folder for folder in folders.with_notices() if folder.name == "suggestion"]
    return load_notices(folders.files_of(folder))


def cells(happening: str, found: Notices) -> dict[str, str]:
    """Recipient → how he is told of a happening, the first notice that applies being his."""
    told: dict[str, list[str]] = {}
    for notice in found.on(happening):
        for word in notice.to:
            told.setdefault(word, []).append(_way(notice))
    return {word: " / ".join(ways) for word, ways in told.items()}


def _way(notice: Notice) -> str:
    way = notice.importance if "email" in notice.channels else "screen"
    if notice.within is not None:
        way += f" ≤{notice.within}d"
    return way + (" once" if notice.once else "")


def table() -> str:
    """The whole matrix as a table of Markdown."""
    found = notices()
    lines = ["| happening | | recipient: how | text |", "|---|---|---|---|"]
    for happening, each in found.by_happening.items():
        who = "<br>".join(f"`{word}`: {way}" for word, way in cells(happening, found).items())
        texts = ", ".join(f"`{name}`" for name in dict.fromkeys(notice.name for notice in each))
        lines.append(f"| `{happening}` | {_title(happening)} | {who} | {texts} |")
    return "\n".join(lines) + "\n"


def _title(happening: str) -> str:
    return happening_title(happening, "zh")


def written(page: str, rows: str) -> str:
    """The page with these rows for its table."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + rows + END + after


def holds(expected: Mapping[str, str], found: Mapping[str, str]) -> dict[str, tuple[str, str | None]]:
    """The recipients that are not told as expected: word → (expected, found)."""
    return {word: (way, found.get(word)) for word, way in expected.items() if found.get(word) != way}


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8"), table()), "utf-8")

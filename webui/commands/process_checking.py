"""`flask process check`: everything that is wrong with diagrams and process folders, in one report."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from engine.definitions.flow_files import DRAWN, check_file
from engine.definitions.problems import FolderUnreadable, Problem, in_order
from engine.foundation.language import Sentence
from engine.foundation.unreadable import original_of
from webui.sentences import LANGUAGES, translate_sentence

PLACE = click.Path(exists=True, path_type=Path)
LANGUAGE = click.option(
    "--lang", type=click.Choice(list(LANGUAGES)), default="zh", help="报告的语言 / language of the report"
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")
FIELDS = ("file", "line", "element", "code", "severity", "message", "advice")
SIGNS = {"error": "✗", "warning": "△"}


@click.command("check")
@click.argument("places", nargs=-1, required=True, type=PLACE)
@AS_JSON
@LANGUAGE
@click.option("--strict", is_flag=True, help="有提醒也算不通过 / warnings count as well")
@with_appcontext
def check_command(places: tuple[Path, ...], as_json: bool, lang: str, strict: bool) -> None:
    """检查流程文件夹或 .bpmn、.dmn 文件,不改动任何内容 / check folders, .bpmn or .dmn files.

    有问题时退出码为 1,只有提醒时为 0 / exit 1 when something is wrong, 0 with warnings alone.
    """
    found = {place: in_order(problems_of(place)) for place in places}
    rows = {place: in_language(lang, problems) for place, problems in found.items()}
    if as_json:
        # A file that lies beside several of the places is told of once.
        flat = {tuple(row.values()): row for each in rows.values() for row in each}
        click.echo(json.dumps(list(flat.values()), ensure_ascii=False))
    else:
        _print(rows)
    severe = [p for problems in found.values() for p in problems if strict or p.severity == "error"]
    sys.exit(1 if severe else 0)


def problems_of(place: Path) -> Iterator[Problem]:
    """Everything that is wrong with a diagram, a process folder, or each diagram of any other folder."""
    if not place.is_dir():
        yield from diagram_problems(place)
    elif (place / "process.toml").exists():
        # Here, as a folder is held against all rooms of the program, which a diagram can do without.
        from webui.commands.process_folders import folder_problems

        yield from folder_problems(place)
    else:
        diagrams = sorted(path for path in place.glob("**/*") if path.suffix in DRAWN)
        if not diagrams:
            said = Sentence(FolderUnreadable.text, path=place, reason=" ".join(DRAWN))
            yield Problem(str(place), "", said)
        for diagram in diagrams:
            yield from diagram_problems(diagram)


def diagram_problems(path: Path) -> Iterator[Problem]:
    """Everything that is wrong with one diagram."""
    for problem in check_file(path):
        yield replace(problem, file=str(path.parent / problem.file))


def in_language(lang: str, problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """The problems as they are told to a reader; needs an application, for its catalogue."""
    with force_locale(lang):
        return [_row(problem) for problem in problems]


def _row(problem: Problem) -> dict[str, Any]:
    """One problem in the reader's language; where there is no element, the place in the file stands for it.

    `detail` is what the library that reads the file said of it, in its own words.
    """
    row = {name: getattr(problem, name) for name in FIELDS}
    row["element"] = problem.element or ("" if problem.place == str(problem.line) else problem.place)
    said = {name: translate_sentence(row[name]) for name in ("message", "advice")}
    said["file"] = click.format_filename(problem.file)  # whose name may be no UTF-8
    return row | said | {"detail": original_of(problem.message)}


def _print(rows: dict[Path, list[dict[str, Any]]]) -> None:
    for place, problems in rows.items():
        is_refused = any(row["severity"] == "error" for row in problems)
        click.echo(f"{'✗' if is_refused else '✓'} {click.format_filename(place)}")
        for row in problems:
            spot = f"{row['file']}:{row['line']}" if row["line"] else row["file"]
            where = f"{spot} [{row['code']}] {row['element']}".rstrip()
            said = f"{row['message']} {row['advice']}".rstrip()
            click.echo(f"  {SIGNS[row['severity']]} {where}：{said}")

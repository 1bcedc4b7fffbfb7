"""`flask process coverage`: what of a process its worked examples go through, in figures and as a list."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from engine.definitions.catalogue import PROCESSES, FolderUnreadable, read_folder
from engine.definitions.coverage import Coverage, coverage, read_examples
from engine.definitions.folder import load
from engine.definitions.problems import FolderRefused
from webui.commands.process_checking import AS_JSON
from webui.words.process_parts import COVERED

MISUSED = 2


@click.command("coverage")
@click.argument("key", metavar="KEY")
@AS_JSON
@with_appcontext
def coverage_command(key: str, as_json: bool) -> None:
    """示例走过流程的哪些地方 / what of a process its worked examples go through.

    KEY 是随程序提供的流程,或者一个文件夹。有没走到又没写明理由的,退出码为 1 /
    a process that comes with the program, or a folder; exit 1 when something is uncovered without a reason.
    """
    path = Path(key) if Path(key).is_dir() else PROCESSES / key
    try:
        folder = load(read_folder(path))
    except (FolderUnreadable, FolderRefused) as refused:
        click.echo(str(refused), err=True)
        sys.exit(MISUSED)
    found = coverage(folder, read_examples(path, folder))
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        _print(found)
    sys.exit(1 if found.unexplained or found.idle_reasons else 0)


def _print(found: Coverage) -> None:
    for kind, (covered, total) in found.figures.items():
        click.echo(f"{COVERED[kind].zh} / {COVERED[kind].en}: {covered}/{total}")
    for item in found.uncovered:
        sign, why = ("○", f" — {item.reason}") if item.reason else ("✗", "")
        click.echo(f"  {sign} [{item.kind}] {item.id}（{item.title.zh}）{why}")
    for id_ in found.idle_reasons:
        click.echo(
            f"  ✗ {id_}：写了理由，却有示例走到，或者没有这一处 / a reason for what is covered or not there"
        )

"""`flask process`: checking, trying out, comparing, deploying and listing the kinds of work."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from engine.definitions.catalogue import current_all, deploy, read_folder, shipped
from engine.definitions.problems import FolderRefused
from engine.foundation.actor import system_actor
from engine.jobs import NO_CONGRESS
from webui.commands.process_checking import check_command
from webui.commands.process_comparing import compare_command
from webui.commands.process_coverage import coverage_command
from webui.commands.process_folders import known
from webui.commands.process_packages import export_command, import_command
from webui.commands.process_running import run_command

group = AppGroup("process", help="流程：检查、试运行、部署、清单 / kinds of work: check, run, deploy, list")

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


group.add_command(check_command)
group.add_command(run_command)
group.add_command(compare_command)
group.add_command(coverage_command)
group.add_command(export_command)
group.add_command(import_command)


@group.command("deploy")
@click.argument("folders", nargs=-1, type=FOLDER)
def deploy_command(folders: tuple[Path, ...]) -> None:
    """部署流程文件夹;不指明时部署随程序提供的全部流程 / deploy folders, or all that come with the program."""
    chosen = [read_folder(folder) for folder in folders] if folders else list(shipped().values())
    actor = system_actor(NO_CONGRESS)
    for files in chosen:
        try:
            deploy(actor, files, **known())
        except FolderRefused as refused:
            click.echo(f"✗ {refused}", err=True)
            sys.exit(1)
    _print_current()


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")
def list_command(as_json: bool) -> None:
    """列出正在使用的流程版本 / list the active versions."""
    if as_json:
        click.echo(json.dumps(_current(), ensure_ascii=False))
    else:
        _print_current()


def _current() -> list[dict[str, Any]]:
    return [
        {
            "key": deployed.folder.key,
            "version": deployed.folder.version,
            "id": deployed.id,
            "title": deployed.folder.title.zh,
            "title_en": deployed.folder.title.en,
        }
        for deployed in current_all()
    ]


def _print_current() -> None:
    rows = _current()
    for row in rows:
        click.echo(f"{row['key']}  v{row['version']}  #{row['id']}  {row['title']} / {row['title_en']}")
    if not rows:
        click.echo(
            "还没有部署任何流程，请先运行 flask process deploy / nothing is deployed: run flask process deploy"
        )

"""`flask process`: checking, deploying and listing the kinds of work."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from engine import capabilities
from engine.definitions.catalogue import (
    FolderUnreadable,
    current_all,
    deploy,
    read_folder,
    shipped,
)
from engine.definitions.flow_files import check_file
from engine.definitions.folder import load
from engine.definitions.problems import FolderRefused, Problem
from engine.definitions.rule_packs import shipped_retentions, shipped_rules
from engine.foundation.actor import system_actor
from engine.jobs import NO_CONGRESS
from engine.people.roles import ROLES

group = AppGroup("process", help="流程：检查、部署、清单 / kinds of work: check, deploy, list")

PLACE = click.Path(exists=True, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@group.command("check")
@click.argument("places", nargs=-1, required=True, type=PLACE)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")
def check_command(places: tuple[Path, ...], as_json: bool) -> None:
    """检查流程文件夹或 .bpmn、.dmn 文件,不改动任何内容 / check folders, .bpmn or .dmn files.

    有问题时退出码为 1 / exit 1 when something is wrong.
    """
    found = {str(place): _problems(place) for place in places}
    if as_json:
        click.echo(json.dumps(_document(found), ensure_ascii=False))
    else:
        for place, problems in found.items():
            click.echo(f"{'✗' if problems else '✓'} {place}")
            for problem in problems:
                click.echo(f"  {problem}")
    sys.exit(1 if any(found.values()) else 0)


@group.command("deploy")
@click.argument("folders", nargs=-1, type=FOLDER)
def deploy_command(folders: tuple[Path, ...]) -> None:
    """部署流程文件夹;不指明时部署随程序提供的全部流程 / deploy folders, or all that come with the program."""
    chosen = [read_folder(folder) for folder in folders] if folders else list(shipped().values())
    actor = system_actor(NO_CONGRESS)
    for files in chosen:
        try:
            deploy(actor, files, **_known())
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


def _known() -> dict[str, Any]:
    """What the program around a folder knows."""
    return {**capabilities.known(), "known_roles": ROLES}


def _problems(place: Path) -> tuple[Problem, ...]:
    try:
        if not place.is_dir():
            return check_file(place)
        packs = {"known_rules": shipped_rules(), "known_retentions": shipped_retentions()}
        load(read_folder(place), **packs, **_known())
    except FolderRefused as refused:
        return refused.problems
    except FolderUnreadable as refused:
        return (Problem(place.name, "", refused.message),)
    return ()


def _document(found: Mapping[str, tuple[Problem, ...]]) -> dict[str, Any]:
    places = [
        {"place": place, "problems": [problem.as_dict() for problem in problems]}
        for place, problems in found.items()
    ]
    return {"sound": not any(found.values()), "places": places}


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

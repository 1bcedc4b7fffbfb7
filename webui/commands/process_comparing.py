"""`flask process compare`: what differs between two folders or deployed versions, as a list."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from engine.definitions.catalogue import FolderUnreadable, current, numbered, read_folder
from engine.definitions.comparing import ADDED, CHANGED, REMOVED, Change, compare
from engine.definitions.folder import Folder, load
from engine.definitions.problems import FolderRefused
from engine.foundation.errors import NotFound
from webui.commands.process_checking import AS_JSON

SAME, DIFFERENT, MISUSED = 0, 1, 2
SIGNS = {ADDED: "+", REMOVED: "-", CHANGED: "~"}


@click.command("compare")
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@AS_JSON
@with_appcontext
def compare_command(old: str, new: str, as_json: bool) -> None:
    """比较两个流程文件夹或者已部署的版本 / compare two folders or deployed versions.

    A、B 是文件夹,或者 KEY@3(第 3 版)、KEY(正在使用的版本)。相同时退出码为 0,不同为 1,读不出为 2 /
    a folder, KEY@3 or KEY (the active one); exit 0 when they are the same, 1 when not, 2 when one cannot be read.
    """
    found = compare(named(old), named(new))
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        for change in found.changes:
            click.echo(_line(change))
        click.echo(f"{len(found.changes)} 处不同 / differences" if found.changes else "相同 / the same")
    sys.exit(DIFFERENT if found.changes else SAME)


def named(name: str) -> Folder:
    """The folder of that path, or the version of that name; ends the program where there is none that loads."""
    try:
        if Path(name).is_dir():
            return load(read_folder(Path(name)))
        key, at, version = name.partition("@")
        if at and not (version.isascii() and version.isdigit() and len(version) < 10):
            raise NotFound
        return (numbered(key, int(version)) if at else current(key)).folder
    except NotFound:
        told = f"没有文件夹或者版本“{name}” / there is no folder or version {name}"
    except (FolderRefused, FolderUnreadable) as refused:
        told = f"{name}: {refused}"
    click.echo(told, err=True)
    sys.exit(MISUSED)


def _line(change: Change) -> str:
    called = f"（{change.title.zh}）" if change.title.zh not in ("", change.subject) else ""
    aspect = f" {change.aspect}" if change.aspect not in ("", change.subject) else ""
    values = [_value(value) for value in (change.old, change.new)]
    said = f"：{values[0]} → {values[1]}" if change.how == CHANGED else f"：{values[0] or values[1]}"
    return f"{SIGNS[change.how]} [{change.part}] {change.subject}{called}{aspect}{said}".rstrip("：")


def _value(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

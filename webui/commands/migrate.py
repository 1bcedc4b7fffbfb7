"""`flask process migrate`: running cases taken over to another version, with a report for each."""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa

from engine.definitions.catalogue import DEFINITIONS
from engine.foundation.actor import system_actor
from engine.foundation.errors import DomainError
from engine.operations.mapping import SENTENCES, VersionMap, read_map
from engine.operations.migration_list import previews
from engine.operations.migrations import NothingRuns, carry_on, plan_migration, start
from models import Congress, db
from webui.commands.process import group
from webui.commands.refusals import both

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@group.command("migrate")
@click.option("--from", "from_version", type=int, required=True, help="原版本 / present version")
@click.option("--to", "to_version", type=int, required=True, help="新版本 / new version")
@click.option("--map", "map_file", type=FILE, help="对应关系(JSON 或 TOML) / what is renamed or moved")
@click.option("--process", "key", default="", help="流程 / kind of work, where there are several")
@click.option("--congress", "code", default="", help="只迁移这一级人大 / of this congress only")
@click.option("--reason", default="命令行迁移", show_default=True, help="理由 / reason, kept in the trail")
@click.option("--dry-run", is_flag=True, help="只预演,不改动 / change nothing")
def migrate_command(
    from_version: int,
    to_version: int,
    map_file: Path | None,
    key: str,
    code: str,
    reason: str,
    dry_run: bool,
) -> None:
    """把在办案件迁移到另一版本;有未迁移的案件时退出码为 1 / take cases over; exit 1 if some stay.

    中断后可用同一命令接着做 / run again after an interruption.
    """
    try:
        from_id, to_id = (_version(key, version) for version in (from_version, to_version))
        mapping = _mapping(map_file)
        ends: Counter[str] = Counter()
        for congress_id, name in _congresses(code):
            click.echo(name)
            if dry_run:
                ends += _preview(congress_id, from_id, to_id, mapping)
            else:
                ends += _carry_out(congress_id, from_id, to_id, mapping, reason)
    except DomainError as refusal:
        raise click.ClickException(both(refusal)) from refusal
    click.echo(f"{ends['migrated']} ✓  {ends['refused']} ✗")
    sys.exit(1 if ends["refused"] else 0)


def _version(key: str, version: int) -> int:
    statement = sa.select(DEFINITIONS.c.id).where(DEFINITIONS.c.version == version)
    if key:
        statement = statement.where(DEFINITIONS.c.key == key)
    found = db.session.scalars(statement).all()
    if len(found) != 1:
        missing = f"没有版本 {version} / there is no version {version}"
        several = "有几种流程,请用 --process 指明 / name the kind of work with --process"
        raise click.ClickException(several if found else missing)
    return found[0]


def _mapping(file: Path | None) -> VersionMap:
    if file is None:
        return VersionMap()
    text = file.read_text(encoding="utf-8")
    try:
        document = tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)
    except ValueError as error:
        raise click.ClickException(f"{file.name}: {error}") from error
    return read_map(document)


def _congresses(code: str) -> list[tuple[int, str]]:
    statement = sa.select(Congress.id, Congress.name).order_by(Congress.id)
    if code:
        statement = statement.where(Congress.code == code)
    found = [(row.id, row.name) for row in db.session.execute(statement)]
    if not found:
        raise click.ClickException(f"没有代码为 {code} 的人大 / there is no congress {code}")
    return found


def _preview(congress_id: int, from_id: int, to_id: int, mapping: VersionMap) -> Counter[str]:
    ends: Counter[str] = Counter()
    for case_id, report in previews(system_actor(congress_id), from_id=from_id, to_id=to_id, mapping=mapping):
        state = "refused" if "misfits" in report else "migrated"
        ends[state] += 1
        _say(case_id, state, report)
    return ends


def _carry_out(congress_id: int, from_id: int, to_id: int, mapping: VersionMap, reason: str) -> Counter[str]:
    from engine.operations.migrations import LIST

    actor = system_actor(congress_id)
    try:
        id_ = plan_migration(actor, from_id=from_id, to_id=to_id, mapping=mapping, reason=reason)
    except NothingRuns:
        return Counter()
    start(actor, migration_id=id_)
    ends: Counter[str] = Counter()
    for case_id, state in carry_on(actor, migration_id=id_):
        ends[state] += 1
        kept = sa.select(LIST.c.report).where(LIST.c.migration_id == id_, LIST.c.case_id == case_id)
        _say(case_id, state, db.session.scalar(kept) or {})
    return ends


def _say(case_id: int, state: str, report: Any) -> None:
    if state == "refused":
        told = [SENTENCES[code].format(node=node, to=to) for code, node, to in report.get("misfits", [])]
        click.echo(f"  ✗ {case_id}  {' '.join(told)}")
        return
    tasks = ", ".join(
        each["node"] if each["node"] == each["to"] else f"{each['node']} → {each['to']}"
        for each in report.get("tasks", [])
    )
    click.echo(f"  ✓ {case_id}  {tasks}")

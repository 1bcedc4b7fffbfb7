"""`flask case`: taking in a congress's ledger."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from engine.casework.ledgers.checking import Forecast, check_ledger
from engine.casework.ledgers.files import Ledger, read_ledger, refused_ledger, template
from engine.casework.ledgers.importing import Report, import_ledger
from engine.definitions.catalogue import current
from engine.definitions.folder import Folder
from engine.foundation.actor import system_actor
from engine.foundation.errors import DomainError, NotFound
from engine.people.congresses import congress_of
from models import Congress, db
from webui.commands.files import named, read_file, require_place, write_file
from webui.commands.refusals import both
from webui.progress import Bar

group = AppGroup("case", help="案件：导入台账 / cases: taking in a ledger")

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(dir_okay=False, writable=True, path_type=Path)


@group.command("import")
@click.argument("kind")
@click.argument("file", type=EXISTING)
@click.option(
    "--congress", "code", default="", help="人大代码，默认为最上级 / congress code, by default the root"
)
@click.option("--refused", type=NEW, help="未导入的行另存为此 .xlsx / where refused rows go")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")
@click.option("--check", "only_check", is_flag=True, help="只检查，不导入 / only look, take nothing in")
def import_command(
    kind: str, file: Path, code: str, refused: Path | None, as_json: bool, only_check: bool
) -> None:
    """把台账(.xlsx 或 .csv)中的案件导入;有未导入的行时退出码为 1 / take in a ledger; exit 1 if rows were refused."""
    kept_at = refused or file.with_name(f"{file.stem}-refused.xlsx")
    require_place(kept_at, file)
    try:
        actor = system_actor(congress_named(code))
        folder = _folder(kind, actor.congress_id)
        ledger = read_ledger(folder, file.name, read_file(file))
        if only_check:
            forecast = check_ledger(actor, process_key=kind, ledger=ledger)
            _told(ledger, forecast, as_json)
            click.echo("只是检查，什么都没有导入 / only looked at: nothing was taken in", err=as_json)
            sys.exit(1 if forecast.refused else 0)
        bar = Bar(named(file))
        report = import_ledger(
            actor,
            process_key=kind,
            filename=named(file),
            ledger=ledger,
            progress=lambda done: bar(done, len(ledger.rows)),
        )
    except DomainError as refusal:
        raise click.ClickException(both(refusal)) from refusal
    _told(ledger, report, as_json)
    if report.refused:
        cells = [(row.cells, "".join(row.reasons)) for row in report.refused]
        write_file(kept_at, refused_ledger(folder, cells))
        place = click.format_filename(kept_at)
        click.echo(
            f"未导入的行（可改正后再导入）/ refused rows, to be corrected and sent again: {place}",
            err=as_json,
        )
        sys.exit(1)


def _told(ledger: Ledger, report: Report | Forecast, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_document(ledger, report), ensure_ascii=False))
    else:
        _print(ledger, report)


def _folder(kind: str, congress_id: int | None = None) -> Folder:
    try:
        return current(kind, congress_id).folder
    except NotFound as error:
        raise click.ClickException(
            f"没有部署这类工作：{kind}。flask process list 列出已部署的，flask process deploy 部署。/ "
            f"no such kind of work is deployed: {kind}; see flask process list, or flask process deploy"
        ) from error


def congress_named(code: str) -> int:
    """The congress of this code, the root where none is given. Raises NoSuchCongress."""
    uppermost = sa.select(Congress.id).order_by(Congress.parent_id.is_not(None), Congress.id).limit(1)
    congress_id = congress_of(code) if code else db.session.scalar(uppermost)
    if congress_id is None:
        raise click.ClickException(
            "还没有人大，请先用 flask congress create 建立 / there is no congress yet: flask congress create"
        )
    return congress_id


def _document(ledger: Ledger, report: Report | Forecast) -> dict[str, Any]:
    """The report for programs: codes with what fills their sentences, and the sentences."""
    return {
        "accepted": [{"row": number, "case": case_id} for number, case_id in report.accepted],
        "repeated": [{"row": number, "case": case_id} for number, case_id in report.repeated],
        "refused": [
            {
                "row": row.number,
                "faults": [
                    {"code": each.code, "values": dict(each.values), "said": each.said} for each in row.faults
                ],
            }
            for row in report.refused
        ],
        "unused_columns": [asdict(each) for each in ledger.unused],
    }


def _print(ledger: Ledger, report: Report | Forecast) -> None:
    for column in ledger.unused:
        near = f"\t是不是 / perhaps “{column.near}”？" if column.near else ""
        click.echo(f"没有用到的列 / column not used: {column.place}\t{column.title or '—'}{near}")
    for number, case_id in report.accepted:
        done = f"已导入 accepted\t/cases/{case_id}" if case_id else "可以导入 can be taken in"
        click.echo(f"{number}\t{done}")
    for number, case_id in report.repeated:
        click.echo(f"{number}\t此前已导入 repeated\t{f'/cases/{case_id}' if case_id else ''}")
    for row in report.refused:
        click.echo(f"{row.number}\t未导入 refused\t{''.join(row.reasons)}")
    counts = f"{len(report.accepted)} / {len(report.repeated)} / {len(report.refused)}"
    click.echo(f"已导入 / 此前已导入 / 未导入 (accepted / repeated / refused): {counts}")


@group.command("template")
@click.argument("kind")
@click.argument("file", type=NEW)
def template_command(kind: str, file: Path) -> None:
    """写出空白台账 / write a blank ledger."""
    try:
        write_file(file, template(_folder(kind)))
    except DomainError as refusal:
        raise click.ClickException(both(refusal)) from refusal
    click.echo(click.format_filename(file))

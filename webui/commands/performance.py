"""`flask performance`: self-evaluation reports of budget projects checked, and the blank workbook for one."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from engine.foundation.actor import system_actor
from engine.foundation.errors import DomainError
from engine.performance.assessing import Assessment, assess
from engine.performance.files import read_blocks
from engine.performance.keeping import keep_file
from engine.performance.problem_kinds import KINDS
from engine.performance.quantities import plain
from engine.performance.reading import read_report
from engine.performance.scheme import scheme_of
from engine.performance.telling import as_json
from engine.performance.workbook import template
from webui.commands.case import congress_named
from webui.commands.deadline import of_congress
from webui.commands.files import named, read_file, write_file
from webui.commands.refusals import both

group = AppGroup("performance", help="绩效自评：核对报告、空白表 / performance reports checked, blank form")

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(dir_okay=False, writable=True, path_type=Path)
WITH_PROBLEMS, UNREADABLE = 1, 2


@group.command("import")
@click.argument("file", type=EXISTING)
@click.option("--congress", "code", default="", help="按哪个人大的规则，写代码 / code of the congress")
@click.option("--store", is_flag=True, help="核对后保存 / keep it as well")
@click.option("--json", "as_json_", is_flag=True, help="输出 JSON / print JSON")
def import_command(file: Path, code: str, store: bool, as_json_: bool) -> None:
    """核对自评报告(.docx、.xlsx、.txt);退出码:0无问题,1有问题,2读不出 / check a report; exit 0, 1 or 2."""
    try:
        scheme = scheme_of(of_congress(code)[1]())
        content = read_file(file)
        found = assess(read_report(read_blocks(file.name, content)), scheme)
        if store:
            _store(named(file), content, code)
    except DomainError as refusal:
        click.echo(both(refusal), err=True)
        sys.exit(UNREADABLE)
    if as_json_:
        click.echo(as_json(found))
    else:
        _print(found)
    sys.exit(WITH_PROBLEMS if found.problems else 0)


def _store(filename: str, content: bytes, code: str) -> None:
    kept = keep_file(system_actor(congress_named(code)), filename=filename, content=content)
    again = "此前已保存 / was kept before" if kept.repeated else "已保存 / kept"
    click.echo(f"{again}: /performance/{kept.project_id} (v{kept.version})", err=True)


def _print(found: Assessment) -> None:
    report = found.report
    click.echo(report.project or "（项目名称未写明 / no name）")
    for each in found.indicators:
        stated, computed = _said(each.stated), _said(each.computed)
        line = each.line
        click.echo(f"  {line.name}\t{line.weight}\t{line.target}\t{line.actual}\t{stated}\t{computed}")
    click.echo(f"  预算执行率 / execution\t{_said(found.execution)}")
    grade = found.grade.value if found.grade else "—"
    click.echo(f"  总分 / total\t{_said(found.total_stated)}\t{_said(found.total)}\t{grade}")
    for number, one in enumerate(found.problems, start=1):
        kind = KINDS[one.code]
        click.echo(f"{number}. [{one.code}] {kind.title.zh} / {kind.title.en}")
        click.echo(f"   {one.place}")
        click.echo(f"   所写 stated: {one.stated or '—'}    应为 computed: {one.computed or '—'}")
        click.echo(f"   {kind.rule.zh} / {kind.rule.en}")
    click.echo(f"问题 {len(found.problems)} 项 / {len(found.problems)} problems")


def _said(value: object) -> str:
    return plain(value) if value is not None else "—"  # type: ignore[arg-type]


@group.command("template")
@click.argument("file", type=NEW)
def template_command(file: Path) -> None:
    """写出空白自评表(.xlsx) / write a blank report as a workbook."""
    write_file(file, template())
    click.echo(click.format_filename(file))

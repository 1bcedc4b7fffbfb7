"""`flask rules`: the rules of a congress, and those among them that no law binding here sets."""

from __future__ import annotations

import json
from typing import Any

import click
from flask.cli import AppGroup

from engine.deadlines.asking import pack_named
from engine.deadlines.rules import RulePack
from engine.deadlines.standing import Source
from engine.foundation import clock
from engine.foundation.errors import DomainError
from webui.commands.deadline import of_congress
from webui.commands.refusals import both

group = AppGroup("rules", help="规则：清单，哪些须由本级确定 / rules: the list, and what is to be decided")

WORDS = {
    Source.STATUTE: "法律规定 / statute",
    Source.LOCAL: "本级规定 / local rule",
    Source.COMPARATOR: "参照外地 / comparator",
    Source.HOUSE: "本级工作规则 / house rule",
    Source.DEFAULT: "默认 / default",
}


@group.command("list")
@click.option("--undecided", is_flag=True, help="只列须由本级确定的 / only those that are to be decided")
@click.option("--pack", default="", help="规则包 / rule pack")
@click.option("--congress", default="", help="按哪个人大，写代码 / code of the congress")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")
def list_command(undecided: bool, pack: str, congress: str, as_json: bool) -> None:
    """列出期限规则、工作做法、步骤依据、保管期限及其效力;没有数据库也能用 / what holds today, how it stands in law."""
    try:
        found = pack_named(pack) if pack else of_congress(congress)[1]()
    except DomainError as refusal:
        raise click.ClickException(both(refusal)) from refusal
    rows = [row for row in _rows(found) if row["undecided"] or not undecided]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    click.echo(f"{found.key} {found.version}")
    for row in rows:
        cited = f"（{'、'.join(row['comparators'])}）" if row["comparators"] else ""
        value = f" {row['value']}" if row["value"] else ""
        click.echo(f"{row['kind']} {row['id']}{value}  {row['zh']} / {row['en']}")
        click.echo(f"    {WORDS[Source(row['source'])]}{cited} {row['basis']}".rstrip())


def _rows(pack: RulePack) -> list[dict[str, Any]]:
    today = clock.today()
    rows = [
        _row(
            "rule",
            rule.id,
            str(rule.length),
            rule.title,
            rule.source,
            str(rule.legal_basis),
            rule.comparators,
        )
        for rule in pack.rules_in_force(today)
    ]
    rows += [
        _row("practice", each.key, each.value, each.title, each.source, each.set_in, each.comparators)
        for each in pack.practices.values()
    ]
    rows += [
        _row("performance", each.key, each.value, each.title, each.source, each.basis, each.comparators)
        for each in pack.performance.values()
    ]
    rows += [
        _row(
            "threshold",
            each.key,
            each.share or each.number,
            each.title,
            each.source,
            each.basis,
            each.comparators,
        )
        for each in pack.thresholds.values()
    ]
    rows += _articles(pack)
    return rows + [
        _row("retention", each.key, each.years, each.title, each.source, each.basis, ())
        for each in pack.retention_classes(today).values()
    ]


def _articles(pack: RulePack) -> list[dict[str, Any]]:
    return [
        _row("basis", key, "", each.title, each.source, each.text + each.article, each.comparators)
        for key, each in pack.bases.items()
    ]


def _row(
    kind: str, id_: str, value: object, title: Any, source: Source, basis: str, cited: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "kind": kind,
        "id": id_,
        "value": "" if value is None else str(value),
        "zh": title.zh,
        "en": title.en,
        "source": source.value,
        "undecided": source.to_be_confirmed,
        "comparators": list(cited),
        "basis": basis,
    }

"""`flask similarity`: the index of similar cases made anew, and how good its suggestions are."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from engine.foundation.actor import system_actor
from engine.jobs import NO_CONGRESS
from engine.similarity.index import catch_up, clear
from engine.similarity.measure import Measures, Share, measure
from models import Congress, SimilarDocument, db
from webui.progress import Bar, columns

group = AppGroup("similarity", help="相似建议：重建索引、测量 / similar cases: index and measures")


@group.command("rebuild")
def rebuild_command() -> None:
    """重新建立相似建议的索引 / make the index of similar cases anew."""
    actor = system_actor(NO_CONGRESS)
    clear(actor)
    done = catch_up(actor, lambda cases: click.echo(f"\r  {cases}", nl=False, err=True))
    click.echo(f"已编入索引 {done} 件 / {done} cases are in the index")


@group.command("measure")
@click.option(
    "--congress", "code", default="", help="人大代码，默认为件数最多的 / by default the one with most cases"
)
@click.option(
    "--same-by", default="", help="台账字段，同值即同题；默认以“具体建议”相同为同题 / a register field"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")
def measure_command(code: str, same_by: str, as_json: bool) -> None:
    """逐件留出，测量查找和单位建议的准确程度 / hold each case out and measure what is suggested for it."""
    bar = Bar("measure")
    measures = measure(_congress(code), same_by=same_by, progress=bar)
    if as_json:
        click.echo(json.dumps(_document(measures), ensure_ascii=False))
    else:
        click.echo("\n".join(figures(measures)))


def _congress(code: str) -> int:
    statement = (
        sa.select(SimilarDocument.congress_id)
        .group_by(SimilarDocument.congress_id)
        .order_by(sa.func.count().desc(), SimilarDocument.congress_id)
        .limit(1)
    )
    if code:
        statement = sa.select(Congress.id).where(Congress.code == code)
    congress_id = db.session.scalar(statement)
    if congress_id is None:
        raise click.ClickException(
            "索引中没有这个人大的案件，请先运行 flask similarity rebuild / nothing is in the index: run rebuild first"
        )
    return congress_id


def _document(measures: Measures) -> dict[str, Any]:
    def valued(entry: Any) -> Any:
        if not isinstance(entry, dict):
            return entry
        if set(entry) == {"hits", "of"}:
            return {**entry, "value": Share(**entry).value}
        return {name: valued(each) for name, each in entry.items()}

    document: dict[str, Any] = valued(asdict(measures))
    return document


def figures(measures: Measures) -> list[str]:
    """What was measured, a line for each figure with what the naive way reaches."""
    whole, title, units = measures.whole_text, measures.title_alone, measures.units
    lines = (
        ("recall@5，全文 / whole text", whole.found, "同名 / same title", whole.naive),
        ("recall@5，只凭标题 / title alone", title.found, "同名 / same title", title.naive),
        ("accuracy@1，主办单位 / unit", units.first, "最常见的单位 / most frequent", units.naive_first),
        ("accuracy@3，主办单位 / unit", units.three, "最常见的三个 / three most frequent", units.naive_three),
    )
    head = (
        f"索引中 {measures.cases} 件，{measures.matters} 个题目有两件以上 / cases, matters with several cases"
    )
    compared = [(name, _said(share), f"对照 {other}", _said(naive)) for name, share, other, naive in lines]
    return [head, *columns(compared)]


def _said(share: Share) -> str:
    return "—" if share.value is None else f"{share.value:.1%} ({share.hits}/{share.of})"

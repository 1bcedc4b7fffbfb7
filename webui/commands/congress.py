"""`flask congress`: the tree of people's congresses."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from engine.deadlines.asking import pack_named
from engine.foundation.actor import system_actor
from engine.people import congresses
from webui.commands.refusals import in_words

group = AppGroup("congress", help="各级人民代表大会 / the people's congresses")


@group.command("create")
@click.option("--code", required=True, help="代码，全系统唯一 / code, unique")
@click.option("--name", required=True, help="全称 / full name")
@click.option("--short-name", default="", help="简称 / short name")
@click.option("--level", required=True, type=click.Choice(congresses.LEVELS), help="层级 / level")
@click.option("--parent", default=None, help="上级人大的代码 / code of the congress above")
@click.option("--rule-pack", required=True, help="期限规则包 / pack of deadline rules")
@click.option("--phone", default="", help="联系电话 / telephone for help")
@click.option("--address", default="", help="通信地址 / postal address")
@click.option("--postal-code", default="", help="邮政编码 / postal code")
@click.option("--office", default="", help="常委会办公厅（室）名称 / name of its office")
@in_words
def create(
    code: str,
    name: str,
    short_name: str,
    level: str,
    parent: str | None,
    rule_pack: str,
    phone: str,
    address: str,
    postal_code: str,
    office: str,
) -> None:
    """设立一级人大及其办公厅(室)/ found a congress and its office."""
    pack_named(rule_pack)
    founded = congresses.found_congress(
        system_actor(0),
        code=code,
        name=name,
        short_name=short_name,
        level=level,
        parent_code=parent,
        rule_pack=rule_pack,
        contact_phone=phone,
        letters_to=(address, postal_code),
        office_name=office,
    )
    click.echo(f"{name}:{founded.congress_id}")


@group.command("list")
def show() -> None:
    """列出各级人大 / show the tree."""
    for line in congresses.congress_tree():
        click.echo(f"{'  ' * line.depth}{line.code}  {line.name}")

"""`flask publication`: the index of the public search made anew."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from engine.foundation.actor import system_actor
from engine.jobs import NO_CONGRESS
from engine.publication.search_index import rebuild

group = AppGroup("publication", help="公开：重建查找索引 / publication: the index of the public search")


@group.command("rebuild-search")
def rebuild_search_command() -> None:
    """重新建立公开网站的查找索引 / make the index of the public search anew."""
    actor = system_actor(NO_CONGRESS)
    done = rebuild(actor, lambda copies: click.echo(f"\r  {copies}", nl=False, err=True))
    click.echo(f"已编入索引 {done} 件 / {done} copies are in the index")

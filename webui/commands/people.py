"""`flask people`: the first administrators, and a way back in when all are locked out."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from engine.foundation.actor import system_actor
from engine.people import actors, congresses, roles, users
from webui.commands.refusals import in_words

group = AppGroup("people", help="用户 / users")
ADMINISTRATORS = tuple(role for role in roles.ROLES if role in roles.ADMINISTRATORS)


@group.command("admin")
@click.option("--congress", required=True, help="人大代码 / code of the congress")
@click.option("--role", required=True, type=click.Choice(ADMINISTRATORS), help="哪一员 / which of the three")
@click.option("--username", required=True, help="用户名 / user name")
@click.option("--name", required=True, help="姓名 / name")
@in_words
def admin(congress: str, role: str, username: str, name: str) -> None:
    """设立一位管理员并打印随机密码 / make an administrator and print his random password."""
    actor = system_actor(congresses.congress_of(congress))
    _tell(congresses.appoint_administrator(actor, role=role, username=username, name=name))


@group.command("reset-password")
@click.argument("username")
@in_words
def reset_password(username: str) -> None:
    """重置密码并打印 / give a user a new random password."""
    user_id = users.user_named(username)
    actor = system_actor(actors.actor_for(user_id).congress_id)
    _tell(users.reset_password(actor, user_id))


def _tell(user: users.NewUser) -> None:
    click.echo(f"用户名 / user name  {user.username}")
    click.echo(f"密码 / password     {user.password}")
    click.echo("首次登录时须修改 / to be changed at the first sign-in")

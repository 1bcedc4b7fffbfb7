"""An installation made ready: its database at the newest schema, with a demonstration where it is wanted."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.util import CommandError
from flask import Flask

from engine.backups.backing_up import is_unfinished
from models import Congress, db
from webui import scheduler
from webui.premises import Unready
from webui.progress import Bar, columns
from webui.sign_in import SheetAccount

LOADING = "演示数据 / demonstration data"
# As README.md explains them.
FIRST_STEPS = (
    "process deploy",
    "congress create --code … --name … --level province --rule-pack national",
    "people admin --congress … --role system_admin --username … --name …",
    "people admin --congress … --role security_admin --username … --name …",
    "people admin --congress … --role auditor --username … --name …",
)


def prepare(app: Flask) -> Sequence[SheetAccount]:
    """Migrate, load the demonstration data into an empty database, and give its accounts (none elsewhere)."""
    with app.app_context():
        _require_restored(app)
        migrate(app)
        if not demonstration_wanted():
            return ()
        if _mark(app).exists() and _mark(app).read_text() == _database():
            _empty(app)  # the loading was interrupted; what it left is of no use
        if is_empty():
            _load(app)
        return _accounts(app)


def _require_restored(app: Flask) -> None:
    """What a restoring has left half done, or does just now, is no installation to work with."""
    if is_unfinished(Path(app.config["DATA_FOLDER"])):
        raise Unready(
            "备份正在恢复，或者恢复没有完成。请等它完成，或者重新运行 flask backup restore。",
            "A backup is being restored, or restoring it broke off. Wait, or run `flask backup restore` again.",
        )


def reset_demonstration(app: Flask) -> Sequence[SheetAccount]:
    """Delete the demonstration data and make them anew; refuses for any other database or a running system."""
    leadership = scheduler.leadership(app)
    if not leadership.held():
        raise Unready("系统正在运行，请先停止。", "The system is running. Stop it first.")
    try:
        with app.app_context():
            migrate(app)
            if not (is_empty() or _mark(app).exists() or _accounts(app)):
                raise Unready(
                    "这个数据库里不是演示数据，不会清除。",
                    "What this database holds is not demonstration data. It is left as it is.",
                )
            _empty(app)
            _load(app)
            return _accounts(app)
    finally:
        leadership.give_up()


def migrate(app: Flask) -> None:
    """Bring the database to the newest schema."""
    try:
        command.upgrade(app.extensions["migrate"].migrate.get_config(), "head")
    except CommandError as error:
        raise Unready(
            f"数据库由另一个版本的系统建立，本版本不认识：{error}",
            f"The database was made by another version of this system: {error}",
        ) from error
    except sa.exc.DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise Unready(f"数据库打不开：{reason}", f"The database cannot be opened: {reason}") from error


def demonstration_wanted() -> bool:
    """By default on the embedded database only; DUBAN_DEMO=1 or 0 decides otherwise."""
    default = "0" if os.environ.get("DATABASE_URL") else "1"
    return (os.environ.get("DUBAN_DEMO") or default) == "1"


def is_empty() -> bool:
    """Whether nobody has begun to use the database."""
    return not db.session.execute(sa.select(sa.exists(sa.select(Congress.id)))).scalar()


def show_sheet(accounts: Sequence[SheetAccount]) -> None:
    """Print who can sign in to the demonstration."""
    if not accounts:
        return
    rows = [("角色 role", "姓名 name", "账号 account", "口令 password")]
    rows += [(each.role, each.name, each.account, each.password) for each in accounts]
    print("\n演示账号（仅供演示，切勿用于正式环境）/ demonstration accounts:\n")
    for line in columns(rows):
        print(f"  {line}")


def show_first_steps(app: Flask) -> None:
    """Print how an installation is begun that has no congress yet, and so nobody who could sign in."""
    with app.app_context():
        if not is_empty():
            return
    print("\n还没有人大和用户，请在另一个窗口里（环境变量相同）依次运行：")
    print("No congress and no user yet. Run in another window, with the same settings:\n")
    for step in FIRST_STEPS:
        print(f"  flask {step}")


# The demonstration is imported only where one is wanted: it knows far more than serving needs.


def _accounts(app: Flask) -> Sequence[SheetAccount]:
    from webui import demonstration

    return demonstration.accounts(app)


def _load(app: Flask) -> None:
    from webui import demonstration

    _mark(app).write_text(_database())
    demonstration.load(app, Bar(LOADING))
    _mark(app).unlink()


def _empty(app: Flask) -> None:
    db.session.remove()
    config = app.extensions["migrate"].migrate.get_config()
    command.downgrade(config, "base")
    command.upgrade(config, "head")


def _mark(app: Flask) -> Path:
    """Lies in the data folder while a demonstration is being loaded, and names the database."""
    return Path(app.config["DATA_FOLDER"]) / "demonstration.loading"


def _database() -> str:
    return db.engine.url.render_as_string(hide_password=True)

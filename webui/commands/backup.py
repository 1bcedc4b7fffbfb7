"""`flask backup`: the whole installation kept in a folder, checked, and put back."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import Flask, current_app
from flask.cli import AppGroup

from engine.backups import backing_up
from engine.backups.folders import CHECKPOINT, Manifest, read_manifest
from engine.foundation.actor import system_actor
from engine.foundation.audit_checkpoints import read_witness
from engine.foundation.audit_verification import Verification, verify
from engine.jobs import NO_CONGRESS
from webui import installation, scheduler
from webui.commands.refusals import in_words
from webui.premises import Unready

group = AppGroup("backup", help="备份与恢复 / backup and restore")

NEW = click.Path(path_type=Path)
EXISTING = click.Path(exists=True, file_okay=False, path_type=Path)


@group.command("make")
@click.argument("folder", type=NEW)
@in_words
def make_command(folder: Path) -> None:
    """把数据库和全部文件备份到新文件夹;不必停止系统 / keep all in a new folder while the system serves."""
    made = backing_up.make_backup(system_actor(NO_CONGRESS), folder=folder.absolute(), data=_data())
    _tell(made)
    click.echo(f"✓ 已备份到 / kept in {folder}")


@group.command("check")
@click.argument("folder", type=EXISTING)
@in_words
def check_command(folder: Path) -> None:
    """核对备份:文件、数据库、审计记录 / check a backup: its files, database and audit trail."""
    manifest = backing_up.check_backup(folder)
    _tell(manifest)
    if manifest.database == "sqlite":
        with tempfile.TemporaryDirectory() as place:
            _put_back(_elsewhere(Path(place)), folder, Path(place))
    else:
        click.echo(
            "审计记录在恢复时核验：请恢复到一个空库试一次 / "
            "the audit trail is verified when it is restored: try it with an empty database"
        )
    click.echo("✓ 备份完整 / the backup is whole")


@group.command("restore")
@click.argument("folder", type=EXISTING)
@in_words
def restore_command(folder: Path) -> None:
    """恢复到空的系统,并核验 / put a backup back into an empty installation and verify it."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    leadership = scheduler.leadership(app)
    if not leadership.held():
        raise click.ClickException("系统正在运行，请先停止。/ The system is running. Stop it first.")
    try:
        _tell(_put_back(app, folder, _data()))
    finally:
        leadership.give_up()
    click.echo("✓ 已恢复，审计记录完整。请启动系统 / restored, the audit trail is whole. Start the system")


def _put_back(app: Flask, folder: Path, data: Path) -> Manifest:
    """Restore into an application's database, bring it to this version's schema and verify its trail."""
    with app.app_context():
        _require_known(app, read_manifest(folder))
        manifest = backing_up.restore_backup(folder, data=data)
        try:
            installation.migrate(app)
        except Unready as reason:
            raise click.ClickException(f"{reason.zh} / {reason.en}") from reason
        verification = verify([read_witness(folder / CHECKPOINT)])
        backing_up.settle_restored(data)
        _require_sound(verification)
    return manifest


def _require_known(app: Flask, manifest: Manifest) -> None:
    """A backup of a newer version cannot be read by this one: said before anything is changed."""
    scripts = ScriptDirectory.from_config(app.extensions["migrate"].migrate.get_config())
    try:
        scripts.get_revision(manifest.revision)
    except CommandError as error:
        raise click.ClickException(
            "备份由较新版本的系统建立，请用那个版本恢复。/ "
            "A newer version of this system made the backup. Restore it with that one."
        ) from error


def _require_sound(verification: Verification) -> None:
    if not verification.sound:
        first = verification.findings[0]
        raise click.ClickException(
            f"审计记录有 {len(verification.findings)} 处问题 / the audit trail has findings: "
            + first.template.format(**first.values)
        )


def _elsewhere(place: Path) -> Flask:
    """This program on an empty database in a folder of its own."""
    from webui.app import create_app  # it imports the commands

    url = f"sqlite:///{place / 'check.sqlite3'}"
    return create_app({"SQLALCHEMY_DATABASE_URI": url, "DATA_FOLDER": str(place)})


def _data() -> Path:
    return Path(current_app.config["DATA_FOLDER"])


def _tell(manifest: Manifest) -> None:
    size = sum(size for _, size in manifest.files.values())
    click.echo(f"{manifest.made_at}  {manifest.database}  {manifest.revision}")
    click.echo(
        f"{sum(manifest.rows.values())} 行、{len(manifest.files)} 个文件、{size} 字节 / "
        f"{sum(manifest.rows.values())} rows, {len(manifest.files)} files, {size} bytes"
    )
    click.echo(f"审计检查点 / audit checkpoint  {manifest.checkpoint}")

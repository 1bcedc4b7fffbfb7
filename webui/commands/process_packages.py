"""`flask process export` and `import`: versions handed from one installation to another as signed packages."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from engine.definitions.catalogue import current, deploy, numbered
from engine.definitions.problems import FolderRefused
from engine.designing.exchange import export_version
from engine.designing.packages import MOST_BYTES, PackageRefused, opened
from engine.designing.signing import Signer, fingerprint
from engine.foundation.actor import system_actor
from engine.foundation.errors import NotFound
from engine.jobs import NO_CONGRESS
from webui.commands.files import write_file
from webui.commands.process_folders import known

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("export")
@click.argument("name", metavar="KEY[@VERSION]")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def export_command(name: str, file: Path) -> None:
    """导出一个版本为签名的流程包 / export a version as a signed package."""
    key, at, version = name.partition("@")
    try:
        if at and not version.isdecimal():
            raise NotFound
        found = numbered(key, int(version)) if at else current(key)
    except NotFound:
        click.echo(f"没有版本“{name}” / there is no version {name}", err=True)
        sys.exit(2)
    signer = Signer(Path(current_app.config["DATA_FOLDER"]) / "process-signing.key")
    made = export_version(system_actor(NO_CONGRESS), definition_id=found.id, signer=signer)
    write_file(file, made.content)
    click.echo(f"{file}  {signer.public_key()}  {fingerprint(signer.public_key())}")


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--key", "public_key", required=True, help="签名者的公钥,须另行核对 / the signer's public key")
@click.option(
    "--deploy", "deploys", is_flag=True, help="部署为所有人大使用的版本 / make it the active version"
)
@with_appcontext
def import_command(file: Path, public_key: str, deploys: bool) -> None:
    """核对一个流程包,加 --deploy 则部署 / verify a package; with --deploy make it the active version.

    不能使用时退出码为 1 / exit 1 when it cannot be used.
    """
    with file.open("rb") as content:
        sent = content.read(MOST_BYTES + 1)
    try:
        package = opened(sent)
        if package.public_key != "".join(public_key.split()).lower():
            told = "签名的是另一个密钥 / another key has signed it"
            raise click.ClickException(f"{told}: {fingerprint(package.public_key)}")
        click.echo(
            f"{package.key} v{package.version}  {package.title}  {package.origin}  {package.content_hash}"
        )
        if deploys:
            deploy(system_actor(NO_CONGRESS), package.files, **known())
    except PackageRefused as refused:
        raise click.ClickException(str(refused.errors["package"][0])) from refused
    except FolderRefused as refused:
        raise click.ClickException(str(refused)) from refused

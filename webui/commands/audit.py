"""`flask audit`: whether the audit trail is still what was recorded."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from engine.foundation.actor import system_actor
from engine.foundation.audit_checkpoints import (
    UnreadableCheckpoint,
    Witness,
    export,
    read_witness,
    take_checkpoint,
)
from engine.foundation.audit_verification import Finding, Verification, verify
from engine.jobs import NO_CONGRESS
from webui.commands.refusals import both, in_words

group = AppGroup("audit", help="审计记录：核验与检查点 / the audit trail: verification and checkpoints")

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(dir_okay=False, writable=True, path_type=Path)


@group.command("verify")
@click.option(
    "--checkpoint", "files", multiple=True, type=EXISTING, help="另存的检查点文件，可多个 / kept outside"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")
def verify_command(files: tuple[Path, ...], as_json: bool) -> None:
    """逐条核验审计记录;发现问题时退出码为 1 / check every event; exit 1 when something is wrong."""
    show = _count if sys.stderr.isatty() else lambda events: None
    verification = verify(_witnesses(files), show)
    if as_json:
        click.echo(json.dumps(_document(verification), ensure_ascii=False))
    else:
        _print(verification)
    sys.exit(0 if verification.sound else 1)


@group.command("checkpoint")
@click.option(
    "--out", type=NEW, help="同时存为文件，请保管在系统之外 / keep it in a file as well, out of the system"
)
@in_words
def checkpoint_command(out: Path | None) -> None:
    """为全部审计记录取一个检查点 / take a checkpoint over the whole audit trail."""
    checkpoint = take_checkpoint(system_actor(NO_CONGRESS))
    if out:
        try:
            out.write_bytes(export(checkpoint))
        except OSError as error:
            raise click.ClickException(f"{out} 不能写入 / cannot be written: {error.strerror}") from error
    click.echo(
        f"检查点 {checkpoint.id}：{checkpoint.chains} 条链、{checkpoint.events} 条记录 / "
        f"checkpoint {checkpoint.id}: {checkpoint.chains} chains, {checkpoint.events} events"
    )
    click.echo(f"{checkpoint.algorithm} {checkpoint.hash}")


def _witnesses(files: tuple[Path, ...]) -> list[Witness]:
    try:
        return [read_witness(file) for file in files]
    except UnreadableCheckpoint as error:
        click.echo(both(error), err=True)
        sys.exit(2)


def _count(events: int) -> None:
    click.echo(f"\r  {events}", nl=False, err=True)


def _sentence(finding: Finding) -> str:
    return finding.template.format(**finding.values)


def _document(verification: Verification) -> dict[str, Any]:
    findings = [asdict(finding) | {"sentence": _sentence(finding)} for finding in verification.findings]
    return asdict(verification) | {"sound": verification.sound, "findings": findings}


def _print(verification: Verification) -> None:
    for finding in verification.findings:
        click.echo(f"✗ {finding.fault.value}: {_sentence(finding)}")
    click.echo(
        f"{verification.chains} 条链、{verification.events} 条记录、{verification.checkpoints} 个检查点 / "
        f"{verification.chains} chains, {verification.events} events, {verification.checkpoints} checkpoints"
    )
    if verification.sound:
        click.echo("✓ 审计记录完整，未发现改动 / the audit trail is whole and unchanged")
    else:
        count = len(verification.findings)
        click.echo(f"✗ 发现 {count} 处问题 / {count} findings")

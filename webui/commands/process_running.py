"""`flask process run`: a definition run in memory with answers from a file, and what it did as a trace."""

from __future__ import annotations

import datetime as dt
import json
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from engine import flow
from engine.definitions.flow_files import examine_file
from engine.flow.runs import COMPLETED, FAILED, LIMIT, STEP_LIMIT, WAITING
from engine.flow.variables import checked
from engine.foundation import clock
from webui.commands.process_checking import AS_JSON, LANGUAGE, in_language
from webui.sentences import translate_refusal, translate_sentence

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
STATUS: Mapping[str, int] = {COMPLETED: 0, WAITING: 3, FAILED: 4, LIMIT: 5}
REFUSED, MISUSED = 1, 2
MOST_BYTES = 16 * 1024 * 1024  # of answers, or of variables
STATES: Mapping[str, str] = {
    COMPLETED: "已办结 / completed",
    WAITING: "等待中 / waiting",
    FAILED: "未能继续 / failed",
    LIMIT: "步数已满 / step limit reached",
}


class Moment(click.ParamType):
    """An ISO 8601 moment; without a zone it is read by the clock of Beijing."""

    name = "ISO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.datetime:
        try:
            moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} 不是 ISO 8601 时刻 / is not an ISO 8601 moment", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=clock.ZONE)


class Variables(click.ParamType):
    """A JSON object, or @ and the name of a file with one."""

    name = "JSON"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        try:
            variables = json.loads(_read(Path(value[1:])) if value.startswith("@") else value)
        except (OSError, ValueError, RecursionError) as error:
            self.fail(str(error), param, ctx)
        if not isinstance(variables, dict):
            self.fail("应为一个 JSON 对象 / a JSON object is expected", param, ctx)
        try:
            return checked(variables)
        except flow.UnfitVariables as unfit:
            self.fail("{path}: 不能保存 / cannot be kept: {reason}".format(**unfit.values), param, ctx)


@click.command("run")
@click.argument("file", type=FILE)
@click.option("--process", help="流程 id,文件中有多个流程时指明 / which process of the file")
@click.option("--variables", type=Variables(), default=dict, help="起始变量,@ 后跟文件名亦可 / at the start")
@click.option("--answers", type=FILE, help="答案文件,.json 或 .toml / answers to the tasks")
@click.option("--clock", "begin", type=Moment(), help="起始时刻,默认现在 / the clock at the start")
@click.option("--until", type=Moment(), help="时钟最多走到 / the clock goes no further")
@click.option("--restore-every-step", is_flag=True, help="每一步后都存为字节再读回 / dump and load each step")
@click.option("--step-limit", type=click.IntRange(1), default=STEP_LIMIT, show_default=True, help="最多步数")
@AS_JSON
@LANGUAGE
@with_appcontext
def run_command(
    file: Path,
    process: str | None,
    variables: dict[str, Any],
    answers: Path | None,
    begin: dt.datetime | None,
    until: dt.datetime | None,
    restore_every_step: bool,
    step_limit: int,
    as_json: bool,
    lang: str,
) -> None:
    """在内存中运行一个流程,不用数据库,打印经过 / run a definition in memory and print what happens.

    退出码:0 办结,1 流程被拒绝,2 用法有误,3 等待中,4 未能继续,5 步数已满 /
    exit 0 completed, 1 refused, 2 misused, 3 waiting, 4 failed, 5 step limit.
    """
    definition, problems = examine_file(file, process)
    if definition is None:
        _refuse(in_language(lang, problems), as_json)
        return
    try:
        script = flow.read_script(_document(answers))
        settings = flow.Settings(restore_every_step, step_limit, until)
        made = flow.run(definition, variables, script, begin or clock.now(), settings)
    except flow.ScriptUnfit as unfit:
        with force_locale(lang):
            click.echo(translate_refusal(unfit), err=True)
        sys.exit(MISUSED)
    _say_in(lang, made)
    if as_json:
        click.echo(json.dumps(asdict(made), ensure_ascii=False))
    else:
        _print(made)
    sys.exit(STATUS[made.state])


def _say_in(lang: str, made: flow.Run) -> None:
    """Let what failed be said in the reader's language, in the trace and at its end."""
    with force_locale(lang):
        for told in (made.error, *(entry for entry in made.trace if entry["event"] == "failed")):
            if told is not None:
                told["message"] = translate_sentence(told["message"])


def _document(path: Path | None) -> Any:
    """The parsed answers file; none is an empty one."""
    if path is None:
        return {}
    try:
        text = _read(path)
        return tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise flow.ScriptUnfit(path.name, str(error)) from None


def _read(path: Path) -> str:
    """The text of a file, without the mark that some editors put before it; ValueError for one beyond MOST_BYTES."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError(f"> {MOST_BYTES >> 20} MB")
    return content.decode("utf-8-sig")


def _refuse(problems: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"state": "refused", "problems": problems}, ensure_ascii=False))
    else:
        for each in problems:
            click.echo(f"{each['file']}:{each['line']} [{each['code']}] {each['element']} {each['message']}")
    sys.exit(REFUSED)


def _print(made: flow.Run) -> None:
    head = ("step", "at", "event")
    for entry in made.trace:
        rest = "  ".join(f"{name}={_word(value)}" for name, value in entry.items() if name not in head)
        click.echo(f"{entry['step']:>4}  {entry['at']}  {entry['event']:<15} {rest}")
    click.echo(f"{STATES[made.state]}  {' '.join(made.end_events)}")
    for task in made.open_tasks:
        click.echo(f"  ○ {task['element']} #{task['task']}")
    for message in made.awaited:
        click.echo(f"  ✉ {message}")
    click.echo(json.dumps(made.variables, ensure_ascii=False))


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

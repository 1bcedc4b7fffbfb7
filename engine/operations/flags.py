"""The thin flags by which a case's gateways decide: seen, and put right one by one, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine import flow
from engine.casework.facts import ASSIGNMENTS, ORGANIZATIONS
from engine.foundation import audit
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.operations.access import Running, locked_case, reason_given, running_case, write_flow
from models import db

LONGEST = 200  # characters of a text
NUMBER, TEXT, TRUTH = "number", "text", "truth"
SCALARS: Mapping[type, str] = {bool: TRUTH, int: NUMBER, float: NUMBER, str: TEXT}
WORDS = {"true": True, "false": False}


class FlagMoved(GuardRefused):
    """The flag is not what the page showed."""

    text = _("“{name}”的值已经变了，请核对后再改。")


@dataclass(frozen=True, slots=True)
class Flag:
    """One value that routing reads; `kind` is number | text | truth, empty where it has never had a value."""

    name: str
    kind: str
    value: Any
    known: bool


@dataclass(frozen=True, slots=True)
class Part:
    """The process as a whole (key empty), or what it does for one unit, with the flags it goes by."""

    key: str
    unit: str
    flags: tuple[Flag, ...]


def parts_of(actor: Actor, *, case_id: int) -> list[Part]:
    """The flags of a case, part by part. Raises NotAllowed, NotFound, StateUnreadable."""
    return parts_in(running_case(actor, case_id))


def parts_in(running: Running) -> list[Part]:
    """The flags of a case at hand."""
    definition, state = running.folder.flow, running.instance.state
    names = sorted(flow.routing_names(definition))
    scopes = {flow.WHOLE: flow.variables_of(definition, state)}
    scopes |= {
        each.key: dict(each.own) for each in flow.live_tokens(definition, state) if each.own is not None
    }
    units = unit_names(running.case.id)
    return [
        Part(key, units.get(values.get("assignment_id") if key else None, ""), _flags(names, values))
        for key, values in scopes.items()
    ]


def unit_names(case_id: int) -> dict[int | None, str]:
    """The names of the units at work on a case, by assignment."""
    statement = (
        sa.select(ASSIGNMENTS.c.id, ORGANIZATIONS.c.name)
        .join(ORGANIZATIONS, ORGANIZATIONS.c.id == ASSIGNMENTS.c.unit_id)
        .where(ASSIGNMENTS.c.case_id == case_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def _flags(names: list[str], values: Mapping[str, Any]) -> tuple[Flag, ...]:
    return tuple(
        Flag(name, SCALARS.get(type(values.get(name)), ""), values.get(name), name in values)
        for name in names
        # A list or an object is no flag: it came from an act, and goes with rows.
        if values.get(name) is None or type(values[name]) in SCALARS
    )


@use_case
def set_flag(
    actor: Actor, *, case_id: int, part: str, name: str, kind: str, value: str, known: str, reason: str
) -> bool:
    """Give a flag another value of its own kind (of any, where it had none); gives whether it changed.

    `known` is the value as the page showed it. Raises NotAllowed, NotFound, FlagMoved, InvalidAnswers, CaseArchived.
    """
    running = locked_case(actor, case_id)
    said = reason_given(reason)
    found = {each.key: each for each in parts_in(running)}
    flags = {flag.name: flag for flag in found[part].flags} if part in found else {}
    if name not in flags:
        raise InvalidAnswers({"name": [_("没有这个流转标志。")]})
    flag = flags[name]
    new = _typed(flag.kind or kind, value)
    if flag.known and flag.value == new and type(flag.value) is type(new):
        return False
    if shown(flag.value) != known:
        raise FlagMoved(name=name)
    write_flow(running, flow.set_variables(running.folder.flow, running.instance.state, {name: new}, part))
    audit.record(
        "flow:flag_set",
        congress_id=running.case.congress_id,
        case_id=running.case.id,
        subject=f"case:{running.case.id}",
        flag=name,
        part=found[part].unit or part,
        old=flag.value,
        new=new,
        reason=said,
    )
    return True


def shown(value: Any) -> str:
    """A flag's value as the page writes it, and reads it again."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _typed(kind: str, text: str) -> Any:
    """The value that was written, of its kind. Raises InvalidAnswers."""
    said = text.strip()
    if kind == TRUTH and said in WORDS:
        return WORDS[said]
    if kind == NUMBER and len(said) <= 15:
        for read in (int, float):
            try:
                return read(said)
            except ValueError:
                continue
    if kind == TEXT and len(said) <= LONGEST:
        return said
    fault = _("填写的值与这个标志的类型不符：是否填 true 或 false，数填数字，文字不超过 200 字。")
    raise InvalidAnswers({"value": [fault]})

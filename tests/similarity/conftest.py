"""The cast, and the invented suggestions that are held out."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy

from engine.casework.ledgers.files import Ledger
from engine.casework.ledgers.importing import import_ledger
from engine.foundation.actor import system_actor
from engine.people.organizations import create_organization
from tests.support.cast import Cast, assemble
from tests.support.journey import Journey

HELD_OUT = Path(__file__).parent / "held_out.toml"
SESSION = "省十四届人大四次会议"


@pytest.fixture
def cast(database: SQLAlchemy, clock_at: Callable[..., None]) -> Cast:
    """The cast, on the fifth of February 2026, between sessions."""
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    return assemble()


@pytest.fixture
def journey(cast: Cast) -> Journey:
    """A case to be."""
    return Journey(cast)


def matters() -> list[dict[str, Any]]:
    """The invented suggestions, two of each matter."""
    found: list[dict[str, Any]] = tomllib.loads(HELD_OUT.read_text(encoding="utf-8"))["matter"]
    return found


@pytest.fixture
def ledgers(cast: Cast) -> Cast:
    """The held-out suggestions taken in as a ledger: the earlier ones first, then those in other words."""
    kinds = list(dict.fromkeys(matter["unit"] for matter in matters()))
    for number, kind in enumerate(kinds):
        create_organization(
            system_actor(cast.congress_id), code=f"u{number}", name=f"省{kind}主管厅", kind="department"
        )
    rows = []
    for which in ("earlier", "later"):
        for place, matter in enumerate(matters()):
            text = matter[which]
            rows.append(
                {
                    "届次": SESSION,
                    "标题": text["title"],
                    "情况与分析": text["background"],
                    "具体建议": "\n".join(text["asks"]),
                    "领域": f"题目{place}",
                    "领衔代表": "王代表" if which == "earlier" else "李代表",
                    "主办单位": f"省{matter['unit']}主管厅",
                    "交办日期": "2025-02-05",
                }
            )
    report = import_ledger(
        system_actor(cast.congress_id),
        process_key="suggestion",
        filename="held.csv",
        ledger=Ledger(list(enumerate(rows, 1))),
    )
    assert not report.refused, report.refused
    return cast

"""The cast, with two committees and those who prepare meetings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from engine.casework.ledgers.files import Ledger
from engine.casework.ledgers.importing import import_ledger
from engine.foundation.actor import system_actor
from models import Case, db
from tests.support.cast import Cast, assemble
from tests.support.sitting import arranged

SETTING = {
    "organs": [
        {"code": "hzw", "name": "环境与资源保护委员会", "kind": "committee"},
        {"code": "cjw", "name": "财政经济委员会", "kind": "committee"},
        {"code": "bgt", "name": "人大常委会办公厅", "kind": "congress_office"},
    ],
    "people": [
        {"who": "committee", "at": "hzw", "roles": ["committee_officer"]},
        {"who": "finance", "at": "cjw", "roles": ["committee_officer"]},
        {"who": "meetings", "at": "bgt", "roles": ["meeting_officer"]},
    ],
}


@pytest.fixture
def cast(database: SQLAlchemy, clock_at: Callable[..., None]) -> Cast:
    """The cast with the organs, on the fifth of February 2026."""
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    return arranged(assemble(), SETTING)


ALIKE = "{place}地下水超采治理，压减农业灌溉地下水开采，置换水源工程，计量设施"
APART = ("加快农村公路养护体制改革", "完善校外托管机构登记管理", "推进老旧小区加装电梯资金统筹")


@pytest.fixture
def suggestions(cast: Cast) -> list[str]:
    """What `alike_suggestions` makes."""
    return alike_suggestions(cast)


def alike_suggestions(cast: Cast) -> list[str]:
    """Three suggestions of one matter and three of others, of the year before the plan; their numbers."""
    subjects = [ALIKE.format(place=place) for place in ("太原", "晋中", "运城")] + list(APART)
    rows = [
        {
            "届次": "省十四届人大四次会议",
            "标题": f"关于{subject}的建议",
            "情况与分析": f"{subject}，群众反映强烈。",
            "具体建议": f"出台{subject}的办法。",
            "领域": "农业农村",
            "领衔代表": "王代表",
            "主办单位": "省水利厅",
            "交办日期": "2025-02-05",
        }
        for subject in subjects
    ]
    system = system_actor(cast.congress_id)
    report = import_ledger(
        system, process_key="suggestion", filename="held.csv", ledger=Ledger(list(enumerate(rows, 1)))
    )
    assert not report.refused
    submitted = dt.datetime(2025, 2, 5, 2, 0, tzinfo=dt.UTC)
    values = {"submitted_at": submitted, "confidentiality": "public"}
    db.session.execute(
        sa.update(Case).values(values | {"number": sa.literal("第") + Case.id.cast(sa.String)})
    )
    db.session.commit()
    numbers = sa.select(Case.number).where(Case.title.contains("地下水")).order_by(Case.number)
    return [str(number) for number in db.session.scalars(numbers)]

"""A list of problems of which every one is to be struck off: final accounts, six problems of one unit."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator

import sqlalchemy as sa

from models import Problem, db
from tests.support.cast import Cast
from tests.support.performance import Performance
from tests.support.scenarios import begun, scenarios

PLAIN = next(each for each in scenarios() if each.name == "final_accounts/plain")
LISTED, THEIRS = 6, 6  # problems in all, and the one at which another person has looked than at the rest


@contextlib.contextmanager
def all_looked_at(cast: Cast) -> Iterator[Performance]:
    """The case, on the day on which the last of them was looked at: by `budget`, and one by `colleague`."""
    scenario = begun(PLAIN, "sc_decide")
    content = {**scenario.content, "steps": [*scenario.content["steps"], *_steps()]}
    performance = Performance(dataclasses.replace(scenario, content=content), cast)
    with performance.days:
        performance.play()
        yield performance


def _steps() -> list[dict[str, object]]:
    """What follows the vote: six problems of one unit, reported, and looked at by one, the last by another."""
    steps: list[dict[str, object]] = [
        {
            "who": "budget",
            "action": "list_problem",
            "like": "found",
            "with": {"text": f"第{number}个项目资金滞留。", "amount": f"{number},000.05"},
        }
        for number in range(2, LISTED + 1)
    ]
    steps.append({"who": "budget", "task": "hand_problems", "with": "handed"})
    steps.append(
        {"who": "slt_clerk", "task": "sign_problems", "unit": "slt", "with": {"officer": "slt_clerk"}}
    )
    for number in range(1, LISTED + 1):
        about = {"problem": number}
        looking = "colleague" if number == THEIRS else "budget"
        steps.append(
            {
                "who": "slt_clerk",
                "action": "report_problem",
                "unit": "slt",
                "like": "report_one",
                "with": about,
            }
        )
        steps.append({"who": looking, "action": "verify_problem", "like": "verify_one", "with": about})
    return steps


def statuses(case_id: int) -> list[str]:
    """How the problems stand, in their order."""
    db.session.rollback()
    statement = sa.select(Problem.status).where(Problem.case_id == case_id).order_by(Problem.ordinal)
    return list(db.session.scalars(statement))

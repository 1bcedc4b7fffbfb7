"""The list of problems of a case (问题清单): each handed to a unit, put right (整改), struck off (销号).

| status | what it means |
|---|---|
| listed | on the list, not handed over yet |
| open | with its unit, to be put right |
| reported | the unit says that it is, with evidence |
| verified | somebody has looked at that and proposes to strike it off |
| closed | a second person has struck it off |
| carried | its unit's part ended before that; it goes along with what is handed to the unit next, or to another case |
| withdrawn | taken off the list before it was handed over |
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from engine.foundation import clock
from models import Problem, ProblemStep, db

PROBLEMS: sa.Table = Problem.__table__  # type: ignore[assignment]
STEPS: sa.Table = ProblemStep.__table__  # type: ignore[assignment]

LISTED, OPEN, REPORTED, VERIFIED = "listed", "open", "reported", "verified"
CLOSED, CARRIED, WITHDRAWN = "closed", "carried", "withdrawn"
STATUSES = (LISTED, OPEN, REPORTED, VERIFIED, CLOSED, CARRIED, WITHDRAWN)
SETTLED = (CLOSED, WITHDRAWN)

_NEXT = sa.select(sa.func.coalesce(sa.func.max(PROBLEMS.c.ordinal), 0) + 1)


def amount_written(amount: str) -> str:
    """An amount as the column keeps it, with separators of thousands: 1,260.50; "" where none is stated."""
    return f"{Decimal(amount):,f}" if amount else ""


def amounts_together(amounts: Iterable[str]) -> str:
    """The exact sum of those that are stated; "" where none is."""
    stated = [Decimal(each) for each in amounts if each]
    return str(sum(stated, Decimal())) if stated else ""


@dataclass(frozen=True, slots=True)
class ProblemFacts:
    """A problem as it stands."""

    id: int
    case_id: int
    ordinal: int
    text: str
    unit_id: int
    assignment_id: int | None
    status: str
    returned: int


_FACTS = [PROBLEMS.c[name] for name in ProblemFacts.__slots__]


def put_on_list(case_id: int, values: Mapping[str, Any], by: int | None) -> int:
    """Put a problem at the end of the list; gives its id."""
    ordinal = db.session.scalar(_NEXT.where(PROBLEMS.c.case_id == case_id))
    row = {"case_id": case_id, "ordinal": ordinal, "status": LISTED, "returned": 0, "listed_by": by}
    row |= {"listed_at": clock.now(), **values}
    problem_id = int(db.session.scalar(PROBLEMS.insert().returning(PROBLEMS.c.id), row) or 0)
    _remember(case_id, [problem_id], LISTED, by, None, returned=False)
    return problem_id


def problem_of(case_id: int, problem_id: int) -> ProblemFacts:
    """A problem of the case, which must be there."""
    found = PROBLEMS.c.case_id == case_id, PROBLEMS.c.id == problem_id
    return ProblemFacts(*db.session.execute(sa.select(*_FACTS).where(*found)).one())


def problems_in(
    case_id: int, statuses: Collection[str], assignment_id: int | None = None
) -> list[ProblemFacts]:
    """The problems that stand so, of one unit's part or of the whole case, in order."""
    statement = sa.select(*_FACTS).where(PROBLEMS.c.case_id == case_id, PROBLEMS.c.status.in_(statuses))
    if assignment_id is not None:
        statement = statement.where(PROBLEMS.c.assignment_id == assignment_id)
    return [ProblemFacts(*row) for row in db.session.execute(statement.order_by(PROBLEMS.c.ordinal))]


def unsettled(case_id: int, assignment_id: int | None = None) -> list[ProblemFacts]:
    """What has been neither struck off nor taken off the list."""
    return problems_in(case_id, [each for each in STATUSES if each not in SETTLED], assignment_id)


def move(
    problems: Sequence[ProblemFacts],
    status: str,
    by: int | None,
    entry_id: int | None = None,
    *,
    returned: bool = False,
    **values: Any,
) -> None:
    """Let problems of one case stand otherwise, and keep who did it with which words."""
    if not problems:
        return
    ids = [each.id for each in problems]
    changed: dict[str, Any] = {"status": status, **values}
    if returned:
        changed["returned"] = PROBLEMS.c.returned + 1
    db.session.execute(PROBLEMS.update().where(PROBLEMS.c.id.in_(ids)).values(**changed))
    _remember(problems[0].case_id, ids, status, by, entry_id, returned=returned)


def _remember(
    case_id: int, ids: Sequence[int], status: str, by: int | None, entry_id: int | None, *, returned: bool
) -> None:
    common = {"case_id": case_id, "status": status, "returned": returned, "entry_id": entry_id}
    common |= {"done_by": by, "done_at": clock.now()}
    db.session.execute(STEPS.insert(), [{**common, "problem_id": each} for each in ids])


def hands_on(problem_id: int, statuses: Collection[str]) -> list[int]:
    """Who took the steps to these statuses, in the present round of putting it right."""
    last = sa.select(sa.func.max(STEPS.c.id)).where(STEPS.c.problem_id == problem_id, STEPS.c.status == OPEN)
    began = db.session.scalar(last) or 0
    taken = STEPS.c.problem_id == problem_id, STEPS.c.status.in_(statuses), STEPS.c.id > began
    found = db.session.scalars(sa.select(STEPS.c.done_by).where(*taken))
    return [each for each in found if each is not None]


def take_along(case_id: int, to_case_id: int, by: int | None) -> int:
    """Put what is not settled on the list of the case that follows this one; gives how many there were."""
    found = sa.select(PROBLEMS).where(PROBLEMS.c.case_id == case_id, PROBLEMS.c.status.not_in(SETTLED))
    rows = db.session.execute(found.order_by(PROBLEMS.c.ordinal)).mappings().all()
    for row in rows:
        same = {name: row[name] for name in ("text", "law", "demand", "amount", "unit_id")}
        put_on_list(to_case_id, same, by)
    left = [each for each in unsettled(case_id) if each.status != CARRIED]
    move(left, CARRIED, by)
    return len(rows)

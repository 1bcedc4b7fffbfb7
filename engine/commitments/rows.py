"""Commitments as the use cases work on them: doors, states, and how what happened to one is said."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASE_COLUMNS, CASES, CaseFacts, columns, read
from engine.casework.moving.happenings import Happening, happen
from engine.casework.visibility import RESTRICTED, visible_to
from engine.definitions.catalogue import definition
from engine.definitions.folder import Folder
from engine.definitions.legal_bases import require_step
from engine.definitions.promises import CommitmentRules
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, GuardRefused, InvalidAnswers, NotAllowed, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import operation
from models import Case, Commitment, CommitmentEntry, db

COMMITMENTS: sa.Table = Commitment.__table__  # type: ignore[assignment]
ENTRIES: sa.Table = CommitmentEntry.__table__  # type: ignore[assignment]

_CHANGE = COMMITMENTS.update().where(COMMITMENTS.c.id == sa.bindparam("of_commitment"))
_ENTER = ENTRIES.insert().returning(ENTRIES.c.id)

# Still owed; those that are lapsed are owed all the more.
LIVE = ("open", "changed", "carried_over", "lapsed")
STATES = (*LIVE, "fulfilled", "superseded", "withdrawn")
UNIT_OFFICERS = ("case_officer", "registrar", "approver", "head")
CONGRESS_DECIDES = ("assigner", "supervisor")
ONE_DAY = dt.timedelta(days=1)
LONGEST = 5_000  # characters of a report or reason


class CommitmentMoved(DomainError):
    """The page is older than the commitment."""

    text = _("您打开页面之后，这项承诺有了变化，请核对后再提交。您填写的内容已保留在这一页上。")


class NotOwed(GuardRefused):
    """The commitment has ended."""

    text = _("这项承诺已经了结，不能再办理这一步。")


@dataclass(slots=True)
class CommitmentFacts:
    """A commitment as it stood when the step began."""

    id: int
    congress_id: int
    case_id: int
    assignment_id: int
    reply_id: int
    unit_id: int
    ordinal: int
    what: str
    made_on: dt.date
    first_due_on: dt.date
    due_on: dt.date
    term: int | None
    status: str
    fulfilled_on: dt.date | None
    rating: str | None
    rating_due_on: dt.date | None
    revision: int


@dataclass(slots=True)
class Matter:
    """A commitment with its case, folder and the rules it is tracked by."""

    commitment: CommitmentFacts
    case: CaseFacts
    folder: Folder
    rules: CommitmentRules


COMMITMENT_COLUMNS = columns(CommitmentFacts, Commitment)
NO_RULES = CommitmentRules(rating_rule="", decided_beyond=0, warn=())


def visible_commitments(actor: Actor) -> sa.ColumnElement[bool]:
    """The commitments an actor may see: those of cases he may see, and those his own unit owes.

    Of a restricted case his unit's alone is not enough: he must belong to its circle.
    """
    units = [seat.organization_id for seat in actor.seats if seat.role in UNIT_OFFICERS]
    seen = COMMITMENTS.c.case_id.in_(sa.select(CASES.c.id).where(visible_to(actor)))
    known = sa.select(CASES.c.id).where(CASES.c.confidentiality != RESTRICTED)
    own = sa.and_(COMMITMENTS.c.unit_id.in_(units), COMMITMENTS.c.case_id.in_(known))
    return sa.and_(COMMITMENTS.c.congress_id == actor.congress_id, sa.or_(seen, own) if units else seen)


def to_view(actor: Actor, commitment_id: int) -> Matter:
    """A commitment the actor may see; NotFound otherwise."""
    return _matter(actor, commitment_id, lock=False)


def to_change(actor: Actor, commitment_id: int) -> Matter:
    """A commitment the actor may see, locked until the commit."""
    return _matter(actor, commitment_id, lock=True)


def _matter(actor: Actor, commitment_id: int, *, lock: bool) -> Matter:
    statement = (
        sa.select(*COMMITMENT_COLUMNS, *CASE_COLUMNS)
        .join(CASES, CASES.c.id == COMMITMENTS.c.case_id)
        .where(COMMITMENTS.c.id == commitment_id)
    )
    if "system" not in actor.roles:
        statement = statement.where(visible_commitments(actor))
    if lock:
        statement = statement.with_for_update(of=COMMITMENTS)
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    case = read(CaseFacts, Case, row)
    folder = definition(case.definition_id)
    return Matter(read(CommitmentFacts, Commitment, row), case, folder, folder.commitments or NO_RULES)


def require_unit(actor: Actor, matter: Matter, *roles: str) -> None:
    """Refuse whoever does not hold one of `roles` in the unit that owes the commitment."""
    if not any(actor.holds(role, matter.commitment.unit_id) for role in roles):
        raise NotAllowed


def require_revision(matter: Matter, revision: int | None) -> None:
    """Refuse a page that is older than the commitment."""
    if revision is not None and revision != matter.commitment.revision:
        raise CommitmentMoved


def require_article(matter: Matter, step: str) -> None:
    """Refuse a step for which the case's rule pack lists no article."""
    require_step(step, matter.folder, matter.case.rule_pack_id)


def require_live(matter: Matter) -> None:
    """Refuse what is only for a commitment that is still owed."""
    if matter.commitment.status not in LIVE:
        raise NotOwed


def written(text: str, name: str = "text", *, at_least: int = 5) -> str:
    """A report or reason as it is kept; InvalidAnswers under `name` where it says too little or too much."""
    kept = text.replace("\r\n", "\n").strip()
    if len(kept) < at_least:
        raise InvalidAnswers({name: [_("请写明情况，至少5个字。")]})
    if len(kept) > LONGEST:
        raise InvalidAnswers({name: [_("不能超过5000字。")]})
    return kept


def change(commitment: CommitmentFacts, **values: Any) -> None:
    """Write the commitment's new values and count the change."""
    counted = {"of_commitment": commitment.id, "revision": commitment.revision + 1}
    db.session.execute(_CHANGE, counted | values)


def enter(commitment_id: int, kind: str, text: str = "", *, state: str = "done", **detail: Any) -> int:
    """Write an entry into the commitment's history; gives its id."""
    actor = operation().actor
    return db.session.scalars(
        _ENTER,
        {
            "commitment_id": commitment_id,
            "kind": kind,
            "text": text,
            "detail": detail,
            "state": state,
            "written_by": actor.user_id,
            "written_for": actor.organization_name,
            "written_at": clock.now(),
            "decision": "",
        },
    ).one()


def say(matter: Matter, action: str, *, told: dict[str, object] | None = None, **detail: Any) -> None:
    """Record what happened to a commitment and tell whom its folder names."""
    commitment = matter.commitment
    happening = Happening(
        action,
        subject=f"commitment:{commitment.id}",
        assignment_id=commitment.assignment_id,
        detail={"commitment": commitment.ordinal, **detail},
        told={
            "commitment": shortened(commitment.what),
            "due_on": commitment.due_on,
            "link": f"/commitments/{commitment.id}",
            **(told or {}),
        },
    )
    happen(matter.case, matter.folder, [happening])


def shortened(what: str, most: int = 60) -> str:
    """A promise in one short line."""
    line = " ".join(what.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def next_day(due_on: dt.date, warn: tuple[int, ...], today: dt.date) -> dt.date | None:
    """The next day after `today` on which a commitment due then has something to say: a warning, or that it lapsed."""
    days = [due_on - dt.timedelta(days=each) for each in warn] + [due_on + ONE_DAY]
    return min((day for day in days if day > today), default=None)


def status_of(commitment: CommitmentFacts, due_on: dt.date, today: dt.date) -> str:
    """How a commitment that is owed stands when it is due on that day."""
    if due_on < today:
        return "lapsed"
    return "open" if due_on == commitment.first_due_on else "changed"

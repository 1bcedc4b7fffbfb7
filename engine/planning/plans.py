"""Making the plan of a year: matters are proposed and changed, the chairpersons' council adopts what stands.

Nothing is public, and nothing may be carried out, before it stands in an adopted version; what is changed afterwards
waits for the next one, which names its reasons (监督法 art. 63).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASES
from engine.definitions.catalogue import Deployed, current_all
from engine.definitions.words import Words
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers, NotAllowed, NotFound
from engine.foundation.language import _
from engine.foundation.lines import unfit
from engine.foundation.transaction import use_case
from engine.planning.letters import tell_of_decision, tell_of_proposal
from models import Organization, PlanItem, PlanVersion, SupervisionPlan, db
from models.base import insert_unless

PLANS: sa.Table = SupervisionPlan.__table__  # type: ignore[assignment]
ITEMS: sa.Table = PlanItem.__table__  # type: ignore[assignment]
VERSIONS: sa.Table = PlanVersion.__table__  # type: ignore[assignment]
OFFICER, ADOPTS = "committee_officer", "meeting_officer"
MAY_PROPOSE = (OFFICER, ADOPTS)
PLANNED, DROPPED = "planned", "dropped"
YEARS = range(2000, 2101)
MONTHS = range(1, 13)
TITLE, PROSE, MOST_SOURCES = 120, 10_000, 200  # characters, characters, cases

# The six channels of 监督法 art. 12; beside them what the law itself wants heard (arts 20, 23–25).
CHANNELS = MappingProxyType(
    {
        "inspection": Words("执法检查中发现的突出问题", "Found in an enforcement inspection"),
        "deputies": Words("代表建议、批评和意见集中反映的问题", "Concentrated in deputies’ suggestions"),
        "members": Words("常委会组成人员提出的比较集中的问题", "Raised by standing committee members"),
        "committees": Words("专门委员会、工作机构在调查研究中发现的突出问题", "Found by committees"),
        "letters": Words("人民来信来访集中反映的问题", "Concentrated in letters and visits"),
        "public": Words("社会普遍关注的其他问题", "Of wide public concern"),
        "statutory": Words("法律规定应当听取的报告", "Required by the law itself"),
    }
)


class NothingToAdopt(GuardRefused):
    """Nothing has changed since the plan was last adopted."""

    text = _("计划没有需要主任会议决定的内容。")


class AlreadyOpened(GuardRefused):
    """Its case has begun; what becomes of it is decided there."""

    text = _("这一项已经立案，请在案件中办理。")


def plannable(congress_id: int) -> list[Deployed]:
    """The kinds of work that an organ may begin in its own name, and so a plan may hold."""
    return [each for each in current_all(congress_id) if OFFICER in each.folder.organ_roles]


@use_case
def propose_item(actor: Actor, *, year: int, values: Mapping[str, Any], cases: Collection[str] = ()) -> int:
    """Propose a matter for the plan of a year, which begins with the first; gives its id.

    `values`: title, channel, process_key, organ_id, month, grounds. `cases`: official numbers of the cases it goes back
    to. A committee proposes what it would carry out itself. Raises InvalidAnswers.
    """
    actor.require(*MAY_PROPOSE)
    if year not in YEARS:
        raise InvalidAnswers({"year": [_("请填写四位数的年份。")]})
    checked = _checked(actor, values)
    plan_id = _plan(actor, year)
    row = checked | {
        "plan_id": plan_id,
        "sources": {"cases": _known(actor, cases)},
        "status": PLANNED,
        "reason": "",
        "changed_by": actor.user_id,
        "changed_at": clock.now(),
    }
    item_id = int(db.session.scalar(ITEMS.insert().returning(ITEMS.c.id).values(row)) or 0)
    _record(actor, "plan:item_proposed", item_id, year=year, title=checked["title"], sources=row["sources"])
    tell_of_proposal(actor, year, item_id, checked, ADOPTS)
    return item_id


@use_case
def change_item(actor: Actor, *, item_id: int, values: Mapping[str, Any], reason: str) -> int:
    """Change a matter that has no case yet, with the reason; gives the year of its plan."""
    item, plan = locked(actor, item_id)
    _require_changeable(item)
    checked = _checked(actor, values)
    old = {name: getattr(item, name) for name in checked if getattr(item, name) != checked[name]}
    if not old:
        return plan.year
    _write(actor, item, checked, _reason(reason))
    _record(
        actor, "plan:item_changed", item_id, old=old, new={name: checked[name] for name in old}, reason=reason
    )
    return plan.year


@use_case
def drop_item(actor: Actor, *, item_id: int, reason: str) -> int:
    """Propose that a matter that has no case yet be taken out; twice does no harm. Gives the year of its plan."""
    item, plan = locked(actor, item_id)
    if item.status == DROPPED:
        return plan.year
    _require_changeable(item)
    _write(actor, item, {"status": DROPPED}, _reason(reason))
    _record(actor, "plan:item_dropped", item_id, title=item.title, reason=reason)
    return plan.year


@use_case
def adopt(actor: Actor, *, year: int, council: str, decided_on: dt.date, reason: str = "") -> int:
    """Put the council's decision on record: what is planned now is the plan, and public. Gives the version's number.

    From the second on, a version needs the reason of the adjustment. Raises NothingToAdopt.
    """
    actor.require(ADOPTS)
    plan = db.session.scalar(
        sa.select(SupervisionPlan)
        .where(SupervisionPlan.congress_id == actor.congress_id, SupervisionPlan.year == year)
        .with_for_update()
    )
    if plan is None:
        raise NotFound
    before = latest(plan.id)
    _require_decision(council, decided_on, reason, adjusted=before is not None)
    items = _snapshot(plan.id)
    if not items or (before is not None and before.content["items"] == items):
        raise NothingToAdopt
    number = before.number + 1 if before else 1
    row = {"plan_id": plan.id, "number": number, "council": council.strip(), "decided_on": decided_on}
    row |= {"reason": reason.strip(), "content": {"items": items}}
    row |= {"recorded_by": actor.user_id, "recorded_at": clock.now()}
    db.session.execute(VERSIONS.insert().values(row))
    _record(actor, "plan:adopted", plan.id, year=year, version=number, council=council, reason=reason)
    known = before.content["items"] if before else []
    tell_of_decision(actor, year, number, council.strip(), known, items, OFFICER)
    return number


def latest(plan_id: int) -> PlanVersion | None:
    """The version that stands, if any was adopted."""
    statement = sa.select(PlanVersion).where(PlanVersion.plan_id == plan_id)
    return db.session.scalar(statement.order_by(PlanVersion.number.desc()).limit(1))


def locked(actor: Actor, item_id: int) -> tuple[PlanItem, SupervisionPlan]:
    """A matter with its plan, for one who may change it: its committee, or the meetings office."""
    actor.require(*MAY_PROPOSE)
    found = db.session.execute(
        sa.select(PlanItem, SupervisionPlan)
        .join(SupervisionPlan, SupervisionPlan.id == PlanItem.plan_id)
        .where(PlanItem.id == item_id, SupervisionPlan.congress_id == actor.congress_id)
        .with_for_update(of=PlanItem)
    ).one_or_none()
    if found is None:
        raise NotFound
    _require_own(actor, found[0].organ_id)
    return found[0], found[1]


def _require_own(actor: Actor, organ_id: int) -> None:
    if not actor.roles.intersection({ADOPTS}) and not actor.holds(OFFICER, organ_id):
        raise NotAllowed


def _require_changeable(item: PlanItem) -> None:
    if item.case_id is not None:
        raise AlreadyOpened


def _require_decision(council: str, decided_on: dt.date, reason: str, *, adjusted: bool) -> None:
    errors: dict[str, list[str]] = unfit(PlanVersion, council=council.strip())
    if not council.strip():
        errors["council"] = [_("请填写哪次主任会议。")]
    if decided_on > clock.today():
        errors["decided_on"] = [_("决定日期不能晚于今天。")]
    if adjusted and not reason.strip():
        errors["reason"] = [_("调整计划须写明理由。")]
    if errors:
        raise InvalidAnswers(errors)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidAnswers({"reason": [_("请写明理由。")]})
    return reason.strip()[:PROSE]


def _checked(actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a matter consists of, or InvalidAnswers with every field that is wrong."""
    title, grounds = (str(values.get(name) or "").strip() for name in ("title", "grounds"))
    kinds = {each.folder.key for each in plannable(actor.congress_id)}
    errors: dict[str, list[Any]] = {}
    if not 0 < len(title) <= TITLE:
        errors["title"] = [_("请填写议题，不超过120字。")]
    if not 0 < len(grounds) <= PROSE:
        errors["grounds"] = [_("请填写理由和依据。")]
    choices = {"channel": CHANNELS.keys(), "process_key": kinds, "month": MONTHS}
    choices |= {"organ_id": set(organs(actor.congress_id))}
    for name, allowed in choices.items():
        if values.get(name) not in allowed:
            errors[name] = [_("请从列出的选项中选择。")]
    if errors:
        raise InvalidAnswers(errors)
    _require_own(actor, values["organ_id"])
    return {"title": title, "grounds": grounds} | {name: values[name] for name in choices}


def organs(congress_id: int) -> dict[int, str]:
    """The committees of a congress that a matter may be given to."""
    statement = sa.select(Organization.id, Organization.name).where(
        Organization.congress_id == congress_id, Organization.kind == "committee"
    )
    return {row.id: row.name for row in db.session.execute(statement.order_by(Organization.position))}


def _plan(actor: Actor, year: int) -> int:
    """The plan of that year, begun where there is none."""
    row = {"congress_id": actor.congress_id, "year": year}
    made = row | {"created_by": actor.user_id, "created_at": clock.now()}
    db.session.execute(insert_unless(PLANS).values(made).on_conflict_do_nothing())
    return db.session.scalars(
        sa.select(PLANS.c.id).where(PLANS.c.congress_id == actor.congress_id, PLANS.c.year == year)
    ).one()


def _known(actor: Actor, numbers: Collection[str]) -> list[str]:
    """Those of the numbers that cases of this congress have: a source can be looked up."""
    wanted = sorted({number for number in numbers if number})[:MOST_SOURCES]
    statement = sa.select(CASES.c.number).where(
        CASES.c.congress_id == actor.congress_id, CASES.c.number.in_(wanted)
    )
    return sorted(db.session.scalars(statement))


def _snapshot(plan_id: int) -> list[dict[str, Any]]:
    """The matters as they stand, as a version keeps them."""
    statement = sa.select(PlanItem, Organization.name).join(
        Organization, Organization.id == PlanItem.organ_id
    )
    rows = db.session.execute(
        statement.where(PlanItem.plan_id == plan_id, PlanItem.status == PLANNED).order_by(
            PlanItem.month, PlanItem.id
        )
    )
    names = ("id", "title", "channel", "process_key", "month", "grounds")
    return [{name: getattr(item, name) for name in names} | {"organ": organ} for item, organ in rows]


def _write(actor: Actor, item: PlanItem, values: Mapping[str, Any], reason: str) -> None:
    row = {**values, "reason": reason, "changed_by": actor.user_id, "changed_at": clock.now()}
    db.session.execute(ITEMS.update().where(ITEMS.c.id == item.id).values(row))


def _record(actor: Actor, action: str, of: int, **detail: Any) -> None:
    audit.record(action, congress_id=actor.congress_id, subject=f"plan:{of}", **detail)

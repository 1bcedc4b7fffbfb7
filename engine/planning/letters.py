"""What people are told of a plan: something proposed, the council's decision, a month come, a month gone by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from engine.foundation import clock
from engine.foundation.actor import Actor
from models import Membership, Organization, PlanItem, Substitution, User, db
from notifications import personal
from notifications.personal import Pair

# event → subject and body, each in Chinese and English.
LETTERS = MappingProxyType(
    {
        "plan:item_proposed": (
            ("监督计划有待决定的内容：{title}", "The plan of supervision has something to decide: {title}"),
            (
                "{organ}提出列入{year}年监督工作计划：{title}（{month}月）。\n主任会议决定后请记录。",
                "{organ} proposes for the plan of {year}: {title} ({month}).\n"
                "Please record the council’s decision once it is taken.",
            ),
        ),
        "plan:adopted": (
            ("{year}年监督工作计划已经{council}决定", "The plan of {year} was decided on by {council}"),
            (
                "{council}决定了{year}年监督工作计划第{version}版。涉及{organ}的：\n{matters}",
                "{council} decided on version {version} of the plan of {year}. What concerns {organ}:\n{matters}",
            ),
        ),
        "plan:month_begun": (
            ("监督计划本月事项：{title}", "Planned for this month: {title}"),
            (
                "{year}年监督工作计划安排{organ}在{month}月办理：{title}。\n"
                "还没有立案，请由计划立案；需要推迟的，请提出调整并写明理由。",
                "The plan of {year} has {organ} deal with this in {month}: {title}.\n"
                "No case has been opened. Please open it from the plan, or propose its adjustment with the reason.",
            ),
        ),
        "plan:month_over": (
            ("监督计划事项到期未立案：{title}", "Planned, but no case was opened: {title}"),
            (
                "{year}年监督工作计划安排{organ}在{month}月办理的事项，该月已过仍没有立案：{title}。\n"
                "请立案，或者依照监督法第六十三条提请主任会议调整计划。",
                "No case was opened for what the plan of {year} gave to {organ} for {month}, which is over: "
                "{title}.\nPlease open it, or have the council adjust the plan (Supervision Law art. 63).",
            ),
        ),
    }
)


def tell(
    event: str, key: str, who: Collection[int], values: dict[str, Pair], *, congress_id: int, path: str
) -> None:
    """Write the letter of an event to these people, in the running transaction; the same key tells a person once."""
    subject, body = LETTERS[event]
    letter = personal.Letter(event, key, subject, body, path)
    personal.tell(db.session.connection(), who, letter, values, congress_id=congress_id, now=clock.now())


def same(word: object) -> Pair:
    """A word that is the same in both languages."""
    return str(word), str(word)


def named(month: int) -> Pair:
    """A month of the year: its number where 月 follows it, its name in English."""
    return str(month), f"{dt.date(2000, month, 1):%B}"


def holders(congress_id: int, roles: Collection[str], organ_id: int | None = None) -> set[int]:
    """Who holds one of the roles in the congress, or in that organ of it; with those who stand in for them today."""
    seats = (
        sa.select(Membership.user_id, Membership.organization_id)
        .join(Organization, Organization.id == Membership.organization_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Organization.congress_id == congress_id,
            Membership.role.in_(sorted(roles)),
            Membership.ended_at.is_(None),
            User.active,
        )
    )
    if organ_id is not None:
        seats = seats.where(Membership.organization_id == organ_id)
    seated = seats.subquery()
    standing = (
        sa.select(Substitution.substitute_id)
        .join(
            seated,
            sa.and_(
                Substitution.absent_id == seated.c.user_id,
                Substitution.organization_id == seated.c.organization_id,
            ),
        )
        .where(
            Substitution.revoked_at.is_(None),
            Substitution.begins_on <= clock.today(),
            Substitution.ends_on >= clock.today(),
        )
    )
    return set(db.session.scalars(sa.union(sa.select(seated.c.user_id), standing)))


Matters = Sequence[Mapping[str, Any]]  # as a version keeps them


def tell_of_proposal(actor: Actor, year: int, item_id: int, matter: Mapping[str, Any], role: str) -> None:
    """Tell those who record the council's decisions that there is something to decide; not whoever proposed it."""
    organ = db.session.scalar(sa.select(Organization.name).where(Organization.id == matter["organ_id"]))
    values = {"title": matter["title"], "organ": organ, "year": year}
    tell(
        "plan:item_proposed",
        str(item_id),
        holders(actor.congress_id, {role}) - {actor.user_id or 0},
        {name: same(value) for name, value in values.items()} | {"month": named(matter["month"])},
        congress_id=actor.congress_id,
        path=f"/plans/{year}",
    )


def tell_of_decision(
    actor: Actor, year: int, version: int, council: str, before: Matters, now: Matters, role: str
) -> None:
    """Tell each committee what of its own has come into the plan, was changed in it, or was taken out."""
    old, new = ({each["id"]: each for each in matters} for matters in (before, now))
    changed = [id_ for id_ in sorted(old.keys() | new.keys()) if old.get(id_) != new.get(id_)]
    statement = sa.select(PlanItem.id, Organization.id, Organization.name).join(
        Organization, Organization.id == PlanItem.organ_id
    )
    by_organ: dict[tuple[int, str], list[Pair]] = {}
    statement = statement.where(PlanItem.id.in_(changed)).order_by(PlanItem.id)
    rows: list[Any] = list(db.session.execute(statement))
    for item_id, organ_id, name in rows:
        by_organ.setdefault((organ_id, name), []).append(_line(old.get(item_id), new.get(item_id)))
    plan_values = {"year": same(year), "version": same(version), "council": same(council)}
    for (organ_id, name), lines in by_organ.items():
        zh, en = ("\n".join(each) for each in zip(*lines, strict=True))
        tell(
            "plan:adopted",
            f"{year}/{version}/{organ_id}",
            holders(actor.congress_id, {role}, organ_id) - {actor.user_id or 0},
            plan_values | {"organ": same(name), "matters": (zh, en)},
            congress_id=actor.congress_id,
            path=f"/plans/{year}",
        )


def _line(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Pair:
    if new is None:
        title = old["title"] if old else ""
        return f"取消：{title}", f"taken out: {title}"
    said = ("调整", "changed") if old else ("列入", "taken in")
    return (
        f"{said[0]}：{new['title']}（{new['month']}月）",
        f"{said[1]}: {new['title']} ({named(new['month'])[1]})",
    )

"""The organs of the demonstration's congress: committees, those who prepare meetings, the members, the meetings."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from engine.casework.sittings import COUNCIL, STANDING_COMMITTEE
from engine.deadlines.calendars import calendar_of
from engine.deadlines.workdays import ONE_DAY, roll_forward
from engine.foundation import clock
from engine.foundation.actor import Actor, system_actor
from engine.meetings.convening import convene
from engine.people.grants import grant_role
from engine.people.organizations import create_organization
from engine.people.roles import STANDING_MEMBER
from engine.people.users import create_user
from models import Organization, db
from webui.demonstration.province import PASSWORD, Province
from webui.demonstration.sitting_days import two_days_from

COMMITTEES = (
    ("hzw", "省人大环境与资源保护委员会", "环资委", "huanzi", "汾环资"),
    ("cjw", "省人大财政经济委员会", "财经委", "caijing", "晋财经"),
)
BEFORE = 460  # days before today: further back than any story begins
MEMBERS = 12  # of the deputies, the first ones, make up the standing committee
# How many days from today the meetings of the standing committee begin, if these days are worked, else up to eleven
# days later (sitting_days.py); never more than two months lie between two.
MEETINGS = ((18, -210), (19, -170), (20, -130), (21, -95), (22, -60), (23, -12), (24, 27), (25, 74))


def settle_organs(province: Province) -> None:
    """Everything of the congress's own organs, as it stood before the year that the stories tell of."""
    today, system = clock.today(), system_actor(province.congress_id)
    office_id = db.session.scalars(
        sa.select(Organization.id).where(
            Organization.congress_id == province.congress_id, Organization.kind == "congress_office"
        )
    ).one()
    with clock.moved_to(clock.now() - dt.timedelta(days=BEFORE)):
        _organize(province, system, office_id)
        _seat_members(province, system, office_id)
        _convene(province, system, today)


def _organize(province: Province, system: Actor, office_id: int) -> None:
    """Committees with their staff, and the officer for meetings."""
    for place, (code, name, short, username, person) in enumerate(COMMITTEES, start=3):
        committee = create_organization(
            system, code=code, name=name, short_name=short, kind="committee", position=place
        )
        province.organs[code] = committee
        _seat(system, province, username, person, committee, "committee_officer")
        province.show(f"{short} 工作人员 / committee officer", username)
    # What one of the committee has looked at, another strikes off.
    _seat(system, province, "huaner", "汾环核", province.organs[COMMITTEES[0][0]], "committee_officer")
    registry = create_organization(
        system,
        code="fzgw",
        name="省人大常委会法制工作委员会",
        short_name="法工委",
        kind="committee",
        position=place + 1,
    )
    province.organs["fzgw"] = registry
    _seat(system, province, "beishen", "汾备审", registry, "filing_officer")
    province.show("法工委 备案审查 / filing officer", "beishen")
    _seat(system, province, "yusuan", "霍预审", province.organs["cjw"], "budget_reviewer")
    province.show("财经委 预算审查 / budget reviewer", "yusuan")
    _seat(system, province, "yusuan2", "岚预算", province.organs["cjw"], "budget_reviewer")
    province.show("财经委 预算审查（复核） / budget reviewer, second", "yusuan2")
    _seat(system, province, "huiwu", "并会务", office_id, "meeting_officer")
    province.show("办公厅 会务 / meetings officer", "huiwu")


def _seat_members(province: Province, system: Actor, office_id: int) -> None:
    """Some of the deputies are members of the standing committee."""
    for _deputy_id, username in province.deputies[:MEMBERS]:
        grant_role(system, province.users[username], organization_id=office_id, role=STANDING_MEMBER)


def _convene(province: Province, system: Actor, today: dt.date) -> None:
    """The meetings of the standing committee around today, and one of the council."""
    calendar = calendar_of(province.congress_id)
    for ordinal, days in MEETINGS:
        told = today + dt.timedelta(days=days)
        opens, closes = two_days_from(told, calendar)
        province.sits_on |= {told: opens, told + ONE_DAY: closes}
        convene(
            system,
            kind=STANDING_COMMITTEE,
            term=province.term,
            ordinal=ordinal,
            name=f"省人大常委会第{ordinal}次会议",
            opens_on=opens,
            closes_on=closes,
        )
    council = roll_forward(today + dt.timedelta(days=9), calendar)
    convene(
        system,
        kind=COUNCIL,
        term=province.term,
        ordinal=48,
        name="第四十八次主任会议",
        opens_on=council,
        closes_on=council,
    )


def _seat(
    system: Actor, province: Province, username: str, name: str, organization_id: int, role: str
) -> None:
    made = create_user(system, username=username, name=name, first_password=PASSWORD, must_change=False)
    grant_role(system, made.user_id, organization_id=organization_id, role=role)
    province.users[username] = made.user_id

"""What a substitution must be: two people of one organization, no administrators, a period, a reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import _
from engine.people.roles import ADMINISTRATORS
from models import Membership, User, db

LONGEST = 183  # days
REASON_LENGTH = 500

NO_REASON = _("请说明原因。")
LONG_REASON = _("原因不能超过500字。")
BAD_PERIOD = _("结束日期不能早于开始日期。")
PAST_PERIOD = _("开始日期不能早于今天。")
PAST_END = _("结束日期不能早于今天；要马上结束，请用“结束代理”。")
LONG_PERIOD = _("代理期限最长为183天。")
NO_COLLEAGUE = _("请选择同一单位的在职同事。")
NO_SEAT = _("在该单位没有可以代理的角色。")


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day of a substitution, and why."""

    begins_on: dt.date
    ends_on: dt.date
    reason: str


def check(
    absent_id: int, substitute_id: int, organization_id: int, period: Period, *, earliest: dt.date
) -> None:
    """Refuse, by field, what cannot be; it may not begin before `earliest`. Raises InvalidAnswers."""
    errors: dict[str, list[str]] = {}
    if absent_id == substitute_id or not seated(substitute_id, organization_id):
        errors["substitute_id"] = [NO_COLLEAGUE]
    if not seated(absent_id, organization_id):
        errors["absent_id"] = [NO_SEAT]
    errors |= _faults_of_days(period, earliest)
    if not period.reason.strip():
        errors["reason"] = [NO_REASON]
    elif len(period.reason.strip()) > REASON_LENGTH:
        errors["reason"] = [LONG_REASON]
    if errors:
        raise InvalidAnswers(errors)


def _faults_of_days(period: Period, earliest: dt.date) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if period.begins_on < earliest:
        errors["begins_on"] = [PAST_PERIOD]
    if period.ends_on < period.begins_on:
        errors["ends_on"] = [BAD_PERIOD]
    elif (period.ends_on - period.begins_on).days >= LONGEST:
        errors["ends_on"] = [LONG_PERIOD]
    return errors


def seated(user_id: int, organization_id: int) -> bool:
    """Whether an active user works in the organization, as anything but one of the three administrators."""
    return bool(
        db.session.scalar(
            sa.select(Membership.id)
            .join(User, User.id == Membership.user_id)
            .where(
                Membership.user_id == user_id,
                Membership.organization_id == organization_id,
                Membership.ended_at.is_(None),
                Membership.role.not_in(sorted(ADMINISTRATORS)),
                User.active,
            )
            .limit(1)
        )
    )

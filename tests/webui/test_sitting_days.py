"""The demonstration's meetings sit on working days, whatever day it is shown on, and often enough."""

from __future__ import annotations

import datetime as dt

from engine.deadlines.holidays import seed
from engine.deadlines.workdays import ONE_DAY, Calendar, DayKind, add_months
from webui.demonstration.organs import MEETINGS
from webui.demonstration.sitting_days import session_week, two_days_from

CALENDAR = Calendar(seed())
SHOWN_ON = [dt.date(2023, 1, 1) + ONE_DAY * number for number in range(365 * 12)]


def test_the_standing_committee_sits_on_two_working_days_and_every_two_months() -> None:
    for today in SHOWN_ON:
        ended: dt.date | None = None
        for _ordinal, days in MEETINGS:
            opens, closes = two_days_from(today + ONE_DAY * days, CALENDAR)
            assert CALENDAR.is_workday(opens) and CALENDAR.is_workday(closes) and closes == opens + ONE_DAY
            assert (closes < today) == (days < 0), "what the stories tell of the past is past"
            assert ended is None or opens <= add_months(ended, 2), "组织法第五十一条"
            ended = closes


def test_the_congress_opens_on_a_working_day_and_no_holiday_falls_into_its_week() -> None:
    for year in range(2022, 2037):
        opens, closes = session_week(year)
        named = [CALENDAR.special(opens + ONE_DAY * number) for number in range((closes - opens).days + 1)]
        assert CALENDAR.is_workday(opens) and (opens.month, closes.month) == (1, 1)
        assert not [each for each in named if each and each.kind is DayKind.RESTDAY]
    assert session_week(2023) == (dt.date(2023, 1, 13), dt.date(2023, 1, 19)), "除夕 is on the 21st"

"""How a person wishes to be told: over which channels, when in the day, and what may wait for a digest.

A notice says how important it is; the person says which channels that importance may use beside the screen.

| importance | what it is | by default |
|---|---|---|
| `urgent` | something is late or about to be | mail, SMS, chat group |
| `normal` | something happened to a case of his | mail |
| `minor` | good to know | mail, in the daily digest |

Quiet hours hold for everybody and for every importance: what would leave the house in them waits for their end.
On the screen everything is at once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from models import CorrespondenceSetting

ZONE = ZoneInfo("Asia/Shanghai")
IMPORTANCES = ("urgent", "normal", "minor")
PHONE_CODE = "phone:code"  # the event of a message that proves a phone to be somebody's
OUTSIDE = ("email", "sms", "chat")  # the channels beside the screen


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person has chosen; the defaults are everybody's until he does."""

    urgent: str = "email,sms,chat"
    normal: str = "email"
    minor: str = "email"
    normal_in_digest: bool = False
    digest_hour: int = 8
    quiet_from: int = 22 * 60  # minutes after midnight
    quiet_to: int = 7 * 60
    phone: str = ""

    def channels(self, importance: str) -> tuple[str, ...]:
        """The channels that this importance may use, in a fixed order; a digest is never an SMS or a post."""
        chosen = str(getattr(self, importance)).split(",")
        usable = ("email",) if self.collected(importance) else OUTSIDE
        return tuple(channel for channel in usable if channel in chosen)

    def collected(self, importance: str) -> bool:
        """Whether such messages wait for the daily digest."""
        return importance == "minor" or (importance == "normal" and self.normal_in_digest)

    def moment(self, now: dt.datetime) -> dt.datetime:
        """`now`, or the end of the quiet hours in which it falls."""
        local = now.astimezone(ZONE)
        minute = local.hour * 60 + local.minute
        begin, end = self.quiet_from, self.quiet_to
        quiet = begin <= minute < end if begin <= end else (minute >= begin or minute < end)
        if not quiet:
            return now
        day = local.date() + dt.timedelta(days=int(minute >= end))
        return dt.datetime.combine(day, dt.time(*divmod(end, 60)), ZONE).astimezone(dt.UTC)


DEFAULT = Wishes()
COLUMNS: tuple[Any, ...] = tuple(getattr(CorrespondenceSetting, field.name) for field in fields(Wishes))


def wishes_in(row: sa.Row[Any] | sa.RowMapping) -> Wishes:
    """The wishes in a row that COLUMNS were selected into; all empty where the person has chosen nothing."""
    mapping = row if isinstance(row, sa.RowMapping) else row._mapping
    if mapping["urgent"] is None:
        return DEFAULT
    return Wishes(**{field.name: mapping[field.name] for field in fields(Wishes)})

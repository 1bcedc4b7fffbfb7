"""The length of a period: quantity, unit, direction, and what happens when it ends on a day off."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from engine.deadlines.refusals import CountingRefused
from engine.foundation.language import _

LONGEST = 9999
WRITTEN_LENGTH = re.compile(r"(?P<sign>-?)(?P<quantity>[0-9]{1,4})(?P<unit>wd|d|m)")


class LengthNotUnderstood(CountingRefused):
    """A length that is not written like 3m, 10wd, 20d or -30d."""

    text = _("看不懂期限“{length}”：请写成 3m（月）、10wd（工作日）、20d（日）或 -30d（会前30日）。")


class Unit(StrEnum):
    DAY = "d"
    WORKDAY = "wd"
    MONTH = "m"


class Direction(StrEnum):
    FORWARD = "forward"
    BACKWARD = "backward"


class Roll(StrEnum):
    NEXT_WORKDAY = "next_workday"
    PREVIOUS_WORKDAY = "previous_workday"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Length:
    """How long, in which unit, after or before the start, and where a day off moves the end."""

    quantity: int
    unit: Unit
    direction: Direction = Direction.FORWARD
    roll: Roll = Roll.NEXT_WORKDAY
    count_first_day: bool = False

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Refuses a length that cannot be counted."""
        if not 0 < self.quantity <= LONGEST:
            raise LengthNotUnderstood(length=str(self))
        if self.backward and self.roll is Roll.NEXT_WORKDAY:
            # «at least N days before the meeting» would be broken by moving towards the meeting.
            raise LengthNotUnderstood(length=f"{self} {self.roll}")

    @property
    def backward(self) -> bool:
        """Counted back from a date, such as a meeting."""
        return self.direction is Direction.BACKWARD

    def __str__(self) -> str:
        return f"{'-' if self.backward else ''}{self.quantity}{self.unit}"


def parse_length(text: str) -> Length:
    """A written length, with the usual roll: forward to the next working day, backward to the one before."""
    written = WRITTEN_LENGTH.fullmatch(text.strip())
    if written is None:
        raise LengthNotUnderstood(length=text)
    backward = bool(written["sign"])
    try:
        return Length(
            int(written["quantity"]),
            Unit(written["unit"]),
            Direction.BACKWARD if backward else Direction.FORWARD,
            Roll.PREVIOUS_WORKDAY if backward else Roll.NEXT_WORKDAY,
        )
    except LengthNotUnderstood:
        raise LengthNotUnderstood(length=text) from None

"""A year of work, lived day by day: stories of suggestions, each step a use case at its own moved time."""

from __future__ import annotations

import datetime as dt
import heapq
import random
from collections.abc import Iterator

import sqlalchemy as sa

from engine.casework.periods.clock_sweep import sweep
from engine.commitments.sweeping import sweep_commitments
from engine.correspondence import mark_read
from engine.foundation import clock
from models import Notification, db
from webui.demonstration.matters import Matter, invent
from webui.demonstration.phrases import SHOWN
from webui.demonstration.province import SHARES, Progress, Province
from webui.demonstration.story import Story

SEED = 14
UNIT = "slt"  # of the sign-in sheet, for whoever follows README
ITS_STEPS = ("sign_for", "review_reply", "sign_reply")

# How far each story has come by today → how many; together with the closed ones more than three hundred.
ENDINGS: tuple[tuple[str, int], ...] = (
    ("draft", 6),
    ("cosigning", 5),
    ("intake", 10),
    ("intake_review", 6),
    ("assign", 12),
    ("sign_for", 14),
    ("handling", 40),
    ("co_opinion", 12),
    ("review_reply", 7),
    ("sign_reply", 6),
    ("evaluate", 15),
    ("decide_redo", 3),
    ("redo", 4),
    ("overdue", 6),
    ("declined", 9),
    ("panel", 2),
    ("closed_after_redo", 6),
    ("closed_by_panel", 2),
    ("merged", 1),
    ("merged_disputed", 1),
    ("withheld", 2),
    ("unpublished", 1),
    ("closed_apart", 8),
    ("closed", 162),
)


def live_through(province: Province, progress: Progress) -> None:
    """Let every story run to where it stands today, in the order of time, with the clocks swept every day."""
    chance = random.Random(SEED)
    stories = _stories(province, chance)
    coming: list[tuple[dt.datetime, int, Iterator[dt.datetime]]] = []
    for number, story in enumerate(stories):
        steps = story.steps()
        heapq.heappush(coming, (next(steps), number, steps))
    total, begun = sum(story.length for story in stories), clock.now()
    done, swept = 0, coming[0][0].date()
    while coming:
        when, number, steps = heapq.heappop(coming)
        swept = _sweep_until(min(when, begun), swept)
        done += 1
        with clock.moved_to(min(when, begun)):
            following = next(steps, None)
        if following is not None:
            heapq.heappush(coming, (following, number, steps))
        progress(total + (SHARES - 1) * min(done, total), total * SHARES)
    _sweep_until(begun, swept)
    _read_the_old_messages(province, begun)
    progress(1, 1)


def _read_the_old_messages(province: Province, now: dt.datetime) -> None:
    """Everybody has read what came more than a few days ago."""
    statement = sa.select(sa.func.max(Notification.id)).where(
        Notification.created_at < now - dt.timedelta(days=3)
    )
    last = db.session.scalar(statement)
    for username in province.users if last else ():
        mark_read(province.actor(username), up_to=last)


def _sweep_until(when: dt.datetime, swept: dt.date) -> dt.date:
    """Sweep the clocks on each day that has begun since the last sweep."""
    while swept < clock.day_of(when):
        swept += dt.timedelta(days=1)
        with clock.moved_to(dt.datetime.combine(swept, dt.time(6), clock.ZONE)):
            sweep()
            sweep_commitments()
    return swept


def _stories(province: Province, chance: random.Random) -> list[Story]:
    matters = invent(sum(number for _ending, number in ENDINGS), chance)
    kinds: list[str] = [ending for ending, number in ENDINGS for _each in range(number)]
    _place(matters, kinds)
    return [
        Story(province, matter, ending, chance.randrange(1 << 30), _shown(kinds, number))
        for number, (matter, ending) in enumerate(zip(matters, kinds, strict=True))
    ]


def _place(matters: list[Matter], kinds: list[str]) -> None:
    """Let the unit of the sign-in sheet have something to do at each of its steps: two of its matters are there."""
    closed = [
        place for place, matter in enumerate(matters) if matter.lead == UNIT and kinds[place] == "closed"
    ]
    steps = [kinds.index(step) + more for step in ITS_STEPS for more in range(SHOWN)]
    for here, there in zip(steps, closed, strict=False):
        matters[here], matters[there] = matters[there], matters[here]


def _shown(kinds: list[str], number: int) -> int | None:
    """The deputies of the sign-in sheet have a case of their own at every point of the way."""
    same = number - kinds.index(kinds[number])
    return same if same < SHOWN else None

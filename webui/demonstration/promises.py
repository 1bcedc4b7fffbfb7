"""What became of promises: most are kept in time, some late, some put off or still owed; deputies rate them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator

import sqlalchemy as sa

from engine.commitments.changing import approve_change, request_change
from engine.commitments.rating import rate_fulfilment
from engine.commitments.reporting import report_fulfilled, report_progress
from engine.commitments.rows import LIVE
from engine.foundation import clock
from models import Case, Commitment, Deputy, Organization, User, db
from webui.demonstration.province import Province

Act = Callable[[], None]
# Of a hundred promises; the rest are forgotten, until somebody urges.
IN_TIME, LATE, PUT_OFF = 80, 8, 6
RATED_KEPT, RATED_NOT_KEPT = 78, 5
PROGRESS = (
    "实施方案已经印发，责任分工和进度安排已经明确。",
    "资金已经下达，有关市县已经开工。",
    "试点工作已经启动，首批任务按计划推进。",
)
DONE = (
    "全部完成并通过验收，现已投入使用。",
    "支持政策已经印发施行，专项资金全部拨付到位。",
    "试点经验已在全省推广，各市均已落实。",
)
NOT_SEEN = "实地查看，还有两处没有完工，请继续落实。"


class Promise:
    """A promise of a signed reply, and those who keep and rate it."""

    def __init__(self, province: Province, row: Commitment, chance: random.Random) -> None:
        self.province, self.id, self.due_on, self.chance = province, row.id, row.due_on, chance
        self.unit = db.session.get_one(Organization, row.unit_id).code
        deputy = sa.select(User.username).join(Deputy, Deputy.user_id == User.id)
        lead = deputy.join(Case, Case.lead_deputy_id == Deputy.id).where(Case.id == row.case_id)
        self.deputy = db.session.scalars(lead).one()

    def course(self) -> Iterator[tuple[Act, float]]:
        """What is done about it with the days that pass before each step, as far as today."""
        fate = self.chance.randrange(100)
        halfway = clock.today() + (self.due_on - clock.today()) / 2
        steps: list[tuple[Act, dt.date]] = [(self._report, halfway)]
        due_on = self.due_on
        if IN_TIME + LATE <= fate < IN_TIME + LATE + PUT_OFF:
            due_on += dt.timedelta(days=60)
            steps.append((self._put_off, self.due_on - dt.timedelta(days=20)))
        if fate < IN_TIME + LATE + PUT_OFF:
            late = IN_TIME <= fate < IN_TIME + LATE
            kept_on = due_on + dt.timedelta(days=self.chance.randint(*((6, 40) if late else (-28, -2))))
            steps.append((self._keep, kept_on))
            steps += self._rating(kept_on)
        for act, day in steps:
            if day >= self.province.today:
                return
            yield act, max((day - clock.today()).days, 0)

    def _rating(self, kept_on: dt.date) -> list[tuple[Act, dt.date]]:
        said = self.chance.randrange(100)
        if said >= RATED_KEPT + RATED_NOT_KEPT:
            return []
        return [(self._rate(said < RATED_KEPT), kept_on + dt.timedelta(days=self.chance.randint(2, 12)))]

    def _report(self) -> None:
        officer = self.province.actor(f"{self.unit}_cb")
        report_progress(officer, commitment_id=self.id, text=self.chance.choice(PROGRESS))

    def _put_off(self) -> None:
        """Less than the days from which the congress decides: the head of the unit answers for it."""
        entry_id = request_change(
            self.province.actor(f"{self.unit}_cb"),
            commitment_id=self.id,
            action="postpone",
            reason="受汛期影响，主体工程顺延，已向代表说明。",
            due_on=self.due_on + dt.timedelta(days=60),
        )
        head = self.province.actor(f"{self.unit}_zg")
        approve_change(head, commitment_id=self.id, entry_id=entry_id, approved=True)

    def _keep(self) -> None:
        officer = self.province.actor(f"{self.unit}_cb")
        report_fulfilled(officer, commitment_id=self.id, text=self.chance.choice(DONE))

    def _rate(self, kept: bool) -> Act:
        reasons = "" if kept else NOT_SEEN
        return lambda: rate_fulfilment(
            self.province.actor(self.deputy), commitment_id=self.id, fulfilled=kept, reasons=reasons
        )


def kept_promises(province: Province, case_id: int, chance: random.Random) -> Iterator[tuple[Act, float]]:
    """What becomes of what was promised in a case, one promise after the other."""
    owed = sa.select(Commitment).where(Commitment.case_id == case_id, Commitment.status.in_(LIVE))
    for row in db.session.scalars(owed.order_by(Commitment.due_on)).all():
        yield from Promise(province, row, chance).course()

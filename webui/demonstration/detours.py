"""Ways that not every suggestion goes: handed back by a unit, answered by several apart (分办), merged with another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.casework.actions import perform
from models import Assignment, Case, Task, db

if TYPE_CHECKING:
    from webui.demonstration.story import Story

Act = Callable[[], None]

APART = "closed_apart"  # how a story is called whose units answer each for itself
SCOPE = "本单位职责范围内的事项，请单独答复代表。"
HANDED_BACK = 0.22  # of the stories that run their whole course; of all assignments 6 to 10 in a hundred


def elsewhere(story: Story) -> str:
    """A unit that has nothing to do with the matter."""
    taken = {story.matter.lead, *story.matter.co}
    return story.chance.choice([code for code in story.province.units if code not in taken])


def handed_back(story: Story, wrong: str) -> Iterator[tuple[Act, float]]:
    """The unit asks in time to hand it back, whoever assigned it agrees, and it goes to the right one."""
    days, right = story.chance.uniform, story.province.units[story.matter.lead]

    def ask() -> None:
        part = sa.select(Assignment.id).where(
            Assignment.case_id == story.case_id, Assignment.unit_id == story.province.units[wrong]
        )
        perform(
            story.province.actor(f"{wrong}_zg"),
            case_id=story.case_id,
            key="return_unit",
            assignment_id=db.session.scalars(part).one(),
            answers={
                "reason": "所提事项不属本单位职责，建议改由主管单位承办。",
                "ground": "not_our_duty",
                "proposed_unit": right,
            },
        )

    def decide(node: str, answers: dict[str, object]) -> Act:
        def act() -> None:
            task = sa.select(Task.role).where(Task.case_id == story.case_id, Task.node == node, Task.open)
            router = db.session.scalars(task).one() == "government_router"
            story.task("fenban" if router else "jiaoban", node, answers)()

        return act

    yield ask, days(0.5, 2.0)
    yield decide("decide_return", {"decision": "agreed", "reason": "经核对职责规定，同意。"}), days(0.5, 2.0)
    yield decide("reassign", {"unit": right, "reason": "以该单位职责为主。"}), days(0.2, 1.0)


def apart(story: Story) -> Iterator[tuple[Act, float]]:
    """Each unit signs for it, hears the deputy and replies by its own clock; the deputy evaluates each reply."""
    days, units = story.chance.uniform, (story.matter.lead, *story.matter.co)
    for code in units:
        yield story.task(f"{code}_cb", "sign_for", {}, code), days(0.2, 1.0)
    for code in units:
        yield story.contact(code), days(1.0, 4.0)
    for code in units:
        yield from story.reply(days(8, 14), code)
    for code in units:
        yield story.evaluate("satisfied", code), 2.0


def with_a_like_one(story: Story) -> Iterator[tuple[Act, float]]:
    """Another deputy puts the same forward; both are handled together, and each evaluates for himself."""
    others = [place for place, each in enumerate(story.province.deputies) if each[0] != story.deputy_id]
    seed, other = story.chance.randrange(1 << 30), story.chance.choice(others)
    twin = story.twin = type(story)(story.province, story.matter, "assign", seed, other)
    yield from twin.acts()

    def merge() -> None:
        number = db.session.get_one(Case, story.case_id).number
        reason = "所提事项相同，一并办理，分别答复、分别测评。"
        answers = {"main": number, "reason": reason}
        perform(story.province.actor("jiaoban"), case_id=twin.case_id, key="merge", answers=answers)

    yield merge, 0.2

"""What is asked about many happenings at once is what would be asked about each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from notifications.lookups import Asking, facts_of
from notifications.recipients import Context
from tests.notifications.world import NOON, World

WORDS = ("unit.head", "unit.case_officer", "congress.assigner", "lead_deputy", "watchers", "units.registrar")


def about(world: World) -> list[Context]:
    """A happening of the case, of each unit, and of a task."""
    units = [world.context(assignment_id=unit.id) for unit in world.assignments.values()]
    return [world.context(), *units, world.context(task_id=world.task().id)]


@contextmanager
def queries(world: World) -> Iterator[list[str]]:
    """The statements that run meanwhile."""
    connection, asked = world.session.connection(), list[str]()

    def note(*event: Any) -> None:
        asked.append(event[2])

    sa.event.listen(connection, "before_cursor_execute", note)
    yield asked
    sa.event.remove(connection, "before_cursor_execute", note)


def test_facts_of_many_happenings_are_the_facts_of_each(world: World) -> None:
    connection, contexts = world.session.connection(), about(world)
    together = facts_of(connection, contexts)
    for context in contexts:
        assert together.about(context) == facts_of(connection, [context]).about(context)
    assert together.about(contexts[0])["unit"] is None


def test_people_of_many_happenings_are_the_people_of_each(world: World) -> None:
    connection, contexts = world.session.connection(), about(world)
    asking = Asking(connection, facts_of(connection, contexts), NOON.date(), several=True)
    for context in contexts:
        alone = Asking(connection, facts_of(connection, [context]), NOON.date(), several=False)
        assert asking.people(WORDS, context) == alone.people(WORDS, context)


def test_a_thousand_happenings_of_one_unit_ask_for_its_people_once(world: World) -> None:
    water = world.assignments["water"].id
    contexts = [world.context(assignment_id=water, occurrence=str(number)) for number in range(1000)]
    with queries(world) as asked:
        connection = world.session.connection()
        asking = Asking(connection, facts_of(connection, contexts), NOON.date(), several=True)
        for context in contexts:
            assert asking.people(["unit.head", "congress.assigner"], context)["unit.head"]
    assert len(asked) == 3  # cases, units, people


def test_one_happening_asks_twice(world: World) -> None:
    context = world.context(assignment_id=world.assignments["water"].id)
    with queries(world) as asked:
        connection = world.session.connection()
        facts = facts_of(connection, [context])
        Asking(connection, facts, NOON.date(), several=False).people(WORDS, context)
    assert len(asked) == 2

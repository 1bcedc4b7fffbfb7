"""The other kinds of work, walked along their worked examples: who sees, who may do each task, what the page offers."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.casework.access import case_to_view, is_candidate
from engine.casework.facts import TASK_COLUMNS, TaskFacts, read
from engine.casework.readings.actions import offered
from engine.casework.readings.case_page import case_page
from engine.casework.tasks import complete_task
from engine.definitions.catalogue import shipped
from engine.definitions.folder import load
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from models import Assignment, Organization, Task, db
from tests.casework.permissions import scene
from tests.support.cast import Cast, join
from tests.support.databases import DIALECTS
from tests.support.performance import Performance
from tests.support.scenarios import Scenario, scenarios
from tests.support.sitting import arranged

pytestmark = pytest.mark.slow

TABLE = tomllib.loads((Path(__file__).parent / "kinds.toml").read_text(encoding="utf-8"))
KINDS = {kind["key"]: kind for kind in TABLE["kind"]}
MATRIX_OF = "suggestion"  # has matrix.toml
WALKS = [each for each in scenarios() if each.path.stem in KINDS.get(each.process_key, {}).get("walks", ())]


def people(names: list[str], unit: str = "") -> set[str]:
    """The names with the groups' members in their place, and the unit's people where a unit is meant."""
    groups, found = TABLE["groups"], set()
    for name in names:
        found |= people(groups[name]) if name in groups else {name.format(unit=unit)}
    return found


def test_every_task_and_action_of_every_other_kind_stands_in_the_table() -> None:
    others = {key: load(files) for key, files in shipped().items() if key != MATRIX_OF}
    assert set(KINDS) == set(others)
    for key, folder in others.items():
        assert set(KINDS[key]["tasks"]) == set(folder.tasks), key
        assert set(KINDS[key]["actions"]) == set(folder.actions), key


def listed(words: str | list[str]) -> list[str]:
    """One word or several."""
    return [words] if isinstance(words, str) else words


class Watched(Performance):
    """A scenario after each step of which everybody tries what there is."""

    people: Mapping[str, Actor]
    thrifty: bool  # whether one of those who are to be answered alike speaks for all, and once for like steps
    tried: set[Any]
    wrong: list[str]

    def _step(self, step: Mapping[str, Any], place: str) -> None:
        super()._step(step, place)
        if step.get("does") != "sweep":
            self.wrong += [f"{place}: {fault}" for fault in self._faults()]

    def _faults(self) -> Iterator[str]:
        """Where the case, its tasks and its actions are not as the table says."""
        seen, tasks = self._seen(), self._tasks()
        whose = [set(names) for _, names in tasks]
        if self.thrifty and not self._is_new(seen, tasks):
            return
        asked: Iterable[str] = self.people
        if self.thrifty:
            asked = scene.one_of_each(
                self.people, lambda name: (name in seen, *(name in each for each in whose))
            )
        for person in asked:
            actor, sees = self.people[person], person in seen
            faults = [*self._reading(person, actor, sees), *_attempts(person, actor, sees, tasks)]
            yield from (f"{fault} for {person}" for fault in faults)

    def _is_new(self, seen: set[str], tasks: list[tuple[TaskFacts, set[str]]]) -> bool:
        """Whether the table says something of this step that it has not said of one before it."""
        said = (frozenset(seen), frozenset((task.node, frozenset(names)) for task, names in tasks))
        known = said in self.tried
        self.tried.add(said)
        return not known

    def _seen(self) -> set[str]:
        """Who is to see the case by now."""
        kind, done = KINDS[self.scenario.process_key], set(self.recorded())
        walk = self.scenario.path.stem
        sees = kind["sees"] | kind.get("sees_in", {}).get(walk, {})
        left = [name for name, at in kind.get("until", {}).get(walk, {}).items() if at in done]
        return people([name for name, since in sees.items() if done.intersection(listed(since))]) - people(
            left
        )

    def _tasks(self) -> list[tuple[TaskFacts, set[str]]]:
        """Each open task with those whose it is."""
        statement = (
            sa.select(*TASK_COLUMNS, Organization.code)
            .outerjoin(Assignment, Assignment.id == Task.assignment_id)
            .outerjoin(Organization, Organization.id == Assignment.unit_id)
            .where(Task.case_id == self.case_id, Task.open)
        )
        kind = KINDS[self.scenario.process_key]
        table = kind["tasks"] | kind.get("tasks_in", {}).get(self.scenario.path.stem, {})
        found = [(read(TaskFacts, Task, row), row.code or "") for row in db.session.execute(statement)]
        return [(task, people(table[task.node], unit)) for task, unit in found]

    def _reading(self, person: str, actor: Actor, sees: bool) -> Iterator[str]:
        """By the condition that lists and pages have in common; the actions are those that the page offers."""
        try:
            facts = case_to_view(actor, self.case_id)
        except NotFound:
            if sees:
                yield "no case"
            return
        if not sees:
            yield "a case"
        table = KINDS[self.scenario.process_key]["actions"]
        keys = {offer.spec.key for offer in offered(actor, facts)}
        yield from (f"the offer {key}" for key in keys if person not in people(table[key]))

    def pages(self) -> Iterator[str]:
        """Where the page, read whole for everybody, is not for those who see the case, or has others' tasks."""
        seen, tasks = self._seen(), self._tasks()
        for person, actor in self.people.items():
            try:
                mine = {task.id for task in case_page(actor, case_id=self.case_id).tasks if task.mine}
            except NotFound:
                if person in seen:
                    yield f"no page for {person}"
                continue
            if person not in seen or mine != {task.id for task, names in tasks if person in names}:
                yield f"the page of {person}"


def _attempts(
    person: str, actor: Actor, sees: bool, tasks: list[tuple[TaskFacts, set[str]]]
) -> Iterator[str]:
    """Whose a task is on his desk; everybody else is refused by it."""
    for task, names in tasks:
        if is_candidate(actor, task) is not (person in names):
            yield f"the desk with {task.node}"
        if person not in names:
            end = scene.tried(lambda actor, id_=task.id: complete_task(actor, task_id=id_, answers={}), actor)
            if end != ("NotAllowed" if sees else "NotFound"):
                yield f"completes {task.node}: {end}"


def everybody(cast: Cast, scenario: Scenario) -> tuple[Cast, dict[str, Actor]]:
    """The cast with its setting, a committee whose matter it is not, and another congress's people."""
    cast = arranged(scene.whole(cast), {**scenario.setting, "organs": [*scenario.setting["organs"], OTHER]})
    other = join(cast, "other_committee", "cjw", "committee_officer")
    cast = dataclasses.replace(cast, users={**cast.users, "other_committee": other.user_id or 0})
    foreign = scene.assemble("15", "邻省人民代表大会")
    found = {f"foreign {name}": foreign.actor(name) for name in ("intake", "deputy1", "slt_clerk")}
    return cast, found | {name: cast.actor(name) for name in cast.users}


OTHER = {"code": "cjw", "name": "财政经济委员会", "kind": "committee"}


@pytest.mark.parametrize("scenario", WALKS, ids=[each.name for each in WALKS])
def test_along_every_walk_everybody_sees_and_does_what_the_table_says(
    scenario: Scenario, cast: Cast, dialect: str
) -> None:
    whole, persons = everybody(cast, scenario)
    walked = Watched(dataclasses.replace(scenario, setting={}), whole)
    walked.people, walked.thrifty, walked.wrong = persons, dialect != DIALECTS[0], []
    walked.tried = set()
    with walked.days:
        walked.play()
        walked.wrong += walked.pages()
    assert not walked.wrong, "\n".join(walked.wrong)

"""The other kinds of work, walked along their worked examples: who sees, who may do each task, what the page offers."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.casework.readings.case_page import CasePage, case_page
from engine.casework.tasks import complete_task
from engine.casework.visibility import visible_to
from engine.definitions.catalogue import shipped
from engine.definitions.folder import load
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from models import Assignment, Case, Organization, Task, db
from tests.casework.permissions import scene
from tests.support.cast import Cast, join
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
    connection: sa.Connection
    wrong: list[str]

    def _step(self, step: Mapping[str, Any], place: str) -> None:
        super()._step(step, place)
        if step.get("does") != "sweep":
            self.wrong += [f"{place}: {fault}" for fault in self._faults()]

    def _faults(self) -> Iterator[str]:
        """Where lists, pages and tasks are not as the table says."""
        kind, done = KINDS[self.scenario.process_key], set(self.recorded())
        sees_in = kind.get("sees_in", {}).get(self.scenario.path.stem, {})
        seen = set().union(
            *(
                people([name])
                for name, since in (kind["sees"] | sees_in).items()
                if done.intersection(listed(since))
            )
        )
        tasks = self._tasks()
        for person, actor in self.people.items():
            sees = person in seen
            among = sa.select(Case.id).where(Case.id == self.case_id, visible_to(actor))
            if (db.session.scalar(among) is not None) is not sees:
                yield f"the lists of {person}"
            yield from (f"{fault} for {person}" for fault in self._page(person, actor, sees, tasks))
            yield from self._attempts(person, actor, sees, tasks)

    def _tasks(self) -> dict[int, set[str]]:
        """Each open task with those whose it is."""
        statement = (
            sa.select(Task.id, Task.node, Organization.code)
            .outerjoin(Assignment, Assignment.id == Task.assignment_id)
            .outerjoin(Organization, Organization.id == Assignment.unit_id)
            .where(Task.case_id == self.case_id, Task.open)
        )
        table = KINDS[self.scenario.process_key]["tasks"]
        return {row.id: people(table[row.node], row.code or "") for row in db.session.execute(statement)}

    def _page(self, person: str, actor: Actor, sees: bool, tasks: Mapping[int, set[str]]) -> Iterator[str]:
        try:
            page = case_page(actor, case_id=self.case_id)
        except NotFound:
            if sees:
                yield "no page"
            return
        if not sees:
            yield "a page"
        mine = {task.id for task in page.tasks if task.mine}
        if mine != {id_ for id_, whose in tasks.items() if person in whose}:
            yield f"tasks {mine}"
        yield from self._offers(person, page)

    def _offers(self, person: str, page: CasePage) -> Iterator[str]:
        table = KINDS[self.scenario.process_key]["actions"]
        for offer in page.actions:
            if person not in people(table[offer.spec.key]):
                yield f"the offer {offer.spec.key}"

    def _attempts(
        self, person: str, actor: Actor, sees: bool, tasks: Mapping[int, set[str]]
    ) -> Iterator[str]:
        for id_, whose in tasks.items():
            if person in whose:
                continue
            end = scene.tried(lambda actor, id_=id_: complete_task(actor, task_id=id_, answers={}), actor)
            if end != ("NotAllowed" if sees else "NotFound"):
                yield f"{person} completes task {id_}: {end}"


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
    scenario: Scenario, cast: Cast, connection: sa.Connection, dialect: str
) -> None:
    whole, persons = everybody(cast, scenario)
    walked = Watched(dataclasses.replace(scenario, setting={}), whole)
    walked.people, walked.connection, walked.wrong = persons, connection, []
    with walked.days:
        walked.play()
    assert not walked.wrong, "\n".join(walked.wrong)

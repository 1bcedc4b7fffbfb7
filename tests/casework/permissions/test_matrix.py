"""Every cell of who × what × when: allowed, refused, or as if the case were not there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.casework.attachments import FileStore
from engine.casework.readings.case_page import case_page
from engine.casework.visibility import visible_to
from engine.definitions.catalogue import shipped
from engine.definitions.folder import load
from engine.foundation.errors import NotFound
from models import Case, db
from tests.casework.permissions import scene
from tests.support.journey import Journey

MATRIX = tomllib.loads((Path(__file__).parent / "matrix.toml").read_text(encoding="utf-8"))
STATES = {state["name"]: state for state in MATRIX["state"]}
AMONG_OFFICES = {"intake:proposed", "intake:returned"}
WITHIN_THE_UNIT = {"reply:drafted", "reply:passed", "reply:returned"}


def people(names: list[str]) -> set[str]:
    """The names with the groups' members in their place."""
    groups = MATRIX["groups"]
    return {person for name in names for person in groups.get(name, [name])}


def expected(state: dict[str, Any], deed: str, person: str) -> str:
    """What the matrix says of a cell."""
    if person not in people(state["sees"]):
        return "NotFound"
    if deed == "watch":
        return scene.ALLOWED
    if deed in scene.WRITING and person in people(state.get("too_late", [])):
        return "GuardRefused"
    verb, _, node = deed.partition(" ")
    named = f"complete {node}" if verb in ("claim", "keep") else deed
    if person not in people(state["may"].get(named, [])):
        return "NotAllowed"
    return str(state.get("but", {}).get(deed, scene.ALLOWED))


def test_every_task_and_every_action_of_the_folder_stands_in_the_matrix() -> None:
    folder = load(shipped()["suggestion"])
    deeds = {" ".join(deed.split(" ")[:2]) for state in STATES.values() for deed in state["may"]}
    tasks = {f"complete {node}" for node in folder.tasks}
    actions = {f"act {key}" for key in folder.actions}
    assert deeds - set(scene.PLAIN) == tasks | actions


@pytest.mark.parametrize("name", STATES)
def test_every_deed_of_everybody_ends_as_the_matrix_says(
    name: str, journey: Journey, connection: sa.Connection, tmp_path: Path
) -> None:
    everybody = scene.everybody(journey.cast)
    scene.bring_to(journey, name)
    deeds = scene.deeds(journey, FileStore(tmp_path))
    may = STATES[name]["may"]
    assert set(may) <= set(deeds)
    # An action is looked at where the matrix names it: elsewhere the state, not the person, forbids it.
    deeds = {deed: act for deed, act in deeds.items() if not deed.startswith("act ") or deed in may}
    wrong = {
        (person, deed): (ends, says)
        for person, actor in everybody.items()
        for deed, act in deeds.items()
        if (ends := scene.tried(act, actor, connection)) != (says := expected(STATES[name], deed, person))
    }
    assert wrong == {}, wrong


@pytest.mark.parametrize("name", STATES)
def test_lists_and_pages_show_the_same_cases_and_telephones_only_where_needed(
    name: str, journey: Journey
) -> None:
    everybody = scene.everybody(journey.cast)
    scene.bring_to(journey, name)
    state = STATES[name]
    for person, actor in everybody.items():
        sees = person in people(state["sees"])
        listed = db.session.scalars(sa.select(Case.id).where(visible_to(actor))).all()
        assert (journey.case_id in listed) is sees, person
        if sees:
            whole = scene.spoken(case_page(actor, case_id=journey.case_id))
            told = {who for number, who in scene.phones().items() if number in whole}
            assert told == ({"王代表"} if person in people(state["phone"]) else set()), person
        else:
            with pytest.raises(NotFound):
                case_page(actor, case_id=journey.case_id)


def readings(name: str, journey: Journey) -> Iterator[tuple[str, Any]]:
    """The page of everybody who sees the case."""
    everybody = scene.everybody(journey.cast)
    scene.bring_to(journey, name)
    for person in sorted(people(STATES[name]["sees"])):
        yield person, case_page(everybody[person], case_id=journey.case_id)


@pytest.mark.parametrize("name", ["decide_redo", "declined"])
def test_opinions_on_the_way_stay_among_those_who_give_them(name: str, journey: Journey) -> None:
    for person, page in readings(name, journey):
        actions = {entry.action for entry in page.timeline}
        assert bool(actions & AMONG_OFFICES) is (person in people(["office", "router"])), person
        drafting = name == "decide_redo" and person in people(["lead_unit"])
        assert bool(actions & WITHIN_THE_UNIT) is drafting, person


@pytest.mark.parametrize("name", ["review_reply", "sign_reply"])
def test_an_unsigned_reply_is_the_papers_of_its_unit(name: str, journey: Journey) -> None:
    for person, page in readings(name, journey):
        assert any(unit.replies for unit in page.units) is (person in people(["lead_unit"])), person

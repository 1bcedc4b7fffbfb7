"""Every cell of who × what × when: allowed, refused, or as if the case were not there."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.casework.attachments import FileStore
from engine.casework.readings.case_page import CasePage, case_page
from engine.casework.visibility import visible_to
from engine.definitions.catalogue import shipped
from engine.definitions.folder import load
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from models import Case, Organization, db
from tests.casework.permissions import scene
from tests.casework.permissions.states import WAY, bring_to, following
from tests.support.databases import DIALECTS
from tests.support.journey import Journey

pytestmark = pytest.mark.slow

MATRIX = tomllib.loads((Path(__file__).parent / "matrix.toml").read_text(encoding="utf-8"))
STATES = {state["name"]: state for state in MATRIX["state"]}
ACTIONS = {action["key"]: action for action in MATRIX["action"]}
AMONG_OFFICES = {"intake:proposed", "intake:returned"}
WITHIN_THE_UNIT = {"reply:drafted", "reply:passed", "reply:returned"}
NOT_OFFERED = {"NotNow", "StillPending", "PeriodOver"}
# Where there is nothing to act on.
NOT_OFFERED |= {"NoOpinionYet", "NothingToCoordinate", "NoCard", "NobodyAdmitted", "NothingToMerge"}
# Where a walk through the tree of states begins: each is one test.
WALKS = ("draft", "assign", "sign_for", "draft_reply", "review_reply", "restricted_review", "two_alike")
WALKS += tuple(name for name, state in WAY.items() if not state.before and name not in WALKS)


# What the matrix says


def people(names: list[str]) -> set[str]:
    """The names with the groups' members in their place, also of groups in groups."""
    groups = MATRIX["groups"]
    return set().union(*(people(groups[name]) if name in groups else {name} for name in names))


def states(names: list[str]) -> set[str]:
    """The states with those that a place gathers in its place."""
    return set().union(*(MATRIX["places"].get(name, [name]) for name in names))


def expected(name: str, deed: str, person: str) -> str:
    """What the matrix says of a cell."""
    state = STATES[name]
    if person not in people(state["sees"]):
        return "NotFound"
    if "frozen" in state and deed != "unwatch":
        return str(state["frozen"])
    if deed in ("watch", "unwatch"):
        return scene.ALLOWED
    if deed in scene.WRITING and person in people(state.get("too_late", ["deputy1"])):
        return str(state["may"].get(deed) and scene.ALLOWED or "TextSubmitted")
    verb, _, rest = deed.partition(" ")
    if verb == "act":
        return acting(name, *rest.split(" "), person)
    named = f"complete {rest}" if rest else deed
    if verb == "delegate" and rest in state.get("by_name", MATRIX["by_name"]):
        return "NotAllowed"
    if person not in people(state["may"].get(named, [])):
        return "NotAllowed"
    return str(state.get("but", {}).get(deed, scene.ALLOWED))


def acting(name: str, key: str, part: str, person: str) -> str:
    """What the matrix says of an action, for one who sees the case."""
    action = ACTIONS[key]
    lead = STATES[name].get("lead", "deputy1")
    if person not in people([whose.format(unit=part, lead=lead) for whose in action["whose"]]):
        return "NotAllowed"
    refusal = action.get("but", {}).get(part, {}).get(name)
    if refusal is None and name in states(action["in"].get(part, [])):
        return scene.ALLOWED
    return str(refusal or action.get("otherwise", "NotNow"))


def kind(name: str, cell: tuple[str, str]) -> tuple[str, str]:
    """The deed of a cell, and how it ends."""
    person, deed = cell
    return deed, expected(name, deed, person)


def test_every_task_action_and_state_stands_in_the_matrix() -> None:
    folder = load(shipped()["suggestion"])
    done = {deed for state in STATES.values() for deed in state["may"] if deed not in scene.PLAIN}
    assert done == {f"complete {node}" for node in folder.tasks}
    assert set(ACTIONS) == set(folder.actions)
    assert set(STATES) == set(WAY)
    for action in MATRIX["action"]:
        assert states([name for names in action["in"].values() for name in names]) <= set(STATES), action
        assert {name for part in action.get("but", {}).values() for name in part} <= set(STATES), action


# What the program says


def walk(journey: Journey, name: str, connection: sa.Connection) -> Iterator[str]:
    """Each state of a walk in turn, with the case in it: one set-up for all of them."""
    yield name
    for further in following(name):
        if further not in WALKS:
            with scene.undone(connection):
                WAY[further].step(journey)
                yield from walk(journey, further, connection)


@pytest.mark.parametrize("first", WALKS)
def test_in_every_state_everybody_sees_and_does_what_the_matrix_says(
    first: str, journey: Journey, connection: sa.Connection, dialect: str, tmp_path: Path
) -> None:
    """Everybody tries everything on the first database; on each other, each deed is tried to each of its endings."""
    journey.cast = scene.whole(journey.cast)
    everybody = scene.everybody(journey.cast)
    bring_to(journey, first)
    wrong: list[str] = []
    for name in walk(journey, first, connection):
        with scene.undone(connection):
            wrong += looks(name, journey, everybody)
        deeds, cells = tries(name, journey, everybody, FileStore(tmp_path))
        if dialect != DIALECTS[0]:
            cells = list(scene.one_of_each(cells, functools.partial(kind, name)))
        wrong += attempts(name, deeds, cells, everybody, connection)
    assert not wrong, "\n".join(wrong)


def looks(name: str, journey: Journey, everybody: Mapping[str, Actor]) -> Iterator[str]:
    """Where lists and pages do not show the same cases, telephones beyond need, or not what one may do and no more."""
    phones = scene.phones()
    for person, actor in everybody.items():
        sees = person in people(STATES[name]["sees"])
        listed = db.session.scalars(sa.select(Case.id).where(visible_to(actor))).all()
        if (journey.case_id in listed) is not sees:
            yield f"{name}: the lists of {person}"
        try:
            page = case_page(actor, case_id=journey.case_id)
        except NotFound:
            page = None
        if (page is not None) is not sees:
            yield f"{name}: the page of {person}"
        elif page is not None:
            yield from (f"{name}: {fault} for {person}" for fault in faults(name, person, page, phones))


def faults(name: str, person: str, page: CasePage, phones: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the page of one who sees the case."""
    state = STATES[name]
    whole = scene.spoken(page)
    told = {who for number, who in phones.items() if number in whole}
    if told != ({"王代表"} if person in people(state["phone"]) else set()):
        yield f"telephones {told}"
    mine = {f"complete {task.node}" for task in page.tasks if task.mine}
    may = {deed for deed, names in state["may"].items() if person in people(names)} - set(scene.PLAIN)
    if mine != may:
        yield f"tasks {mine ^ may}"
    if shown := offers(page) ^ offers_expected(name, page, person):
        yield f"offers {shown}"
    actions = {entry.action for entry in page.timeline}
    drafts = any(unit.replies for unit in page.units)
    for papers, seen, by in (
        ("opinions of the intake", bool(actions & AMONG_OFFICES), ["office", "router"]),
        ("steps of a draft", bool(actions & WITHIN_THE_UNIT), ["lead_unit"]),
        ("an unsigned reply", drafts, ["lead_unit"]),
    ):
        if name in MATRIX["papers"][papers] and seen is not (person in people(by)):
            yield papers


def offers(page: CasePage) -> set[str]:
    """What the page offers to do of one's own accord."""
    codes = _codes(page)
    return {f"{offer.spec.key} {codes[offer.assignment_id]}" for offer in page.actions}


def offers_expected(name: str, page: CasePage, person: str) -> set[str]:
    """What the matrix lets it offer."""
    codes = _codes(page)
    return {
        f"{key} {part}"
        for key, action in ACTIONS.items()
        for part in codes.values()
        if (part == "case") is ("case" in action["in"])
        and expected(name, f"act {key} {part}", person) not in {*NOT_OFFERED, "NotAllowed", "CaseArchived"}
    }


def _codes(page: CasePage) -> dict[int | None, str]:
    """The parts that are open, by the codes of their units; None is the case itself."""
    found: dict[int | None, str] = {None: "case"}
    for unit in page.units:
        if unit.assignment.closed_at is None:
            found[unit.assignment.id] = db.session.get_one(Organization, unit.assignment.unit_id).code
    return found


def tries(
    name: str, journey: Journey, everybody: Mapping[str, Actor], store: FileStore
) -> tuple[dict[str, scene.Deed], list[tuple[str, str]]]:
    """What can be tried in a state, and who tries what."""
    deeds = scene.deeds(journey, store)
    cells = [
        (person, deed)
        for person in everybody
        for deed in deeds
        # The door is the same for all actions: one of them, that of urging, is enough for whom it is closed.
        if person in people(STATES[name]["sees"])
        or not deed.startswith("act ")
        or deed.startswith("act urge")
    ]
    return deeds, cells


def attempts(
    name: str,
    deeds: Mapping[str, scene.Deed],
    cells: list[tuple[str, str]],
    everybody: Mapping[str, Actor],
    connection: sa.Connection,
) -> Iterator[str]:
    """Where a deed that somebody tries does not end as the matrix says."""
    yield from (f"{name}: there is no {deed}" for deed in set(STATES[name]["may"]) - set(deeds))
    for (person, deed), end in scene.endings(cells, deeds, everybody, connection).items():
        if end != (says := expected(name, deed, person)):
            yield f"{name}: {person} {deed}: {end}, not {says}"

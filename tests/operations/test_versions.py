"""Versions: new cases take the one their congress has activated, running ones keep theirs, retired ones finish."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import capabilities
from engine.definitions import catalogue
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from engine.operations.versions import StillActive, activate, retire, version, versions
from models import AuditEvent, db
from tests.operations.altered import deployed, files, replaced
from tests.support.cast import Cast, assemble, join
from tests.support.journey import Journey

OTHER = replaced(('title = { zh = "签收"', 'title = { zh = "收件"'))


@pytest.fixture
def old(cast: Cast) -> int:
    return catalogue.current("suggestion").id


@pytest.fixture
def new(old: int) -> int:
    return deployed(process=OTHER)


def began_with(cast: Cast) -> int:
    return Journey(cast).draft().case.definition_id


def test_new_cases_take_the_active_version_and_running_ones_keep_theirs(
    journey: Journey, keeper: Actor, old: int
) -> None:
    journey.draft().submit()
    new = deployed(process=OTHER)
    assert began_with(journey.cast) == new
    assert activate(keeper, definition_id=old, reason="新版有误，先用旧版")
    assert not activate(keeper, definition_id=old, reason="新版有误，先用旧版")
    assert began_with(journey.cast) == old
    assert journey.case.definition_id == old
    journey.accept().assign().sign_for()
    found = {each.id: (each.state, each.running, each.total) for each in versions(keeper)}
    assert {id: found[id] for id in (old, new)} == {old: ("active", 2, 2), new: ("open", 1, 1)}


def test_a_congress_chooses_for_itself_until_something_new_is_deployed_for_all(
    cast: Cast, keeper: Actor, old: int, new: int
) -> None:
    neighbour = assemble("15", "邻省人民代表大会")
    deployed(process=OTHER)  # assembling deployed what is shipped
    activate(keeper, definition_id=old, reason="试用")
    assert (began_with(cast), began_with(neighbour)) == (old, new)
    retire(keeper, definition_id=new, reason="不再使用")
    assert version(keeper, definition_id=new).state == "retired"
    foreign = join(neighbour, "other", "dgw", "process_admin")
    assert version(foreign, definition_id=new).state == "active"
    newest = deployed(process=replaced(('title = { zh = "签收"', 'title = { zh = "收文"')))
    assert (began_with(cast), began_with(neighbour)) == (newest, newest)
    assert version(keeper, definition_id=new).state == "retired"


def test_what_a_process_administrator_deploys_is_active_in_his_congress_alone(
    cast: Cast, keeper: Actor, old: int
) -> None:
    neighbour = assemble("15", "邻省人民代表大会")
    mine = catalogue.deploy(keeper, files(process=OTHER), **capabilities.known())
    assert catalogue.deploy(keeper, files(process=OTHER), **capabilities.known()) == mine
    assert (began_with(cast), began_with(neighbour)) == (mine, old)


def test_a_retired_version_finishes_what_runs_and_takes_nothing_new(
    journey: Journey, keeper: Actor, old: int
) -> None:
    journey.draft().submit().accept().assign()
    with pytest.raises(StillActive):
        retire(keeper, definition_id=old, reason="不再使用")
    new = deployed(process=OTHER)
    assert retire(keeper, definition_id=old, reason="不再使用")
    assert not retire(keeper, definition_id=old, reason="不再使用")
    assert began_with(journey.cast) == new
    journey.sign_for().contact().reply().evaluate()
    assert journey.case.status == "closed"
    assert version(keeper, definition_id=old).running == 0
    assert activate(keeper, definition_id=old, reason="还是用旧版")
    assert began_with(journey.cast) == old
    said = sa.select(AuditEvent.action).where(AuditEvent.subject == f"definition:{old}")
    assert list(db.session.scalars(said.order_by(AuditEvent.id)))[-2:] == [
        "definition:retired",
        "definition:activated",
    ]


def test_only_the_process_administrator_with_a_reason(cast: Cast, keeper: Actor, old: int, new: int) -> None:
    for doing in (activate, retire):
        with pytest.raises(InvalidAnswers):
            doing(keeper, definition_id=old, reason="")
        with pytest.raises(NotFound):
            doing(keeper, definition_id=999, reason="x")
        with pytest.raises(NotAllowed):
            doing(cast.actor("assigner"), definition_id=old, reason="x")
    with pytest.raises(NotAllowed):
        versions(cast.actor("deputy1"))

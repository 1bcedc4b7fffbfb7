"""Running cases taken over to another version: with task, holder, draft and clocks, or listed with the reason."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from engine import capabilities
from engine.casework.actions import perform
from engine.casework.drafts import draft_of, save_draft
from engine.casework.moving.suspension import CaseSuspended
from engine.casework.readings.case_page import case_page
from engine.casework.tasks import claim_task
from engine.definitions import catalogue
from engine.definitions.further_steps import OF_NO_CASE, basis_of, further_steps
from engine.flow import Go
from engine.foundation.actor import Actor, system_actor
from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from engine.operations.mapping import MappingUnfit, VersionMap, read_map
from engine.operations.migration_list import migrations, previews
from engine.operations.migrations import (
    MigrationMoved,
    NothingRuns,
    NotSameKind,
    OwnMigration,
    cancel,
    carry_on,
    carry_on_all,
    plan_migration,
    start,
    try_again,
)
from engine.operations.suspending import suspend_case
from models import AuditEvent, Clock, Migration, MigrationCase, Task, db
from tests.conftest import dispose
from tests.operations.altered import deployed, renamed, replaced, without_review, without_task
from tests.operations.taking_over import take_over
from tests.support.campaign import chance, long, rounds
from tests.support.cast import Cast, assemble, join
from tests.support.databases import bare_app
from tests.support.journey import Journey
from tests.support.killed import until_killed
from tests.support.soundness import faults
from webui.presenting.migrations import migration_shown

pytestmark = pytest.mark.slow

PASS = {"decision": "passed"}
EXTENSION = {
    "ground": "wide",
    "reason": "涉及五个部门和三个市，需要统一测算。",
    "plan": "三月底完成摸底，五月底形成方案，六月征求意见。",
}
ANSWER = 'key = "answer"\ntitle = { zh = "法定答复期", en = "Statutory period to answer" }\nrule = "answer"'


@pytest.fixture
def old(cast: Cast) -> int:
    return catalogue.current("suggestion").id


def take(keeper: Actor, old: int, new: int, mapping: VersionMap | None = None) -> tuple[int, Counter[str]]:
    """Plan and carry through a migration; its id and how many cases ended how."""
    id_ = plan_migration(keeper, from_id=old, to_id=new, mapping=mapping or VersionMap(), reason="流程改版")
    assert start(server(keeper), migration_id=id_)
    return id_, Counter(state for _case, state in carry_on(keeper, migration_id=id_))


def server(keeper: Actor) -> Actor:
    """Whoever runs the server, and may let begin what another has planned."""
    return system_actor(keeper.congress_id)


def report(id_: int, case_id: int) -> dict[str, Any]:
    return db.session.get_one(MigrationCase, (id_, case_id)).report


def clocks(case_id: int) -> dict[str, tuple[dt.date, str]]:
    rows = db.session.scalars(
        sa.select(Clock).where(Clock.case_id == case_id, Clock.assignment_id.is_not(None))
    )
    return {row.key: (row.due_on, row.state) for row in rows}


def test_a_renamed_task_keeps_row_token_holder_draft_and_due_date(
    journey: Journey, keeper: Actor, old: int
) -> None:
    journey.draft().submit().accept().assign(slt="separate", czt="separate").sign_for().contact()
    journey.do("slt_clerk", "draft_reply", "slt", **journey.answers())
    head, task = journey.cast.actor("slt_deputy_head"), journey.task("review_reply")
    before = (task.id, task.token, task.due_on, task.clock, task.opened_at, task.organization_id)
    claim_task(head, task_id=task.id)
    save_draft(head, task_id=task.id, answers=PASS)
    clocks_before, new = clocks(journey.case_id), renamed("review_reply", "look_at_reply")
    id_, ends = take(keeper, old, new, VersionMap({"review_reply": "look_at_reply"}))
    assert ends == {"migrated": 1}
    task = journey.task("look_at_reply")
    assert (task.id, task.token, task.due_on, task.clock, task.opened_at, task.organization_id) == before
    assert task.assignee_id == head.user_id
    kept = draft_of(head, task.id)
    assert kept is not None and kept.answers == PASS
    assert clocks(journey.case_id) == clocks_before and journey.case.definition_id == new
    found = report(id_, journey.case_id)
    assert {"node": "review_reply", "to": "look_at_reply", "unit": "省水利厅"} in found["tasks"]
    assert {each["how"] for each in found["clocks"]} == {"kept"}
    journey.do("slt_deputy_head", "look_at_reply", "slt", **PASS)
    journey.do("slt_head", "sign_reply", "slt", decision="signed", number="1号")
    page = case_page(journey.cast.actor("deputy1"), case_id=journey.case_id)
    assert "case:migrated" in [entry.action for entry in page.timeline]
    assert journey.open_nodes() == ["evaluate", "sign_for"]


def test_what_stands_at_a_removed_task_is_listed_until_the_plan_says_where_it_goes(
    journey: Journey, keeper: Actor, old: int
) -> None:
    journey.draft().submit().accept().assign().sign_for().contact()
    journey.do("slt_clerk", "draft_reply", "slt", **journey.answers())
    other = Journey(journey.cast).draft()
    new = deployed(bpmn=without_review, process=without_task("review_reply"))
    id_, ends = take(keeper, old, new)
    assert ends == {"migrated": 1, "refused": 1}
    assert report(id_, journey.case_id)["misfits"] == [["no-place", "review_reply", ""]]
    assert (journey.case.definition_id, other.case.definition_id) == (old, new)
    assert journey.open_nodes() == ["review_reply"]  # it stays where it is, and goes on there
    task_id = journey.task("review_reply").id
    id_, ends = take(keeper, old, new, VersionMap(moves={"review_reply": Go("sign_reply")}))
    assert ends == {"migrated": 1} and journey.open_nodes() == ["sign_reply"]
    assert db.session.get_one(Task, task_id).outcome == "withdrawn"
    found = report(id_, journey.case_id)
    assert (found["withdrawn"], found["opened"]) == (["review_reply"], ["sign_reply"])
    journey.do("slt_head", "sign_reply", "slt", decision="signed", number="1号")
    journey.evaluate()
    assert journey.case.status == "closed" and faults() == []
    with pytest.raises(NotFound):  # an old page of a task that the version has no more
        from engine.casework.readings.task_page import task_form

        task_form(journey.cast.actor("slt_deputy_head"), task_id=task_id)


def test_periods_are_added_extended_and_removed(journey: Journey, keeper: Actor, old: int) -> None:
    journey.draft().submit().accept().assign().sign_for()
    was = clocks(journey.case_id)
    assert {"answer", "return_request", "first_contact"} <= was.keys()
    new = deployed(
        deadlines=replaced(
            (ANSWER, ANSWER.replace('rule = "answer"', 'rule = "answer_extended"')),
            ('key = "return_request"\n', 'key = "coordination"\n'),
            ('key = "first_contact"\n', 'key = "first_talk"\n'),
            ('rule = "return_request"', 'rule = "co_opinion"'),
        ),
        process=replaced(
            ('within = "return_request"', 'within = "coordination"'),
            ("clock.first_contact:", "clock.first_talk:"),
        ),
        notices=replaced(
            ("clock.first_contact:", "clock.first_talk:"), ("clock.return_request:", "clock.coordination:")
        ),
    )
    id_, ends = take(keeper, old, new, VersionMap(clocks={"first_contact": "first_talk"}))
    assert ends == {"migrated": 1}
    now = clocks(journey.case_id)
    assert now["answer"][0] > was["answer"][0] and now["answer"][1] == "running"
    assert now["return_request"][1] == "cancelled" and now["first_talk"] == was["first_contact"]
    assert now["coordination"][1] == "running"
    assert journey.task("draft_reply").due_on in {due for due, state in now.values() if state == "running"}
    hows = Counter(each["how"] for each in report(id_, journey.case_id)["clocks"])
    assert hows["moved"] == 1 and hows["ended"] == 1 and hows["begun"] == 1
    journey.contact().reply()
    assert clocks(journey.case_id)["answer"][1] == "satisfied"


def test_a_period_whose_rule_the_case_never_pinned_is_a_reason_to_stay(
    journey: Journey, keeper: Actor, old: int
) -> None:
    from models import RulePackVersion

    journey.draft().submit().accept().assign()
    pack = db.session.get_one(RulePackVersion, journey.case.rule_pack_id)
    kept = json.loads(json.dumps(pack.rules))
    assert "answer_extended" in json.dumps(kept)
    pack.rules = json.loads(json.dumps(kept).replace('"answer_extended"', '"answer_longer"'))
    db.session.commit()
    from engine.definitions import rule_packs

    rule_packs._packs.forget(pack.id)
    new = deployed(
        deadlines=replaced((ANSWER, ANSWER.replace('rule = "answer"', 'rule = "answer_extended"')))
    )
    id_, ends = take(keeper, old, new)
    assert ends == {"refused": 1}
    assert report(id_, journey.case_id)["misfits"] == [["rule", "answer", "answer_extended"]]
    rule_packs._packs.forget(pack.id)


def test_a_case_stays_where_the_other_version_asks_for_an_article_that_its_pack_does_not_list(
    journey: Journey, keeper: Actor, app: Flask
) -> None:
    """Else steps that it could take so far would be refused it from then on, and its file never be archived."""
    from tests.casework.test_legal_bases import pinned, without

    files = dict(catalogue.shipped()["suggestion"])
    head, _table, rest = files["process.toml"].partition("[basis_of]\n")
    files["process.toml"] = head + rest.partition("\n\n")[2]  # as folders were before these steps were asked
    unasked = {name: what for name, what in capabilities.known().items() if name != "known_bases"}
    old = catalogue.deploy(system_actor(0), files, **unasked)
    sent = [Journey(journey.cast).draft().submit().accept() for _ in range(3)]
    assert {each.case.definition_id for each in sent} == {old}
    new, mapping = renamed("sign_for", "take_up"), VersionMap({"sign_for": "take_up"})
    spec = catalogue.definition(new)
    cited, act = spec.tasks["evaluate"].basis, spec.basis_of["archive"]
    assert act not in {each.basis for each in spec.tasks.values()}
    pinned(sent[0], without(act))
    pinned(sent[1], without(cited))
    told = dict(previews(keeper, from_id=old, to_id=new, mapping=mapping))
    id_, ends = take(keeper, old, new, mapping)
    assert ends == {"refused": 2, "migrated": 1} and sent[2].case.definition_id == new
    assert told[sent[0].case_id] == report(id_, sent[0].case_id)
    assert report(id_, sent[0].case_id) == {"misfits": [["basis", "archive_case", act]]}
    # What is refused in the old version as well is no reason; without an article were its tasks before, too.
    assert report(id_, sent[1].case_id)["misfits"] == [
        ["basis", step, article]
        for step, article in ((step, basis_of(spec, step)) for step in further_steps(spec))
        if article == cited and step not in OF_NO_CASE
    ]
    line = next(each for each in migrations(keeper) if each.id == id_)
    for lang, said in (("zh", f"案件固定的规则包没有“{act}”，迁移后不能再办理“归档”。"), ("en", "“Archive”")):
        with app.test_request_context(f"/?lang={lang}"):
            (shown, _other) = migration_shown(keeper, line)["cases"]["refused"]
            assert said in shown["misfits"][0]


def test_a_suspended_case_is_taken_over_and_still_stands_still(
    journey: Journey, keeper: Actor, old: int
) -> None:
    journey.draft().submit().accept().assign()
    suspend_case(keeper, case_id=journey.case_id, reason="等候新版")
    new = renamed("review_reply", "look_at_reply")
    assert take(keeper, old, new, VersionMap({"review_reply": "look_at_reply"}))[1] == {"migrated": 1}
    with pytest.raises(CaseSuspended):
        journey.sign_for()


def test_a_pending_request_keeps_its_case_where_the_other_version_knows_it_not(
    journey: Journey, keeper: Actor, old: int
) -> None:
    journey.draft().submit().accept().assign().sign_for()
    unit_id = db.session.scalars(sa.select(Task.assignment_id).where(Task.node == "draft_reply")).one()
    perform(
        journey.cast.actor("slt_head"),
        case_id=journey.case_id,
        key="extend",
        answers=EXTENSION,
        assignment_id=unit_id,
    )
    new = deployed(
        process=replaced(("[action.extend", "[action.prolong"), ('settles = "extend"', 'settles = "prolong"'))
    )
    id_, ends = take(keeper, old, new)
    assert ends == {"refused": 1} and report(id_, journey.case_id)["misfits"] == [["action", "extend", ""]]
    with pytest.raises(MigrationMoved):
        start(server(keeper), migration_id=id_)
    journey.do("router", "decide_extension", "slt", decision="refused", reason="期限尚早，请先办理。")
    assert try_again(keeper, migration_id=id_) == 1
    assert list(carry_on(keeper, migration_id=id_)) == [(journey.case_id, "migrated")]
    assert try_again(keeper, migration_id=id_) == 0


def test_a_migration_is_planned_with_care_and_can_be_called_off(
    journey: Journey, keeper: Actor, second: Actor, old: int
) -> None:
    new = renamed("review_reply", "look_at_reply")
    told = {"from_id": old, "to_id": new, "mapping": VersionMap(), "reason": "改版"}
    with pytest.raises(NothingRuns):
        plan_migration(keeper, **told)
    cases = [Journey(journey.cast).draft("deputy2") for _ in range(3)]
    del cases
    moved_back = [each for each in db.session.scalars(sa.select(Task.case_id))]
    told |= {"from_id": new, "to_id": old}
    for wrong, refusal in (
        ({"to_id": new}, NotSameKind),
        ({"reason": ""}, InvalidAnswers),
        ({"mapping": VersionMap({"nowhere": "draft"})}, MappingUnfit),
        ({"mapping": VersionMap(moves={"draft": Go("start")})}, MappingUnfit),
        ({"mapping": VersionMap(clocks={"answer": "nothing"})}, MappingUnfit),
        ({"mapping": VersionMap(clocks={"answer": "deputy_answer"})}, MappingUnfit),
    ):
        with pytest.raises(refusal):
            plan_migration(keeper, **{**told, **wrong})
    id_ = plan_migration(keeper, **told, case_ids=moved_back[:2])
    assert list(carry_on(keeper, migration_id=id_)) == []  # it has not been started
    with pytest.raises(OwnMigration):
        start(keeper, migration_id=id_)
    assert start(second, migration_id=id_)
    assert not start(second, migration_id=id_)
    assert len(list(carry_on(keeper, migration_id=id_, at_most=1))) == 1
    assert cancel(keeper, migration_id=id_) and not cancel(keeper, migration_id=id_)
    carry_on_all()
    states = Counter(db.session.scalars(sa.select(MigrationCase.state)))
    assert states == {"migrated": 1, "waiting": 1}
    foreign = join(assemble("15", "邻省人民代表大会"), "other", "dgw", "process_admin")
    for doing in (start, cancel, try_again):
        with pytest.raises(NotFound):
            doing(foreign, migration_id=id_)
        with pytest.raises(NotAllowed):
            doing(journey.cast.actor("assigner"), migration_id=id_)
    with pytest.raises(NotAllowed):
        list(carry_on(journey.cast.actor("assigner"), migration_id=id_))
    with pytest.raises(NothingRuns):
        plan_migration(foreign, **told)


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"other": {}},
        {"nodes": []},
        {"nodes": {"a": 1}},
        {"moves": {"a": "b"}},
        {"moves": {"a": {"x": "b"}}},
    ],
)
def test_a_file_that_is_no_mapping_is_refused(document: Any) -> None:
    with pytest.raises(InvalidAnswers):
        read_map(document)


def test_a_mapping_is_read_as_it_is_written() -> None:
    whole = VersionMap({"a": "b"}, {"c": Go("d"), "e": Go("f", after=True)}, {"x": "y"})
    assert read_map(whole.as_json()) == whole


@pytest.fixture
def house(fresh_url: str) -> Iterator[Flask]:
    app = bare_app(fresh_url)
    with app.app_context():
        yield app
    dispose(app)


def prepared(count: int) -> tuple[Cast, int, int, list[Journey]]:
    """So many cases that wait to be signed for, and a planned and started migration of all."""
    cast = assemble()
    keeper = join(cast, "keeper", "dgw", "process_admin")
    cases = [Journey(cast).draft().submit().accept().assign() for _ in range(count)]
    old, new = cases[0].case.definition_id, renamed("sign_for", "take_up")
    id_ = plan_migration(
        keeper, from_id=old, to_id=new, mapping=VersionMap({"sign_for": "take_up"}), reason="改版"
    )
    start(server(keeper), migration_id=id_)
    db.session.rollback()
    return cast, id_, new, cases


@pytest.mark.slow
def test_cases_completed_while_they_are_taken_over_are_whole(house: Flask) -> None:
    cast, id_, new, cases = prepared(rounds(12, 200))
    ids = {each.case_id: db.session.scalars(_open_task(each.case_id)).one() for each in cases}
    db.session.rollback()
    together, problems = threading.Barrier(3), []

    def run(doing: Callable[[], object]) -> None:
        with house.app_context():
            together.wait()
            try:
                doing()
            except BaseException as error:
                problems.append(repr(error))

    def sign() -> None:
        from engine.casework.tasks import complete_task

        for task_id in ids.values():
            complete_task(cast.actor("slt_clerk"), task_id=task_id, answers={})

    def migrate() -> None:
        list(carry_on(system_actor(cast.congress_id), migration_id=id_))

    threads = [threading.Thread(target=run, args=[each]) for each in (sign, migrate, migrate)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert problems == []
    assert Counter(db.session.scalars(sa.select(MigrationCase.state))) == {"migrated": len(cases)}
    assert {each.case.definition_id for each in cases} == {new}
    assert {tuple(each.open_nodes()) for each in cases} == {("draft_reply",)}
    once = sa.select(AuditEvent.case_id, AuditEvent.action, sa.func.count()).where(
        AuditEvent.action.in_(("case:migrated", "assignment:signed_for"))
    )
    counts = db.session.execute(once.group_by(AuditEvent.case_id, AuditEvent.action)).all()
    assert len(counts) == 2 * len(cases) and {row[2] for row in counts} == {1}
    cases[0].contact().reply().evaluate()
    assert cases[0].case.status == "closed"


def _open_task(case_id: int) -> Any:
    return sa.select(Task.id).where(Task.case_id == case_id, Task.open)


@long
@pytest.mark.slow
def test_a_killed_migration_is_resumed_and_takes_every_case_over_once(fresh_database: Flask) -> None:
    cast, id_, new, cases = prepared(rounds(16, 1_000))
    url = fresh_database.config["SQLALCHEMY_DATABASE_URI"]
    acknowledged: set[int] = set()
    for kill_after in (1, 4, *chance("migration").choices(range(1, 60), k=rounds(0, 12))):
        db.session.remove()
        acknowledged |= set(until_killed(take_over, url, cast.congress_id, id_, lines=kill_after))
        done = sa.select(MigrationCase.case_id).where(MigrationCase.state == "migrated")
        assert acknowledged <= set(db.session.scalars(done))
        db.session.rollback()
    left = sa.select(sa.func.count()).where(MigrationCase.state == "waiting")
    assert db.session.scalar(left) and db.session.get_one(Migration, id_).state == "running"
    db.session.rollback()
    carry_on_all()
    carry_on_all()
    db.session.rollback()
    assert db.session.get_one(Migration, id_).state == "finished"
    assert Counter(db.session.scalars(sa.select(MigrationCase.state))) == {"migrated": len(cases)}
    assert {each.case.definition_id for each in cases} == {new}
    once = sa.select(sa.func.count()).where(AuditEvent.action == "case:migrated").group_by(AuditEvent.case_id)
    assert set(db.session.scalars(once)) == {1}
    assert faults() == []
    cases[-1].sign_for(node="take_up")

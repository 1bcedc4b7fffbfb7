"""Problems put right and struck off: four eyes, what the unit may read, what is kept within the group, photographs."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from engine.casework.attachments import attachment_to_read
from engine.casework.readings.case_page import case_page
from engine.definitions import catalogue
from engine.definitions.folder import FolderRefused, load
from engine.definitions.forms import Form
from engine.definitions.sent_files import SentFile
from engine.foundation.actor import Seat
from engine.foundation.errors import InvalidAnswers, NotFound
from models import Assignment, Attachment, Case, CaseEntry, Clock, Notification, Organization, db
from tests.support.cast import Cast
from tests.support.performance import Performance, performed
from tests.support.scenarios import begun, scenarios

KIND = "inspections"
SCENARIOS = {each.path.stem: each for each in scenarios() if each.process_key == KIND}
ACCOUNTS = {each.path.stem: each for each in scenarios() if each.process_key == "final_accounts"}


def files_of(performance: Performance, name: str) -> int:
    statement = sa.select(Attachment.id).where(
        Attachment.case_id == performance.case_id, Attachment.filename == name
    )
    return db.session.scalars(statement.order_by(Attachment.id).limit(1)).one()


def test_what_is_found_stays_in_the_group_and_what_proves_it_too(cast: Cast) -> None:
    with performed(begun(SCENARIOS["plain"], "sign_problems"), cast) as performance:
        people = performance.cast
        finding = files_of(performance, "现场.png")
        for insider in ("deputy1", "deputy3", "committee", "meetings"):
            assert attachment_to_read(people.actor(insider), finding).filename == "现场.png"
            page = case_page(people.actor(insider), case_id=performance.case_id)
            assert [each.node for each in page.entries].count("find") == 2
        unit = people.actor("slt_clerk")
        with pytest.raises(NotFound):
            attachment_to_read(unit, finding)
        page = case_page(unit, case_id=performance.case_id)
        assert {"find", "pass_on", "list_problem"}.isdisjoint(each.node for each in page.entries)
        assert {"find", "pass_on", "list_problem"}.isdisjoint(each.key for each in page.requests)
        assert [each.ordinal for each in page.problems] == [1, 2]


def test_a_unit_reads_its_own_problems_and_nobody_elses(cast: Cast) -> None:
    with performed(begun(SCENARIOS["carried"], "sign_problems"), cast) as performance:
        seen = {
            person: [
                each.ordinal
                for each in case_page(performance.cast.actor(person), case_id=performance.case_id).problems
            ]
            for person in ("slt_clerk", "czt_clerk", "committee", "deputy1")
        }
    assert seen == {"slt_clerk": [1], "czt_clerk": [2], "committee": [1, 2], "deputy1": [1, 2]}


def test_what_a_unit_proves_is_not_for_another_unit_to_read(cast: Cast) -> None:
    with performed(begun(SCENARIOS["carried"], "schedule"), cast) as performance:
        people, case_id, parts = performance.cast, performance.case_id, parts_of(performance)
        proofs = {unit: proof_of(parts[unit]) for unit in ("slt", "czt")}
        for unit, other, number in (("slt", "czt", "1."), ("czt", "slt", "2.")):
            for person in (f"{unit}_clerk", f"{unit}_head", "committee", "deputy3"):
                assert attachment_to_read(people.actor(person), proofs[unit].id).id == proofs[unit].id
            clerk = people.actor(f"{unit}_clerk")
            with pytest.raises(NotFound):
                attachment_to_read(clerk, proofs[other].id)
            page = case_page(clerk, case_id=case_id)
            reports = [each.id for each in page.entries if each.node == "report_problem"]
            assert proofs[unit].subject_id in reports
            assert proofs[other].subject_id not in {*reports, *page.entry_files}
            asked = {each.assignment_id for each in page.requests if each.key == "report_problem"}
            assert asked == {parts[unit].id}
            told = {text[:2] for each in page.timeline if (text := each.detail.get("problem"))}
            assert told == {number}
            files = {each.subject for each in page.timeline if each.action == "attachment:added"}
            assert f"attachment:{proofs[unit].id}" in files
            assert f"attachment:{proofs[other].id}" not in files


def proof_of(part: Assignment) -> Attachment:
    """The first file that proves what a unit reported as put right."""
    statement = (
        sa.select(Attachment)
        .join(CaseEntry, CaseEntry.id == Attachment.subject_id)
        .where(Attachment.subject == "entry", CaseEntry.node == "report_problem")
        .where(CaseEntry.assignment_id == part.id)
    )
    return db.session.scalars(statement.order_by(Attachment.id)).first() or pytest.fail("nothing proves it")


def test_a_clerk_who_is_also_a_deputy_sees_no_more_of_other_units(cast: Cast) -> None:
    with performed(begun(SCENARIOS["carried"], "schedule"), cast) as performance:
        clerk = performance.cast.actor("slt_clerk")
        beside = Seat("deputy", clerk.seats[0].organization_id, "代表团")
        both = replace(clerk, seats=(*clerk.seats, beside))
        assert [each.ordinal for each in case_page(both, case_id=performance.case_id).problems] == [1]


def test_vouchers_are_opened_by_those_who_examine_them_alone(cast: Cast) -> None:
    with performed(begun(ACCOUNTS["plain"], "rectification"), cast) as performance:
        people, case_id = performance.cast, performance.case_id
        proof = proof_of(parts_of(performance)["slt"])
        for person, opens in (("budget", True), ("slt_clerk", True), ("slt_head", True), ("meetings", False)):
            page = case_page(people.actor(person), case_id=case_id)
            assert proof.subject_id in {each.id for each in page.entries}
            assert (proof.subject_id in page.entry_files) is opens
            if not opens:
                with pytest.raises(NotFound):
                    attachment_to_read(people.actor(person), proof.id)


def test_every_step_stays_with_who_took_it_and_people_are_told_which_problem_it_is(cast: Cast) -> None:
    with performed(SCENARIOS["plain"], cast) as performance:
        page = case_page(performance.cast.actor("colleague"), case_id=performance.case_id)
        second = page.problems[1]
        assert [(each.status, each.returned) for each in second.steps] == [
            ("listed", False),
            ("open", False),
            ("reported", False),
            ("open", True),
            ("reported", False),
            ("verified", False),
            ("open", True),
            ("reported", False),
            ("verified", False),
            ("closed", False),
        ]
        closing, looking = second.steps[-1], second.steps[-2]
        assert {closing.by, looking.by} == {"committee", "colleague"}
        assert page.entry_files[second.steps[2].entry_id or 0][0].filename == "整改后.png"
        statement = sa.select(Notification.body).where(
            Notification.case_id == performance.case_id, Notification.event == "problem:closed"
        )
        assert any("2. 监测台账记录不全" in body for body in db.session.scalars(statement))


def test_files_are_counted_and_a_step_that_is_asked_about_again_cannot_take_them() -> None:
    files = catalogue.shipped()[KIND]
    form: Form = load(files).forms["report_problem"]
    answers = {"problem": 1, "done": "已修复，连续运行。"}
    for sent in ([], [SentFile("", b"")], ["名字.png"], [SentFile(f"{n}.png", b"x") for n in range(11)]):
        with pytest.raises(InvalidAnswers) as refused:
            form.check({**answers, "evidence": sent}, {"problem": frozenset({1})})
        assert set(refused.value.errors) == {"evidence"}
    asked_again = files["process.toml"].replace("[task.rectify]\n", "[task.rectify]\nconfirm = true\n", 1)
    broken = {**files, "forms/rectify.json": files["forms/report_problem.json"], "process.toml": asked_again}
    with pytest.raises(FolderRefused, match="附件栏"):
        load(broken)


def test_below_and_above_never_see_one_another(cast: Cast) -> None:
    with performed(SCENARIOS["linked"], cast) as performance:
        above = performance.case_id
        below = db.session.scalars(sa.select(Case.id).where(Case.origin_id == above)).one()
        page = case_page(performance.cast.actor("committee"), case_id=above)
        assert [each.answers["body"] for each in page.entries if each.node == "report_above"] == [
            "市人大常委会"
        ]
        assert "市报告.txt" in [each.filename for files in page.entry_files.values() for each in files]
        for person, other in (("committee", below), ("city", above)):
            with pytest.raises(NotFound):
                case_page(performance.cast.actor(person), case_id=other)


def test_what_a_unit_is_handed_while_at_work_on_the_case_belongs_to_the_part_it_has(cast: Cast) -> None:
    with performed(begun(ACCOUNTS["plain"], "send_copies"), cast) as performance:
        parts = parts_of(performance)
        assert {code: part.closed_at is None for code, part in parts.items()} == {"slt": False, "czt": True}
        seen = case_page(performance.cast.actor("slt_clerk"), case_id=performance.case_id)
        assert [each.ordinal for each in seen.problems] == [1]
        assert {"list_problem", "withdraw_problem"}.isdisjoint(each.node for each in seen.entries)


def test_the_period_to_put_right_runs_for_those_only_to_whom_something_was_handed(cast: Cast) -> None:
    with performed(ACCOUNTS["late"], cast) as performance:
        owner = {part.id: code for code, part in parts_of(performance).items()}
        clocks = sa.select(Clock.assignment_id).where(
            Clock.case_id == performance.case_id, Clock.key == "putting_right"
        )
        assert [owner[each] for each in db.session.scalars(clocks)] == ["slt"]


def parts_of(performance: Performance) -> dict[str, Assignment]:
    """The units' parts by the code of the unit; each unit has one."""
    statement = (
        sa.select(Organization.code, Assignment)
        .join(Assignment, Assignment.unit_id == Organization.id)
        .where(Assignment.case_id == performance.case_id)
    )
    rows = db.session.execute(statement).all()
    assert len({code for code, _ in rows}) == len(rows)
    return {code: part for code, part in rows}

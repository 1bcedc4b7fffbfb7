"""Restricted cases: who does not work on one and was not admitted does not learn that it exists."""

from __future__ import annotations

import pytest

from engine.casework.access import case_to_view
from engine.casework.actions import perform
from engine.casework.acts.merging import NothingToMerge, NotMergeable
from engine.casework.readings.register import Wanted, find_cases
from engine.foundation.errors import NotAllowed, NotFound
from tests.support.cast import join
from tests.support.journey import Journey


def _restricted(journey: Journey) -> Journey:
    journey.draft().submit()
    journey.do("intake", "intake", result="accepted", category="environment", confidentiality="restricted")
    journey.do("reviewer", "intake_review", decision="confirmed")
    return journey.assign(slt="lead")


def _sees(journey: Journey, who: str) -> bool:
    actor = journey.cast.actor(who)
    try:
        case_to_view(actor, journey.case_id)
    except NotFound:
        seen = False
    else:
        seen = True
    listed = [line.row.case_id for line in find_cases(actor, Wanted()).lines]
    assert (journey.case_id in listed) == seen
    return seen


def test_only_proposers_and_those_at_work_know_of_it(journey: Journey) -> None:
    join(journey.cast, "colleague", "dgw", "intake_officer")
    _restricted(journey)
    knowing = {
        who for who in ("deputy1", "intake", "reviewer", "assigner", "slt_clerk") if _sees(journey, who)
    }
    assert knowing == {"deputy1", "intake", "reviewer", "assigner", "slt_clerk"}
    for who in ("deputy2", "slt_head", "czt_clerk"):
        assert not _sees(journey, who)


def test_a_person_is_admitted_and_dismissed_again(journey: Journey) -> None:
    _restricted(journey)
    person = journey.cast.users["slt_head"]
    with pytest.raises(NotFound):
        journey.act("slt_head", "admit_viewer", person=person, reason="须知悉")
    with pytest.raises(NotAllowed):
        journey.act("slt_clerk", "admit_viewer", person=person, reason="须知悉")
    journey.act("assigner", "admit_viewer", person=person, reason="主要负责人须知悉。")
    assert _sees(journey, "slt_head")
    journey.act("assigner", "dismiss_viewer", person=person, reason="不再需要。")
    assert not _sees(journey, "slt_head")


def test_who_archives_it_is_admitted_when_it_is_over(journey: Journey) -> None:
    archivist = join(journey.cast, "archivist", "dgw", "archivist")
    _restricted(journey).sign_for().contact().reply().evaluate()
    with pytest.raises(NotFound):
        case_to_view(archivist, journey.case_id)
    journey.act("assigner", "admit_viewer", person=archivist.user_id, reason="归档。")
    assert case_to_view(archivist, journey.case_id).status == "closed"


def test_nobody_is_admitted_to_a_case_that_is_not_restricted(journey: Journey) -> None:
    journey.draft().submit().accept().assign()
    person = journey.cast.users["slt_head"]
    with pytest.raises(Exception, match="环节"):
        journey.act("assigner", "admit_viewer", person=person, reason="须知悉")


def test_what_is_restricted_is_not_merged_with_anything_and_its_number_is_not_found(journey: Journey) -> None:
    colleague = join(journey.cast, "colleague", "dgw", "assigner")
    _restricted(journey)
    number = journey.case.number
    merger = {"main": number, "reason": "内容相同"}
    plain = Journey(journey.cast).draft().submit().accept()
    with pytest.raises(NothingToMerge):
        plain.act("assigner", "merge", **merger)
    Journey(journey.cast).draft().submit().accept()  # now there is one that could take it in
    with pytest.raises(NotMergeable, match="涉密"):
        plain.act("assigner", "merge", **merger)
    # Whoever may not know of it cannot tell its number from one that nobody has.
    with pytest.raises(NotMergeable, match="没有这个编号"):
        perform(colleague, case_id=plain.case_id, key="merge", answers=merger)
    assert plain.case.merged_into_id is None

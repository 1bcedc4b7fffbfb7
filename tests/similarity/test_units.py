"""Unit suggestions: learned from who handled similar cases and who sent them back, never more than a suggestion."""

from __future__ import annotations

import sqlalchemy as sa

from engine.casework.access import case_to_view
from engine.commitments.inheriting import merge_organization
from engine.similarity.readings import units_for
from engine.similarity.terms import Written
from engine.similarity.units import suggest_units
from models import Organization, db
from tests.support.cast import Cast, join
from tests.support.journey import Journey

WATER = Written("关于改造乡镇供水管网的建议", (), "自来水时断时续。")


def handled(cast: Cast, unit: str, title: str = "关于农村供水管网的建议") -> Journey:
    return Journey(cast).draft(title=title).submit().accept().assign(**{unit: "lead"}).sign_for(unit)


def give_back(journey: Journey, unit: str, other: str) -> None:
    """The unit sends the case back, rightly, and another one takes it over."""
    reason = "依据三定规定，此项不属于我单位职责。"
    journey.act(f"{unit}_head", "return_unit", unit, ground="not_our_duty", reason=reason)
    journey.do("router", "decide_return", decision="agreed", reason="职责相符。")
    journey.do("router", "reassign", unit=journey.cast.organizations[other])
    journey.sign_for(other)


def duties(cast: Cast, **of_units: str) -> None:
    for code, words in of_units.items():
        db.session.execute(
            sa.update(Organization).where(Organization.id == cast.organizations[code]).values(duties=words)
        )
    db.session.commit()


def test_without_any_ground_no_unit_is_suggested(cast: Cast) -> None:
    assert suggest_units(cast.congress_id, WATER) == []


def test_the_unit_that_handled_similar_cases_is_suggested_with_them_as_its_ground(cast: Cast) -> None:
    cases = {handled(cast, "slt").case_id, handled(cast, "slt").case_id}
    handled(cast, "jyt", "关于学校托管的建议")
    (first, *others) = suggest_units(cast.congress_id, WATER)
    assert first.name == "省水利厅"
    assert {match.case_id for match in first.handled} == cases
    assert others == []


def test_a_unit_that_has_not_signed_for_a_case_yet_has_not_taken_it_on(cast: Cast) -> None:
    Journey(cast).draft(title="关于农村供水管网的建议").submit().accept().assign()
    assert suggest_units(cast.congress_id, WATER) == []


def test_a_case_that_was_sent_back_speaks_against_its_unit_and_for_the_following_one(cast: Cast) -> None:
    for _ in range(2):
        give_back(handled(cast, "jyt"), "jyt", "slt")
    (only,) = suggest_units(cast.congress_id, WATER)
    assert (only.name, len(only.handled), only.took_over) == ("省水利厅", 2, {"省教育厅": 2})


def test_duties_suggest_a_unit_where_nothing_is_learned_yet(cast: Cast) -> None:
    duties(cast, slt="水利 供水 河道", czt="资金 供水", jyt="学校")
    first, second = suggest_units(cast.congress_id, Written("关于河道供水的建议"))
    assert (first.name, first.duties, second.duties) == ("省水利厅", ("供水", "河道"), ("供水",))


def test_a_unit_that_is_no_longer_active_is_not_suggested(cast: Cast) -> None:
    handled(cast, "slt")
    db.session.execute(
        sa.update(Organization).where(Organization.id == cast.organizations["slt"]).values(active=False)
    )
    db.session.commit()
    assert suggest_units(cast.congress_id, WATER) == []


def test_what_a_unit_did_that_became_another_is_known_of_that_one(cast: Cast) -> None:
    case_id = handled(cast, "slt").contact().reply().evaluate().case_id
    merge_organization(
        join(cast, "root", "dgw", "system_admin"),
        organization_id=cast.organizations["slt"],
        successor_id=cast.organizations["czt"],
        reason="机构改革。",
    )
    (only,) = suggest_units(cast.congress_id, WATER)
    assert (only.name, [match.case_id for match in only.handled]) == ("省财政厅", [case_id])


def test_a_unit_that_sent_this_very_case_back_is_not_suggested_for_it(cast: Cast) -> None:
    handled(cast, "jyt")
    handled(cast, "slt")
    journey = handled(cast, "jyt")
    assigner = cast.actor("assigner")
    case = case_to_view(assigner, journey.case_id)
    assert {each.unit.name for each in units_for(assigner, case)} == {"省水利厅", "省教育厅"}
    give_back(journey, "jyt", "slt")
    assert {each.unit.name for each in units_for(assigner, case)} == {"省水利厅"}

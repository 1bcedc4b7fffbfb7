"""Thresholds of names and majorities: by level, by share, to the vote."""

from __future__ import annotations

import pytest

from engine.deadlines.packs import load_pack
from engine.deadlines.rules import UnknownThreshold, pack_from_record
from engine.deadlines.thresholds import thresholds_from
from engine.deadlines.words import RuleFault

PACK = load_pack("shanxi")
MADE = {
    "key": "x",
    "title": {"zh": "试", "en": "Try"},
    "of": "members",
    "legal_basis": {"text": "法"},
    "source": "house",
}


@pytest.mark.parametrize(
    ("key", "level", "whole", "needed"),
    [
        ("motion_deputies", "province", 0, 10),
        ("motion_deputies", "township", 0, 5),
        ("motion_standing_members", "city", 0, 5),
        ("motion_standing_members", "county", 0, 3),
        ("majority_of_members", "province", 65, 33),
        ("majority_of_members", "province", 64, 33),
        ("majority_of_deputies", "province", 550, 276),
        ("quorum_of_members", "province", 65, 33),
        ("quorum_of_deputies", "province", 550, 367),
        ("quorum_of_deputies", "township", 60, 40),
    ],
)
def test_what_the_law_asks_for_is_needed_and_one_less_is_not_enough(
    key: str, level: str, whole: int, needed: int
) -> None:
    threshold = PACK.threshold(key)
    assert threshold.needed(level, whole) == needed
    assert threshold.reached(needed, level, whole)
    assert not threshold.reached(needed - 1, level, whole)


@pytest.mark.parametrize(("whole", "needed"), [(3, 2), (6, 4), (7, 5)])
def test_a_share_that_need_not_be_exceeded_is_rounded_up(whole: int, needed: int) -> None:
    two_thirds = thresholds_from([{**MADE, "share": "2/3"}])["x"]
    assert two_thirds.needed("province", whole) == needed


def test_a_pinned_pack_gives_the_same_thresholds_and_an_older_one_none() -> None:
    record = PACK.as_record()
    assert pack_from_record(record) == PACK
    del record["thresholds"]
    with pytest.raises(UnknownThreshold):
        pack_from_record(record).threshold("motion_deputies")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "either number or share"),
        ({"number": 3, "share": "1/2"}, "either number or share"),
        ({"number": 0}, "no number from 1"),
        ({"share": "3/2"}, "no share"),
        ({"share": "half"}, "no share"),
        ({"number": 3, "of": "everybody"}, "is none of"),
        ({"number": 3, "source": "default"}, "comparator or house"),
        ({"number": 3, "strange": 1}, "strange"),
    ],
)
def test_what_cannot_be_a_threshold_is_refused_with_its_reason(change: dict[str, object], said: str) -> None:
    with pytest.raises(RuleFault, match=said):
        thresholds_from([{**MADE, **change}])


def test_a_key_stands_once() -> None:
    with pytest.raises(RuleFault, match="twice"):
        thresholds_from([{**MADE, "number": 1}, {**MADE, "number": 2}])

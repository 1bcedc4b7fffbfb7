"""What was typed into a line: left out what shows nothing, named what no row can keep, on either database alike."""

from __future__ import annotations

import pytest

from engine.foundation.lines import CONTROL, TOO_LARGE, unfit, visible
from models import Meeting, Organization, User


def test_what_shows_nothing_is_left_out_and_joiners_stay() -> None:
    assert visible(" 张\u200b三\ufeff ") == "张三"
    assert visible("审计\u202e厅政财\u202c") == "审计厅政财"  # else it would be read as 财政厅
    assert visible("ᠮᠣᠩᠭᠣᠯ\u200dᠤᠨ") == "ᠮᠣᠩᠭᠣᠯ\u200dᠤᠨ"


@pytest.mark.parametrize("name", ["甲\x07", "甲\n乙", "甲\t乙", "\ud800"])
def test_signs_that_are_no_writing_are_named(name: str) -> None:
    assert unfit(User, name=name) == {"name": [CONTROL]}


def test_every_field_that_does_not_fit_is_named() -> None:
    found = unfit(Organization, code="c" * 65, name="名" * 501, position=2**31, duties="职\n责" * 9000)
    assert found == {
        "code": ["不能超过64字，现有65字。"],
        "name": ["不能超过500字，现有501字。"],
        "position": [TOO_LARGE],
    }
    assert unfit(Meeting, name="会" * 500, term=14, ordinal=2**31 - 1) == {}

"""Two versions compared on a page: everything that differs in words, marks on both diagrams, in both languages."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask

from engine.definitions import catalogue
from tests.operations import altered
from tests.operations.altered import deployed, replaced
from tests.support.cast import Cast, join
from tests.support.web import Visitor
from tests.webui.conftest import Enter

pytestmark = pytest.mark.slow

FLOWS = "/administration/flows"


@pytest.fixture
def keeper(app: Flask, cast: Cast, enter: Enter) -> Visitor:
    with app.app_context():
        join(cast, "keeper", "dgw", "process_admin")
    return enter("keeper")


def marks(page: str) -> list[dict[str, str]]:
    """Of each diagram on a page, its marked elements with the kind of mark."""
    found = re.findall(r"data-layers='([^']*)'", page)
    return [
        {element: mark["kind"] for element, mark in json.loads(each)[0]["marks"].items()} for each in found
    ]


def without_review(app: Flask) -> tuple[int, int]:
    """The shipped version and one without the deputy head's look at replies, with another role and message."""
    with app.app_context():
        old = catalogue.current(altered.KEY).id
        process = altered.without_task("review_reply")
        other_role = replaced(('role = "delegation_staff"', 'role = "intake_officer"'))
        new = deployed(
            bpmn=altered.without_review,
            process=lambda text: other_role(process(text)),
            deadlines=replaced(('rule = "sign_for"', 'rule = "first_contact"')),
        )
        return old, new


def test_what_differs_is_told_in_words_and_marked_on_both_diagrams(app: Flask, keeper: Visitor) -> None:
    old, new = without_review(app)
    page = keeper.get(f"{FLOWS}/compare?from={old}&to={new}").text
    assert "v1 → v2" in page and "review == &#34;returned&#34;" in page
    for words in (
        "连线和条件",
        "角色和地点",
        "审核答复",
        "代表团工作人员",
        "<del>",
        "<ins>",
        "＋",
        "－",
        "△",
    ):
        assert words in page
    was, is_now = marks(page)
    assert was["review_reply"] == was["gw_review"] == was["h_6"] == "removed"
    assert was["sign_for"] == is_now["sign_for"] == is_now["delegation_check"] == "changed"
    assert "review_reply" not in is_now
    back = keeper.get(f"{FLOWS}/compare?from={new}&to={old}").text
    assert marks(back)[1]["review_reply"] == "added"
    english = keeper.get(f"{FLOWS}/compare?from={old}&to={new}&lang=en").text
    assert "Roles and places" in english and "Delegation staff" in english and "Removed" in english


def test_a_version_against_itself_has_no_differences_and_others_are_not_there(
    app: Flask, keeper: Visitor, enter: Enter
) -> None:
    old, new = without_review(app)
    assert "规定完全相同" in keeper.get(f"{FLOWS}/compare?from={old}&to={old}").text
    assert keeper.get(f"{FLOWS}/compare?from={old}&to=999").status_code == 404
    assert keeper.get(f"{FLOWS}/compare").status_code == 404
    assert enter("assigner").get(f"{FLOWS}/compare?from={old}&to={new}").status_code == 403
    assert "与另一个版本比较" in keeper.get(f"{FLOWS}/versions/{new}").text


def test_a_draft_is_compared_with_the_version_it_was_made_from(app: Flask, keeper: Visitor) -> None:
    with app.app_context():
        old = catalogue.current(altered.KEY).id
        role = replaced(('role = "delegation_staff"', 'role = "intake_officer"'))
        process = role(catalogue.files_of(old)["process.toml"])
    begun = keeper.post(f"{FLOWS}/drafts", data={"definition_id": old, "name": "换人审查"}).location
    assert "规定完全相同" in keeper.get(f"{begun}/compare").text
    saved = {"files": {"process.toml": process}, "revision": 1}
    assert keeper.post(f"{begun}/save", json=saved).json == {"revision": 2}
    assert f"{begun}/compare" in keeper.get(begun).text
    page = keeper.get(f"{begun}/compare").text
    assert "v1 → 草稿：换人审查" in page and marks(page) == [{"delegation_check": "changed"}] * 2
    broken = {"files": {"process.toml": "key = 1"}, "revision": 2}
    assert keeper.post(f"{begun}/save", json=broken).json == {"revision": 3}
    assert keeper.get(f"{begun}/compare").location == begun


def test_the_preview_of_a_migration_tells_all_that_changes_not_nodes_and_clocks_alone(
    app: Flask, keeper: Visitor
) -> None:
    old, new = without_review(app)
    page = keeper.get(f"{FLOWS}/migrations/new?from={old}&to={new}").text
    assert "逐项对照" in page and "角色和地点" in page
    assert marks(page)[0]["review_reply"] == "removed"

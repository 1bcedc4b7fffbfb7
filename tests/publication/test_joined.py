"""What is answered together with a case (并案): the public finds it, and reads by what it was answered."""

from __future__ import annotations

import pytest

from engine.publication.public import Wanted, find, published
from engine.publication.refusals import JoinedChanged
from models import Case, db
from tests.publication.conftest import prepare, publication, release, sign
from tests.support.journey import Journey

TITLE = "关于煤矸石利用的另一件建议"


@pytest.fixture
def other(journey: Journey) -> Journey:
    """A case that is handled with the first, which has been answered."""
    journey.draft().submit().accept()
    other = Journey(journey.cast).draft("deputy2", title=f"{TITLE}，联系人电话13912345678")
    other.do("deputy2", "draft", confirmed=True)
    other.accept().act("assigner", "merge", main=journey.case.number, reason="内容相同")
    journey.assign().sign_for().contact()
    sign(journey, **journey.answers())
    return other


def test_the_public_copy_names_each_case_that_was_answered_with_it_and_is_found_by_it(
    journey: Journey, other: Journey
) -> None:
    number = str(other.case.number)
    prepare(journey)
    public_id = release(journey)
    for words in (TITLE, number, "李代表"):
        (line,) = find(Wanted(text=words))[0]
        assert line.public_id == public_id, words
    (joined,) = published(public_id).line.content["joined"]
    assert {joined[name] for name in ("number", "deputy", "submitted_on")} == {number, "李代表", "2026-02-05"}
    assert TITLE in joined["title"] and "13912345678" not in joined["title"]  # redacted as every text is
    assert "case" not in joined


def test_a_restricted_case_or_one_taken_out_again_is_not_named(journey: Journey, other: Journey) -> None:
    prepare(journey)
    for values in ({"confidentiality": "restricted"}, {"confidentiality": "public", "merged_into_id": None}):
        for name, value in values.items():
            setattr(other.case, name, value)
        db.session.commit()
        with pytest.raises(JoinedChanged):
            release(journey)
    prepare(journey)
    assert published(release(journey)).line.content["joined"] == []
    assert find(Wanted(text=TITLE))[0] == []


def test_a_copy_of_before_names_none_and_is_read_as_it_was(journey: Journey, other: Journey) -> None:
    from engine.publication.copying import passages, without_keys
    from engine.publication.preparing import latest_version

    prepare(journey)
    version = latest_version(publication(journey).id)
    assert version is not None
    old = {name: value for name, value in version.content.items() if name != "joined"}
    assert without_keys(old)["joined"] == []
    assert [each.key for each in passages(old)] == [
        each.key for each in passages(version.content) if not each.key.startswith("joined.")
    ]
    assert db.session.get_one(Case, other.case_id).merged_into_id == journey.case_id

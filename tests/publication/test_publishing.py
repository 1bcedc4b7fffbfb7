"""From a signed reply to what the public reads: deadline, four eyes, what is never published, later versions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.foundation.errors import DomainError, InvalidAnswers, NotAllowed, NotFound
from engine.people.personal_data import HIDDEN
from engine.publication.copying import passages
from engine.publication.desk import copy_page
from engine.publication.preparing import prepare_copy, send_back_copy
from engine.publication.refusals import (
    CopyChanged,
    LooksPersonal,
    NotForThePublic,
    NothingToRelease,
    OwnCopy,
    PersonalDataLeft,
)
from engine.publication.releasing import release_copy, withdraw_publication, withhold_publication
from models import AuditEvent, Case, Clock, PublicationReply, PublicationVersion, db
from tests.publication.conftest import handling, prepare, publication, release, replied
from tests.support.cast import assemble
from tests.support.journey import Journey


def clock_of(journey: Journey) -> Clock:
    statement = sa.select(Clock).where(Clock.case_id == journey.case_id, Clock.key == "publication")
    return db.session.scalars(statement.order_by(Clock.id.desc())).first()


def content(journey: Journey) -> dict[str, Any]:
    statement = sa.select(PublicationVersion.content).order_by(PublicationVersion.id.desc())
    return db.session.scalars(statement).first()


def written(journey: Journey) -> str:
    return "\n".join(passage.text for passage in passages(content(journey)))


def test_a_signed_reply_is_due_for_publication_within_twenty_working_days(journey: Journey) -> None:
    replied(journey)
    assert publication(journey).state == "due"
    # 5 February 2026 plus twenty working days, the days off at Spring Festival left out and 14 and 28 February worked.
    assert (clock_of(journey).ended_at, clock_of(journey).due_on) == (None, dt.date(2026, 3, 11))


def test_two_persons_make_it_public_and_the_clock_ends(journey: Journey) -> None:
    replied(journey)
    assert prepare(journey) == 1
    assert publication(journey).state == "prepared"
    with pytest.raises(NotAllowed):
        release(journey, "intake")
    public_id = release(journey)
    found = publication(journey)
    assert (found.state, found.released, found.public_id) == ("published", 1, public_id)
    assert clock_of(journey).ended_at is not None
    actions = list(db.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.id)))
    assert actions[-2:] == ["publication:prepared", "publication:published"]


def test_who_prepared_a_copy_may_not_release_it(journey: Journey) -> None:
    replied(journey)
    prepare(journey, "assigner")
    with pytest.raises(OwnCopy):
        release(journey, "assigner")


def test_a_click_twice_does_no_harm(journey: Journey) -> None:
    replied(journey)
    assert (prepare(journey), prepare(journey)) == (1, 1)
    assert release(journey) == release(journey)
    count = sa.select(sa.func.count()).where(AuditEvent.action.like("publication:%"))
    assert db.session.scalar(count) == 2


def test_proposals_are_taken_and_contact_data_is_never_copied(journey: Journey) -> None:
    text = {
        "background": "请与我联系：手机１３９３４５６７８９０，身份证号11010519491231002X，经办人：刘小明。"
    }
    replied(
        journey,
        text,
        officer_name="刘小明",
        body="有疑问请拨打0351-4123456找刘小明。现就有关情况答复如下，请予审阅。",
    )
    prepare(journey)
    assert written(journey).count(HIDDEN) == 5
    assert "0351-1234567" not in str(content(journey))
    assert {"attachments", "phone", "officer_phone", "evaluation"}.isdisjoint(content(journey))


def test_what_no_text_needs_to_show_is_refused_whoever_writes_it(journey: Journey) -> None:
    replied(journey)
    prepare(journey, title="关于给13934567890回电的建议")
    with pytest.raises(PersonalDataLeft):
        release(journey, confirmation="没有关系。")
    # A deputy's own number, written so that no pattern knows it.
    prepare(journey, title="关于（1 3 9）（0 0 0 0）（0 0 0 1）的建议")
    with pytest.raises(PersonalDataLeft):
        release(journey, confirmation="没有关系。")


def test_an_offices_own_telephone_may_stand_with_a_reason_that_is_recorded(journey: Journey) -> None:
    replied(journey)
    prepare(journey, title="关于公布服务电话0351-4123456的建议")
    with pytest.raises(LooksPersonal):
        release(journey)
    release(journey, confirmation="是单位对外公布的服务电话。")
    version = db.session.scalars(sa.select(PublicationVersion)).one()
    assert version.confirmed == "是单位对外公布的服务电话。"


def test_a_private_name_is_proposed_shown_to_who_releases_and_stops_nobody(journey: Journey) -> None:
    replied(journey, {"background": "村民王建国反映，煤矸石占用耕地。"})
    prepare(journey)
    assert f"村民{HIDDEN}反映" in written(journey)
    page = copy_page(journey.cast.actor("reviewer"), publication(journey).id)
    assert page.names_left == ()
    prepare(
        journey, **{"part.0": "村民王建国反映，煤矸石占用耕地。"}
    )  # he is the village's well-known model worker
    page = copy_page(journey.cast.actor("reviewer"), publication(journey).id)
    assert page.names_left == ("王建国",)
    release(journey)
    assert publication(journey).state == "published"


def test_a_unit_that_withholds_ends_its_period_with_its_reason(journey: Journey) -> None:
    replied(journey, publicity="withheld", publicity_reason="涉及商业秘密。")
    found = publication(journey)
    assert (found.state, found.reason) == ("withheld", "涉及商业秘密。")
    assert clock_of(journey).ended_at is not None
    with pytest.raises(NotForThePublic):
        prepare(journey)


def test_a_summary_is_written_by_hand_and_the_reply_itself_is_not_copied(journey: Journey) -> None:
    replied(journey, publicity="summary")
    with pytest.raises(InvalidAnswers) as refused:
        prepare(journey)
    (key,) = refused.value.errors
    prepare(journey, **{key: "已列入计划，年内完成。"})
    assert "感谢您对我省工作的关心" not in str(content(journey))
    assert content(journey)["replies"][0]["summary"] == "已列入计划，年内完成。"


def test_an_internal_case_is_published_by_summary_only(journey: Journey) -> None:
    handling(journey)
    db.session.execute(sa.update(Case).values(confidentiality="internal"))
    db.session.commit()
    journey.reply()
    extent = db.session.scalars(sa.select(PublicationReply.extent)).one()
    assert extent == "summary"
    with pytest.raises(InvalidAnswers) as refused:
        prepare(journey)
    assert len(refused.value.errors) == 2  # what was asked, and what was answered
    prepare(journey, **dict.fromkeys(refused.value.errors, "概要。"))
    assert content(journey)["parts"] == content(journey)["asks"] == []


def test_a_deputy_who_refuses_keeps_his_text_to_himself(journey: Journey) -> None:
    replied(journey, {"publicity": "refuse", "publicity_reason": "涉及走访对象。"})
    with pytest.raises(InvalidAnswers):
        prepare(journey)
    prepare(journey, summary="建议加快综合利用。")
    assert "煤矸石堆存量大" not in str(content(journey))


def test_a_restricted_case_is_never_published(journey: Journey) -> None:
    handling(journey)
    db.session.execute(sa.update(Case).values(confidentiality="restricted"))
    db.session.commit()
    journey.reply()
    assert publication(journey).state == "withheld"
    with pytest.raises(DomainError):
        prepare(journey)


def test_a_case_that_becomes_restricted_after_its_copy_was_prepared_is_not_released(journey: Journey) -> None:
    replied(journey)
    prepare(journey)
    db.session.execute(sa.update(Case).values(confidentiality="restricted"))
    db.session.commit()
    with pytest.raises(DomainError):
        release(journey)
    assert publication(journey).released is None


def test_a_correction_is_a_new_version_and_the_old_one_is_kept(published: Journey) -> None:
    public_id = publication(published).public_id
    with pytest.raises(InvalidAnswers, match="1"):
        prepare(published, title="关于加快煤矸石综合利用的建议（更正）")
    assert prepare(published, note="更正标题。", title="关于加快煤矸石综合利用的建议（更正）") == 2
    assert publication(published).released == 1  # until the second person has looked
    assert release(published) == public_id
    titles = list(
        db.session.scalars(
            sa.select(PublicationVersion.content["title"].as_string()).order_by(PublicationVersion.version)
        )
    )
    assert titles == ["关于加快煤矸石综合利用项目落地的建议", "关于加快煤矸石综合利用的建议（更正）"]


def test_a_released_version_cannot_be_changed_in_the_database_either(published: Journey) -> None:
    with pytest.raises(IntegrityError):
        db.session.execute(sa.update(PublicationVersion).values(note="改过"))
    db.session.rollback()


def test_a_redo_is_published_as_well_on_its_own_clock(published: Journey) -> None:
    published.evaluate("dissatisfied").redo().contact().reply()
    assert publication(published).state == "due"
    assert clock_of(published).ended_at is None
    prepare(published, note="加上重新办理的答复。")
    release(published)
    assert [reply["round"] for reply in content(published)["replies"]] == [1, 2]
    assert clock_of(published).ended_at is not None


def test_the_office_may_withhold_with_a_reason(journey: Journey) -> None:
    replied(journey)
    actor, id_ = journey.cast.actor("reviewer"), publication(journey).id
    with pytest.raises(InvalidAnswers):
        withhold_publication(actor, publication_id=id_, reason=" ")
    withhold_publication(actor, publication_id=id_, reason="公开后可能危及社会稳定（公开条例第十四条）。")
    withhold_publication(actor, publication_id=id_, reason="再说一次。")
    assert publication(journey).reason == "公开后可能危及社会稳定（公开条例第十四条）。"
    assert clock_of(journey).ended_at is not None
    with pytest.raises(NotForThePublic):
        prepare(journey)


def test_what_was_published_can_be_taken_back_at_once_and_come_again(published: Journey) -> None:
    actor, id_ = published.cast.actor("intake"), publication(published).id
    withdraw_publication(actor, publication_id=id_, reason="误公开了第三方信息。")
    withdraw_publication(actor, publication_id=id_, reason="再说一次。")
    found = publication(published)
    assert (found.state, found.released, found.words) == ("withdrawn", None, "")
    prepare(published, note="隐去第三方信息。")
    release(published)
    assert (publication(published).released, publication(published).public_id) == (2, found.public_id)


def test_a_copy_can_be_sent_back(journey: Journey) -> None:
    replied(journey)
    prepare(journey)
    actor, id_ = journey.cast.actor("reviewer"), publication(journey).id
    send_back_copy(actor, publication_id=id_, reason="请隐去村名。")
    send_back_copy(actor, publication_id=id_, reason="请隐去村名。")
    assert (publication(journey).state, publication(journey).reason) == ("due", "请隐去村名。")
    with pytest.raises(NothingToRelease):
        release(journey)


def test_an_old_page_is_refused(journey: Journey) -> None:
    replied(journey)
    prepare(journey)
    old = publication(journey).revision
    prepare(journey, title="关于煤矸石的建议")
    with pytest.raises(CopyChanged):
        release_copy(journey.cast.actor("reviewer"), publication_id=publication(journey).id, revision=old)


OFFICES = {"intake", "assigner", "reviewer"}
MATRIX = {
    "prepare": {"intake", "assigner"},
    "send_back": {"reviewer", "assigner"},
    "withhold": {"reviewer", "assigner"},
    "release": {"reviewer", "assigner"},
}


@pytest.mark.parametrize("deed", MATRIX)
def test_who_may_do_what(journey: Journey, deed: str) -> None:
    replied(journey)
    prepare(journey)
    id_ = publication(journey).id
    foreign = assemble("15", "邻省人民代表大会")
    actors = {name: journey.cast.actor(name) for name in journey.cast.users}
    actors |= {f"foreign {name}": foreign.actor(name) for name in ("intake", "reviewer", "assigner")}
    allowed = set()
    for name, actor in actors.items():
        about: dict[str, Any] = {"publication_id": id_}
        try:
            if deed == "prepare":
                prepare_copy(actor, **about, texts={}, note=name)
            elif deed == "send_back":
                send_back_copy(actor, **about, reason="请改。", revision=0)
            elif deed == "withhold":
                withhold_publication(actor, **about, reason="理由。", revision=0)
            else:
                release_copy(actor, **about, revision=0)
        except (NotAllowed, NotFound):
            continue
        except CopyChanged:
            pass
        allowed.add(name)
    assert allowed == MATRIX[deed]

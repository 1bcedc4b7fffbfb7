"""Real cases are printed and read back: the right words for the right people, and nothing for others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from engine.casework.actions import perform
from engine.casework.choices import asks
from engine.casework.cosigning import answer_invitation, invite_cosigners
from engine.casework.readings.case_page import case_page
from engine.definitions.catalogue import current
from engine.documents.declarations import forms_of
from engine.documents.handled import BETWEEN, Wanted
from engine.documents.lists import LISTINGS, UnitWanted, list_offers, print_list
from engine.documents.matter import general, of_case
from engine.documents.printing import offers, print_of_case
from engine.documents.subjects import SUBJECTS
from engine.foundation import clock
from engine.foundation.errors import NotAllowed, NotFound
from models import Assignment, AuditEvent, Case, Commitment, Congress, Deputy, Reply, db
from tests.documents.reading import pages_of, word_text, words_of
from tests.support.cast import Cast, assemble
from tests.support.journey import Journey

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("press_at_hand")]

NUMBER = "省十四届人大四次会议闭会第001号"


def offered(journey: Journey, who: str) -> dict[str, list[int]]:
    """What a person may print now: key → subjects."""
    actor = journey.cast.actor(who)
    found: dict[str, list[int]] = {}
    for offer in offers(actor, case_page(actor, case_id=journey.case_id)):
        found.setdefault(offer.key, []).append(offer.subject_id)
    return found


def printed(journey: Journey, who: str, key: str, format: str = "pdf", place: int = -1) -> Any:
    """A document as a person prints it."""
    subject_id = offered(journey, who)[key][place]
    return print_of_case(
        journey.cast.actor(who), case_id=journey.case_id, key=key, subject_id=subject_id, format=format
    )


def said(journey: Journey, who: str, key: str, place: int = -1) -> str:
    """Its words, which both formats have."""
    return words_of(printed(journey, who, key, place=place).content)


def test_a_suggestion_is_printed_with_its_head_its_text_and_its_cosigners(journey: Journey) -> None:
    journey.draft()
    cast = journey.cast
    invite_cosigners(cast.actor("deputy1"), case_id=journey.case_id, deputy_ids=[cast.deputies["deputy2"]])
    answer_invitation(cast.actor("deputy2"), case_id=journey.case_id, confirmed=True, text_version=1)
    journey.submit().accept()
    head, text = pages_of(printed(journey, "deputy1", "suggestion_paper").content)
    for words in (
        "编号：" + journey.case.number,
        "关于加快煤矸石综合利用项目落地的建议",
        "王代表",
        "联名1人",
    ):
        assert words in head
    assert "2026年2月5日" in head
    assert "煤矸石堆存量大，占用土地，综合利用率不高。" in text
    assert "2.建立部门联席会议。" in text
    assert "李代表" in said(journey, "deputy2", "cosigner_page")
    assert "cosigner_page" in offered(journey, "intake")


def test_a_long_text_is_printed_to_its_end(journey: Journey) -> None:
    lines = [f"第{number}段：" + "汾河流域生态保护" * 40 + f"完{number}" for number in range(1, 51)]
    journey.draft(background="\n".join(lines), asks=[f"第{number}项要求。" for number in range(1, 21)])
    pages = pages_of(printed(journey, "deputy1", "suggestion_paper").content)
    assert len(pages) > 20
    assert all(page.endswith(f"—{number}—") for number, page in enumerate(pages, start=1))
    whole = "".join(pages)
    for number in range(1, 51):
        assert f"完{number}" in whole
    assert "20.第20项要求。" in whole
    word = word_text(printed(journey, "deputy1", "suggestion_paper", "docx").content)
    assert "".join(lines) in word


def test_the_office_prints_what_it_decided(journey: Journey) -> None:
    journey.draft().submit().accept()
    words = said(journey, "deputy1", "acceptance_notice")
    for part in ("王代表代表：", journey.case.number, "资源环保", "2026年2月5日", "现予受理", "0351-0000000"):
        assert part in words
    assert "地址" not in words  # nobody has said it
    congress = db.session.get_one(Congress, journey.cast.congress_id)
    congress.postal_address, congress.postal_code = "某市某街1号", "030000"
    db.session.commit()
    reached = "（联系电话：0351-0000000；地址：某市某街1号；邮编：030000）"
    assert reached in said(journey, "deputy1", "acceptance_notice")
    assert reached in word_text(printed(journey, "deputy1", "acceptance_notice", "docx").content)
    assert "decline_notice" not in offered(journey, "deputy1")


def test_a_declined_suggestion_gets_its_reasons_on_paper(journey: Journey) -> None:
    journey.draft().submit()
    answers = {"result": "declined", "reason_code": "judicial", "explanation": "涉及法院正在审理的案件。"}
    journey.do("intake", "intake", confidentiality="internal", **answers)
    assert "decline_notice" not in offered(journey, "intake")  # only proposed
    journey.do("reviewer", "intake_review", decision="confirmed")
    for words in (said(journey, "deputy1", "decline_notice"), said(journey, "intake", "decline_notice")):
        assert "涉及具体司法案件" in words
        assert "涉及法院正在审理的案件。" in words


def test_each_unit_gets_its_own_assignment_notice(journey: Journey) -> None:
    journey.draft().submit().accept().assign(slt="lead", czt="co")
    words = said(journey, "slt_clerk", "assignment_notice")
    for part in (
        "省水利厅：",
        "主办",
        "slt的部分",
        "请认真办理。",
        "答复期限：2026年5月6日",
        "省财政厅（会办）",
    ):
        assert part in words
    assert "会办" in said(journey, "czt_clerk", "assignment_notice")
    assert len(offered(journey, "slt_clerk")["assignment_notice"]) == 1
    assert len(offered(journey, "assigner")["assignment_notice"]) == 2
    assert "assignment_notice" not in offered(journey, "deputy1")


def test_a_unit_prints_its_requests_while_it_is_at_work(journey: Journey) -> None:
    journey.draft().submit().accept().assign(slt="lead", czt="co").sign_for()
    mine = offered(journey, "slt_clerk")
    assert {"return_request", "extension_request"} <= mine.keys()
    assert "extension_request" not in offered(journey, "czt_clerk")
    words = said(journey, "slt_clerk", "extension_request")
    assert "2026年5月6日" in words
    assert "审核单位（盖章）" in words
    journey.do("czt_clerk", "co_sign_for", "czt")
    journey.do("czt_clerk", "co_opinion", "czt", position="agree", text="我厅同意，并将安排资金。")
    journey.contact().reply()
    after = offered(journey, "slt_clerk")
    assert {"return_request", "extension_request"} & after.keys() == set()
    letter = said(journey, "slt_head", "co_opinion_letter")
    for part in ("省财政厅", "我厅同意，并将安排资金。", "同意"):
        assert part in letter
    assert "co_opinion_letter" not in offered(journey, "deputy1")


def test_a_reply_is_printed_as_a_letter(journey: Journey) -> None:
    journey.draft().submit().accept().assign().sign_for().contact()
    journey.do("slt_clerk", "draft_reply", "slt", **journey.answers())
    assert "reply_letter" not in offered(journey, "deputy1")
    journey.do("slt_deputy_head", "review_reply", "slt", decision="passed")
    journey.do("slt_head", "sign_reply", "slt", decision="signed", number="晋水函〔2026〕1号")
    paper = printed(journey, "deputy1", "reply_letter")
    first = pages_of(paper.content)[0]
    for part in (
        "B类全文公开",
        "省水利厅",
        "晋水函〔2026〕1号",
        "王代表代表：",
        "1.关于“出台综合利用的支持政策”（B类）",
    ):
        assert part in first
    whole = words_of(paper.content)
    for part in ("已列入计划，年内完成。", "2026年2月5日", "经办人", "0351-1234567", "抄送"):
        assert part in whole
    assert paper.filename.endswith("答复函-省水利厅.pdf")
    word = word_text(printed(journey, "deputy1", "reply_letter", "docx").content)
    for part in ("B类", "晋水函〔2026〕1号", "王代表代表：", "已列入计划，年内完成。", "2026年2月5日"):
        assert part in word


def test_each_proposer_of_merged_cases_gets_the_letter_and_the_form_in_his_own_name(journey: Journey) -> None:
    main = journey.draft().submit().accept()
    other = Journey(journey.cast).draft("deputy2", title="关于煤矸石利用的另一件建议")
    other.do("deputy2", "draft", confirmed=True)
    other.accept().act("assigner", "merge", main=main.case.number, reason="内容相同")
    assert "reply_letter" not in offered(other, "deputy2")
    main.assign().sign_for().contact().reply().evaluate("dissatisfied")
    letter = said(other, "deputy2", "reply_letter")
    for part in (
        "李代表代表：",
        "您提出的《关于煤矸石利用的另一件建议》收悉",
        "第002号",
        "已列入计划，年内完成。",
    ):
        assert part in letter
    assert "王代表" not in letter and "第001号" not in letter
    assert "✓" not in said(other, "assigner", "opinion_form")  # what another proposer thinks of it is his own
    other.do("deputy2", "evaluate_merged", attitude="satisfied", result="satisfied", reasons="")
    form = said(other, "deputy2", "opinion_form")
    assert form.count("✓") == 2 and "李代表" in form and "没有解决问题。" not in form


def test_a_reply_names_its_co_handling_units_and_says_why_and_by_when(journey: Journey) -> None:
    journey.draft().submit().accept().assign(slt="lead", czt="co", jyt="co").sign_for()
    for unit in ("czt", "jyt"):
        journey.sign_for(unit, "co_sign_for")
    journey.do(
        "czt_clerk", "co_opinion", "czt", position="disagree", text="投入应由县级统筹，内部意见不外传。"
    )
    journey.contact()
    with clock.moved_to(dt.datetime(2026, 3, 6, 10, tzinfo=clock.ZONE)):  # the other unit is a day late
        first, second = asks(journey.case_id, 1)
        answers = [
            {"ask_id": first, "grade": "B", "text": "已列入年度计划。"},
            {
                "ask_id": second,
                "grade": "C",
                "text": "暂不设立。",
                "reason": "国家统一规定，已书面报告。",
            },
        ]
        promise = {
            "ask_id": str(first),
            "what": "完成两处改造",
            "due": "2026-10-30",
            "milestones": "2026-06-30 完成招标",
        }
        body = "感谢您对我省工作的关心和支持。对省财政厅的不同意见，我厅已协调一致。"
        given = journey.answers(answers=answers, commitments=[promise], body=body)
        journey.do("slt_clerk", "draft_reply", "slt", **given)
        journey.do("slt_deputy_head", "review_reply", "slt", decision="passed")
        journey.do("slt_head", "sign_reply", "slt", decision="signed", number="晋水函〔2026〕1号")
    with clock.moved_to(
        dt.datetime(2026, 3, 9, 10, tzinfo=clock.ZONE)
    ):  # what comes too late changes no letter
        journey.do(
            "jyt_clerk", "co_opinion", "jyt", position="agree", text="同意主办单位的意见，请抓紧落实。"
        )
    expected = (
        "收悉。经商省财政厅，现答复如下",
        "暂时不能解决的理由：国家统一规定，已书面报告。",
        "完成两处改造（对应第1条；完成时限：2026年10月30日）",
        "阶段安排：2026年6月30日，完成招标。",
        "会办单位省财政厅：不同意（2026年2月5日提出）。",
        "会办单位省教育厅逾期未提出会办意见（应于2026年3月5日前提出）。",
    )
    for who in ("deputy1", "slt_clerk", "assigner"):
        words = said(journey, who, "reply_letter")
        assert [part for part in expected if part not in words] == []
        assert "内部意见不外传" not in words
    word = word_text(printed(journey, "deputy1", "reply_letter", "docx").content)
    assert [part for part in expected if part not in word] == []
    assert "（理由：国家统一规定，已书面报告。）" in said(journey, "deputy1", "opinion_form")


def test_the_deputy_signs_the_contact_and_the_form_for_his_opinion(journey: Journey) -> None:
    journey.draft().submit().accept().assign().sign_for().contact().reply()
    record = said(journey, "slt_clerk", "contact_record")
    for part in ("电话", "听取了代表的意见。", "代表签名", "2026年2月5日"):
        assert part in record
    form = said(journey, "deputy1", "opinion_form")
    for part in (
        "编号",
        "代表姓名",
        "单位教师",
        "承办意见",
        "分管领导意见",
        "代表要求",
        "满意基本满意不满意",
    ):
        assert part in form
    assert form.count("年月日") == 3
    assert "✓" not in form
    journey.evaluate("dissatisfied")
    form = said(journey, "deputy1", "opinion_form")
    assert form.count("✓") == 2
    assert "没有解决问题。" in form
    journey.redo()
    notice = said(journey, "slt_clerk", "redo_notice")
    for part in ("省水利厅：", "请重新研究办理。", "第2轮", "2026年3月5日"):
        assert part in notice


def test_the_supervisor_urges_on_paper(journey: Journey) -> None:
    journey.draft().submit().accept().assign()
    assert {"urging_slip", "supervision_letter"} <= offered(journey, "assigner").keys()
    assert {"urging_slip", "supervision_letter"} & offered(journey, "slt_clerk").keys() == set()
    assert "尚未签收" in said(journey, "assigner", "urging_slip")
    assert "我们尚未收到你单位的书面答复" in said(journey, "assigner", "supervision_letter")


def test_nobody_prints_what_is_not_his(journey: Journey, cast: Cast) -> None:
    journey.draft().submit().accept().assign().sign_for().contact().reply()
    mine = offered(journey, "slt_clerk")
    for who in ("deputy3", "jyt_clerk"):
        with pytest.raises(NotFound):
            print_of_case(
                cast.actor(who),
                case_id=journey.case_id,
                key="suggestion_paper",
                subject_id=journey.case_id,
                format="pdf",
            )
    for key, subject_id, format in (
        ("assignment_notice", mine["assignment_notice"][0], "pdf"),
        ("suggestion_paper", journey.case_id + 1, "pdf"),
        ("no_such_paper", journey.case_id, "pdf"),
        ("suggestion_paper", journey.case_id, "exe"),
    ):
        with pytest.raises(NotFound):
            print_of_case(
                cast.actor("deputy1"), case_id=journey.case_id, key=key, subject_id=subject_id, format=format
            )
    stranger = assemble("11", "另一省人民代表大会").actor("assigner")
    with pytest.raises(NotFound):
        print_of_case(
            stranger,
            case_id=journey.case_id,
            key="suggestion_paper",
            subject_id=journey.case_id,
            format="pdf",
        )


def test_a_rare_name_is_marked_in_the_paper_and_told(journey: Journey) -> None:
    journey.draft().submit()
    deputy = db.session.get_one(Deputy, journey.cast.deputies["deputy1"])
    deputy.name = "李𠮷明"
    db.session.commit()
    paper = printed(journey, "intake", "suggestion_paper")
    assert [each.code for each in paper.lacking] == ["U+20BB7"]
    assert "李〓明" in words_of(paper.content)
    assert "U+20BB7" in words_of(paper.content)
    word = printed(journey, "intake", "suggestion_paper", "docx")
    assert "李𠮷明" in word_text(word.content)


def test_only_the_printing_of_a_restricted_case_is_recorded(journey: Journey) -> None:
    journey.draft().submit().accept()
    events = sa.select(sa.func.count()).where(AuditEvent.action == "document:printed")
    printed(journey, "intake", "suggestion_paper")
    assert db.session.scalar(events) == 0
    db.session.execute(sa.update(Case).values(confidentiality="restricted"))
    db.session.commit()
    printed(journey, "intake", "suggestion_paper")
    printed(journey, "intake", "suggestion_paper", "docx")
    assert db.session.scalar(events) == 2


def test_an_urging_is_printed_as_it_was_sent(journey: Journey) -> None:
    journey.draft().submit().accept().assign()
    unit = db.session.scalars(sa.select(Assignment.id)).one()
    perform(
        journey.cast.actor("assigner"),
        case_id=journey.case_id,
        key="urge",
        assignment_id=unit,
        answers={"reason": "请在本月底前答复代表。", "answer_by": "2026-02-28"},
    )
    for who in ("assigner", "slt_clerk"):
        words = said(journey, who, "urging_slip_sent")
        for part in ("请在本月底前答复代表。", "交办员", "省水利厅", "2026年2月28日"):
            assert part in words
    assert "urging_slip_sent" not in offered(journey, "deputy1")
    assert "请在本月底前答复代表。" in word_text(
        printed(journey, "slt_clerk", "urging_slip_sent", "docx").content
    )


def test_a_request_for_an_extension_is_printed_as_it_was_made_and_decided(journey: Journey) -> None:
    journey.draft().submit().accept().assign(slt="lead").sign_for()
    unit = db.session.scalars(sa.select(Assignment.id)).one()
    answers = {
        "ground": "wide",
        "reason": "涉及五个厅局，需要统一口径。",
        "plan": "四月底前完成调研，六月底前答复。",
    }
    perform(
        journey.cast.actor("slt_head"),
        case_id=journey.case_id,
        key="extend",
        assignment_id=unit,
        answers=answers,
    )
    words = said(journey, "slt_clerk", "extension_request_made")
    for part in ("涉及面较广", "涉及五个厅局，需要统一口径。", "六月底前答复。", "□不同意延期"):
        assert part in words
    journey.do("router", "decide_extension", decision="agreed", reason="确属涉及面广。")
    assert "同意（2026年2月5日）" in said(journey, "assigner", "extension_request_made")
    assert "2026年8月" in said(journey, "slt_clerk", "extension_request")


def test_a_talk_is_printed_for_both_to_sign(journey: Journey) -> None:
    journey.draft().submit().accept().assign()
    unit = db.session.scalars(sa.select(Assignment.id)).one()
    talk = {
        "held_on": "2026-02-04",
        "persons": "水利厅厅长、交办员",
        "summary": "约谈了办理进展缓慢的问题。",
        "demands": "一周内提出办理方案。",
    }
    perform(
        journey.cast.actor("assigner"), case_id=journey.case_id, key="talk", assignment_id=unit, answers=talk
    )
    words = said(journey, "slt_clerk", "talk_record")
    for part in ("2026年2月4日", "水利厅厅长、交办员", "一周内提出办理方案。", "负责人签名"):
        assert part in words
    assert "talk_record" not in offered(journey, "deputy1")


def test_a_request_to_return_is_printed_as_it_was_made_and_decided(journey: Journey) -> None:
    journey.draft().submit().accept().assign(slt="lead").sign_for()
    unit = db.session.scalars(sa.select(Assignment.id)).one()
    answers = {
        "ground": "not_our_duty",
        "reason": "按照现行职责分工，此项工作由教育部门负责。",
        "proposed_unit": journey.cast.organizations["jyt"],
    }
    perform(
        journey.cast.actor("slt_head"),
        case_id=journey.case_id,
        key="return_unit",
        assignment_id=unit,
        answers=answers,
    )
    for who in ("slt_clerk", "assigner"):
        words = said(journey, who, "return_request_made")
        for part in ("不属于本单位职责", "此项工作由教育部门负责。", "省教育厅", "水利厅厅长", "□不同意调整"):
            assert part in words
    journey.do("router", "decide_return", decision="refused", reason="仍由你厅办理。")
    words = said(journey, "slt_clerk", "return_request_made")
    assert "不同意（2026年2月5日）" in words
    assert "return_request_made" not in offered(journey, "deputy1")


def shape(data: Any) -> Any:
    """The names in some data; a list stands for its first entry."""
    if isinstance(data, dict):
        return {name: shape(value) for name, value in data.items()}
    return [shape(data[0])] if isinstance(data, list) and data else None


def fits(real: Any, sample: Any, place: str = "") -> list[str]:
    """Where real data has a name that the sample lacks, or lacks one that the sample has."""
    if isinstance(real, dict):
        wrong = [f"{place}.{name}" for name in real.keys() ^ (sample or {}).keys()]
        return wrong + [
            each
            for name in real.keys() & (sample or {}).keys()
            for each in fits(real[name], sample[name], f"{place}.{name}")
        ]
    if isinstance(real, list) and real and sample:
        return fits(real[0], sample[0], place)
    return []


def test_the_sample_has_the_shape_of_real_data(journey: Journey) -> None:
    """A template that works on the sample works on real cases."""
    cast, sample = journey.cast, shape(forms_of("suggestion").sample())
    journey.draft().submit().accept().assign(slt="lead", czt="co").sign_for()
    journey.do("czt_clerk", "co_sign_for", "czt")
    journey.do("czt_clerk", "co_opinion", "czt", position="agree", text="我厅同意，并将安排资金。")
    journey.contact().reply().evaluate("dissatisfied").redo()
    actor = cast.actor("assigner")
    page = case_page(actor, case_id=journey.case_id)
    general_part = {**general(actor, "", ""), **of_case(page)}
    assert fits(shape(general_part), {name: sample[name] for name in general_part}) == []
    for name, reading in SUBJECTS.items():
        for subject in reading(page):
            data = shape(subject.data())
            assert fits(data, {key: sample.get(key) for key in data}) == [], name
    folder = current("suggestion").folder
    for name, listed in LISTINGS.items():
        wanted = Wanted("suggestion", unit_id=cast.organizations["slt"] if name == "summary" else None)
        data = shape(listed(actor, folder, wanted))
        assert fits(data, {key: sample.get(key) for key in data}) == [], name


# Of the whole congress


def a_years_work(cast: Cast) -> list[Journey]:
    """Three cases: one evaluated, one in hand with two units, one restricted."""
    done = (
        Journey(cast)
        .draft(title="关于甲的建议")
        .submit()
        .accept()
        .assign()
        .sign_for()
        .contact()
        .reply()
        .evaluate()
    )
    shared = (
        Journey(cast).draft(title="关于乙的建议").submit().accept().assign(slt="lead", czt="co").sign_for()
    )
    secret = Journey(cast).draft(title="关于丙的建议").submit().accept().assign(jyt="lead")
    db.session.execute(sa.update(Case).where(Case.id == secret.case_id).values(confidentiality="restricted"))
    db.session.commit()
    return [done, shared, secret]


def list_words(cast: Cast, who: str, key: str, **wanted: Any) -> str:
    paper = print_list(cast.actor(who), key=key, wanted=Wanted("suggestion", **wanted), format="pdf")
    return words_of(paper.content)


def test_the_list_of_assignments_goes_by_unit(cast: Cast) -> None:
    a_years_work(cast)
    words = list_words(cast, "assigner", "assignment_list")
    for part in (
        "共3件建议、4件次交办",
        "省水利厅（2件）",
        "省财政厅（1件）",
        "省教育厅（1件）",
        "关于甲的建议",
    ):
        assert part in words
    assert "关于丙的建议" not in words
    assert "保密件" in words
    slt = cast.organizations["slt"]
    mine = list_words(cast, "slt_clerk", "assignment_list", unit_id=slt)
    assert "省水利厅（2件）" in mine
    assert "省财政厅" not in mine
    assert "关于乙的建议" in list_words(cast, "assigner", "assignment_list", meeting_id=BETWEEN)


def test_a_unit_gets_lists_of_its_own_only(cast: Cast) -> None:
    a_years_work(cast)
    for wanted in ({}, {"unit_id": cast.organizations["czt"]}):
        with pytest.raises(NotAllowed):
            list_words(cast, "slt_clerk", "assignment_list", **wanted)
    with pytest.raises(NotFound):
        list_words(cast, "slt_clerk", "handling_report")
    assert list_offers(cast.actor("deputy1"), "suggestion") == []
    with pytest.raises(NotFound):
        list_words(cast, "deputy1", "assignment_list")
    foreign = assemble("11", "另一省人民代表大会")
    with pytest.raises(NotFound):
        list_words(cast, "assigner", "assignment_list", unit_id=foreign.organizations["slt"])


def test_a_summary_needs_its_unit_and_counts_with_denominators(cast: Cast) -> None:
    a_years_work(cast)
    with pytest.raises(UnitWanted):
        list_words(cast, "assigner", "unit_summary")
    words = list_words(cast, "slt_head", "unit_summary", unit_id=cast.organizations["slt"])
    for part in (
        "共承办代表建议2件",
        "已签收2/2（100.0%）",
        "已答复1/2（50.0%）",
        "满意1/1（100.0%）",
        "B类1/1",
    ):
        assert part in words


def test_the_report_counts_by_unit_category_and_delegation(cast: Cast) -> None:
    a_years_work(cast)
    words = list_words(cast, "assigner", "handling_report")
    for part in ("共交办建议3件、4件次", "表二按承办单位", "太原代表团", "资源环保", "1/3（33.3%）"):
        assert part in words


def test_the_ledger_of_commitments_says_what_was_promised_and_what_became_of_it(cast: Cast) -> None:
    done = a_years_work(cast)[0]
    reply = db.session.scalars(sa.select(Reply).where(Reply.case_id == done.case_id)).first()
    assert reply is not None
    for ordinal, (what, due, status) in enumerate(
        (("出台管理办法", dt.date(2026, 1, 31), "lapsed"), ("建成示范项目", dt.date(2026, 12, 31), "open")), 1
    ):
        db.session.add(
            Commitment(
                congress_id=cast.congress_id,
                case_id=done.case_id,
                assignment_id=reply.assignment_id,
                reply_id=reply.id,
                unit_id=cast.organizations["slt"],
                ordinal=ordinal + 10,
                what=what,
                milestones=[],
                made_on=dt.date(2026, 1, 5),
                first_due_on=due,
                due_on=due,
                term=14,
                status=status,
                revision=1,
            )
        )
    db.session.commit()
    words = list_words(cast, "slt_clerk", "commitment_ledger", unit_id=cast.organizations["slt"])
    for part in ("出台管理办法", "2026年1月31日", "逾期", "建成示范项目", "推进中", "逾期未兑现1项"):
        assert part in words
    assert "没有承诺事项" in list_words(
        cast, "assigner", "commitment_ledger", unit_id=cast.organizations["jyt"]
    )


def test_every_declared_subject_is_known() -> None:
    for declaration in forms_of("suggestion").documents.values():
        assert declaration.of in SUBJECTS.keys() | LISTINGS.keys()


def test_a_printed_document_is_the_same_tomorrow(
    journey: Journey, clock_at: Callable[[dt.datetime], None]
) -> None:
    journey.draft().submit().accept()
    today = said(journey, "deputy1", "acceptance_notice")
    clock_at(dt.datetime(2026, 3, 1, 9, 0))
    assert said(journey, "deputy1", "acceptance_notice") == today

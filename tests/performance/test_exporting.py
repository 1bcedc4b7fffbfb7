"""The complete report written from what is kept, and what the system knows of itself."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace

import pypdf
import pytest

from engine.foundation.errors import NotAllowed, NotFound
from engine.foundation.transaction import use_case
from engine.people import sessions
from engine.performance.exporting import export_report
from engine.performance.keeping import keep_file, keep_form
from engine.performance.own_figures import own_figures
from engine.performance.projects import project_page
from engine.performance.report import SECTIONS
from tests.performance.reports import PUBLISHED, assessed, clean
from tests.support.cast import Cast
from tests.support.journey import Journey


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_our_own_export_reads_back_without_a_problem_and_with_the_same_figures(
    cast: Cast, format: str
) -> None:
    clerk = cast.actor("slt_clerk")
    kept = keep_form(clerk, report=clean())
    expected = project_page(clerk, kept.project_id).assessment
    printed = export_report(clerk, project_id=kept.project_id, format=format)
    assert printed.filename == f"汾河支流整治项目支出绩效自评报告（2025年度）.{format}"
    found = assessed(printed.filename, printed.content)
    assert found.problems == ()
    assert found.values == expected.values
    assert (found.total, found.grade, found.total_stated) == (expected.total, expected.grade, expected.total)
    assert [each.computed for each in found.indicators] == [each.computed for each in expected.indicators]
    again = keep_file(clerk, filename=printed.filename, content=printed.content)
    assert again.project_id == kept.project_id


def test_the_pdf_has_every_section_and_figure(cast: Cast) -> None:
    clerk = cast.actor("slt_clerk")
    kept = keep_form(clerk, report=clean())
    printed = export_report(clerk, project_id=kept.project_id, format="pdf")
    pages = pypdf.PdfReader(io.BytesIO(printed.content)).pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    for title in SECTIONS.values():
        assert title in text
    for words in (
        "总得分93.00分",
        "整治河道长度",
        "462.5",
        "92.50%",
        "部分达成预期指标并具有一定效果",
        "竣工验收报告",
    ):
        assert words in text
    assert printed.lacking == ()


def test_what_was_published_is_written_with_its_figures_put_right(cast: Cast) -> None:
    one = cast.actor("reviewer_one")
    kept = keep_file(one, filename="a.txt", content=PUBLISHED)
    printed = export_report(one, project_id=kept.project_id, format="docx")
    found = assessed(printed.filename, printed.content)
    assert str(found.total) == "94.23"
    wrong = {each.code for each in found.problems}
    # Figures are computed; what a person has to judge stays as it was found.
    computed = {
        "funding_rate_wrong",
        "funding_rate_not_computable",
        "completion_not_computable",
        "execution_row_missing",
        "grade_word",
    }
    assert not wrong & computed
    assert {
        "weights_sum",
        "execution_contradicts_funding",
        "target_not_computable",
        "goals_identical",
    } <= wrong


def test_a_report_goes_to_those_alone_who_see_the_project(cast: Cast) -> None:
    kept = keep_form(cast.actor("slt_clerk"), report=clean())
    for name, format, refusal in (
        ("jyt_clerk", "docx", NotFound),
        ("deputy1", "docx", NotAllowed),
        ("slt_clerk", "exe", NotFound),
    ):
        with pytest.raises(refusal):
            export_report(cast.actor(name), project_id=kept.project_id, format=format)


def test_the_system_tells_its_own_indicators_from_its_data(cast: Cast, clock_at: Callable[..., None]) -> None:
    one = cast.actor("reviewer_one")
    assert [each.shown for each in own_figures(one, 2025)][1:] == ["—", "—", "—"]
    Journey(cast).draft().submit().accept().assign().sign_for().contact().reply().evaluate()
    Journey(cast).draft().submit().accept().assign()
    open_session = use_case(lambda actor, user_id: sessions.begin(user_id, address="", browser=""))
    for name in ("slt_clerk", "slt_clerk", "reviewer_one"):
        open_session(one, cast.users[name])
    clock_at(dt.datetime(2026, 12, 1, 10, 0))
    used, published, answered, satisfied = own_figures(one, 2026)
    assert (used.figure.part, used.figure.whole) == (2, len(cast.users))
    assert published.shown == "0.00%（0/1）"  # replied, and not published to this day
    assert answered.shown == "50.00%（1/2）"
    assert satisfied.shown == "100.00%（1/1）"
    assert (satisfied.line.level1, satisfied.line.actual) == ("满意度指标", "100.00%")
    with pytest.raises(NotAllowed):
        own_figures(cast.actor("deputy1"), 2026)


def test_figures_of_the_system_go_into_a_report(cast: Cast) -> None:
    one = cast.actor("reviewer_one")
    line = replace(
        own_figures(one, 2026)[0].line, weight="15", target="≥0.1%", actual="60%", reason="首年推广"
    )
    body = (line, *(clean().body or ())[1:])
    kept = keep_form(one, report=replace(clean(), body=body, annex=None))
    assert project_page(one, kept.project_id).assessment.indicators[0].computed == 15

"""What steps put on record comes on paper: receipts, notices and letters, for those who may have them."""

from __future__ import annotations

import pytest

from engine.casework.readings.case_page import case_page
from engine.documents.printing import offers, print_of_case
from tests.documents.reading import words_of
from tests.support.cast import Cast
from tests.support.performance import Performance, performed
from tests.support.scenarios import scenarios

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("press_at_hand")]

KINDS = ("filing_review", "filing_list")
SCENARIOS = {each.path.stem: each for each in scenarios() if each.process_key in KINDS}
# After which worked example somebody prints what, and what it says.
PRINTED = [
    (
        "plain",
        "registry",
        "filing_receipt",
        ("规范性文件备案回执", "省十四届人大四次会议闭会备案审查第0001号", "2026年3月23日", "山西省人民政府"),
    ),
    (
        "late-filing",
        "registry",
        "correction_notice",
        ("缺少制定说明", "十日内补正", "人大常委会法制工作委员会"),
    ),
    ("not-started", "registry", "suggestion_answer", ("该文件已经废止，不启动审查",)),
    (
        "annulled-at-once",
        "slt_head",
        "review_opinion",
        ("晋人常法函〔2026〕12号", "第九条增设许可条件", "省水利厅"),
    ),
    (
        "compared",
        "slt_head",
        "list_notice",
        ("2026年1月31日前报送", "报送2025年公布的规范性文件目录", "省水利厅"),
    ),
    ("annulled-at-once", "registry", "feedback_letter", ("常委会已经撤销第九条", "2026年9月25日")),
]


def printable(performance: Performance, who: str) -> dict[str, int]:
    """What a person may print of the case: key → subject."""
    actor = performance.cast.actor(who)
    page = case_page(actor, case_id=performance.case_id)
    return {offer.key: offer.subject_id for offer in offers(actor, page)}


@pytest.mark.parametrize(("example", "who", "key", "words"), PRINTED)
def test_a_step_on_record_is_printed(
    example: str, who: str, key: str, words: tuple[str, ...], cast: Cast
) -> None:
    with performed(SCENARIOS[example], cast) as performance:
        subject_id = printable(performance, who)[key]
        actor = performance.cast.actor(who)
        paper = print_of_case(
            actor, case_id=performance.case_id, key=key, subject_id=subject_id, format="pdf"
        )
        text = words_of(paper.content)
        assert [each for each in words if each not in text] == []


def test_letters_to_one_are_not_for_another(cast: Cast) -> None:
    with performed(SCENARIOS["annulled-at-once"], cast) as performance:
        assert "feedback_letter" not in printable(performance, "slt_head")
        assert printable(performance, "committee") == {}

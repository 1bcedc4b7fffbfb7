"""A province's published self-evaluation: its total follows from its own rows, and what is wrong with it is found."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from engine.performance.files import read_blocks
from engine.performance.telling import as_json
from tests.performance.reports import PUBLISHED, as_a_workbook, as_word_processors_do, assessed

FUNDING, OUTPUT = "一、（二）预算执行情况", "二、（二）项目产出情况"
PLATFORM, RULES, TIMELY = "信息化平台投入使用率（%）", "资金使用规范性", "信息网络发布的及时性"

# Read line by line by a person: each defect that the document has.
DEFECTS = [
    ("funding_rate_wrong", f"{FUNDING} / 预算到位率 / 小计", "0", "100"),
    *(
        ("funding_rate_not_computable", f"{FUNDING} / {rate} / {column}", "0", "")
        for column in ("中央级", "省级", "县区级", "上年结转", "其他")
        for rate in ("预算到位率", "预算执行率")
    ),
    ("operator_missing", f"{OUTPUT} / {PLATFORM} / 目标值", "90%", "≥90%"),
    ("target_not_computable", f"{OUTPUT} / {RULES}", "合规 → 100%", ""),
    ("target_not_computable", f"{OUTPUT} / {TIMELY}", "及时 → 95%", ""),
    ("operator_missing", f"{OUTPUT} / 预算执行率 / 目标值", "98%", "≥98%"),
    ("operator_missing", "二、（三）项目效益情况 / 信息公开及时率 / 目标值", "95%", "≥95%"),
    ("completion_not_computable", f"附件1 / {RULES} / 完成率", "100%", ""),
    ("completion_not_computable", f"附件1 / {TIMELY} / 完成率", "95%", ""),
    ("deviation_reason_missing", f"附件1 / {TIMELY} / 偏差原因分析及改进措施", "14.25/15", ""),
    ("weights_sum", "二、项目绩效情况 / 权重", "95", "100"),
    ("level_weight", "二、项目绩效情况 / 产出指标 / 权重", "60", "50"),
    ("level_weight", "二、项目绩效情况 / 效益指标 / 权重", "15", "30"),
    ("execution_row_missing", "二、（一）预算执行情况", "", "9.98"),
    ("execution_counted_twice", f"{OUTPUT} / 预算执行率", "15", "9.98"),
    ("execution_contradicts_funding", f"{OUTPUT} / 预算执行率 / 业绩值", "98%", "99.84%"),
    ("basis_expired", "一、（一）项目概况 / 立项依据", "《2012-2017信息化建设规划》", "2021"),
    (
        "measures_copied",
        "一、（一）项目概况 / 保证项目实施的措施与制度",
        "实现全省各级人大机关",
        "",
    ),
    ("goals_identical", "一、（三）项目绩效目标 / 项目年度目标", "实现全省各级人大机关", ""),
    ("grade_word", "二、项目绩效情况 / 等级", "优秀", "优"),
    ("analysis_copied", "三、项目绩效分析 / 1. 项目实施和预算执行情况及分析", "实施计划 :", "项目实施计划"),
    (
        "analysis_copied",
        "三、项目绩效分析 / 2. 产出情况及分析",
        "实现全省各级人大机关",
        "保证项目实施的措施与制度",
    ),
    ("analysis_copied", "三、项目绩效分析 / 3. 效益情况及分析", "全面提升人大系统", "设立的必要性"),
    ("evidence_missing", "附件2", "", ""),
]


def test_every_defect_of_the_published_report_is_found_and_no_other() -> None:
    found = [
        (each.code, each.place, each.stated, each.computed) for each in assessed("a.txt", PUBLISHED).problems
    ]
    assert [each[:2] for each in found] == [each[:2] for each in DEFECTS]
    for (_code, place, stated, computed), told in zip(DEFECTS, found, strict=True):
        assert told[2].startswith(stated) and bool(told[2]) == bool(stated), place
        assert told[3] == computed, place


def test_its_total_follows_to_the_cent_from_its_own_rows() -> None:
    told = json.loads(as_json(assessed("a.txt", PUBLISHED)), parse_float=Decimal)
    assert told["project"] == "信息化建设经费项目"
    assert told["total_stated"] == told["total_computed"] == Decimal("94.23")
    assert told["grade"] == "优"
    scores = [each["score_computed"] for each in told["indicators"]]
    assert sum(scores) == Decimal("84.25")
    assert scores == [each["score_stated"] for each in told["indicators"]]
    assert len(told["funding"]) == 7 * 8
    amounts = {(each["row"], each["column"]): each["value"] for each in told["funding"]}
    assert amounts["全年执行资金", "市级"] == Decimal("49.92")
    assert amounts["全年执行资金", "省级"] is None
    assert amounts["预算执行率", "年度总金额"] == Decimal("99.84")


def test_the_json_has_the_promised_shape() -> None:
    text = as_json(assessed("a.txt", PUBLISHED)).decode()
    told = json.loads(text)
    assert list(told) == [
        "project",
        "funding",
        "indicators",
        "total_stated",
        "total_computed",
        "grade",
        "problems",
    ]
    assert set(told["indicators"][0]) == {
        "level1",
        "level2",
        "name",
        "weight",
        "target",
        "actual",
        "score_stated",
        "score_computed",
    }
    assert set(told["problems"][0]) == {"code", "place", "stated", "computed", "rule"}
    assert '"total_computed": 94.23,' in text  # the decimal's own digits, not those of a binary fraction


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_all_forms_of_the_report_say_the_same(form: str) -> None:
    blocks = read_blocks("a.txt", PUBLISHED)
    content = as_word_processors_do(blocks) if form == "docx" else as_a_workbook(blocks)
    expected, found = (
        json.loads(as_json(assessed(name, data)))
        for name, data in (("a.txt", PUBLISHED), (f"a.{form}", content))
    )
    if form == "xlsx":  # a cell knows the number of a percentage, not how many zeros were written after it
        expected, found = (
            json.loads(json.dumps(told, ensure_ascii=False).replace("100.00%", "100%"))
            for told in (expected, found)
        )
    assert found == expected

"""Every kind of inconsistency, planted one at a time into a report that has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.performance.assessing import assess
from engine.performance.composing import execution_line
from engine.performance.problem_kinds import KINDS
from engine.performance.report import Report
from tests.performance.reports import SCHEME, WHY, clean, with_cell, with_line

Change = Callable[[Report], Report]


def cell(row: str, column: str, words: str) -> Change:
    return lambda report: with_cell(report, row, column, words)


def indicator(which: str, /, **changes: str) -> Change:
    return lambda report: with_line(report, which, **changes)


def said(**changes: object) -> Change:
    return lambda report: replace(report, **changes)


def both(*changes: Change) -> Change:
    def change(report: Report) -> Report:
        for each in changes:
            report = each(report)
        return report

    return change


def unit(column: str, words: str) -> Change:
    def change(report: Report) -> Report:
        assert report.funding is not None
        units = {**report.funding.units, column: words}
        return replace(report, funding=replace(report.funding, units=units))

    return change


def without_units(report: Report) -> Report:
    assert report.funding is not None
    return replace(report, funding=replace(report.funding, units={}))


def annex_only(name: str, **changes: str) -> Change:
    def change(report: Report) -> Report:
        lines = tuple(replace(each, **changes) if each.name == name else each for each in report.annex or ())
        return replace(report, annex=lines)

    return change


def execution(weight: str, rate: str, score: str) -> Change:
    return said(execution=(execution_line("二、（一）预算执行情况", weight, rate, score, WHY),))


RIVER, QUALITY, TIME, COST = "整治河道长度", "工程合格率", "按期完成率", "每公里造价"
PEOPLE, WATER, KEEPING, LIKED = "受益人口", "水质改善", "管护机制", "群众满意度"
BUDGET, ARRIVED, EXECUTED = "全年预算资金", "实际到位资金", "全年执行资金"

# What is changed, and every problem that must follow: code, the end of its place, stated, computed.
PLANTED: dict[str, tuple[Change, list[tuple[str, str, str, str]]]] = {
    "a subtotal": (cell(BUDGET, "小计", "481"), [
        ("funding_sum_wrong", "全年预算资金 / 小计", "481", "480"),
        ("funding_sum_wrong", "全年预算资金 / 年度总金额", "500", "501"),
        ("funding_rate_wrong", "预算到位率 / 小计", "97.92", "97.71"),
        ("funding_rate_wrong", "预算执行率 / 小计", "92.19", "92"),
    ]),
    "a balance": (cell("资金结余", "省级", "27"), [("funding_balance_wrong", "资金结余 / 省级", "27", "27.5")]),
    "a balance left out": (cell("资金结余", "省级", ""), [("funding_balance_wrong", "资金结余 / 省级", "", "27.5")]),
    "a rate": (cell("预算执行率", "省级", "90.12"), [("funding_rate_wrong", "预算执行率 / 省级", "90.12", "90.13")]),
    "a rate of nothing": (cell("预算执行率", "市级", "0"), [
        ("funding_rate_not_computable", "预算执行率 / 市级", "0", "")]),
    "a rate as a fraction": (cell("预算执行率", "年度总金额", "0.925"), [
        ("percent_fraction", "预算执行率 / 年度总金额", "0.925", "92.5")]),
    "元 among 万元": (cell(BUDGET, "小计", "4800000"), [("unit_mismatch", "全年预算资金 / 小计", "4800000", "480")]),
    "元 for the total of what was executed": (cell(EXECUTED, "年度总金额", "4625000"), [
        ("unit_mismatch", "全年执行资金 / 年度总金额", "4625000", "462.5")]),
    "a whole row in 元": (both(*(cell(EXECUTED, column, words) for column, words in (("年度总金额", "4625000"),
        ("小计", "4425000"), ("中央级", "1000000"), ("省级", "3425000"), ("上年结转", "200000")))), [
        ("unit_mismatch", "全年执行资金", "4625000", "462.5万元")]),
    "a whole row of the budget in 元": (both(*(cell(BUDGET, column, words) for column, words in (("年度总金额",
        "5000000"), ("小计", "4800000"), ("中央级", "1000000"), ("省级", "3800000"), ("上年结转", "200000")))), [
        ("unit_mismatch", "全年预算资金", "5000000", "500万元")]),
    "an amount that bears 元": (cell(BUDGET, "小计", "4,800,000元"), [
        ("unit_mismatch", "全年预算资金 / 小计", "4,800,000元", "480万元")]),
    "a column in 元": (both(unit("上年结转", "元"), *(cell(row, "上年结转", "200000") for row in
        ("年初预算资金", BUDGET, ARRIVED, EXECUTED)), cell("年初预算资金", "小计", "480"),
        cell("年初预算资金", "省级", "380")), [("unit_mismatch", "上年结转", "元", "万元")]),
    "no unit": (without_units, [("unit_missing", "年度总金额", "", "")]),
    "words for an amount": (cell(ARRIVED, "中央级", "一百"), [
        ("number_unreadable", "实际到位资金 / 中央级", "一百", ""),
        ("funding_sum_wrong", "实际到位资金 / 小计", "470", "370"),
        ("funding_overspent", "全年执行资金 / 中央级", "100", "≤0"),
        ("funding_balance_wrong", "资金结余 / 中央级", "0", "-100"),
        ("funding_rate_wrong", "预算到位率 / 中央级", "100", "0"),
    ]),
    "a budget of zero": (cell(BUDGET, "年度总金额", "0"), [
        ("funding_sum_wrong", "全年预算资金 / 年度总金额", "0", "500"),
        ("funding_rate_not_computable", "预算到位率 / 年度总金额", "98", ""),
        ("funding_rate_not_computable", "预算执行率 / 年度总金额", "92.5", ""),
        ("budget_zero", "全年预算资金 / 年度总金额", "0", ""),
    ]),
    "no funding table": (said(funding=None), [("table_missing", "预算执行情况", "", "")]),
    "a score": (indicator(RIVER, score="13.49"), [
        ("score_wrong", f"{RIVER} / 得分", "13.49", "13.5")]),
    "a score above its weight": (indicator(QUALITY, score="16"), [
        ("score_over_weight", f"{QUALITY} / 得分", "16", "0～15")]),
    "a weight": (indicator(KEEPING, weight="4", score="4"), [
        ("weights_sum", "权重", "99", "100"), ("level_weight", "效益指标 / 权重", "29", "30"),
        ("total_wrong", "总得分", "93", "92.5")]),
    "no reason": (indicator(RIVER, reason=""), [
        ("deviation_reason_missing", f"{RIVER} / 偏差原因分析及改进措施", "13.50/15", "")]),
    "no reason for far more": (indicator(PEOPLE, reason="—"), [
        ("overshoot_reason_missing", f"{PEOPLE} / 偏差原因", "≥30000人 → 41000人", "")]),
    "no operator": (indicator(RIVER, target="120公里"), [
        ("operator_missing", f"{RIVER} / 目标值", "120公里", "≥120公里")]),
    "a fraction for a percentage": (indicator(TIME, actual="0.9"), [
        ("percent_fraction", f"{TIME} / 业绩值", "0.9", "90%")]),
    "a fraction for words": (indicator(KEEPING, actual="0.9"), [
        ("percent_fraction", f"{KEEPING} / 业绩值", "0.9", "90%"),
        ("target_not_computable", KEEPING, "健全 → 0.9", "")]),
    "another unit": (indicator(RIVER, actual="108座"), [
        ("units_differ", RIVER, "≥120公里 → 108座", ""),
        ("completion_wrong", f"{RIVER} / 完成率", "90%", "")]),
    "a band": (indicator(WATER, score="8.00"), [
        ("band_violated", f"{WATER} / 得分", "8", "部分达成预期指标并具有一定效果 6.00～8.00")]),
    "words for a number": (indicator(RIVER, actual="良好"), [
        ("target_not_computable", RIVER, "≥120公里 → 良好", ""),
        ("completion_not_computable", f"{RIVER} / 完成率", "90%", "")]),
    "no target": (indicator(KEEPING, target=""), [("target_missing", KEEPING, "", "")]),
    "no actual": (indicator(KEEPING, actual="/"), [("actual_missing", KEEPING, "", "")]),
    "a target of zero": (indicator(QUALITY, target="≥0%"), [
        ("target_negative", f"{QUALITY} / 目标值", "≥0%", "")]),
    "a rate of completion": (indicator(TIME, completion="94.7%"), []),
    "a wrong rate of completion": (indicator(TIME, completion="95%"), [
        ("completion_wrong", f"{TIME} / 完成率", "95%", "94.74%")]),
    "a capped rate of completion": (indicator(PEOPLE, completion="100%"), []),
    "the annex": (annex_only(LIKED, actual="89%"), [
        ("annex_differs", f"附件1 / {LIKED} / 业绩值", "89%", "88%")]),
    "no line in the annex": (lambda report: replace(report, annex=(report.annex or ())[:-1]), [
        ("annex_differs", f"附件1 / {LIKED}", "", LIKED)]),
    "no line on execution": (said(execution=()), [("execution_row_missing", "预算执行情况", "", "9.25")]),
    "the line on execution": (execution("10", "92%", "9.20"), [
        ("execution_wrong", "预算执行率 / 业绩值", "92%", "92.50%"),
        ("execution_wrong", "预算执行率 / 得分", "9.20", "9.25")]),
    "execution twice": (indicator(QUALITY, name="预算执行率"), [
        ("execution_counted_twice", "预算执行率", "15", "9.25"),
        ("execution_contradicts_funding", "预算执行率 / 业绩值", "100%", "92.50%")]),
    "the total": (said(total="93.01"), [("total_wrong", "总得分", "93.01", "93")]),
    "no total": (said(total=""), [("total_missing", "项目绩效情况", "", "93")]),
    "the grade": (said(grade="良"), [("grade_wrong", "等级", "良", "优")]),
    "the word for the grade": (said(grade="优秀"), [("grade_word", "等级", "优秀", "优")]),
    "no goal": (said(annual_goal=""), [("goals_missing", "项目绩效目标", "", "")]),
    "the same goal": (said(annual_goal="三年内完成支流整治， 水质稳定达到四类。"), [
        ("goals_identical", "项目年度目标", "三年内完成支流整治， 水质稳定达到四类。", "")]),
    "measures that are the goal": (lambda report: replace(
        report, basics={**report.basics, "保证项目实施的措施与制度": report.whole_goal + "专人负责。"}), [
        ("measures_copied", "保证项目实施的措施与制度", "三年内完成支流整治，水质稳定达到四类。专人负责。", "")]),
    "no evidence": (said(evidence=()), [("evidence_missing", "附件2", "", "")]),
    "a section less": (lambda report: replace(report, texts={k: v for k, v in report.texts.items() if k != "五"}), [
        ("section_missing", "五 / 项目管理中存在问题及原因分析", "", "")]),
    "a plan that is over": (said(year=2026), [
        ("basis_expired", "立项依据", "《2021-2025汾河流域生态修复规划》", "2026")]),
}  # fmt: skip


def found_in(report: Report) -> list[tuple[str, str, str, str]]:
    return [(each.code, each.place, each.stated, each.computed) for each in assess(report, SCHEME).problems]


def test_a_report_in_which_everything_follows_has_no_problem() -> None:
    found = assess(clean(), SCHEME)
    assert found.problems == ()
    assert (str(found.total), found.grade, found.total_stated) == ("93.00", "优", found.total)
    assert found.whole


@pytest.mark.parametrize("what", PLANTED)
def test_what_is_planted_is_found_and_nothing_else(what: str) -> None:
    change, expected = PLANTED[what]
    found = found_in(change(clean()))
    wrong = [code for code, *_rest in expected]
    # What a line without a score does to the total and its weights is told by the line itself.
    assert sorted(code for code, *_rest in found) == sorted(wrong)
    for code, place, stated, computed in expected:
        told = [each for each in found if each[0] == code and each[1].endswith(place)]
        assert [each[2:] for each in told] == [(stated, computed)], (code, place)


def test_every_kind_of_problem_says_its_rule_in_both_languages() -> None:
    for code, kind in KINDS.items():
        assert code.replace("_", "").isalpha() and code.islower()
        assert all((kind.title.zh, kind.title.en, kind.rule.zh, kind.rule.en))
    planted = {code for _change, expected in PLANTED.values() for code, *_rest in expected}
    elsewhere = {"analysis_copied", "budget_missing", "funding_negative"}
    assert planted | elsewhere == set(KINDS)


def test_a_negative_amount_and_no_budget_are_told() -> None:
    assert ("funding_negative", "一、（二）预算执行情况 / 年初预算资金 / 市级", "-5", "") in found_in(
        with_cell(clean(), "年初预算资金", "市级", "-5")
    )
    found = assess(with_cell(clean(), BUDGET, "年度总金额", ""), SCHEME)
    assert "budget_missing" in {each.code for each in found.problems}
    assert found.total is None and found.grade is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (RIVER, {"target": "＞＝１２０公里", "actual": "１０８ 公里", "weight": "１５分"}),
        (RIVER, {"target": "不少于120公里", "actual": "108"}),
        (RIVER, {"target": "120公里以上"}),
        (TIME, {"target": "95%（含）以上"}),
        (COST, {"target": "4万元以内", "actual": "4.4万元"}),
        (PEOPLE, {"target": "≥30，000人", "actual": "41,000人"}),
        (COST, {"target": "≤40000元", "actual": "4.4万元", "completion": "110%"}),
        (TIME, {"target": "≥95", "actual": "90%"}),
    ],
)
def test_other_spellings_of_the_same_figures_are_no_problem(name: str, words: dict[str, str]) -> None:
    assert found_in(with_line(clean(), name, **words)) == []

"""The kinds of inconsistencies: codes that stay, each with its title and its rule in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from engine.definitions.words import Words


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of inconsistency: what it is called, and the rule that it breaks."""

    title: Words
    rule: Words


def _kind(title: str, title_en: str, rule: str, rule_en: str) -> Kind:
    return Kind(Words(title, title_en), Words(rule, rule_en))


KINDS: dict[str, Kind] = {
    # --- the funding table ---
    "table_missing": _kind(
        "缺少表格",
        "Table missing",
        "自评报告须有资金表和指标表。",
        "A report has a funding table and indicator tables.",
    ),
    "number_unreadable": _kind(
        "不是数字",
        "Not a number",
        "金额、权重、得分须填写数字。",
        "Amounts, weights and scores are numbers.",
    ),
    "unit_missing": _kind(
        "没有金额单位",
        "No unit of money",
        "金额须注明单位（万元或者元）。",
        "Amounts say whether they are in 万元 or 元.",
    ),
    "unit_mismatch": _kind(
        "金额单位不一致",
        "Units of money differ",
        "同一张表的金额用同一单位；相差一万倍的，是万元与元混用。",
        "One table has one unit; a factor of ten thousand is 万元 taken for 元.",
    ),
    "funding_negative": _kind(
        "金额为负",
        "Negative amount",
        "预算、到位、执行的金额不能是负数。",
        "Amounts budgeted, arrived and executed are not negative.",
    ),
    "funding_sum_wrong": _kind(
        "合计不符",
        "Sum does not follow",
        "小计＝中央级＋省级＋市级＋县区级；年度总金额＝小计＋上年结转＋其他。",
        "Subtotal = central + provincial + city + county; total = subtotal + carried over + other.",
    ),
    "funding_balance_wrong": _kind(
        "结余不符",
        "Balance does not follow",
        "资金结余(5)＝实际到位资金(3)－全年执行资金(4)。",
        "Balance (5) = arrived (3) − executed (4).",
    ),
    "funding_overspent": _kind(
        "支出大于到位",
        "Executed more than arrived",
        "全年执行资金(4)不能大于实际到位资金(3)。",
        "What is executed (4) is not more than what arrived (3).",
    ),
    "funding_rate_wrong": _kind(
        "比率与金额不符",
        "Rate does not follow from the amounts",
        "预算到位率(6)＝(3)÷(2)，预算执行率(7)＝(4)÷(2)，以百分数计，保留两位小数。",
        "Rate of arrival (6) = (3) ÷ (2), rate of execution (7) = (4) ÷ (2), in percent, two places.",
    ),
    "funding_rate_not_computable": _kind(
        "比率无从计算",
        "Rate cannot be computed",
        "全年预算资金(2)空白或者为零的，比率无法计算，应当留空，不是0。",
        "Where the budget (2) is blank or zero there is no rate: the cell stays empty, it is not 0.",
    ),
    "percent_fraction": _kind(
        "百分数与小数混用",
        "Percentage and fraction mixed",
        "比率以百分数计：0.95应写作95%。",
        "Rates are in percent: 0.95 is written 95 %.",
    ),
    "budget_missing": _kind(
        "没有预算数",
        "No budget",
        "须写明全年预算资金的年度总金额，否则执行率和总分无法计算。",
        "Without the adjusted budget neither the rate of execution nor the total can be computed.",
    ),
    "budget_zero": _kind(
        "预算为零",
        "Budget of zero",
        "全年预算数为零，执行率和总分无法计算，既不是0分也不是满分。",
        "With a budget of zero neither the rate of execution nor the total can be computed.",
    ),
    # --- indicators ---
    "weights_sum": _kind(
        "权重合计不是100",
        "Weights do not make 100",
        "各指标权重与预算执行率权重合计为100。",
        "The weights of all indicators and of execution make 100.",
    ),
    "level_weight": _kind(
        "一级指标权重不同",
        "Weight of a first level differs",
        "一级指标权重由计分规则确定（一般为产出50、效益30、满意度10）；调整的须有依据。",
        "The rules set the weights of the first level (in general 50, 30, 10); other ones need a ground.",
    ),
    "target_missing": _kind(
        "没有目标值", "No target", "每项指标须有目标值。", "Every indicator has a target."
    ),
    "actual_missing": _kind(
        "没有业绩值", "No actual value", "每项指标须有业绩值。", "Every indicator has an actual value."
    ),
    "target_not_computable": _kind(
        "目标值无法计算",
        "Target cannot be computed with",
        "业绩值是百分数的，目标值应是可以比较的数；定性目标应写达成的档次。",
        "An actual percentage needs a number to reach; a qualitative target is met by bands.",
    ),
    "target_negative": _kind(
        "目标值为负或者为零",
        "Target negative or zero",
        "正向指标的目标值为零或者为负的，没有完成比例。",
        "A target of zero or less has no proportion.",
    ),
    "operator_missing": _kind(
        "目标值没有比较符号",
        "Target without operator",
        "定量目标须写明≥、≤或者＝，否则不知道多好还是少好。",
        "A target in numbers says ≥, ≤ or =; otherwise nobody knows whether more or less is better.",
    ),
    "units_differ": _kind(
        "目标值与业绩值单位不同",
        "Units of target and actual differ",
        "目标值与业绩值用同一单位。",
        "Target and actual are in the same unit.",
    ),
    "score_wrong": _kind(
        "得分不符",
        "Score does not follow",
        "得分由权重、目标值、业绩值按计分规则计算，保留两位小数。",
        "The score follows from weight, target and actual by the rules, two places.",
    ),
    "score_over_weight": _kind(
        "得分超过权重",
        "Score above weight",
        "得分不能大于权重，也不能是负数。",
        "A score lies between zero and its weight.",
    ),
    "band_violated": _kind(
        "定性得分不在档次内",
        "Score outside its band",
        "达成100%～80%（含），部分达成80%～60%（含），未达成60%～0。",
        "Met 100–80 %, partly met below 80 to 60 %, not met below 60 % of the weight.",
    ),
    "completion_wrong": _kind(
        "完成率不符",
        "Rate of completion does not follow",
        "完成率由业绩值与目标值计算。",
        "The rate of completion follows from actual and target.",
    ),
    "completion_not_computable": _kind(
        "完成率无从计算",
        "Rate of completion cannot be computed",
        "目标值不是数的，没有完成率可算。",
        "With a target that is no number there is no rate of completion.",
    ),
    "deviation_reason_missing": _kind(
        "没有偏差原因",
        "No reason for the deviation",
        "没有得满分的指标，须说明偏差原因及改进措施。",
        "An indicator without full marks needs the reason and what will be done.",
    ),
    "overshoot_reason_missing": _kind(
        "超额完成没有原因",
        "No reason for the overshoot",
        "业绩值达到目标值规定倍数以上的，须说明原因。",
        "Far above the target, a reason is due.",
    ),
    "execution_row_missing": _kind(
        "没有预算执行率一行",
        "Line on execution missing",
        "预算执行率是10分的评分项，须在（一）预算执行情况表中列出，否则总分无从得出。",
        "Execution is scored with 10 points and has its line in table （一）; the total needs it.",
    ),
    "execution_wrong": _kind(
        "执行率一行与资金表不符",
        "Line on execution contradicts the funding table",
        "预算执行率＝全年执行资金÷全年预算资金，得分＝权重×执行率，不超过权重。",
        "Rate = executed ÷ budget; its score is weight × rate, at most the weight.",
    ),
    "execution_counted_twice": _kind(
        "预算执行率重复计分",
        "Execution counted twice",
        "预算执行率已单独计10分，不能再作为产出、成本指标计分。",
        "Execution has its own 10 points and is not scored again as an indicator.",
    ),
    "execution_contradicts_funding": _kind(
        "执行率指标与资金表矛盾",
        "Execution indicator contradicts the funding table",
        "同一比率在报告各处应当一致。",
        "One rate is the same wherever the report tells it.",
    ),
    "annex_differs": _kind(
        "正文与附件1不一致",
        "Body and annex differ",
        "正文各表与附件1自评表的指标、权重、目标值、业绩值、得分应当一致。",
        "The tables of the body and annex 1 tell the same.",
    ),
    # --- result and words ---
    "total_missing": _kind(
        "没有总得分", "No total", "报告须写明总得分和等级。", "The report states total and grade."
    ),
    "total_wrong": _kind(
        "总得分不符",
        "Total does not follow",
        "总得分＝各项得分之和（含预算执行率）。",
        "The total is the sum of all scores, execution included.",
    ),
    "grade_word": _kind(
        "等级用词不规范",
        "Not a grade of the rules",
        "等级为优、良、中、差。",
        "The grades are 优, 良, 中, 差.",
    ),
    "grade_wrong": _kind(
        "等级与总分不符",
        "Grade does not follow from the total",
        "等级由总分确定：90以上为优，80以上为良，60以上为中，其余为差（以计分规则为准）。",
        "90 and more 优, 80 良, 60 中, else 差, unless the rules say otherwise.",
    ),
    "goals_missing": _kind(
        "没有绩效目标",
        "No goal",
        "须写明实施期目标和年度目标。",
        "The goals of the period and the year are stated.",
    ),
    "goals_identical": _kind(
        "年度目标与实施期目标相同",
        "Annual goal identical to that of the period",
        "年度目标是实施期目标在本年度的分解，不能照抄。",
        "The annual goal breaks the whole down to the year.",
    ),
    "analysis_copied": _kind(
        "分析照抄立项文字",
        "Analysis copied from the proposal",
        "绩效分析须写实际完成情况和原因，不能照抄项目概况的文字。",
        "The analysis says what was achieved and why; it does not repeat the proposal.",
    ),
    "measures_copied": _kind(
        "保证措施写的是目标",
        "Measures that repeat the goal",
        "保证措施与制度须写怎样保证项目实施，不能重复绩效目标的文字。",
        "Measures say how the project is secured; they do not repeat what it is to reach.",
    ),
    "basis_expired": _kind(
        "依据的规划已到期",
        "Plan that it rests on has expired",
        "立项依据应当在实施年度有效。",
        "What a project rests on is in force in its year.",
    ),
    "evidence_missing": _kind(
        "没有佐证资料", "No evidence", "附件2须列出绩效自评的佐证资料。", "Annex 2 lists the evidence."
    ),
    "section_missing": _kind(
        "缺少章节",
        "Section missing",
        "报告分六部分，另有附件1、附件2。",
        "A report has six sections and two annexes.",
    ),
}

"""A self-evaluation report (绩效自评报告) as it states things: every figure in the words of the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.performance.scheme import Level

# The funding table: rows of amounts, then rows that follow from them.
BUDGETED, ADJUSTED, ARRIVED, EXECUTED = "年初预算资金", "全年预算资金", "实际到位资金", "全年执行资金"
BALANCE, ARRIVAL_RATE, EXECUTION_RATE = "资金结余", "预算到位率", "预算执行率"
AMOUNT_ROWS = (BUDGETED, ADJUSTED, ARRIVED, EXECUTED)
RATE_ROWS = {ARRIVAL_RATE: ARRIVED, EXECUTION_RATE: EXECUTED}  # each divided by ADJUSTED
ROWS = (*AMOUNT_ROWS, BALANCE, *RATE_ROWS)
TOTAL, FISCAL = "年度总金额", "小计"
FISCAL_PARTS = ("中央级", "省级", "市级", "县区级")
CARRIED, OTHER = "上年结转", "其他"
COLUMNS = (TOTAL, FISCAL, *FISCAL_PARTS, CARRIED, OTHER)

FORM_ROWS = (BUDGETED, ADJUSTED, EXECUTED, EXECUTION_RATE)  # what the national form of one page says of funds

FORM_PLACE = "自评表"
FUNDING_PLACE = "一、（二）预算执行情况"
EXECUTION_PLACE = "二、（一）预算执行情况"
RESULT_PLACE = "二、项目绩效情况"
GOALS_PLACE = "一、（三）项目绩效目标"
BASICS_PLACE = "一、（一）项目概况"
ANALYSIS_PLACE = "三、项目绩效分析"
ANNEX_PLACE = "附件1"
EVIDENCE_PLACE = "附件2"
BODY_PLACES = {
    Level.OUTPUT: "二、（二）项目产出情况",
    Level.BENEFIT: "二、（三）项目效益情况",
    Level.SATISFACTION: "二、（四）项目满意度情况",
}
# The sections that a complete report has: how each heading begins, and its title.
SECTIONS = {
    "一": "项目的基本情况",
    "二": "项目绩效情况",
    "三": "项目绩效分析",
    "四": "项目主要经验做法",
    "五": "项目管理中存在问题及原因分析",
    "六": "进一步加强项目管理措施及建议",
    "附件1": "项目支出绩效自评表",
    "附件2": "绩效自评相关资料",
}
BASICS = ("项目概况", "立项依据", "设立的必要性", "保证项目实施的措施与制度", "项目实施计划")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an indicator table as it is written; what the table has no column for is ""."""

    place: str
    level1: str
    level2: str
    name: str
    weight: str
    target: str
    actual: str
    score: str
    completion: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Funding:
    """The funding table: (row, column) → words; the unit of each column; the rows that a table of this form has."""

    cells: Mapping[tuple[str, str], str]
    units: Mapping[str, str]
    rows: tuple[str, ...] = ROWS

    def at(self, row: str, column: str) -> str:
        """What stands there, "" where there is no such cell."""
        return self.cells.get((row, column), "")


@dataclass(frozen=True, slots=True)
class Report:
    """What a report states; `body` and `annex` tell the same indicators twice, None where it has no such table."""

    project: str = ""
    year: int | None = None
    funding: Funding | None = None
    body: tuple[Line, ...] | None = None
    annex: tuple[Line, ...] | None = None
    execution: tuple[Line, ...] = ()  # lines on the rate of execution itself, of both tellings
    total: str = ""
    grade: str = ""
    whole_goal: str = ""
    annual_goal: str = ""
    basics: Mapping[str, str] = field(default_factory=dict)  # of BASICS
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of SECTIONS: its paragraphs
    evidence: tuple[str, ...] = ()

    @property
    def one_page(self) -> bool:
        """Whether it is the national form: it says nothing of money that arrived, and has one goal."""
        return self.funding is not None and self.funding.rows == FORM_ROWS

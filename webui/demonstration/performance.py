"""Self-evaluations of budget projects: one as a province published it, faults and all; one without fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.casework.actions import perform
from engine.casework.problems import OPEN, problems_in
from engine.casework.tasks import complete_task
from engine.foundation import clock
from engine.performance.composing import execution_line
from engine.performance.keeping import keep_file, keep_form
from engine.performance.report import (
    ADJUSTED,
    ARRIVED,
    BASICS,
    BUDGETED,
    COLUMNS,
    EXECUTED,
    SECTIONS,
    Funding,
    Line,
    Report,
)
from models import PerformanceProject, Task, db
from webui.demonstration.province import Province

PUBLISHED = Path(__file__).with_name("self_evaluation.txt")
SLOW = "入汛早，停工二十天，已调整下一年度施工组织。"
# level 1, level 2, indicator, weight, target, actual, score where a person gives it, reason
LINES = (
    ("产出指标", "数量指标", "治理河道长度", "20", "≥120公里", "114公里", "", SLOW),
    ("产出指标", "质量指标", "单元工程合格率", "15", "≥100%", "100%", "", ""),
    ("产出指标", "时效指标", "按期完工率", "10", "≥95%", "92%", "", SLOW),
    ("产出指标", "成本指标", "每公里造价", "5", "≤4.2万元", "4.1万元", "", ""),
    ("效益指标", "社会效益指标", "受益人口", "10", "≥30000人", "32600人", "", ""),
    (
        "效益指标",
        "生态效益指标",
        "断面水质",
        "10",
        "稳定达到四类",
        "部分达成预期指标并具有一定效果",
        "7.5",
        "枯水期一个断面未达标，已纳入下一年度补水计划。",
    ),
    ("效益指标", "可持续影响指标", "管护机制", "10", "健全并运行", "达成预期指标", "10", ""),
    ("满意度指标", "服务对象满意度指标", "沿岸群众满意度", "10", "≥90%", "93%", "", ""),
)
WORDS = (
    "对汾河三条支流清淤、护岸，恢复河滩植被。",
    "省水利厅年度工作计划。",
    "三条支流水质长期不达标，沿岸群众反映强烈。",
    "按月调度，专款专用，聘请监理。",
)


# Of what is wrong with the published report: what was done about the first three, and what was found then.
REMEDIES = (
    ("已按金额重算，小计栏到位率为100%。", "closed", "已核对重算后的资金表。"),
    ("已按金额重算，省级栏没有预算，到位率不填。", "closed", "已核对。"),
    ("附件一的执行率与资金表不一致，已更正为99.84%。", "returned", "更正后的附件一没有附上。"),
)


def evaluate_projects(province: Province) -> None:
    """Keep two reports and take their cases on: one without fault to its end, the published one to be put right."""
    reviewer = province.actor("yusuan")
    published = keep_file(
        reviewer, filename="绩效自评报告.txt", content=PUBLISHED.read_bytes(), budget_head="201 一般公共服务"
    )
    _put_right(province, published.project_id)
    kept = keep_form(
        province.actor("slt_cb"), report=_river(clock.today().year - 1), budget_head="213 农林水"
    )
    case = Waiting(province, kept.project_id)
    case.does("slt_cb", levels=[province.units["czt"]], confirmed=True)
    case.does("slt_fg", decision="passed")
    case.does("slt_zg", decision="signed")
    case.does("czt_fg", decision="passed")
    case.does("yusuan", decision="confirmed", note="逐项核对，与决算一致。")
    case.does("yusuan2", decision="published")
    why = "下一年度治理长度按施工窗口重新核定，随决算提交常委会参阅。"
    case.does("yusuan", applied_on=clock.today().isoformat(), ways=["budget", "accounts"], reason=why)


def _put_right(province: Province, project_id: int) -> None:
    """The congress fills in for a unit that is not registered; one reviewer corrects, the other looks at it."""
    case = Waiting(province, project_id)
    case.does("yusuan", confirmed=True)
    case.does("yusuan2", decision="confirmed")
    case.does("yusuan", decision="published")
    problems = problems_in(case.id, [OPEN])
    for problem, (done, decision, found) in zip(problems, REMEDIES, strict=False):
        case.acts("yusuan", "report_problem_for", problem=problem.id, done=done)
        case.acts("yusuan2", "close_problem", problem=problem.id, decision=decision, opinion=found)


class Waiting:
    """A project's case, of which each time the one task that waits is done."""

    def __init__(self, province: Province, project_id: int) -> None:
        self.province = province
        of_project = sa.select(PerformanceProject.case_id).where(PerformanceProject.id == project_id)
        self.id = db.session.scalars(of_project).one() or 0

    def does(self, who: str, **answers: Any) -> None:
        """Let somebody do the task that waits."""
        waiting = sa.select(Task.id).where(Task.case_id == self.id, Task.open)
        task_id = db.session.scalars(waiting).one()
        complete_task(self.province.actor(who), task_id=task_id, answers=answers)

    def acts(self, who: str, key: str, **answers: Any) -> None:
        """Let somebody do an action."""
        perform(self.province.actor(who), case_id=self.id, key=key, answers=answers)


def _river(year: int) -> Report:
    amounts = {BUDGETED: "480", ADJUSTED: "500", ARRIVED: "500", EXECUTED: "487.5"}
    lines = tuple(Line("", one, two, name, *rest) for one, two, name, *rest in _lines())
    plan = f"{year}年3月开工，{year}年11月完工。"
    return Report(
        project=f"汾河支流治理工程（{year}年）",
        year=year,
        funding=Funding(
            {(row, "省级"): said for row, said in amounts.items()}, dict.fromkeys(COLUMNS, "万元")
        ),
        body=lines,
        execution=(execution_line("", "", "", "", "质量保证金按合同留待下一年度支付。"),),
        whole_goal="三年内完成三条支流治理，断面水质稳定达到四类。",
        annual_goal="本年度治理河道120公里，两个断面达标。",
        basics=dict(zip(BASICS, (*WORDS, plan), strict=True)),
        texts={key: () for key in SECTIONS}
        | {
            "三": ("全年治理114公里，少6公里是因为入汛早；资金执行率97.5%，余款为质量保证金。",),
            "四": ("按月调度，监理、设计、施工三方会商解决问题。",),
            "五": ("对汛期的影响估计不足，枯水期补水没有落实到断面。",),
            "六": ("施工期避开主汛期；补水计划列入下一年度目标。",),
        },
        evidence=("竣工验收鉴定书", "水质监测月报", "群众满意度调查表"),
    )


def _lines() -> list[tuple[str, str, str, str, str, str, str, str, str]]:
    """With the empty rate of completion that the report computes between score and reason."""
    return [(*line[:7], "", line[7]) for line in LINES]

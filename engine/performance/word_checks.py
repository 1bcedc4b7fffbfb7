"""What a report says in words: total and grade, goals, analysis, basis, evidence, sections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from difflib import SequenceMatcher

from engine.performance.problems import Problem, problem
from engine.performance.quantities import number, tidy
from engine.performance.report import (
    ANALYSIS_PLACE,
    BASICS_PLACE,
    EVIDENCE_PLACE,
    GOALS_PLACE,
    RESULT_PLACE,
    SECTIONS,
    Report,
)
from engine.performance.scheme import Grade

# What people write for a grade.
SAID = {
    "优秀": Grade.EXCELLENT,
    "良好": Grade.GOOD,
    "中等": Grade.FAIR,
    "合格": Grade.FAIR,
    "较差": Grade.POOR,
}
PLAN = re.compile(r"《[^》]{0,40}?(?P<from>20\d{2})[-—–~至](?P<to>20\d{2})[^》]{0,60}》")
LONG_ENOUGH = 15  # characters; shorter sentences may well be said twice
BASIS, MEASURES = "立项依据", "保证项目实施的措施与制度"
ALIKE = 0.85  # share of the signs that two texts have in common, in order
MOST_COMPARED = 2000  # characters of each


def word_problems(report: Report, total: Decimal | None, grade: Grade | None) -> Iterator[Problem]:
    """What is wrong with the words, in the order of the report."""
    yield from _basis_problems(report)
    yield from _measure_problems(report)
    yield from _goal_problems(report)
    yield from _result_problems(report, total, grade)
    yield from _analysis_problems(report)
    for key, title in SECTIONS.items():
        if key not in report.texts and not (report.one_page and not report.texts):
            yield problem("section_missing", key, title)
    if EVIDENCE_PLACE in report.texts and not report.evidence:
        yield problem("evidence_missing", EVIDENCE_PLACE)


def _basis_problems(report: Report) -> Iterator[Problem]:
    for plan in PLAN.finditer(tidy(report.basics.get(BASIS, ""))):
        if report.year is not None and int(plan["to"]) < report.year:
            yield problem("basis_expired", BASICS_PLACE, BASIS, stated=plan[0], computed=report.year)


def _measure_problems(report: Report) -> Iterator[Problem]:
    """What is to secure the project is no measure where it says over again what is to be reached."""
    measures = tidy(report.basics.get(MEASURES, ""))
    goals = {tidy(report.whole_goal), tidy(report.annual_goal)} - {""}
    if len(measures) >= LONG_ENOUGH and any(_alike(measures, goal) for goal in goals):
        yield problem("measures_copied", BASICS_PLACE, MEASURES, stated=report.basics[MEASURES])


def _alike(one: str, other: str) -> bool:
    """Whether two texts of at most some thousand signs are the same but for a few words."""
    pair = SequenceMatcher(None, one[:MOST_COMPARED], other[:MOST_COMPARED], autojunk=False)
    return pair.quick_ratio() >= ALIKE and pair.ratio() >= ALIKE


def _goal_problems(report: Report) -> Iterator[Problem]:
    goals = (tidy(report.whole_goal), tidy(report.annual_goal))
    if report.one_page and goals[1] and not goals[0]:
        return
    if not all(goals):
        yield problem("goals_missing", GOALS_PLACE)
    elif goals[0] == goals[1]:
        yield problem("goals_identical", GOALS_PLACE, "项目年度目标", stated=report.annual_goal)


def _result_problems(report: Report, total: Decimal | None, grade: Grade | None) -> Iterator[Problem]:
    stated = number(report.total)
    if stated is None:
        yield problem("total_missing", RESULT_PLACE, stated=report.total, computed=total)
    elif total is not None and stated != total:
        yield problem("total_wrong", RESULT_PLACE, "总得分", stated=stated, computed=total)
    if not report.grade:
        return
    meant = next((each for each in Grade if each.value == report.grade), SAID.get(report.grade))
    if report.grade not in {each.value for each in Grade}:
        yield problem("grade_word", RESULT_PLACE, "等级", stated=report.grade, computed=grade)
    if grade is not None and meant is not None and meant is not grade:
        yield problem("grade_wrong", RESULT_PLACE, "等级", stated=report.grade, computed=grade)


def _analysis_problems(report: Report) -> Iterator[Problem]:
    """Paragraphs of the analysis that stand word for word in the proposal."""
    proposed = {tidy(words): label for label, words in report.basics.items() if len(words) >= LONG_ENOUGH}
    title = ""
    for words in report.texts.get("三", ()):
        if re.match(r"\d[.、]", tidy(words)) and len(words) < 30:
            title = words.strip()
        elif label := proposed.get(tidy(words)):
            yield problem("analysis_copied", ANALYSIS_PLACE, title, stated=words, computed=label)

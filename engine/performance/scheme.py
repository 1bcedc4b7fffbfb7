"""By what a project is scored: the values of a rule pack as a scheme of weights, thresholds and schools."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.deadlines.rules import RulePack
from engine.definitions.words import Words
from engine.foundation.errors import DomainError
from engine.foundation.language import _


class Level(StrEnum):
    """The indicators of the first level (一级指标)."""

    OUTPUT = "output"
    BENEFIT = "benefit"
    SATISFACTION = "satisfaction"


class Grade(StrEnum):
    """The grades, the best first."""

    EXCELLENT = "优"
    GOOD = "良"
    FAIR = "中"
    POOR = "差"


class Band(StrEnum):
    """How far a qualitative target is met."""

    MET = "met"
    PARTLY = "partly"
    UNMET = "unmet"


class School(StrEnum):
    """How a reverse indicator that is missed is scored: by what is exceeded, or by target to actual."""

    LINEAR = "linear"
    RATIO = "ratio"


LEVELS = {
    Level.OUTPUT: Words("产出指标", "Outputs"),
    Level.BENEFIT: Words("效益指标", "Benefits"),
    Level.SATISFACTION: Words("满意度指标", "Satisfaction"),
}
BANDS = {
    Band.MET: Words("达成预期指标", "Met"),
    Band.PARTLY: Words("部分达成预期指标并具有一定效果", "Partly met, with some effect"),
    Band.UNMET: Words("未达成预期指标且效果较差", "Not met, with little effect"),
}
GRADES = {
    Grade.EXCELLENT: Words("优", "Excellent"),
    Grade.GOOD: Words("良", "Good"),
    Grade.FAIR: Words("中", "Fair"),
    Grade.POOR: Words("差", "Poor"),
}


class NoStandards(DomainError):
    """A rule pack that says nothing of performance."""

    text = _("规则包“{pack}”没有绩效评价的计分规则（缺少{missing}）。")


@dataclass(frozen=True, slots=True)
class Scheme:
    """What scoring goes by; weights and thresholds in points of 100, bands in shares of a weight (0.8 is 80 %)."""

    execution: Decimal
    levels: dict[Level, Decimal]
    grades: tuple[tuple[Grade, Decimal], ...]
    bands: dict[Band, Decimal]
    overshoot: Decimal
    school: School
    zero_target_met: bool
    basis: str = ""

    def grade(self, total: Decimal) -> Grade:
        """The grade of a total as it is: 89.99 is 良."""
        return next((grade for grade, least in self.grades if total >= least), Grade.POOR)


def scheme_of(pack: RulePack) -> Scheme:
    """The scheme of a rule pack. Raises NoStandards."""
    values = {key: each.value for key, each in pack.performance.items()}
    try:
        return Scheme(
            execution=Decimal(values["weight_execution"]),
            levels={level: Decimal(values[f"weight_{level.value}"]) for level in Level},
            grades=(
                (Grade.EXCELLENT, Decimal(values["grade_excellent"])),
                (Grade.GOOD, Decimal(values["grade_good"])),
                (Grade.FAIR, Decimal(values["grade_fair"])),
            ),
            bands={
                Band.MET: Decimal(values["band_met"]) / 100,
                Band.PARTLY: Decimal(values["band_partly"]) / 100,
                Band.UNMET: Decimal(0),
            },
            overshoot=Decimal(values["overshoot_factor"]),
            school=School(values["reverse_school"]),
            zero_target_met=values["zero_target"] == "met",
            basis=pack.performance["weight_execution"].basis,
        )
    except KeyError as lacking:
        raise NoStandards(pack=pack.key, missing=lacking.args[0]) from lacking

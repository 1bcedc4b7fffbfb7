"""What scoring refuses, each by its name: no figure is made up where none can be computed."""

from __future__ import annotations

from engine.foundation.errors import DomainError
from engine.foundation.language import _


class NotScored(DomainError):
    """No score can be computed."""

    text = _("不能计分。")


class ZeroBudget(NotScored):
    """Without a budget there is no rate of execution: neither full marks nor none."""

    text = _("全年预算数为零，预算执行率无法计算。")


class NegativeAmount(NotScored):
    """A budget, a weight or a target below zero."""

    text = _("“{what}”不能是负数（{value}）。")


class BandViolated(NotScored):
    """A qualitative score outside what its band allows."""

    text = _("定性得分{score}不在“{band}”的范围内（{least}～{most}）。")


class OvershootUnexplained(NotScored):
    """So far above the target that the target may have been set too low: a reason is due."""

    text = _("实际值达到指标值的{factor}倍以上，须说明偏差原因。")


class DeductionTooLarge(NotScored):
    """More taken off than the deviation allows."""

    text = _("扣分{deduction}超过偏离度允许的{most}。")


class DeductionUnapproved(NotScored):
    """A deduction that nobody has approved."""

    text = _("超额完成的扣分须由审核人批准。")


class ZeroTarget(NotScored):
    """«The more the better» of a target of zero has no proportion."""

    text = _("指标值为零，完成比例无法计算。")


class UnitsDiffer(NotScored):
    """Target and actual are not in the same unit, or one is a percentage and the other a fraction."""

    text = _("指标值的单位是“{target}”，实际值的单位是“{actual}”，不能相比。")

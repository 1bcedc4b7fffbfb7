"""What admission finds wrong with a decision: code → what is wrong, what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.foundation.language import _

DECISION_RULES: Mapping[str, tuple[str, str]] = {
    "not-dmn": (_("根元素不是DMN的definitions。"), _("请上传DMN 1.1至1.3文件。")),
    "no-decisions": (_("文件中没有决策。"), _("请至少放入一个decision。")),
    "too-many-cells": (_("决策表合计超过{limit}格。"), _("请拆分决策表。")),
    "too-many-columns": (_("决策表超过{limit}列。"), _("请拆分决策表，或用另一个决策作为输入。")),
    "too-many-rules": (_("决策表超过{limit}条规则。"), _("请拆分决策表。")),
    "too-many-decisions": (_("文件中的决策超过{limit}个。"), _("请拆分文件。")),
    "too-many-requirements": (_("决策的信息需求超过{limit}项。"), _("请用中间的决策汇总输入。")),
    "no-logic": (_("决策“{id}”没有唯一的决策表或表达式。"), _("请给出一个决策表或文字表达式。")),
    "bad-name": (
        _("名称“{name}”不能使用。"),
        _("请以字母或汉字开头，只用字母、汉字、数字、空格和简单的标点。"),
    ),
    "name-twice": (_("名称“{name}”指两样东西。"), _("请使决策和输入的名称各不相同。")),
    "unknown-type": (_("不支持类型“{name}”。"), _("可用的类型：{allowed}。")),
    "bad-feel": (_("“{text}”不能使用：{reason}"), _("可用的写法见docs/decisions.md。")),
    "wrong-kind": (_("“{text}”与该列的类型{kind}不符。"), _("请改正单元格，或改正该列的类型。")),
    "ambiguous-test": (
        _("“{text}”用在是非输入上有两种读法。"),
        _("请写true、false，或用?指明输入，如? = (a > 3)。"),
    ),
    "wrong-size": (_("规则“{id}”的格数与表头不符。"), _("请使每条规则与输入列、输出列一一对应。")),
    "no-outputs": (_("决策表“{id}”没有输出列。"), _("请给出输出列。")),
    "output-name": (_("决策表“{id}”有多个输出，各列须有不同的名称。"), _("请给每个输出列命名。")),
    "no-priorities": (
        _("命中策略{policy}需要输出值的先后次序。"),
        _("请在输出列列出取值（outputValues），先列的优先。"),
    ),
    "not-listed": (_("“{text}”不在该列列出的取值之内。"), _("请改正单元格，或补入列出的取值。")),
    "no-aggregation": (_("汇总方式{name}在此不能使用。"), _("只有COLLECT策略、单一输出列可以汇总。")),
    "decision-cycle": (_("决策“{id}”最终依赖于自己。"), _("请去掉循环的信息需求。")),
    "decision-twice": (_("决策“{id}”在另一个文件中已有。"), _("请使每个决策的id唯一。")),
}

"""What admission finds wrong with loops, quantities, calls, decisions asked for, data; code → what, what to do."""

from __future__ import annotations

from collections.abc import Mapping

from engine.foundation.language import _

ACTIVITY_RULES: Mapping[str, tuple[str, str]] = {
    # Kinds of element
    "abstract-task": (
        _("未定类型的任务{name}按标准不由系统执行。"),
        _("请选定类型：由人办理的用userTask，程序处理的用serviceTask。"),
    ),
    "script-task": (
        _("{name}含有程序代码，不予执行。"),
        _("请改用serviceTask，由duban:function指明登记的函数。"),
    ),
    "ad-hoc": (_("{name}不规定先后与次数，无法证明办理的过程。"), _("请画出顺序，或改用并行、循环。")),
    "data-sets": (
        _("流程只有一组变量，{name}所说的单独数据不存在。"),
        _("请删除；调用活动和业务规则任务请用duban:in与duban:out。"),
    ),
    "data-store": (_("{name}指向流程之外的数据。"), _("请删除，并用服务任务读写。")),
    # Loops and quantities
    "no-loop-event": (
        _("多实例活动“{id}”的行为是{name}，没有写明抛出什么事件。"),
        _(
            "请用noneBehaviorEventRef或oneBehaviorEventRef指向一个事件定义，complexBehaviorDefinition中请放入event；"
            "标准的默认信号没有名称，没有谁能等到它。"
        ),
    ),
    "no-loop-condition": (_("多实例活动“{id}”有一个{name}没有条件。"), _("请写明condition。")),
    "loop-event": (
        _("多实例活动“{id}”办完一份时不能抛出{name}事件。"),
        _("请改用信号、上报、消息，或者单独一个错误。"),
    ),
    "many-loop-events": (
        _("多实例活动“{id}”每办完一份要抛出的事件超过{limit}个。"),
        _("请合并条件，或把其余的放到之后的网关。"),
    ),
    "idle-loop-event": (
        _("多实例活动“{id}”的{name}不起作用：按它的行为，没有这样的事件要抛出。"),
        _("请改正behavior，或删除它。"),
    ),
    "unhandled-loop-event": (
        _("多实例活动“{id}”抛出的“{name}”没有谁处理：错误会使这一步失败，上报只记入经过。"),
        _("请在活动或外层子流程的边界上放入处理它的事件。"),
    ),
    "bad-repetition": (_("循环设置不完整：{reason}"), _("请写明loopCondition或正的loopMaximum。")),
    "two-loops": (_("“{id}”同时设了循环和多实例。"), _("请只留一种。")),
    "bad-quantity": (_("{name}=“{value}”不能使用。"), _("请写1至{limit}的整数。")),
    "no-activation": (
        _("汇合的复杂网关“{id}”没有启动条件。"),
        _("请写activationCondition，如activationCount >= 2。"),
    ),
    # Calls
    "bad-mapping": (_("“{id}”的数据映射不能使用：{reason}"), _("请写成“名称, 名称 = 表达式”或*。")),
    "no-called": (_("没有找到被调用的流程“{name}”。"), _("请核对calledElement，或先部署被调用的流程。")),
    "other-called": (_("被调用的流程“{name}”与存档的版本不一致。"), _("请取回存档的版本，或重新部署。")),
    "called-start": (
        _("被调用的流程“{name}”没有无类型的开始事件。"),
        _("请在其中放入一个无类型的开始事件。"),
    ),
    "call-cycle": (_("流程“{name}”最终调用了自己。"), _("请改用循环。")),
    "called-id": (_("“{id}”在被调用的流程“{name}”中也有。"), _("请使各流程的id互不相同。")),
    # Decisions asked for
    "no-decision": (
        _("“{id}”要用的决策“{name}”不存在。"),
        _("请设置duban:decision，并把.dmn文件放入流程文件夹。"),
    ),
    "no-result": (_("“{id}”没有指明结果存入哪个变量。"), _("请设置duban:result或duban:out。")),
    "no-input": (_("“{id}”没有给出决策需要的“{name}”。"), _("请在duban:in中补上。")),
    "no-output": (_("“{id}”读取的“{name}”不是决策的输出。"), _("请核对决策表的输出列，整个结果写作result。")),
    "result-shape": (
        _("决策结果不是{name}所说的形状。"),
        _("单一结果用singleEntry，多个输出用singleResult，多条命中用collectEntries或resultList。"),
    ),
    # Data drawn
    "data-reference": (_("数据关联“{id}”没有连到数据对象。"), _("请把数据对象与活动直接相连。")),
}

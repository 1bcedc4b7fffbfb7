"""What admission finds wrong with a definition: one record each, with advice, from a fixed table of rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.flow.activity_rules import ACTIVITY_RULES
from engine.flow.decision_rules import DECISION_RULES
from engine.foundation.language import Sentence, _, said_of

ERROR, WARNING = "error", "warning"
MAX_PROBLEMS = 500

# code → what is wrong, what to do about it
RULES: Mapping[str, tuple[str, str]] = {
    "size": (_("文件超过{limit}字节。"), _("请精简流程图后再上传。")),
    "xml": (_("不是合法的XML：{reason}"), _("请用流程图编辑器重新导出。")),
    "doctype": (_("文件含有DOCTYPE或实体声明。"), _("请删除DOCTYPE与实体声明。")),
    "too-many-elements": (_("元素超过{limit}个。"), _("请拆分流程。")),
    "too-many-attributes": (
        _("一个元素的属性超过{limit}个，或命名空间声明过多。"),
        _("请用流程图编辑器重新导出。"),
    ),
    "too-deep": (_("元素嵌套超过{limit}层。"), _("请减少嵌套。")),
    "not-bpmn": (_("根元素不是BPMN的definitions。"), _("请上传BPMN 2.0文件。")),
    "unsupported-element": (_("不支持{name}。"), _("请改用docs/engine.md中列出的元素。")),
    "misplaced-element": (_("{name}不能放在{parent}中。"), _("请移到标准规定的位置或删除。")),
    "unsupported-attribute": (_("不支持属性{name}。"), _("请删除该属性。")),
    "unsupported-value": (_("属性{name}不支持取值“{value}”。"), _("可用的取值：{allowed}。")),
    "foreign-extension": (_("其他产品的扩展{name}在此不起作用。"), _("请删除，或改用duban扩展属性。")),
    "foreign-code": (
        _("{name}让另一产品执行程序，本系统不执行。"),
        _("请删除；要由系统办理的，登记为函数，用duban:function指明。"),
    ),
    "foreign-data": (
        _("{name}在另一产品中读写流程变量，在此不起作用。"),
        _("请删除，改由表单或登记的函数给出变量。"),
    ),
    "foreign-routing": (
        _("{name}在另一产品中决定流程怎样走，在此不起作用。"),
        _("请删除，或改用标准的写法。"),
    ),
    "foreign-language": (
        _("表达式语言{name}不是本系统的语言。"),
        _("请改写表达式，并删除language与expressionLanguage属性。"),
    ),
    "foreign-expression": (
        _("表达式“{text}”是另一产品的写法。"),
        _("请去掉${{ }}或开头的等号，用and、or、not和比较重写。"),
    ),
    "no-performer": (_("“{id}”的办理人没有写明是谁。"), _("请写明人员或角色，或删除该元素。")),
    "missing-id": (_("{name}没有id。"), _("请给出唯一的id。")),
    "bad-id": (_("id“{id}”不能使用。"), _("请换用字母、汉字或下划线开头的id，不超过{limit}个字符。")),
    "duplicate-id": (_("id“{id}”重复。"), _("请使每个id唯一。")),
    "no-process": (_("没有流程。"), _("文件中应有一个可执行的process。")),
    "many-processes": (_("文件中有多个互不调用的流程。"), _("请指明要用的流程，或分成几个文件。")),
    "no-such-process": (_("文件中没有流程“{name}”。"), _("请核对流程的id。")),
    "not-executable": (_("流程未标为可执行。"), _('请设置isExecutable="true"。')),
    "dangling-reference": (_("{name}指向不存在的“{id}”。"), _("请改正引用。")),
    "flow-across-levels": (_("顺序流跨越了子流程边界。"), _("请只连接同一层内的元素。")),
    "flow-into-start": (_("顺序流指向了开始事件或边界事件。"), _("请改连到活动或网关。")),
    "flow-out-of-end": (_("结束事件有流出的顺序流。"), _("请删除该顺序流。")),
    "no-start": (_("{name}中没有开始事件。"), _("请放入一个无类型的开始事件。")),
    "many-starts": (_("{name}中有多个开始事件。"), _("请只保留一个开始事件。")),
    "no-end": (_("{name}中没有结束事件。"), _("请放入结束事件。")),
    "unreachable": (_("从开始事件走不到“{id}”。"), _("请连上或删除。")),
    "dead-end": (_("“{id}”没有流出的顺序流。"), _("请连到后续元素或结束事件。")),
    "no-way-out": (_("从“{id}”走不到任何结束事件。"), _("请给出一条通向结束事件的路径。")),
    "no-condition": (_("网关“{id}”的分支没有条件。"), _("请写明条件，或把该分支设为默认。")),
    "no-default": (_("“{id}”有条件分支而没有默认分支。"), _("请设置默认分支，以免所有条件都不成立时停住。")),
    "condition-ignored": (_("此处的条件不起作用。"), _("请删除条件，或改用排他网关。")),
    "default-with-condition": (_("默认分支不能有条件。"), _("请删除默认分支上的条件。")),
    "bad-expression": (
        _("表达式“{text}”不能使用：{reason}"),
        _("只可用比较、and/or/not、in、加减乘及len等函数。"),
    ),
    "unknown-name": (_("条件中的“{name}”不是已知的字段。"), _("请核对表单字段名。")),
    "wrong-type": (
        _("表达式“{text}”与字段的类型不合：{reason}"),
        _("文字只与文字比，数只与数比，条件要得出是或否。"),
    ),
    "no-message": (_("“{id}”没有指明消息。"), _("请选定一个有名称的消息。")),
    "no-signal": (_("“{id}”没有指明信号。"), _("请选定一个有名称的信号。")),
    "no-code": (_("“{id}”没有指明错误或上报的代码。"), _("请选定一个有代码的错误或上报。")),
    "no-event": (_("“{id}”没有事件类型，或有不能并列的几个。"), _("请只选一个事件类型。")),
    "wrong-event": (_("{name}事件不能用在“{id}”处。"), _("请改用docs/engine.md中此处可用的事件。")),
    "no-host": (
        _("边界事件“{id}”没有附着在能发生此事件的活动上。"),
        _(
            "消息、信号、定时、条件请附着到用户任务、接收任务、调用活动或子流程，错误附着到用户任务、服务任务、调用活动或子流程，"
            "上报附着到调用活动或子流程，取消附着到事务。"
        ),
    ),
    "always-interrupting": (
        _("“{id}”处的{name}事件不能是非中断型。"),
        _("请去掉非中断设置。"),
    ),
    "no-handler": (
        _("补偿边界事件“{id}”没有关联到一个补偿活动。"),
        _("请用关联线从它连到同一层内一个标为补偿的活动。"),
    ),
    "stray-handler": (
        _("补偿活动“{id}”没有关联到一个补偿边界事件。"),
        _("请用关联线从一个补偿边界事件连到它。"),
    ),
    "handler-flow": (_("“{id}”只用于补偿，不能有顺序流或边界事件。"), _("请只用关联线连接。")),
    "not-compensable": (
        _("“{id}”所指的“{name}”在此不能补偿。"),
        _("请指向同一层内有补偿边界事件的活动或子流程，或不指明活动。"),
    ),
    "no-transaction": (
        _("取消结束事件“{id}”不在有取消边界事件的事务之内。"),
        _("请放入事务，并在事务上加取消边界事件。"),
    ),
    "transaction-loop": (_("事务“{id}”不能循环或多实例。"), _("请放入一个循环或多实例的子流程。")),
    "event-subprocess": (
        _("事件子流程“{id}”不能有顺序流、边界事件、循环或数量。"),
        _("事件子流程由其开始事件触发，请删除这些设置。"),
    ),
    "handler-twice": (
        _("“{id}”与另一事件在同一处处理同一个{name}。"),
        _("请只保留一个，或改用不同的代码。"),
    ),
    "bad-timer": (
        _("时间“{text}”不能使用。"),
        _("请写ISO 8601时长（如P3D）、循环（如R3/PT1H）或带时区的时刻。"),
    ),
    "bad-cycle": (
        _("“{id}”处的循环只能触发一次。"),
        _("请改用时长，或改为只等待一个事件的非中断型边界事件或事件子流程。"),
    ),
    "bad-link": (
        _("链接“{name}”应在同一层内恰有一处接收。"),
        _("请给链接起名，并放入一个同名的接收链接事件。"),
    ),
    "link-flow": (_("链接事件“{id}”连了多余的顺序流。"), _("抛出链接没有流出，接收链接没有流入，请删除。")),
    "event-gateway": (
        _("事件网关“{id}”之后应有至少两个只由它连接的捕获事件或接收任务。"),
        _("请只连接消息、信号、定时、条件捕获事件；接收任务不能与消息事件并用，也不能带边界事件或多实例。"),
    ),
    "parallel-start": (
        _("流程开始事件“{id}”不能等待多个事件全部发生。"),
        _("请用多个开始事件，或在流程之内等待。"),
    ),
    "parallel-choice": (
        _("事件网关“{id}”要等齐所有事件，却不是流程的开始。"),
        _('只有instantiate="true"的事件网关可以是Parallel；流程之内请用并行网关。'),
    ),
    "beginning-place": (
        _("“{id}”标为由它开始流程，却有流入的顺序流，或在子流程之内。"),
        _("请移到最外层并去掉流入的顺序流和开始事件，或去掉instantiate。"),
    ),
    "beginning-event": (
        _("流程还没有开始时“{id}”不可能发生。"),
        _("由事件网关开始的流程，网关之后请只放消息、信号事件或接收任务；要等齐几个的，请在流程之内等待。"),
    ),
    "beginning-task": (
        _("接收任务“{id}”由一条消息开始流程，随即完成。"),
        _("请去掉它的循环、多实例、开始数量、补偿标志和边界事件。"),
    ),
    "beginning-twice": (
        _("“{name}”可以从两处开始流程，“{id}”是其中之一。"),
        _("请只留一处，或改用不同的名称。"),
    ),
    "many-choices": (
        _("事件网关“{id}”是又一个开始流程的事件网关：要从每个网关各等来一个事件，须靠关联信息认出同一实例。"),
        _("请合成一个事件网关；消息、信号不带关联信息，认不出是哪一实例。"),
    ),
    "no-function": (_("服务任务“{id}”没有指明函数。"), _("请设置duban:function属性。")),
    "bad-loop": (_("多实例设置不完整：{reason}"), _("请设置duban:collection与duban:item。")),
    **ACTIVITY_RULES,
    "lane-twice": (_("“{id}”同时属于两个泳道。"), _("请只放在一个泳道中。")),
    **DECISION_RULES,
    "join-deadlock": (
        _("汇合“{name}”永远等不齐：从“{split}”只走一条路，而它还要等“{absent}”来的那一路。"),
        _("请把分开与汇合改成同一种网关，或让各条来路都能走到。"),
    ),
    "join-starved": (
        _("汇合“{name}”永远等不齐：“{absent}”来的那一路要先经过它。"),
        _("请在它之后另设汇合，或把它改为排他网关。"),
    ),
    "join-may-wait": (
        _("汇合“{name}”可能一直等下去：从“{split}”走了别的路时，“{absent}”来的那一路就不会到。"),
        _("请把分开与汇合改成同一种网关；条件互相保证不会如此的，可以保留。"),
    ),
    "done-twice": (
        _("“{name}”及其后的工作可能做两遍：从“{split}”分出的几路在此没有合成一路。"),
        _("请在它前面用并行网关或包容网关汇合；确要各做一遍的，可以保留。"),
    ),
    "too-tangled": (
        _("流程过于交错，试过{limit}种情形仍未能断定各处汇合是否会卡住。"),
        _("请尽量成对使用分开与汇合，或把一部分移入子流程。"),
    ),
    "no-role": (
        _("泳道“{name}”没有写明由什么角色办理。"),
        _("请在流程文件夹中说明，或用duban:role、办理人元素写明。"),
    ),
    "no-form": (_("任务“{name}”没有表单。"), _("请在流程文件夹中说明，或用duban:form写明。")),
    "too-many-problems": (_("问题超过{limit}处，其余没有列出。"), _("请先改正以上各处，再检查一次。")),
}
# What does not keep a definition from being run as drawn: its author is told, and decides.
WARNINGS = frozenset(
    {"join-may-wait", "done-twice", "too-tangled", "no-role", "no-form"}
    | {"idle-loop-event", "unhandled-loop-event"}
)
# Who does a task and with which form is said by the folder around a diagram, and checked there.
SETTLED_BY_FOLDERS = frozenset({"no-role", "no-form"})


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with a definition: where it is, which rule it breaks, what to do.

    An error keeps it from being run; a warning does not. `message` and `advice` are Sentences: they can be
    said in another language.
    """

    file: str
    line: int
    element: str
    code: str
    message: str
    advice: str
    severity: str = ERROR

    def __str__(self) -> str:
        return f"{self.file}:{self.line} [{self.code}] {self.element} {self.message}{self.advice}"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Findings:
    """The problems of one file, gathered as they are found; after MAX_PROBLEMS only that there are more.

    False while there is no error: warnings alone refuse nothing.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.has_errors = False

    def add(self, code: str, line: int, element: str, **values: Any) -> None:
        if not self.is_full:
            self._note(code, line, element, values)
            if len(self.problems) == MAX_PROBLEMS:
                self._note("too-many-problems", line, "", {"limit": MAX_PROBLEMS})

    def _note(self, code: str, line: int, element: str, values: Mapping[str, Any]) -> None:
        shortened = {name: _told(value) for name, value in values.items()}
        message, advice = (Sentence(text, **shortened) for text in RULES[code])
        severity = WARNING if code in WARNINGS else ERROR
        self.has_errors = self.has_errors or severity == ERROR
        self.problems.append(Problem(self.file, line, _short(element), code, message, advice, severity))

    @property
    def is_full(self) -> bool:
        """Whether a reader has enough to do already, so that looking on is of no use."""
        return len(self.problems) >= MAX_PROBLEMS

    def sorted(self) -> list[Problem]:
        return sorted(set(self.problems))

    def __bool__(self) -> bool:
        return self.has_errors


def _told(value: Any) -> str:
    """A value as it fills a sentence: one that is a sentence itself can be said in other languages, too."""
    said = said_of(value)
    return said if isinstance(said, Sentence) else _short(said)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 120 else text[:117] + "…"

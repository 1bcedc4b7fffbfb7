"""What the engine refuses, each by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.flow.problems import Problem
from engine.foundation.errors import DomainError, NotFound
from engine.foundation.language import Sentence, _, said_of

if TYPE_CHECKING:
    from engine.flow.migration_plans import Misfit


class DefinitionRefused(DomainError):
    """The definition is not run, because it would not be run as it is meant; `problems` says all of it."""

    text = _("流程定义中有{count}处问题，不能部署。")

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(count=len(problems))

    def __str__(self) -> str:
        return "\n".join([self.message, *map(str, self.problems)])


class NotMigratable(DomainError):
    """The process has no place in the other version; `misfits` says for which node, and why."""

    text = _("流程在另一版本中没有对应的位置：{nodes}。")

    def __init__(self, misfits: Sequence[Misfit]) -> None:
        self.misfits = tuple(misfits)
        super().__init__(nodes="、".join(dict.fromkeys(each.node for each in misfits)))


class NotModifiable(DomainError):
    """The process cannot be put on that way; nothing has changed. `code` is the reason, `node` where.

    no-start | no-scope | several-scopes | instance | listener | nothing-left
    """

    TEXTS = {
        "no-start": _("不能从“{node}”开始：开始事件、边界事件和汇合网关之前、结束之后都不行。"),
        "no-scope": _("“{node}”所在的部分现在没有在运行，不能单独从中间开始。"),
        "several-scopes": _("“{node}”所在的部分正为几个单位同时运行，请指明是哪一个。"),
        "instance": _("“{node}”是多实例中的一份，不能单独取消；可以取消其中的待办。"),
        "listener": _("“{node}”只是在边界上等待，不能单独取消。"),
        "nothing-left": _("这样调整以后，“{node}”里什么也不剩，流程会停住。请同时写明从哪里继续。"),
    }

    def __init__(self, code: str, node: str) -> None:
        self.code = code
        self.node = node
        super().__init__(self.TEXTS[code], node=node)


class UnknownTask(NotFound):
    """The task key names nothing that is open in this state."""

    text = _("这件工作已不在待办之列。")

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__()


class UnknownStart(NotFound):
    """The process has no such start event, or none that begins it on demand."""

    text = _("流程没有这样的开始事件。")


class BpmnError(Exception):
    """An error of the process by its code: thrown by an error end event, or raised by a service function.

    The nearest handler of the code takes the process on, with `variables` added to those it sees. Without
    one the step fails, with this as its cause.
    """

    def __init__(self, code: str, variables: Mapping[str, Any] | None = None) -> None:
        self.code = code
        self.variables = dict(variables or {})
        super().__init__(code)


class StepFailed(DomainError):
    """An element could not be run; nothing has changed. `element` is its id, `cause` the exception."""

    text = _("流程在“{element}”处未能继续：{cause}")

    def __init__(self, element: str, cause: Exception) -> None:
        self.element = element
        self.cause = cause
        super().__init__(element=element, cause=said_of(cause))


class UnfitVariables(DomainError):
    """A value that the state cannot keep and give back the same."""

    text = _("变量“{path}”不能保存：{reason}")

    def __init__(self, path: str, reason: str, /, **values: Any) -> None:
        self.path = path
        super().__init__(path=path, reason=Sentence(reason, **values))


class StateUnreadable(DomainError):
    """The saved bytes are not a state that this version of the program reads."""

    text = _("流程状态无法读取：{reason}")

    def __init__(self, reason: str, /, **values: Any) -> None:
        super().__init__(reason=Sentence(reason, **values))

"""What the engine refuses, each by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.flow.problems import Problem
from engine.foundation.errors import DomainError, NotFound
from engine.foundation.language import _

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


class UnknownTask(NotFound):
    """The task key names nothing that is open in this state."""

    text = _("这件工作已不在待办之列。")

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__()


class StepFailed(DomainError):
    """An element could not be run; nothing has changed. `element` is its id, `cause` the exception."""

    text = _("流程在“{element}”处未能继续：{cause}")

    def __init__(self, element: str, cause: Exception) -> None:
        self.element = element
        self.cause = cause
        super().__init__(element=element, cause=cause)


class UnfitVariables(DomainError):
    """A value that the state cannot keep and give back the same."""

    text = _("变量“{path}”不能保存：{reason}")

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        super().__init__(path=path, reason=reason)


class StateUnreadable(DomainError):
    """The saved bytes are not a state that this version of the program reads."""

    text = _("流程状态无法读取：{reason}")

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)

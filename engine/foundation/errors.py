"""Refusals: what the system will not do, each a named error with a sentence for its reader."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.foundation.language import _


class DomainError(Exception):
    """A refusal. `text` is the Chinese sentence (and the translation key); its {names} come from `values`."""

    text: ClassVar[str] = _("不能这样做。")

    def __init__(self, text: str | None = None, /, **values: Any) -> None:
        self.template = text or self.text
        self.values = values
        super().__init__(self.template.format(**values))

    @property
    def message(self) -> str:
        """The sentence in Chinese, filled in."""
        return self.template.format(**self.values)


class NotFound(DomainError):
    """The thing does not exist, or must look so to this actor."""

    text = _("没有找到您要的内容，可能已被移走，或者您无权查看。")


class NotAllowed(DomainError):
    """The actor has no right to do this."""

    text = _("您没有权限做这件事。")


class NotSignedIn(DomainError):
    """Nobody is signed in."""

    text = _("请先登录。")


class StaleTask(DomainError):
    """The page shows a state that has moved on; nothing typed may be lost on the way back."""

    text = _("这件工作已由{who}于{when}处理，请刷新后再看。您填写的内容已保留。")


class TaskWithdrawn(StaleTask):
    """The task went away because the case took another way."""

    text = _("这件工作已随案件流转而收回，无需再办。您填写的内容已保留。")


class InvalidAnswers(DomainError):
    """What was filled in cannot be taken as it is; `errors` maps a field to its sentences."""

    text = _("有{count}处需要修改。")

    def __init__(self, errors: dict[str, list[str]]) -> None:
        self.errors = errors
        super().__init__(count=sum(len(sentences) for sentences in errors.values()))


class GuardRefused(DomainError):
    """A step whose preconditions in law or rule are not met."""

    text = _("现在还不能办理这一步。")


class Busy(DomainError):
    """Two changes met and the server's own retries did not get through."""

    text = _("系统正忙，请稍后再试。您填写的内容已保留。")


class ConcurrentChange(Exception):
    """Somebody else changed the same rows first: the use case is run again, the user does not see it."""

"""Why a decision could not be made; each is the cause of a StepFailed at the task that asked for it."""

from __future__ import annotations

from engine.foundation.errors import DomainError
from engine.foundation.language import _, said_of


class DecisionFailed(DomainError):
    """A decision that gives no answer, because any answer would be a guess."""

    text = _("决策“{decision}”无法得出结果：{reason}")

    def __init__(self, decision: str, reason: object) -> None:
        super().__init__(decision=decision, reason=said_of(reason))


class SeveralHits(DecisionFailed):
    """Hit policy UNIQUE, and more than one rule applies."""

    text = _("决策“{decision}”只应命中一条规则，却同时命中{rules}。")

    def __init__(self, decision: str, rules: str) -> None:
        DomainError.__init__(self, decision=decision, rules=rules)


class UnlikeOutputs(DecisionFailed):
    """Hit policy ANY, and the rules that apply give different outputs."""

    text = _("决策“{decision}”命中的规则{rules}给出的结果不一致。")

    def __init__(self, decision: str, rules: str) -> None:
        DomainError.__init__(self, decision=decision, rules=rules)


class OutputNotListed(DecisionFailed):
    """An output that is not among the listed output values; it would have no priority either."""

    text = _("决策“{decision}”的输出“{name}”得出“{value}”，不在列出的取值之内。")

    def __init__(self, decision: str, name: str, value: object) -> None:
        DomainError.__init__(self, decision=decision, name=name, value=value)


class InputMissing(DecisionFailed):
    """A process variable that the decision reads and that nobody has set; null would be a value."""

    text = _("决策需要的“{name}”还没有值。")

    def __init__(self, name: str) -> None:
        DomainError.__init__(self, name=name)


class InputOfOtherKind(DecisionFailed):
    """A process variable of another type than the decision declares."""

    text = _("决策需要的“{name}”应为{kind}，现在是“{value}”。")

    def __init__(self, name: str, kind: str, value: object) -> None:
        DomainError.__init__(self, name=name, kind=kind, value=str(value)[:60])


class InputNotAllowed(DecisionFailed):
    """An input value outside of those that the table allows."""

    text = _("决策“{decision}”的输入“{name}”为“{value}”，不在允许的取值之内。")

    def __init__(self, decision: str, name: str, value: object) -> None:
        DomainError.__init__(self, decision=decision, name=name, value=str(value)[:60])


class OutputOfOtherKind(DecisionFailed):
    """A result of another type than declared."""

    text = _("决策“{decision}”的“{name}”应为{kind}，得出的是“{value}”。")

    def __init__(self, decision: str, name: str, kind: str, value: object) -> None:
        DomainError.__init__(self, decision=decision, name=name, kind=kind, value=str(value)[:60])

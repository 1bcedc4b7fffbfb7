"""Activities that work on variables of their own: processes called, decisions asked for."""

from __future__ import annotations

from engine.flow.calls import Call
from engine.flow.decision_tasks import RESULT, RuleTask
from engine.flow.spiff_activities import ActivitySpec
from engine.flow.spiff_tokens import CALLED, Inner, Token
from engine.flow.variables import checked, copied


class CallActivity(ActivitySpec):
    """Runs another process on a level of its own, which sees what the mapping gives it and nothing else."""

    call: Call

    @property
    def spec(self) -> str:
        """The called process, by which its level is found again when a state is loaded."""
        return self.call.key

    def perform(self, token: Token) -> None:
        top = token.workflow.top_workflow
        # Kept with the token, and saved with it; the level inside works on this very dictionary.
        token.internal_data[CALLED] = copied(self.call.into.apply(token.data))
        inner = Inner(top.subprocess_specs[self.spec], token)
        top.subprocesses[token.id] = inner
        inner.enter(inner.spec.begin)

    def _on_complete(self, token: Token) -> None:
        if CALLED in token.internal_data:
            token.data.update(copied(self.call.out.apply(token.internal_data.pop(CALLED))))
            if token.inside is not None:
                token.inside = []  # what a called process has done is its own to undo, and it is over
        super()._on_complete(token)


class BusinessRuleTask(ActivitySpec):
    """Asks for a decision and puts its result into the variables."""

    rule: RuleTask

    def perform(self, token: Token) -> bool:
        rule = self.rule
        given = token.data if rule.into is None else rule.into.apply(token.data)
        result = token.workflow.top_workflow.decisions.decide(rule.decision, given)
        parts = {**result, RESULT: result} if isinstance(result, dict) else {RESULT: result}
        made = rule.out.apply(parts)
        if rule.result is not None:
            made[rule.result] = result
        token.data.update(checked(made))
        return True

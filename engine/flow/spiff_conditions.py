"""Conditions: what SpiffWorkflow is given to compute with, and the events that wait for one to hold."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.task import Task

from engine.flow.expressions import Expression, ExpressionError, parse
from engine.foundation.language import _

if TYPE_CHECKING:
    from engine.flow.spiff_tokens import Instance


class ConditionEngine(PythonScriptEngine):
    """SpiffWorkflow's own engine is eval and exec; this one knows allow-listed expressions and no scripts."""

    def __init__(self) -> None:
        pass  # no environment: there is nothing to execute in

    def validate(self, expression: str) -> None:
        parse(expression)

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> Any:
        return parse(expression).evaluate(task.data)

    def expression(self, text: str) -> Expression:
        return parse(text)

    def execute(self, task: Task, script: str, external_context: Any = None) -> Any:
        raise ExpressionError(_("不运行脚本"))

    def call_service(self, task: Task, **kwargs: Any) -> Any:
        raise ExpressionError(_("服务只能按登记的名称调用"))


CONDITIONS = ConditionEngine()


def heed_conditions(instance: Instance) -> bool:
    """Let one conditional event happen whose condition has become true since it was last looked at."""
    for token in [t for level in instance.levels() if level.spec.heeds for t in level.listeners()]:
        if token.host is not None and not token.workflow.tasks[token.host].is_active:
            continue
        happened = instance.guarded(token.task_spec.name, partial(token.task_spec.heed, token))
        if happened:
            instance.moves += 1
            instance.fire_token(token, happened[0])
            return True
    return False

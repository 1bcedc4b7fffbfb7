"""At which property what is wrong with an element, a task or a clock lies, so that it can be told there."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.definitions.problems import Problem, values_of

# Wherever an expression may stand; which of them is meant the text of the problem says.
EXPRESSIONS = (
    "condition",
    "event_condition",
    "activation",
    "loop.condition",
    "loop.cardinality",
    "loop.completion",
    "loop.collection",
    "in",
    "out",
)
REFERENCES = {"messageRef": "message", "signalRef": "signal", "errorRef": "error"}
REFERENCES |= {"escalationRef": "escalation", "activityRef": "compensated", "default": "default"}
DRAWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "no-message": ("message",),
        "unsent-message": ("message",),
        "no-signal": ("signal",),
        "unthrown-signal": ("signal",),
        "no-code": ("error", "escalation"),
        "unraised-error": ("error",),
        "handler-twice": ("error", "escalation"),
        "bad-timer": ("timer_value",),
        "bad-cycle": ("timer_value",),
        "bad-link": ("link",),
        "always-interrupting": ("interrupting",),
        "not-compensable": ("compensated",),
        "parallel-start": ("parallel_multiple",),
        "parallel-choice": ("begins",),
        "beginning-place": ("begins",),
        "beginning-task": ("begins",),
        "many-choices": ("begins",),
        "beginning-twice": ("message", "signal"),
        "bad-loop": ("loop.collection",),
        "no-loop-event": ("loop.event", "loop.behaviour"),
        "no-loop-condition": ("loop.when",),
        "many-loop-events": ("loop.behaviour",),
        "loop-event": ("loop.event", "loop.behaviour"),
        "idle-loop-event": ("loop.behaviour",),
        "unhandled-loop-event": ("loop.event",),
        "bad-repetition": ("loop.condition",),
        "transaction-loop": ("loop",),
        "no-activation": ("activation",),
        "no-called": ("called",),
        "other-called": ("called",),
        "called-start": ("called",),
        "call-cycle": ("called",),
        "no-decision": ("decision",),
        "no-result": ("result",),
        "no-input": ("in",),
        "no-output": ("out",),
        "no-function": ("function",),
        "unknown-function": ("function",),
        "no-default": ("default",),
        "condition-ignored": ("condition",),
        "default-with-condition": ("condition",),
        "impossible-value": EXPRESSIONS,
        "bad-expression": EXPRESSIONS,
        "foreign-expression": EXPRESSIONS,
        "unknown-name": EXPRESSIONS,
        "wrong-type": EXPRESSIONS,
    }
)
TABLED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "no-form-file": ("form",),
        "no-such-act": ("act",),
        "no-choices": ("act",),
        "no-such-clock": ("clock", "within"),
        "no-such-stage": ("stage",),
        "no-such-rule": ("rule",),
        "no-such-role": ("role", "roles"),
        "no-basis": ("basis",),
        "no-such-basis": ("basis",),
        "no-such-happening": ("happening", "on", "starts", "ends", "cancels", "message_happening"),
        "no-such-step": ("nodes",),
        "unawaited-message": ("message",),
        "bad-recipient": ("to",),
        "no-text-file": ("text",),
        "bad-text": ("text",),
        "not-a-warning": ("within",),
    }
)
NAMING = frozenset({"missing-entry", "wrong-kind", "wrong-value", "bad-key", "unknown-entry"})


def fields_of(problem: Problem) -> tuple[str, ...]:
    """The names of the properties that the problem may be about, the likeliest first; none for the whole of it."""
    values = values_of(problem)
    name = str(values.get("name", ""))
    if problem.code in NAMING:
        return (name, f"{name}.zh", f"{name}.en")
    if problem.code == "bad-quantity":
        return (name,)
    if problem.code == "dangling-reference":
        return (REFERENCES[name],) if name in REFERENCES else ()
    if problem.code == "bad-mapping":
        return ("out", "in") if str(values.get("reason", "")).startswith("duban:out") else ("in",)
    return DRAWN.get(problem.code) or TABLED.get(problem.code, ())


def about_of(problem: Problem) -> str:
    """What of the text of a property the problem is about, where it may be one of several; "" where it is plain."""
    values = values_of(problem)
    if problem.code in TABLED:
        return str(values.get("name", ""))
    if DRAWN.get(problem.code) is not EXPRESSIONS:
        return ""
    return str(values.get("text") or values.get("name", "")).removesuffix("…")

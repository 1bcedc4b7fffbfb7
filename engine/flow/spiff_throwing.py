"""What is thrown and who hears it: signals everywhere, errors and escalations from the inside out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from engine.flow.errors import BpmnError
from engine.flow.spiff_tokens import Instance, Token, Variables
from engine.flow.spiff_undoing import compensate
from engine.flow.triggers import Trigger
from engine.flow.variables import checked


def throw(token: Token, triggers: Iterable[Trigger]) -> bool | None:
    """Throw them in order; None when the thrower has been interrupted by one who hears, or has to wait."""
    for trigger in triggers:
        waits = _THROWS.get(trigger.kind, _nothing)(token, trigger.name or "")
        if waits or not token.is_alive:
            return None
    return True


def broadcast(instance: Instance, signal: str, variables: Variables) -> bool:
    """Let all who wait for a signal now hear it; says whether anybody did."""
    heard = False
    for token in instance.all_listeners():
        # An outer event may have interrupted the inner one: then it hears nothing any more.
        place = token.task_spec.hearing(token, "signal", signal)
        if place is not None:
            heard = True
            token.data.update(variables)
            instance.fire_token(token, place)
    return heard


def raise_error(token: Token, error: BpmnError) -> None:
    """Hand an error to its nearest handler; raised on when there is none."""
    handler = nearest_handler(token, "error", error.code)
    if handler is None:
        raise error
    listener, place = handler
    listener.data.update(checked(error.variables))
    token.workflow.top_workflow.fire_token(listener, place)


def nearest_handler(thrower: Token, kind: str, code: str) -> tuple[Token, int] | None:
    """Who handles it: the border of the activity, the event subprocesses beside it, and so on outwards.

    At one place a handler of this very code goes before one of any code. What is thrown inside an event
    subprocess goes past that event subprocess itself, so that it can be thrown on (BPMN 2.0.2, 13.5.4).
    """
    token: Token | None = thrower
    while token is not None:
        whole, listeners = token.whole, token.workflow.listeners()
        near = [other for other in listeners if other.internal_data.get("host") == whole.id]
        beside = [o for o in listeners if o.task_spec.by_event and o.task_spec is not token.task_spec]
        if found := _best(near, kind, code) or _best(beside, kind, code):
            return found
        token = getattr(token.workflow, "owner", None)
    return None


def _best(listeners: list[Token], kind: str, code: str) -> tuple[Token, int] | None:
    heard = [
        (token, place)
        for token in listeners
        if (place := token.task_spec.hearing(token, kind, code)) is not None
    ]
    return min(heard, key=lambda pair: pair[0].task_spec.triggers[pair[1]].name is None, default=None)


def _message(token: Token, name: str) -> None:
    token.workflow.top_workflow.thrown.append(name)  # routing it is up to the caller


def _signal(token: Token, name: str) -> None:
    """All who wait for it now hear it; those in other instances are the caller's to reach."""
    token.workflow.top_workflow.signals.append(name)
    broadcast(token.workflow.top_workflow, name, {})


def _error(token: Token, code: str) -> None:
    raise_error(token, BpmnError(code))


def _escalation(token: Token, code: str) -> None:
    """Unlike an error it need not be handled, and the thrower goes on unless a handler interrupts it."""
    top = token.workflow.top_workflow
    handler = nearest_handler(token, "escalation", code)
    if handler is None:
        top.escalated.append(code)
    else:
        top.fire_token(*handler)


def _compensation(token: Token, activity: str) -> bool:
    return compensate(token, activity or None)


def _cancel(token: Token, name: str) -> bool:
    """End everything in the transaction, and undo what has been completed in it."""
    token.workflow.interrupt(token)
    return compensate(token, None)


def leave_transaction(token: Token) -> None:
    """All is undone: go on from the border."""
    handler = nearest_handler(token, "cancel", "")
    if handler is None:
        raise LookupError("no cancel event on the border")  # refused at admission
    token.workflow.top_workflow.fire_token(*handler)


def _nothing(token: Token, name: str) -> None:
    pass  # a terminate event acts when its token leaves


_THROWS: Mapping[str, Callable[[Token, str], bool | None]] = {
    "message": _message,
    "signal": _signal,
    "error": _error,
    "escalation": _escalation,
    "compensation": _compensation,
    "cancel": _cancel,
}

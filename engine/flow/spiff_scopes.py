"""How a level begins, is interrupted, and ends: its event subprocesses stand on it beside the flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.flow.spiff_tokens import Token


class Scope:
    """What a level does as a whole."""

    spec: Any
    tasks: dict[int, Token]
    task_tree: Token
    completed: bool
    terminated: bool = False
    listeners: Any
    cancel: Any
    clear: Any
    remove: Any
    finish: Any

    def enter(self, start: Any) -> None:
        """Begin: from now on its event subprocesses wait, and a token stands at the start event."""
        for handler in self.spec.handlers:
            handler.listen(self)
        start.arrive(self, 0)

    def interrupt(self, handler: Token) -> None:
        """Take out everything but the event subprocess that has been begun."""
        for token in list(self.tasks.values()):
            if token.id in self.tasks and token is not handler and token is not self.task_tree:
                self.cancel(token)

    def terminate(self) -> None:
        """End at once; what has been completed is not undone any more (BPMN 2.0.2, 10.5.3)."""
        self.terminated = True
        self.clear()

    @property
    def is_empty(self) -> bool:
        """Whether nothing goes on: event subprocesses may be waiting."""
        tokens = (token for token in self.tasks.values() if token is not self.task_tree)
        return all(token.task_spec.by_event and token.is_listening for token in tokens)

    def rest(self) -> None:
        """Complete the level when nothing goes on in it any more.

        Event subprocesses under way keep it going, but when there is nothing else no new one begins (BPMN
        2.0.2, 13.5.4).
        """
        tokens = (token for token in self.tasks.values() if token is not self.task_tree)
        if self.completed or not all(token.task_spec.by_event for token in tokens):
            return
        for token in self.listeners():
            self.remove(token)
        if len(self.tasks) == 1:
            self.finish()

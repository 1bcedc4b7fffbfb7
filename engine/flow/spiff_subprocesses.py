"""Subprocesses that begin by an event of the level they stand on."""

from __future__ import annotations

from engine.flow.spiff_activities import SubProcess
from engine.flow.spiff_events import CatchSpec
from engine.flow.spiff_tokens import READY, WAITING, Level, Token


class EventSubProcess(SubProcess, CatchSpec):
    """Waits from the beginning of its level for the event at its start; its triggers are those of that event.

    A token of it is waiting or under way. One that interrupts becomes the only one on its level; of one that
    does not, any number can be under way beside the one that waits.
    """

    by_event = True
    interrupting: bool = True

    def is_inside(self, token: Token) -> bool:
        return token._state != WAITING

    def listen(self, level: Level) -> None:
        self.wait(level.spawn(self))

    def fire(self, token: Token) -> None:
        """Begin, and not only when its turn comes: what is thrown before that is heard inside it."""
        level = token.workflow
        level.top_workflow.entered.append(self.name)
        if self.interrupting:
            level.interrupt(token)
            token.internal_data.clear()
            self._begin_at_once(token)
        else:
            begun = level.spawn(self)
            self.again(token)
            self._begin_at_once(begun)

    @staticmethod
    def _begin_at_once(token: Token) -> None:
        token._state = READY
        token.workflow.top_workflow.run_token(token)


class Transaction(SubProcess):
    """A subprocess that can be cancelled from inside: then what was completed in it is undone first."""

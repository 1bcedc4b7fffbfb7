"""The complex gateway (BPMN 2.0.2, table 13.5): starts on a condition, then waits for the rest and resets."""

from __future__ import annotations

from engine.flow.expressions import parse
from engine.flow.spiff_gateways import first_at_each_entrance, join, still_comes
from engine.flow.spiff_nodes import NodeSpec
from engine.flow.spiff_tokens import WAITING, Level, Token
from engine.foundation.language import SaidError, _

RESET = "reset"  # the entrances that were used when it started, kept by a token that stands for the state


class ComplexGateway(NodeSpec):
    """Waits for start until its condition holds for the entrances that have a token; then waits for reset.

    It resets as an inclusive gateway fires: when no token can come any more to an entrance that was not used. Both
    times its outgoing flows are chosen, with `waitingForStart` true and then false.
    """

    activation: str = ""
    reach: tuple[frozenset[str], ...] = ()

    def arrive(self, level: Level, entrance: int) -> None:
        if self.entrances < 2:
            super().arrive(level, entrance)
            return
        level.spawn(self, WAITING).internal_data["at"] = entrance
        self._try(level)

    def _try(self, level: Level) -> None:
        """Start, if it waits for that and the condition holds."""
        if self._used(level) is not None:
            return
        waiting = first_at_each_entrance(self, level)
        names = {**level.data, "activationCount": len(waiting), "waitingForStart": True}
        if waiting and parse(self.activation).holds(names):
            level.spawn(self, WAITING).internal_data[RESET] = sorted(waiting)
            join(self, level, waiting.values())

    def _used(self, level: Level) -> Token | None:
        """The token that stands for waiting for reset, if it does."""
        return next(
            (t for t in level.tasks.values() if t.task_spec is self and RESET in t.internal_data), None
        )

    def settle(self, level: Level) -> bool:
        """Called when everything has come to rest: reset, if nothing is left to wait for."""
        used = self._used(level)
        if used is None:
            return False
        entrances = set(used.internal_data[RESET])
        late = {at: token for at, token in first_at_each_entrance(self, level).items() if at not in entrances}
        if still_comes(self, level, entrances | set(late)):
            return False
        level.remove(used)
        join(self, level, late.values()).internal_data["resets"] = True
        return True

    def leave(self, token: Token) -> None:
        starting = "resets" not in token.internal_data
        level = token.workflow
        flows = list(self._true_flows({**token.data, "waitingForStart": starting}))
        if starting and not flows:
            raise SaidError(_("网关没有一条出路可走。"))
        level.remove(token)
        self.send(level, flows)
        if not starting and not level.completed:
            self._try(level)  # with what has come meanwhile

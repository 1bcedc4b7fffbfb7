"""How a token stands to the others: whether it is at work, listens, or is one run of a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

if TYPE_CHECKING:
    from engine.flow.spiff_tokens import Token


class Standing:
    """What a token says of itself."""

    task_spec: Any
    parent: Any
    internal_data: dict[str, Any]
    _state: int

    @property
    def is_instance(self) -> bool:
        """Whether it is one run of an activity that is carried out several times."""
        return "of" in self.internal_data or "run" in self.internal_data

    @property
    def is_gathering(self) -> bool:
        """Whether it only waits for others, with which its activity will begin."""
        return "gathering" in self.internal_data

    @property
    def is_listening(self) -> bool:
        """Whether it waits for an event."""
        return bool(self._state == TaskState.WAITING and self.task_spec.triggers and not self.is_gathering)

    @property
    def is_active(self) -> bool:
        """Whether its work has begun; an empty loop is over before it is heard that a condition holds."""
        return self._state != TaskState.READY or bool(self.task_spec.manual and self.task_spec.loop is None)

    @property
    def is_alive(self) -> bool:
        return self._state != TaskState.CANCELLED

    @property
    def host(self) -> int | None:
        """The number of the activity on whose border it listens."""
        return self.internal_data.get("host")

    @property
    def is_of_the_flow(self) -> bool:
        """Whether it stands where the standard has a token.

        One that merely listens does not, nor the one that stands for the state of a complex gateway.
        """
        return not (self.task_spec.by_event or self.internal_data.keys() & {"host", "race", "reset"})

    @property
    def whole(self) -> Token:
        """The activity as a whole: for an instance of a loop the loop, on whose border events listen."""
        whole: Any = self.parent if self.is_instance else self
        return whole

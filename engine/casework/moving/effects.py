"""Effects: what a happening brings about in other rooms, in the same transaction. A process names them.

A folder says `[effects] "reply:signed" = ["open_commitments"]`; a room registers the function. What a folder names and
no room knows is refused when it is deployed, so nothing is passed over in silence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.casework.facts import CaseFacts
from engine.definitions.folder import Folder

if TYPE_CHECKING:
    from engine.casework.moving.happenings import Happening

Effect = Callable[[CaseFacts, Folder, "Happening"], None]
EFFECTS: dict[str, Effect] = {}
MESSAGES: dict[str, frozenset[str]] = {}  # effect → what it tells the flows of other cases


def effect(name: str, *messages: str) -> Callable[[Effect], Effect]:
    """Register a function as the effect `name`, with the messages that it sends to the flows of other cases."""

    def register(function: Effect) -> Effect:
        if name in EFFECTS:
            raise ValueError(f"the effect {name} is there already")
        EFFECTS[name] = function
        MESSAGES[name] = frozenset(messages)
        return function

    return register

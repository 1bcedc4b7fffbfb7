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
BESIDE_THE_FILE: set[str] = set()  # effects that write nothing of the case


def effect(name: str, *messages: str, beside_the_file: bool = False) -> Callable[[Effect], Effect]:
    """Register a function as the effect `name`, with the messages that it sends to the flows of other cases.

    `beside_the_file` says that it writes nothing of the case, so that it is brought about of an archived one too.
    """

    def register(function: Effect) -> Effect:
        if name in EFFECTS:
            raise ValueError(f"the effect {name} is there already")
        EFFECTS[name] = function
        MESSAGES[name] = frozenset(messages)
        if beside_the_file:
            BESIDE_THE_FILE.add(name)
        return function

    return register


def bring_about(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """What the folder wants of a happening; of an archived case only what leaves its file as it is."""
    for name in folder.effects.get(happening.action, ()):
        if case.archived_at is None or name in BESIDE_THE_FILE:
            EFFECTS[name](case, folder, happening)

"""Where many running processes stand, counted from their saved forms without taking any of them up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from engine.flow.admission import AdmittedDefinition
from engine.flow.errors import StateUnreadable
from engine.flow.state import SavedToken, fingerprint, unpack

# What only listens: on a border, behind an event-based gateway; or is the memory of a complex gateway.
_NO_PLACE = frozenset({"host", "race", "reset"})


def tally(definition: AdmittedDefinition, states: Iterable[bytes]) -> Counter[str]:
    """How many tokens stand at each node, over all these states of one definition; unreadable ones have none.

    Each run of a loop counts, and the loop itself does not; a subprocess counts, and what stands inside it as well.
    Events that are merely listened for do not count.
    """
    names = sorted(definition.nodes)
    own = fingerprint(names)
    outside = {place for place, name in enumerate(names) if definition.nodes[name].outside}
    found: Counter[int] = Counter()
    for state in states:
        try:
            saved = unpack(state)
        except StateUnreadable:
            continue  # its case is among the incidents
        if saved.nodes == own:
            found.update(_places(saved.tokens, outside))
    return Counter({names[place]: count for place, count in found.items()})


def _places(tokens: Iterable[SavedToken], outside: set[int]) -> Iterator[int]:
    for token in tokens:
        inner = token.inner or ()
        if token.instances:
            yield from _places(token.instances, outside)
        elif not _NO_PLACE & token.bookkeeping.keys() and (token.node not in outside or inner):
            yield token.node
        yield from _places(inner, outside)

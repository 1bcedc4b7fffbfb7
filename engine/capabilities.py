"""Everything a process folder can name: acts, effects and happenings of all rooms, made known by being imported."""

from __future__ import annotations

from typing import Any

from engine.archives import blocking  # noqa: F401 (known by being imported)
from engine.casework import leaving  # noqa: F401 (known by being imported)
from engine.casework.acts import ACTS
from engine.casework.effects import EFFECTS
from engine.casework.vocabulary import HAPPENINGS
from engine.commitments.making import make_commitments
from engine.publication.awaiting import await_publication
from engine.similarity.index import index_similar

__all__ = ["ACTS", "EFFECTS", "HAPPENINGS", "await_publication", "index_similar", "known", "make_commitments"]


def known() -> dict[str, Any]:
    """What `load` and `deploy` compare a folder with."""
    return {"known_acts": ACTS, "known_effects": EFFECTS, "known_happenings": HAPPENINGS}

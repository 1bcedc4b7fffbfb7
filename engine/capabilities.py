"""Everything a process folder can name: acts, effects and happenings of all rooms, made known by being imported."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from engine.archives import blocking
from engine.budget import adjustments
from engine.casework import leaving
from engine.casework.acts import ACTS
from engine.casework.acts.step import ERRORS, FLAGS, WORDS
from engine.casework.moving.effects import EFFECTS, MESSAGES
from engine.casework.moving.services import FAILURES
from engine.casework.vocabulary import HAPPENINGS
from engine.commitments import making
from engine.definitions.rule_packs import shipped_articles
from engine.definitions.wiring import Spoken
from engine.performance import recalling, reviewing
from engine.publication import awaiting, informing
from engine.similarity import index
from engine.supervision import cards, key

__all__ = ["ACTS", "EFFECTS", "HAPPENINGS", "ROOMS", "known"]

# The modules of the rooms that register something a folder may name.
ROOMS: tuple[ModuleType, ...] = (
    blocking,
    adjustments,
    leaving,
    making,
    awaiting,
    informing,
    recalling,
    reviewing,
    index,
    cards,
    key,
)


def known() -> dict[str, Any]:
    """What `load` and `deploy` compare a folder with."""
    return {
        "known_acts": ACTS,
        "known_effects": EFFECTS,
        "known_happenings": HAPPENINGS,
        "known_bases": shipped_articles(),
        "known_spoken": Spoken(FLAGS, WORDS, ERRORS, FAILURES, MESSAGES),
    }

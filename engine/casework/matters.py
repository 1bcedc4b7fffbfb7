"""Matters: what a case is about where another room keeps it, such as a report with its figures.

A room registers how a case's matter is found; case and task pages lead to it. The room's acts do what the case brings
about there, and the room says `matter_changed` when its own doing makes pages of the case old.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.casework.facts import TASKS, CaseFacts
from engine.definitions.words import Words
from engine.foundation.actor import Actor
from models import db


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter as pages lead to it: which kind of thing, its key there, its name, and what is to be known at once."""

    kind: str
    id: int
    title: str
    note: Words | None = None


Finder = Callable[[Actor, int], list[Matter]]
MATTERS: dict[str, Finder] = {}


def matter(kind: str) -> Callable[[Finder], Finder]:
    """Register how the matters of this kind that somebody sees are found, by him and the case."""

    def register(function: Finder) -> Finder:
        if kind in MATTERS:
            raise ValueError(f"the matter {kind} is there already")
        MATTERS[kind] = function
        return function

    return register


def matters_of(actor: Actor, case_id: int) -> list[Matter]:
    """What a case that he sees is about, as far as he sees that."""
    return [each for find in MATTERS.values() for each in find(actor, case_id)]


def matter_changed(case: CaseFacts) -> None:
    """Let nobody decide from a page that showed the matter as it was: whoever does is told that it has changed."""
    of_case = TASKS.c.case_id == case.id, TASKS.c.open
    db.session.execute(TASKS.update().where(*of_case).values(revision=TASKS.c.revision + 1))

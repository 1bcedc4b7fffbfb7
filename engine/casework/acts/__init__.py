"""What completing a task does to the tables; a process folder names acts, it cannot invent them."""

from engine.casework.acts import (
    assignments,
    co_opinions,
    decisions,
    evaluations,
    intake,
    replies,
    submissions,
)
from engine.casework.acts.step import ACTS, Outcome, Step, act

__all__ = [
    "ACTS",
    "Outcome",
    "Step",
    "act",
    "assignments",
    "co_opinions",
    "decisions",
    "evaluations",
    "intake",
    "replies",
    "submissions",
]

"""What completing a task or doing an action does to the tables; a process folder names acts, it cannot invent them."""

from engine.casework.acts import (
    assignments,
    co_opinions,
    confidentiality,
    decisions,
    evaluations,
    extensions,
    intake,
    meetings,
    merging,
    replies,
    returns,
    submissions,
    withdrawals,
)
from engine.casework.acts.step import ACTS, Outcome, Step, act

__all__ = [
    "ACTS",
    "Outcome",
    "Step",
    "act",
    "assignments",
    "co_opinions",
    "confidentiality",
    "decisions",
    "extensions",
    "evaluations",
    "intake",
    "meetings",
    "merging",
    "replies",
    "returns",
    "submissions",
    "withdrawals",
]

"""What a headless run comes to, and how it is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

STEP_LIMIT = 1_000
COMPLETED, WAITING, FAILED, LIMIT = "completed", "waiting", "failed", "step_limit"

Event = dict[str, Any]


@dataclass
class Run:
    """What a run came to. `state` is completed | waiting | failed | step_limit; `trace` is in order.

    Each entry of the trace has `step`, `at` (ISO 8601), `event` and what the event is about.
    """

    process: str
    hash: str
    started_at: str
    state: str = WAITING
    ended_at: str = ""
    steps: int = 0
    end_events: list[str] = field(default_factory=list)
    open_tasks: list[Event] = field(default_factory=list)
    awaited: list[str] = field(default_factory=list)
    next_timer: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    error: Event | None = None
    unused: dict[str, int] = field(default_factory=dict)
    trace: list[Event] = field(default_factory=list)


@dataclass(frozen=True)
class Settings:
    """How a run is made: restored from bytes at every step or not, and after how many steps it is stopped."""

    restore_every_step: bool = False
    step_limit: int = STEP_LIMIT
    until: datetime | None = None

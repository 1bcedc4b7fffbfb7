"""The long tests: `make campaign` runs the same tests as `make test`, with more rounds and another seed each time."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Any

import pytest

CAMPAIGN = bool(os.environ.get("DUBAN_CAMPAIGN"))


def rounds(usual: int, campaign: int) -> int:
    """How often: in every test run, and in a campaign."""
    return campaign if CAMPAIGN else usual


def chance(place: str) -> random.Random:
    """Chance that a run can repeat; in a campaign its seed is named, so that one can be repeated too."""
    seed = os.environ.get("DUBAN_CAMPAIGN_SEED") or (str(random.randrange(10**9)) if CAMPAIGN else "0")
    if CAMPAIGN:
        print(f"{place}: DUBAN_CAMPAIGN_SEED={seed}")
    return random.Random(f"{place} {seed}")


def long(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a test that a campaign repeats many times."""
    return pytest.mark.timeout(3_000)(pytest.mark.campaign(function)) if CAMPAIGN else function

"""When somebody's rights grow less: who keeps work for people is told, and lets it go."""

from __future__ import annotations

from collections.abc import Callable

Follower = Callable[[int, str], None]
_followers: list[Follower] = []


def follow(follower: Follower) -> Follower:
    """Register a function of (user id, reason) that runs in the same transaction, after the rights have changed."""
    _followers.append(follower)
    return follower


def rights_shrank(user_id: int, reason: str) -> None:
    """Say that a user lost a role, his account or a substitution."""
    for follower in _followers:
        follower(user_id, reason)

"""Seeing to it (督办): urging, warning cards, talks, key supervision, escalation."""

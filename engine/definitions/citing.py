"""Which article a step cites: one and the same everywhere, or another where the case is before another forum (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from engine.definitions.folder import ActionSpec, TaskSpec

Spec = TypeVar("Spec", "TaskSpec", "ActionSpec")


def cited_here(spec: Spec, kept: Mapping[str, Any]) -> Spec:
    """The step with the article it rests on in a case with these register fields."""
    for name, articles in spec.basis_where.items():
        article = articles.get(str(kept.get(name)))
        if article is not None:
            return replace(spec, basis=article)
    return spec


def articles_cited(spec: TaskSpec | ActionSpec) -> tuple[str, ...]:
    """Every article that the step may rest on, the one it rests on elsewhere first."""
    elsewhere = (article for each in spec.basis_where.values() for article in each.values())
    return tuple(filter(None, (spec.basis, *elsewhere)))

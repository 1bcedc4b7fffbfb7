"""A project's complete self-evaluation report, every figure computed from what is kept."""

from __future__ import annotations

from engine.documents.printing import Printed
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from engine.performance.completing import completed
from engine.performance.printing import FORMATS, printed
from engine.performance.projects import stated_report


def export_report(actor: Actor, *, project_id: int, format: str) -> Printed:
    """The report of the latest version. Raises NotAllowed, NotFound."""
    if format not in FORMATS:
        raise NotFound
    stated, scheme = stated_report(actor, project_id)
    return printed(completed(stated, scheme), format, actor.name)

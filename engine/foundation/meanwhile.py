"""Two people change a row at once: what one has left alone stays as the other wrote it, what both changed is told.

A page carries, hidden, what each of its fields held when it was made. What differs from that is what its sender has
changed; nothing else of his form is written. Whose page says nothing of the kind writes all of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import Sentence, _
from engine.foundation.lines import visible

Seen = Mapping[str, str] | None

NOW = _("您打开这一页之后，这一项已经改为“{now}”。您写的没有丢；仍要改成您写的，请再保存一次。")
NOW_EMPTY = _("您打开这一页之后，这一项已经清空。您写的没有丢；仍要改成您写的，请再保存一次。")


class ChangedMeanwhile(InvalidAnswers):
    """Both changed the same fields, to different things; `now` is what all the fields of the form hold, as text."""

    def __init__(self, errors: dict[str, list[str]], now: Mapping[str, Any]) -> None:
        super().__init__(errors)
        self.now = {name: as_text(value) for name, value in now.items()}


def reconciled(wanted: Mapping[str, Any], seen: Seen, now: Mapping[str, Any]) -> dict[str, Any]:
    """What shall stand: of `wanted` what its sender has changed since he has `seen` the fields, else what stands `now`.

    Raises ChangedMeanwhile where a field that he changed was changed to something else since.
    """
    if seen is None:
        return dict(wanted)
    mine = {name for name in wanted if name in seen and as_text(wanted[name]) != as_text(seen[name])}
    both = {
        name: [_told(now[name])]
        for name in wanted
        if name in mine and as_text(now[name]) not in (as_text(seen[name]), as_text(wanted[name]))
    }
    if both:
        raise ChangedMeanwhile(both, now)
    return {name: value if name in mine else now[name] for name, value in wanted.items()}


def as_text(value: Any) -> str:
    """What a field of a form holds, as the form sends it."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, dt.date) else visible(str(value))


def _told(value: Any) -> str:
    return Sentence(NOW, now=value) if as_text(value) else NOW_EMPTY

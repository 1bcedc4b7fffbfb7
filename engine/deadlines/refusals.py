"""What all refusals about periods and calendars have in common."""

from __future__ import annotations

from engine.foundation.errors import DomainError
from engine.foundation.language import _


class CountingRefused(DomainError):
    """Something given for counting cannot be read or used as it is."""

    text = _("这样无法计算期限。")

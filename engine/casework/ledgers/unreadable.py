"""What this room refuses of a file as a whole."""

from __future__ import annotations

from engine.foundation.errors import DomainError
from engine.foundation.language import _


class LedgerUnreadable(DomainError):
    """The file is not a ledger that can be read."""

    text = _("无法读取台账文件：{why}")

"""What keeps a backup from being made or put back."""

from __future__ import annotations

from engine.foundation.errors import DomainError


class BackupRefused(DomainError):
    """Said on the command line, where alone backups are made; each kind of it says why."""

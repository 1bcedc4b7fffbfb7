"""Use cases and readings of cases; the one place where a case changes.

Importing the package makes its acts known, so that a process folder can name them.
"""

from engine.casework.acts import ACTS
from engine.casework.vocabulary import HAPPENINGS

__all__ = ["ACTS", "HAPPENINGS"]

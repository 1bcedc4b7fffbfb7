"""Documents: what law and practice want on paper, printed from the rows as PDF and Word.

Importing the package makes known what documents can be of.
"""

from engine.documents import ballots, decisions, entries, problems, promises
from engine.documents.lists import LISTINGS
from engine.documents.subjects import SUBJECTS

__all__ = ["LISTINGS", "SUBJECTS", "ballots", "decisions", "entries", "problems", "promises"]

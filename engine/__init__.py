"""The work: what may be done to a case, by whom, by when. Knows no web."""

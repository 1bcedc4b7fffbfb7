"""Use cases and readings of cases; the one place where a case changes."""

"""Closing and keeping: what still blocks the archive, the frozen file with its hashes, the evidence bundle."""

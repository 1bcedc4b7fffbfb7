"""Closing and keeping: what still blocks a close, the frozen file with its hashes, the evidence bundle."""

"""The finding that a file is not sound; what it means to the person is said by whoever asked."""

from __future__ import annotations


class Unsound(Exception):
    """A file that may not be taken in; `why` is a translatable sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

"""Going through the words of a text, one after the other."""

from __future__ import annotations

from engine.flow.feel.lexing import Token, tokens
from engine.flow.feel.parts import FeelError


class Words:
    """The words of one text and the place in them."""

    def __init__(self, text: str, names: frozenset[str]) -> None:
        if not text.strip():
            raise FeelError("the expression is empty")
        self.tokens = tokens(text, names)
        self.place = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.here
        if token.kind != "end":
            self.place += 1
        return token

    def at(self, *texts: str) -> bool:
        return self.here.kind in ("sign", "keyword") and self.here.text in texts

    def passes(self, *texts: str) -> bool:
        if self.at(*texts):
            self.place += 1
            return True
        return False

    def expect(self, *texts: str) -> str:
        if not self.at(*texts):
            raise FeelError(f"expected {' or '.join(texts)}, found “{self.here.text or 'the end'}”")
        return self.take().text

    def end(self) -> None:
        if self.at("["):
            raise FeelError("filters are not part of the language that is run here")
        if self.here.kind != "end":
            raise FeelError(f"“{self.here.text}” is left over")

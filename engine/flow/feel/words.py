"""Going through the words of a text, one after the other."""

from __future__ import annotations

from engine.flow.feel.lexing import Token, tokens
from engine.flow.feel.parts import FeelError
from engine.foundation.language import Sentence, _


def found_at(token: Token) -> str:
    """What stands there, as it is told."""
    return token.text or Sentence(_("结尾"))


class Words:
    """The words of one text and the place in them."""

    def __init__(self, text: str, names: frozenset[str]) -> None:
        if not text.strip():
            raise FeelError(_("表达式是空的"))
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
            raise FeelError(
                _("应为{wanted}，读到的是“{found}”"), wanted=" / ".join(texts), found=found_at(self.here)
            )
        return self.take().text

    def end(self) -> None:
        if self.at("["):
            raise FeelError(_("不能用筛选（方括号）"))
        if self.here.kind != "end":
            raise FeelError(_("“{part}”是多余的"), part=self.here.text)

"""Chinese numerals."""

from __future__ import annotations

DIGITS = {word: value for value, word in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0}


def chinese_number(text: str) -> int:
    """A number below a hundred in Chinese numerals or digits."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return int("".join(str(DIGITS[word]) for word in text if word in DIGITS) or 0)
    return (DIGITS.get(tens, 1) if tens else 1) * 10 + (DIGITS.get(ones, 0) if ones else 0)

"""Where in a report something stands: its sections and their parts, told by their headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.performance.blocks import Block, Paragraph
from engine.performance.quantities import tidy
from engine.performance.report import SECTIONS

SECTION = re.compile(r"(?P<key>[一二三四五六七八九])、|(?P<annex>附件[1-9一二])[.、:．]?")
PART = re.compile(r"[(（](?P<key>[一二三四五六])[)）]")
LONGEST_HEADING = 40
CHINESE = {"附件一": "附件1", "附件二": "附件2"}


@dataclass(frozen=True, slots=True)
class Placed:
    """A block and where it stands; `heading` if it is what the section or part begins with."""

    section: str
    part: str
    block: Block
    heading: bool = False


def outlined(blocks: Iterable[Block]) -> Iterator[Placed]:
    """Every block with the section (一, 附件1) and the part (一, 二) that it stands in."""
    section = part = ""
    for block in blocks:
        heading = False
        if isinstance(block, Paragraph) and len(block.text) <= LONGEST_HEADING:
            text = tidy(block.text)
            if (key := _section(text)) and _follows(key, section):
                section, part, heading = key, "", True
            elif found := PART.match(text):
                part, heading = found["key"], True
        yield Placed(section, part, block, heading)


def _section(text: str) -> str:
    """Which of SECTIONS a heading begins, "" for none."""
    found = SECTION.match(text)
    key = (found["key"] or found["annex"]) if found else ""
    return CHINESE.get(key, key)


def _follows(key: str, section: str) -> bool:
    """Sections come in their order, and a heading may be said twice; an earlier number is an item of a list."""
    order = list(SECTIONS)
    return key in SECTIONS and (not section or order.index(key) >= order.index(section))

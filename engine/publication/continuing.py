"""From one version of a public copy to the next: what of the earlier one goes on, and what the next one shows first.

A text on record is known by its entry: what a later step of the same name put on record is another text, which nobody
has redacted yet. Versions of long ago do not name the entries; there the label has to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.publication.copying import Content, passages, rewritten

Key = tuple[int | None, str]


def carried_over(content: Content, earlier: Content) -> Content:
    """The copy with the texts that an earlier version already has."""
    parts = {_key(part): part["text"] for part in earlier["parts"]}
    known = {each.key: each.text for each in passages(earlier) if not each.key.startswith("part.")}
    for place, part in enumerate(content["parts"]):
        text = parts.get(_key(part)) or parts.get((None, _label(part)))
        if text:
            known[f"part.{place}"] = text
    return rewritten(content, lambda key, text: known.get(key) or text)


def shows_more(content: Content, earlier: Iterable[Content]) -> bool:
    """Whether the public reads a reply or a text on record in it that no earlier version had."""
    replies: set[int] = set()
    parts: set[Key] = set()
    for each in earlier:
        replies |= {reply["id"] for reply in each["replies"]}
        parts |= {_key(part) for part in each["parts"]}
    if any(reply["id"] not in replies for reply in content["replies"]):
        return True
    return any(parts.isdisjoint({_key(part), (None, _label(part))}) for part in content["parts"])


def _key(part: Mapping[str, Any]) -> Key:
    return part.get("entry"), _label(part)


def _label(part: Mapping[str, Any]) -> str:
    return str(part["label"]["zh"])

"""The text of a file from an office: which encoding it is in, it says at most by its mark."""

from __future__ import annotations

import codecs


def decoded(content: bytes) -> str | None:
    """UTF-16 where its mark says so, UTF-8, else GB 18030, which office programs in China write; None for no text."""
    # «Unicode text» of spreadsheet programs; no text in the other two begins like this.
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None

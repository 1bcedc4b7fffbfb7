"""Attachments as lines with their size."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from models import Attachment


def file_lines(attachments: Iterable[Attachment]) -> list[dict[str, str]]:
    """Name, size and address of each."""
    return [
        {
            "name": each.filename,
            "size_text": size_in_words(each.size),
            "href": url_for("attachments.download", attachment_id=each.id),
        }
        for each in attachments
    ]


def size_in_words(size: int) -> str:
    """1.2 MB, 34 kB."""
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(size // 1024, 1)} kB"

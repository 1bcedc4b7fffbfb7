"""Files that take their place whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

PART = ".part"  # of a name: what is still being written, and no file of ours yet


@contextlib.contextmanager
def arriving(path: Path, mode: int | None = None) -> Iterator[BinaryIO]:
    """A file to write into, which is at `path` once every byte of it is on the disk, in place of what lay there.

    After a failure nothing of it is left: a full disk would only be fuller by it. Its rights are `mode` before the
    first byte is written. Raises OSError.
    """
    # A name of its own: the same bytes may arrive twice at the same moment.
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PART}")
    try:
        with part.open("xb") as file:
            if mode is not None:
                part.chmod(mode)
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise

"""Names of files from outside: the last part of a path, without anything that hides what the file is."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from engine.casework.files.refusing import Unsound
from engine.foundation.language import _

LONGEST = 200  # characters kept of a name
FORBIDDEN = frozenset('<>:"|?*')
DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(1, 10))}
)
# What runs, or is opened as a page or a program, wherever in the name it stands.
RUNNING = re.compile(
    r"apk|app|bat|cmd|com|cpl|dll|docm|dotm|exe|hta|html?|iso|jar|jse?|lnk|mht|msi|php|pif|pptm|ps1|py|reg|scr|sh|svg"
    r"|swf|vb[es]|wsf|xhtml|xlam|xll|xls[bm]|xltm|xml"
)


def sound_name(sent: str) -> str:
    """The name as it is kept. Raises Unsound for one that leads elsewhere or looks like what it is not."""
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for sign in sent):
        raise Unsound(_("文件名含有看不见的控制字符，请改名后再传。"))
    path = PurePosixPath(sent.replace("\\", "/"))
    if ".." in path.parts:
        raise Unsound(_("文件名含有路径，请改名后再传。"))
    name = path.name.strip().rstrip(".")
    stem = name.partition(".")[0].strip().lower()
    if not stem or stem in DEVICES or FORBIDDEN & set(name):
        raise Unsound(_("文件名不能使用，请改名后再传。"))
    middle = {part.strip().lower() for part in name.split(".")[1:-1]}
    if any(RUNNING.fullmatch(part) for part in middle):
        raise Unsound(_("文件名有两个扩展名，看不出是什么文件，请改名后再传。"))
    return _shortened(name)


def _shortened(name: str) -> str:
    whole = PurePosixPath(name)
    return name if len(name) <= LONGEST else whole.stem[: LONGEST - len(whole.suffix)] + whole.suffix

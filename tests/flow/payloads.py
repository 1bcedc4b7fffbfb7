"""Texts that somebody would write to have them executed, and a watch that would see it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

PAYLOADS = [
    # Python
    '__import__("os").system("touch PWNED")', 'eval("1")', 'exec("import os")', 'compile("1", "", "eval")',
    "().__class__.__bases__[0].__subclasses__()", '"".__class__.__mro__', "{}.__init__.__globals__",
    "lambda: 1", "(lambda: 1)()", "[x for x in (1, 2)]", 'f"{7*7}"', '"{0.__class__}".format(1)', '"%s" % 1',
    'open("/etc/passwd").read()', "globals()", "locals()", "vars()", 'getattr(1, "real")', "breakpoint()",
    "print(1)", 'type("X", (), {})', "(a := 1)", "import os", "yield 1", "await a", "*a", "**a", "a if b else c",
    "a.__dict__", "__builtins__", "a; b", "os.popen", "self", "not a", "a == 1", "a[0]", "a[::-1]", "1_000", "0x41",
    "a.real", "a.format(1)", "a.mro()", "super()", "del a", "assert a", "raise a", "async def f(): 1", "a if", "@a",
    # Templates and other engines' languages
    "{{7*7}}", "{% import os %}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "${jndi:ldap://localhost/a}",
    '${T(java.lang.Runtime).getRuntime().exec("id")}', 'Java.type("java.lang.Runtime")',
    'new java.lang.ProcessBuilder("id").start()', 'this.constructor.constructor("return process")()',
    'require("child_process")', "function() { return 1 }", "() => 1", "cellInput > 1",
    'function(x) external {java: {class: "java.lang.Runtime", method signature: "exec(String)"}}',
    # Databases, shells, pages
    "'; DROP TABLE cases; --", '" OR 1=1 --', "$(touch PWNED)", "`id`", "| id", "&& id", "../../etc/passwd",
    "file:///etc/passwd", "<script>alert(1)</script>", "]]><x/>", "&xxe;", "%00", "=1+1", "@SUM(1)",
    # Characters that look like others
    "ｅｖａｌ(1)", "e\u200bval(1)", "\u202e1", "\u037e", "１", "a\u00a0b", "\ufeff1", "𝐞𝐯𝐚𝐥(1)", "\u2028",
    # More than there is room for
    "9" * 5_000, "2 ** 100 ** 100 ** 100", '"a" * 1000000', "(" * 500, "not(" * 200, "[" * 400, "-" * 300,
    "1e999999", "for i in 1..1000000000 return i", 'matches("aaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")',
    "if " * 100, "1 + " * 240 + "1", "a." * 140 + "a", "[1.." * 70, '"' + "x" * 5_000 + '"',
    # Innocent as data
    '"__import__(\'os\').system(\'touch PWNED\')"', '"{{7*7}}"', '"${7*7}"', '"<b>"',
    'date("9999-12-31") + @"P9999999D"',
]  # fmt: skip

WATCHED = (
    "exec",
    "import",
    "compile",
    "open",
    "os.",
    "subprocess.",
    "socket.",
    "ctypes.",
    "shutil.",
    "pickle.",
)
_seen: list[str] | None = None
_hooked = False


def _hook(event: str, arguments: object) -> None:
    if _seen is not None and event.startswith(WATCHED):
        _seen.append(f"{event} {str(arguments)[:200]}")


@contextmanager
def watched() -> Iterator[list[str]]:
    """What was imported, compiled, executed, opened or started meanwhile."""
    global _seen, _hooked
    if not _hooked:
        sys.addaudithook(_hook)  # stays for good, and does nothing outside of a watch
        _hooked = True
    _seen = []
    try:
        yield _seen
    finally:
        _seen = None

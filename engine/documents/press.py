"""The press: sets one document in a process of its own, which has no network, writes no file and soon ends.

Run as a script by `engine.documents.setting`, with a job as JSON on its input: `kind` (typst | word), `template`,
`data`, `fonts`, `seconds`, `megabytes`, `largest`. The document goes to its output; what is wrong with a template goes
to the error output as JSON `{message, line, near}`, with exit status REFUSED. It runs apart from the rest of the
program, so it knows nothing of it.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import re
import sys
from typing import Any

REFUSED = 3
MAIN = "main.typ"
# An address nobody listens at: whatever asks for the network is told at once that there is none.
NOWHERE = "http://127.0.0.1:1"


class Refused(Exception):
    """The template cannot be set; `line` is 0 where it has none, `near` the words around the place."""

    def __init__(self, message: str, line: int = 0, near: str = "") -> None:
        self.report = {"message": message, "line": line, "near": near}
        super().__init__(message)


def main() -> int:
    """Do the one job."""
    job = json.load(sys.stdin)
    _limit(job["seconds"], job["megabytes"])
    try:
        document = _typst(job) if job["kind"] == "typst" else _word(job)
        if len(document) > job["largest"]:
            raise Refused("too large")
    except Refused as refused:
        json.dump(refused.report, sys.stderr)
        return REFUSED
    except (MemoryError, RecursionError) as exhausted:
        json.dump({"message": type(exhausted).__name__, "line": 0, "near": ""}, sys.stderr)
        return REFUSED
    sys.stdout.buffer.write(document)
    return 0


def _limit(seconds: int, megabytes: int) -> None:
    """Bound time and memory, and let nothing be written to any file."""
    with contextlib.suppress(
        ImportError
    ):  # a system without such limits still ends the process after its time
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _typst(job: dict[str, Any]) -> bytes:
    """A PDF; the working folder, which holds the template and the layout alone, is all that Typst can read."""
    import typst

    compiler = typst.Compiler(
        input=MAIN,
        root=".",
        font_paths=job["fonts"],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(job["data"], ensure_ascii=False)},
        package_path="./none",
        package_cache_path="./none",
    )
    try:
        document = compiler.compile(format="pdf", timestamp=job["timestamp"])
    except typst.TypstError as error:
        place = re.search(r"─ (?:\S*/)?main\.typ:(\d+):", error.diagnostic or "")
        near = re.search(r"^\s*\d+ │ (.*)$", error.diagnostic or "", re.MULTILINE)
        raise Refused(
            error.message, int(place[1]) if place else 0, near[1].strip() if near else ""
        ) from error
    return bytes(document)  # type: ignore[arg-type]


def _word(job: dict[str, Any]) -> bytes:
    """A Word file, filled in by a language that can reach no attribute of Python's and call nothing."""
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    environment.globals.clear()
    template = DocxTemplate(io.BytesIO(base64.b64decode(job["template"])))
    document = io.BytesIO()
    try:
        template.render(job["data"], environment, autoescape=True)
        template.save(document)
    except SecurityError as error:
        raise Refused(f"forbidden: {error}") from error
    except TemplateError as error:
        near = " ".join(getattr(error, "docx_context", ()))
        raise Refused(str(error), 0, re.sub(r"<[^>]*>", " ", near)) from error
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, SyntaxError) as error:
        raise Refused(f"{type(error).__name__}: {error}") from error
    return document.getvalue()


if __name__ == "__main__":
    sys.exit(main())

"""Forms that change what stands: hidden, they carry what each field held when their page was made.

`seen_fields` of components/actions.html writes it, engine/foundation/meanwhile.py says what follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import request

from engine.foundation.meanwhile import ChangedMeanwhile, as_text

PREFIX = "seen-"

Fields = dict[str, str]


def seen_fields() -> Fields | None:
    """What the fields held when the page was made that this form comes from; None for a form that does not say so."""
    sent = request.form.items()
    return {name.removeprefix(PREFIX): said for name, said in sent if name.startswith(PREFIX)} or None


def caught_up(refusal: ChangedMeanwhile, typed: Fields, seen: Mapping[str, str]) -> tuple[Fields, Fields]:
    """What the form shows now, and what its sender has seen by that: his words, and the other's where he has none."""
    untouched = {name for name in refusal.now if as_text(typed.get(name)) == as_text(seen.get(name))}
    return typed | {name: refusal.now[name] for name in untouched}, refusal.now

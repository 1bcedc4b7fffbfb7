"""What scenarios do to close the file of a case for good, and how it lies in the archive in the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from engine.archives import verify
from engine.archives.archiving import CHECKS, archive_case, archived, closing_of, differences
from engine.archives.evidence import take_bundle

if TYPE_CHECKING:
    from tests.support.performance import Performance

Step = Mapping[str, Any]
ARCHIVE = {"who", "number", "retention", "remarks", "files", "proves", "blockers"}


def _archive(performance: Performance, step: Step) -> None:
    """`with` gives 档号 and retention; `checks` where not all of the list was gone through."""
    wanted = {"checks": CHECKS, **step["with"]}
    archive_case(performance._who(step), case_id=performance.case_id, store=performance.store, **wanted)


DEEDS: dict[str, Callable[[Performance, Step], None]] = {"archive": _archive}


def check_archive(performance: Performance, wanted: Mapping[str, Any]) -> None:
    """See that the file lies as the end says, for `who` it names.

    `blockers` are what still stands in the way. Where there is an entry, nothing may differ from what was archived,
    and the evidence bundle must pass the check that a third person makes with verify.py alone.
    """
    assert set(wanted) <= ARCHIVE, f"unknown {sorted(set(wanted) - ARCHIVE)}"
    actor, case_id = performance.cast.actor(wanted["who"]), performance.case_id
    blockers = [each.key for each in closing_of(actor, case_id)]
    assert blockers == wanted.get("blockers", []), blockers
    entry = archived(actor, case_id)
    if entry is None:
        assert "number" not in wanted, "it is not archived"
        return
    found = {name: getattr(entry, name) for name in ("number", "retention", "remarks", "files")}
    assert found == {name: wanted.get(name, found[name]) for name in found}
    assert differences(actor, case_id, performance.store) == []
    bundle = take_bundle(performance.cast.actor(wanted["proves"]), case_id=case_id, store=performance.store)
    assert verify.verify(bundle.content, bundle.fingerprint).faults == []

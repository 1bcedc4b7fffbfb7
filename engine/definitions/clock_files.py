"""deadlines.toml read into the clocks of a kind of work."""

from __future__ import annotations

from collections.abc import Mapping

from engine.definitions.folder import ClockSpec
from engine.definitions.problems import Faults
from engine.definitions.reading import Table, toml_table
from engine.foundation.language import _

PER = ("case", "assignment")
WHEN = ("always", "between_sessions")
BASES = ("happening", "meeting")
ASSIGNMENT_ROLES = ("lead", "co", "separate")


def read_clocks(files: Mapping[str, str], faults: Faults) -> tuple[ClockSpec, ...]:
    """Every clock, in order; work without periods has no file of them."""
    if "deadlines.toml" not in files:
        return ()
    table = toml_table(files, "deadlines.toml", faults)
    if table is None:
        return ()
    clocks = tuple(_clock(entry) for entry in table.tables("clock"))
    table.done()
    return clocks


def _clock(entry: Table) -> ClockSpec:
    clock = ClockSpec(
        key=entry.key("key"),
        title=entry.words("title"),
        rule=entry.key("rule"),
        per=entry.key("per", among=PER),
        roles=frozenset(entry.strings("roles")) if entry.has("roles") else None,
        starts=entry.strings("starts"),
        ends=entry.strings("ends"),
        cancels=entry.strings("cancels") if entry.has("cancels") else (),
        main=entry.flag("main"),
        when=entry.key("when", among=WHEN) if entry.has("when") else WHEN[0],
        base=entry.key("base", among=BASES) if entry.has("base") else BASES[0],
        until_all=entry.flag("until_all"),
        message=entry.key("message") if entry.has("message") else "",
        message_happening=entry.text("message_happening", ""),
        message_after=entry.whole("message_after", 0) or 0,
        outlives=entry.flag("outlives"),
        dated=entry.flag("dated"),
    )
    for role in sorted((clock.roles or frozenset()) - set(ASSIGNMENT_ROLES)):
        entry.fault(_("“roles”中的“{name}”不是承办方式。"), name=role)
    if clock.roles is not None and clock.per == "case":
        entry.fault(_("按件计的期限不能限定承办方式。"))
    entry.done()
    return clock

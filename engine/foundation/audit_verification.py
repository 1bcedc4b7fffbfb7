"""Verification: whether the audit trail is still what was recorded, and where exactly it is not."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from engine.foundation.audit import EMPTY, EVENTS, HASHED, HEADS, digest
from engine.foundation.audit_checkpoints import Checkpoint, Witness, all_checkpoints, heads_as_of, holds
from engine.foundation.language import _
from models import db

CHAIN, POSITION, PREVIOUS = (HASHED.index(name) for name in ("chain", "position", "previous_hash"))
KEPT_FINDINGS = 1000
PAGE = 5_000  # events that are read at a time


class Fault(StrEnum):
    """What can be wrong."""

    EDITED = "edited"
    MISSING = "missing"
    UNLINKED = "unlinked"
    MISORDERED = "misordered"
    TAIL_CUT = "tail_cut"
    BEYOND_HEAD = "beyond_head"
    HEAD_DIFFERS = "head_differs"
    HEAD_MISSING = "head_missing"
    CHAIN_REMOVED = "chain_removed"
    INSERTED = "inserted"
    REWRITTEN = "rewritten"
    HISTORY_CHANGED = "history_changed"
    CHECKPOINT_MISSING = "checkpoint_missing"


SENTENCES = {
    Fault.EDITED: _("{chain}第{position}条（记录号{event_id}）的内容被改动过。"),
    Fault.MISSING: _("{chain}缺少第{position}条。"),
    Fault.UNLINKED: _(
        "{chain}第{position}条（记录号{event_id}）与前一条不相连：前一条被改写，或者此条是插入的。"
    ),
    Fault.MISORDERED: _("{chain}第{position}条（记录号{event_id}）的记录号小于前一条：顺序被调换过。"),
    Fault.TAIL_CUT: _("{chain}自第{position}条起的记录被删去。"),
    Fault.BEYOND_HEAD: _("{chain}第{position}条（记录号{event_id}）起不是由系统写入的：链尾没有它。"),
    Fault.HEAD_DIFFERS: _("{chain}最后一条（第{position}条）与链尾不一致。"),
    Fault.HEAD_MISSING: _("{chain}没有链尾。"),
    Fault.CHAIN_REMOVED: _("{chain}整条链被删去。"),
    Fault.INSERTED: _("{chain}第{position}条是检查点之后补插到检查点之前的。"),
    Fault.REWRITTEN: _("{chain}在第{position}条或之前被改写过。"),
    Fault.HISTORY_CHANGED: _("检查点{checkpoint}与其上一个检查点之间的记录（或检查点本身）被改动过。"),
    Fault.CHECKPOINT_MISSING: _("检查点{checkpoint}不在原处：被删去或改动过。"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and where: a link of a chain, or a checkpoint."""

    fault: Fault
    chain: str = ""
    position: int | None = None
    event_id: int | None = None
    checkpoint: int | None = None

    @property
    def template(self) -> str:
        """The Chinese sentence with {names}, which is also the translation key."""
        return SENTENCES[self.fault]

    @property
    def values(self) -> dict[str, Any]:
        """What the names of the sentence stand for."""
        return {name: getattr(self, name) for name in ("chain", "position", "event_id", "checkpoint")}


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at and what was found; of very many findings only the first are kept."""

    events: int
    chains: int
    checkpoints: int
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify(
    witnesses: Iterable[Witness] = (), progress: Callable[[int], None] = lambda events: None
) -> Verification:
    """Look at every link, every head, the checkpoints in the database and those that were kept outside.

    `progress` is told how many events have been seen, and may use the database itself.
    """
    checkpoints = all_checkpoints()  # before the events: what a checkpoint covers is then surely among them
    walk = _Walk(progress)
    findings = itertools.chain(
        walk.findings(),
        _empty_chains(),
        _against_rows(checkpoints),
        *(_against_witness(witness, checkpoints) for witness in witnesses),
    )
    kept = tuple(itertools.islice(findings, KEPT_FINDINGS))
    return Verification(walk.events, walk.chains, len(checkpoints), kept)


def verify_chain(chain: str, witnesses: Iterable[Witness] = ()) -> Verification:
    """Look at the links of one chain that has to be there, at its head, and at what was kept of it outside.

    A checkpoint of the database covers all chains in one hash: what it tells, only `verify` can say.
    """
    walk = _Walk(chain=chain)
    findings = list(itertools.islice(walk.findings(), KEPT_FINDINGS))
    if not walk.events:
        findings.append(Finding(Fault.CHAIN_REMOVED, chain))
    else:
        findings += (
            found
            for witness in witnesses
            for found in _against_witness(witness, [witness.checkpoint])
            if found.chain == chain
        )
    return Verification(walk.events, walk.chains, 0, tuple(findings[:KEPT_FINDINGS]))


class _Walk:
    """One pass over all events in the order of their chains (or over one chain), counting what it sees."""

    def __init__(self, progress: Callable[[int], None] = lambda events: None, chain: str = "") -> None:
        self.progress = progress
        self.only = chain
        self.events = 0
        self.chains = 0

    def findings(self) -> Iterator[Finding]:
        for chain, members in itertools.groupby(self._links(), key=itemgetter(CHAIN)):
            self.chains += 1
            yield from self._chain(chain, members)

    def _links(self) -> Iterator[Sequence[Any]]:
        """The events with their heads, some at a time: a long reading would keep SQLite from tidying its journal.

        Events and heads in one statement: two would see two moments while others are writing. A chain that grows
        between two pages is read to its new end, whose head comes with it.
        """
        place: tuple[str, int] | None = None
        while page := db.session.execute(_page(self.only, place)).all():
            yield from page
            place = page[-1][CHAIN], page[-1][POSITION]
            if len(page) == PAGE:
                self.progress(self.events)

    def _chain(self, chain: str, links: Iterator[Sequence[Any]]) -> Iterator[Finding]:
        position, previous, last_id = 0, EMPTY, 0
        head: tuple[int | None, str | None] = (None, None)
        for link in links:
            *values, event_id, stored, head_position, head_hash = link
            if values[POSITION] != position + 1:
                yield Finding(Fault.MISSING, chain, position + 1)
            elif values[PREVIOUS] != previous:
                yield Finding(Fault.UNLINKED, chain, values[POSITION], event_id)
            if event_id <= last_id:
                yield Finding(Fault.MISORDERED, chain, values[POSITION], event_id)
            if digest(values) != stored:
                yield Finding(Fault.EDITED, chain, values[POSITION], event_id)
            position, previous, last_id = values[POSITION], stored, event_id
            head = head_position, head_hash
            self.events += 1
        yield from _against_head(chain, position, previous, last_id, head)


def _page(only: str, place: tuple[str, int] | None) -> sa.Select[Any]:
    """The events behind a place (chain, position), of one chain if one is named."""
    links = (
        sa.select(*(EVENTS.c[name] for name in HASHED), EVENTS.c.id, EVENTS.c.hash)
        .add_columns(HEADS.c.position.label("head_position"), HEADS.c.hash.label("head_hash"))
        .outerjoin_from(EVENTS, HEADS, EVENTS.c.chain == HEADS.c.chain)
        .order_by(EVENTS.c.chain, EVENTS.c.position)
        .limit(PAGE)
    )
    if place:
        links = links.where(sa.tuple_(EVENTS.c.chain, EVENTS.c.position) > place)
    return links.where(EVENTS.c.chain == only) if only else links


def _against_head(
    chain: str, position: int, link: str, event_id: int, head: tuple[int | None, str | None]
) -> Iterator[Finding]:
    head_position, head_hash = head
    if head_position is None:
        yield Finding(Fault.HEAD_MISSING, chain)
    elif position < head_position:
        yield Finding(Fault.TAIL_CUT, chain, position + 1)
    elif position > head_position:
        yield Finding(Fault.BEYOND_HEAD, chain, head_position + 1, event_id - (position - head_position - 1))
    elif link != head_hash:
        yield Finding(Fault.HEAD_DIFFERS, chain, position, event_id)


def _empty_chains() -> Iterator[Finding]:
    linked = sa.exists().where(EVENTS.c.chain == HEADS.c.chain)
    for chain in db.session.execute(
        sa.select(HEADS.c.chain).where(~linked).order_by(HEADS.c.chain)
    ).scalars():
        yield Finding(Fault.CHAIN_REMOVED, chain)


def _against_rows(checkpoints: list[Checkpoint]) -> Iterator[Finding]:
    """Each checkpoint follows the one before, and the last one holds; else the first that fails is named."""
    previous = EMPTY
    for checkpoint in checkpoints:
        if checkpoint.previous_hash != previous:
            yield Finding(Fault.CHECKPOINT_MISSING, checkpoint=checkpoint.id - 1)
        previous = checkpoint.hash
    if checkpoints and not holds(checkpoints[-1]):
        # What breaks one checkpoint breaks every later one.
        first = bisect.bisect_left(checkpoints[:-1], True, key=lambda checkpoint: not holds(checkpoint))
        yield Finding(Fault.HISTORY_CHANGED, checkpoint=checkpoints[first].id)


def _against_witness(witness: Witness, checkpoints: list[Checkpoint]) -> Iterator[Finding]:
    """Every chain that was sealed is still there, as long as it was and with the same last link."""
    if witness.checkpoint not in checkpoints:
        yield Finding(Fault.CHECKPOINT_MISSING, checkpoint=witness.checkpoint.id)
    sealed = dict(witness.heads)
    for chain, position, link in heads_as_of(witness.checkpoint.last_event_id):
        sealed_position, sealed_link = sealed.pop(chain, (0, EMPTY))
        if position < sealed_position:
            yield Finding(Fault.TAIL_CUT, chain, position + 1)
        elif position > sealed_position:
            yield Finding(Fault.INSERTED, chain, sealed_position + 1)
        elif link != sealed_link:
            yield Finding(Fault.REWRITTEN, chain, position)
    for chain in sealed:
        yield Finding(Fault.CHAIN_REMOVED, chain)

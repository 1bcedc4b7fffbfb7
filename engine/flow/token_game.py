"""The token game of one level with every choice left open: what can be reached, where it stands still.

Conditions, messages and times are not looked at: where the standard lets a token go two ways, both are tried. A
level is first made smaller by rules that change neither deadlocks nor doubled tokens (what is drawn in proper
blocks vanishes altogether); what is left is played out, up to a fixed number of positions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

MAX_POSITIONS = 4_000
MAX_WAYS = 64  # of one node: beyond, it is played rather than folded into the one before it

ANY, ALL, SOME = (
    "any",
    "all",
    "some",
)  # what a node waits for: a token, one at each entrance, all that can come
SOURCE = ""


class Way(NamedTuple):
    """One way on from a node: the flows that get a token; all others may be taken away (`clears`).

    `once` marks what may happen any number of times (an event that does not interrupt) and is tried once.
    """

    flows: frozenset[str]
    clears: bool = False
    once: bool = False

    def instead_of(self, gone: Iterable[str], other: Way) -> Way:
        """This way with another taken at once where some of its flows end."""
        flows = (self.flows - frozenset(gone)) | other.flows
        return Way(flows, self.clears or other.clears, self.once or other.once)


@dataclass(frozen=True)
class Place:
    """One node: its entrances (flows), what it waits for, its ways on."""

    entrances: frozenset[str]
    waits_for: str
    ways: frozenset[Way]


@dataclass
class Verdict:
    """What playing a level has shown. `stuck` maps a join to the entrances that stayed empty.

    `never` are the joins among them that no order of events can satisfy; `doubled` the nodes that a second
    token reaches while the first is there.
    """

    stuck: dict[str, set[str]] = field(default_factory=dict)
    never: set[str] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)
    positions: int = 0
    is_complete: bool = True


Net = dict[str, Place]
Position = tuple[tuple[str, ...], bool]  # the flows with a token (sorted), and whether the one time is left


def play(net: Mapping[str, Place]) -> Verdict:
    """Play a level from its source in every order."""
    return _Game(reduced(net)).play()


# Making it smaller ------------------------------------------------------------------------------


def reduced(net: Mapping[str, Place]) -> Net:
    """The same level with everything folded away that cannot go wrong by itself."""
    left = dict(net)
    changed = True
    while changed:
        changed = False
        for name in list(left):
            changed = (name in left and name != SOURCE and _fold(left, name)) or changed
    return left


def _fold(net: Net, name: str) -> bool:
    place = net[name]
    place = net[name] = _without_circles(place)
    producers = [
        each for each, other in net.items() if any(place.entrances & way.flows for way in other.ways)
    ]
    if len(producers) != 1 or producers[0] == name:
        return False
    producer = producers[0]
    before = net[producer].ways
    if place.waits_for == ANY and not any(len(place.entrances & way.flows) > 1 for way in before):
        return _inline(net, producer, name)
    if place.waits_for == ALL and all(_all_or_none(place, way) for way in before):
        return _inline(net, producer, name)
    return place.waits_for == SOME and _inline(net, producer, name)


def _without_circles(place: Place) -> Place:
    """A way that leads straight back changes nothing, as long as there is another."""
    ways = frozenset(
        way
        for way in place.ways
        if not (place.waits_for == ANY and len(way.flows) == 1 and way.flows <= place.entrances)
    )
    if not ways or ways == place.ways:
        return place
    back = {flow for way in place.ways - ways for flow in way.flows}
    back -= {flow for way in ways for flow in way.flows}
    return replace(place, ways=ways, entrances=place.entrances - back)


def _all_or_none(place: Place, way: Way) -> bool:
    return place.entrances <= way.flows or not place.entrances & way.flows


def _inline(net: Net, producer: str, name: str) -> bool:
    """Let a node happen together with the one before it, from which alone its tokens come."""
    place, before = net[name], net[producer]
    ways: set[Way] = set()
    for way in before.ways:
        reaching = place.entrances & way.flows
        ways |= (
            {way.instead_of(reaching, on) for on in place.ways if not (way.once and on.once)}
            if reaching
            else {way}
        )
    if len(ways) > MAX_WAYS or not ways:
        return False
    net[producer] = replace(before, ways=frozenset(ways))
    del net[name]
    return True


# Playing ----------------------------------------------------------------------------------------


class _Game:
    def __init__(self, net: Net) -> None:
        self.net = net
        self.ends = {flow: name for name, place in net.items() for flow in place.entrances}
        self.reaching = {flow: self._reach(flow) for flow in self.ends}
        self.verdict = Verdict()
        self.fired: set[str] = set()
        self.is_pruned = False

    def play(self) -> Verdict:
        verdict = self.verdict
        begin: Position = ((), True)
        seen, waiting = {begin}, [begin]
        first = True
        while waiting:
            position = waiting.pop()
            verdict.positions += 1
            if verdict.positions > MAX_POSITIONS:
                verdict.is_complete = False
                break
            following = list(self._starts() if first else self._moves(position))
            if not following and position[0]:
                self._note_stuck(position[0])
            first = False
            for after in following:
                if after not in seen and not self._is_doubled(after[0]):
                    seen.add(after)
                    waiting.append(after)
        if verdict.is_complete and not self.is_pruned:
            verdict.never = set(verdict.stuck) - self.fired
        return verdict

    def _starts(self) -> Iterator[Position]:
        for way in self.net[SOURCE].ways:
            yield from self._after((), way, True)

    def _moves(self, position: Position) -> Iterator[Position]:
        tokens, left = position
        for name in {self.ends[flow] for flow in tokens}:
            place = self.net[name]
            here = [flow for flow in dict.fromkeys(tokens) if flow in place.entrances]
            for taken in self._taken(place, here, tokens):
                self.fired.add(name)
                rest = Counter(tokens)
                rest.subtract(taken)
                for way in place.ways:
                    yield from self._after(tuple(rest.elements()), way, left)

    def _taken(self, place: Place, here: list[str], tokens: tuple[str, ...]) -> list[list[str]]:
        """The sets of tokens that the node can take now."""
        if place.waits_for == ANY:
            return [[flow] for flow in here]
        if place.waits_for == ALL:
            return [here] if len(here) == len(place.entrances) else []
        return [] if any(self._is_awaited(flow, place, here) for flow in set(tokens)) else [here]

    def _is_awaited(self, flow: str, place: Place, here: list[str]) -> bool:
        """Whether a token can still reach an empty entrance and no filled one (BPMN 2.0.2, 13.4.3)."""
        if flow in place.entrances:
            return False
        reached = {entrance for entrance in place.entrances if flow in self.reaching[entrance]}
        return bool(reached) and reached.isdisjoint(here)

    def _after(self, rest: tuple[str, ...], way: Way, left: bool) -> Iterator[Position]:
        if way.once and not left:
            return
        tokens = () if way.clears else tuple(sorted((*rest, *way.flows)))
        yield tokens, left and not way.once

    def _is_doubled(self, tokens: tuple[str, ...]) -> bool:
        """A position with two tokens in one place is told and not played on: there might be no end to it."""
        count = Counter(
            self.ends[flow] if self.net[self.ends[flow]].waits_for == ANY else flow for flow in tokens
        )
        twice = {each for each, number in count.items() if number > 1}
        self.verdict.doubled |= {self.ends.get(each, each) for each in twice}
        self.is_pruned = self.is_pruned or bool(twice)
        return bool(twice)

    def _note_stuck(self, tokens: tuple[str, ...]) -> None:
        for flow in tokens:
            name = self.ends[flow]
            empty = self.net[name].entrances - set(tokens)
            self.verdict.stuck.setdefault(name, set()).update(empty)

    def _reach(self, entrance: str) -> set[str]:
        """The flows from which a token can reach an entrance without passing the node behind it."""
        behind = self.ends[entrance]
        seen: set[str] = set()
        waiting = [entrance]
        while waiting:
            flow = waiting.pop()
            seen.add(flow)
            for name, place in self.net.items():
                if name != behind and any(flow in way.flows for way in place.ways):
                    waiting.extend(place.entrances - seen)
        return seen

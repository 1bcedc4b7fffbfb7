"""The token game of one level with every choice left open: what can be reached, where it stands still.

Conditions, messages and times are not looked at: where the standard lets a token go two ways, both are tried. A
level is first made smaller by rules that change neither deadlocks nor doubled tokens (what is drawn in proper
blocks vanishes altogether); what is left is played out, up to a fixed number of positions and of ways on from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import NamedTuple

MAX_POSITIONS = 4_000
MAX_FOLDING = 300_000  # ways looked at while folding
MAX_PLAYING = 500_000  # ways and flows looked at while playing: a position may have thousands of them
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


class Effort:
    """How much has been looked at. What is drawn to be tangled is given up after so much, on any machine."""

    def __init__(self, limit: int) -> None:
        self.left = limit

    def spend(self, amount: int) -> None:
        """Raises GivenUp."""
        self.left -= amount
        if self.left < 0:
            raise GivenUp


class GivenUp(Exception):
    """More would have to be looked at than is worth it."""


def play(net: Mapping[str, Place]) -> Verdict:
    """Play a level from its source in every order."""
    game = _Game(reduced(net), Effort(MAX_PLAYING))
    try:
        game.play()
    except GivenUp:
        game.verdict.is_complete = False
    return game.verdict


# Making it smaller ------------------------------------------------------------------------------


def reduced(net: Mapping[str, Place]) -> Net:
    """The same level with what cannot go wrong by itself folded away: all of it, or as much as is worth it."""
    left = dict(net)
    effort = Effort(MAX_FOLDING)
    with suppress(GivenUp):
        while any([_fold(left, name, effort) for name in list(left) if name != SOURCE]):
            pass
    return left


def _fold(net: Net, name: str, effort: Effort) -> bool:
    effort.spend(sum(len(place.ways) for place in net.values()))
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
    def __init__(self, net: Net, effort: Effort) -> None:
        self.net = net
        self.effort = effort
        self.ends = {flow: name for name, place in net.items() for flow in place.entrances}
        self.makers = self._makers()
        self.reaching: dict[str, set[str]] = {}  # entrance → flows, for those that have been asked about
        self.verdict = Verdict()
        self.fired: set[str] = set()
        self.is_pruned = False

    def play(self) -> None:
        """Fills the verdict. Raises GivenUp, with what has been found until then in it."""
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
                self.effort.spend(len(place.ways) * (1 + len(tokens)))
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
        self.effort.spend(len(place.entrances))
        reached = {entrance for entrance in place.entrances if flow in self._reach(entrance)}
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

    def _makers(self) -> dict[str, set[str]]:
        """Flow → the nodes that may give it a token."""
        makers: dict[str, set[str]] = {}
        for name, place in self.net.items():
            for way in place.ways:
                for flow in way.flows:
                    makers.setdefault(flow, set()).add(name)
        return makers

    def _reach(self, entrance: str) -> set[str]:
        """The flows from which a token can reach an entrance without passing the node behind it."""
        if entrance in self.reaching:
            return self.reaching[entrance]
        seen: set[str] = set()
        passed = {self.ends[entrance]}
        waiting = [entrance]
        while waiting:
            flow = waiting.pop()
            seen.add(flow)
            for name in self.makers.get(flow, set()) - passed:
                passed.add(name)
                waiting += self.net[name].entrances
        self.effort.spend(len(seen))
        self.reaching[entrance] = seen
        return seen

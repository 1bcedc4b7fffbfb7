"""What a text is about, as weighed words: pairs of neighbouring Chinese signs, and Latin words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

# Signs that join words and say nothing themselves: a pair across one of them would be no word.
JOINING = "的了和与及或并等在是把被将其这那而且也又很们我您你他她它之于对"
# Words in which all suggestions are written, whatever they are about.
USUAL = (
    "关于|建议|议案|提案|进一步|加强|加快|加大|推进|推动|促进|提升|提高|完善|规范|支持|扶持|解决|落实|实施|建立|健全|开展|优化"
    "|保障|强化|深化|制定|出台|引导|鼓励|扩大|存在|问题|力度|水平|工作|情况|相关|有关|目前|近年来|我省|全省|没有|不足|应当|应该"
    "|希望|建设|发展|群众|反映|需要|统筹|机制|体系|能力|管理|服务|政策|措施"
)
CHINESE = r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
SEPARATED = re.compile(rf"{USUAL}|[{JOINING}]")
RUNS = re.compile(rf"{CHINESE}+|[a-z0-9]*[a-z][a-z0-9]*")
LATIN = re.compile(r"[a-z0-9]+")

PROSE_AT_MOST = 6_000  # signs of the text that are looked at
TERMS_AT_MOST = 64  # words of a case that are kept: what is said last and once says little
LONGEST_TERM = 24
IN_TITLE, IN_ASK, IN_PROSE = 3, 2, 1  # what a word weighs where it stands
COUNTED_AT_MOST = 3  # how often a word counts in each place


@dataclass(frozen=True, slots=True)
class Written:
    """A text as one compares it: its title, what it asks for, and the rest."""

    title: str
    asks: tuple[str, ...] = ()
    prose: str = ""

    @property
    def is_empty(self) -> bool:
        """Nothing to compare has been written."""
        return not (self.title.strip() or self.prose.strip() or any(ask.strip() for ask in self.asks))


def runs(text: str) -> Iterator[str]:
    """Unbroken stretches of Chinese signs, and Latin words in small letters, in their order."""
    for found in RUNS.finditer(SEPARATED.sub(" ", unicodedata.normalize("NFKC", text).lower())):
        yield found.group()


def terms(text: str) -> Iterator[str]:
    """The words of a text in their order; a Chinese sign that stands alone is none."""
    for run in runs(text):
        if LATIN.fullmatch(run):
            yield run[:LONGEST_TERM]
        else:
            yield from (run[at : at + 2] for at in range(len(run) - 1))


def weighed(written: Written) -> dict[str, int]:
    """Word → its weight, the heaviest and first said first, at most TERMS_AT_MOST."""
    weights: dict[str, int] = {}
    places = (
        (written.title, IN_TITLE),
        ("\n".join(written.asks), IN_ASK),
        (written.prose[:PROSE_AT_MOST], IN_PROSE),
    )
    for text, each in places:
        for term, times in _counted(terms(text)).items():
            weights[term] = weights.get(term, 0) + each * min(times, COUNTED_AT_MOST)
    heaviest = sorted(weights.items(), key=lambda item: -item[1])  # stable: what is said first stands first
    return dict(heaviest[:TERMS_AT_MOST])


def _counted(found: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for term in found:
        counts[term] = counts.get(term, 0) + 1
    return counts


def phrases(
    written: Written, shared: Collection[str], worth: Mapping[str, int], at_most: int = 5
) -> tuple[str, ...]:
    """What two texts have in common as a reader knows it: shared pairs of signs joined up again, the telling first."""
    found: dict[str, int] = {}
    for text in (written.title, *written.asks, written.prose[:PROSE_AT_MOST]):
        for run in runs(text):
            for phrase, value in _joined(run, shared, worth):
                found[phrase] = max(found.get(phrase, 0), value)
    best = sorted(found, key=lambda phrase: (-found[phrase], phrase))
    whole = [phrase for phrase in best if not any(phrase != other and phrase in other for other in best)]
    return tuple(whole[:at_most])


def _joined(run: str, shared: Collection[str], worth: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """The longest stretches of a run all of whose pairs are shared, with what they are worth; none that is worth 0."""
    if LATIN.fullmatch(run):
        term = run[:LONGEST_TERM]
        if term in shared and worth.get(term, 0):
            yield term, worth[term]
        return
    begin, value = 0, 0
    for at in range(len(run)):
        pair = run[at : at + 2]
        if len(pair) == 2 and pair in shared:
            value += worth.get(pair, 0)
            continue
        if value:
            yield run[begin : at + 1], value
        begin, value = at + 1, 0

"""The words for what the trail records: those of people and rights, of cases, and of the kinds of work."""

from __future__ import annotations

from collections.abc import Mapping

from engine.casework.vocabulary import CLOCK_HAPPENINGS, HAPPENINGS, happening_title
from engine.definitions.catalogue import current_all
from engine.definitions.words import Words
from engine.people import vocabulary

# What is of no case and of no person, and is told nowhere else.
TRAIL = {
    "definition:deployed": ("部署流程版本", "Version of a process deployed"),
    "definition:exported": ("导出流程版本", "Version of a process exported"),
    "plan:item_changed": ("修改监督计划事项", "Matter of the plan of supervision changed"),
    "plan:item_dropped": ("删去监督计划事项", "Matter dropped from the plan of supervision"),
    "trail:verification_begun": ("开始核验审计记录", "Verification of the trail begun"),
    "trail:verified": ("核验审计记录", "Trail verified"),
}


class Titles:
    """Titles of actions in one language, with the words of the kinds of work as they now are."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self.own: Mapping[str, Words] = {
            action: words
            for deployed in current_all()
            for action, words in deployed.folder.happenings.items()
        }

    def of(self, action: str) -> str:
        """The title of an action; an unknown one stands for itself."""
        if action in TRAIL:
            return TRAIL[action][self.locale == "en"]
        if action in vocabulary.HAPPENINGS:
            return vocabulary.title(action, self.locale)
        return happening_title(action, self.locale, self.own)

    def meant_by(self, words: str) -> list[str]:
        """The actions whose title has these words in it or that are called so; of clocks a pattern for LIKE."""
        wanted = words.lower()
        found = [action for action in self._known() if wanted in self.of(action).lower() or wanted in action]
        kinds = (
            kind for kind, said in CLOCK_HAPPENINGS.items() if wanted in said[self.locale == "en"].lower()
        )
        return found + [f"clock.%:{kind}" for kind in kinds]

    def every(self) -> list[str]:
        """All titles there are, for whoever does not know how to call it."""
        clocks = [said[self.locale == "en"] for said in CLOCK_HAPPENINGS.values()]
        return sorted(dict.fromkeys([*map(self.of, self._known()), *clocks]))

    def _known(self) -> list[str]:
        return [*TRAIL, *vocabulary.HAPPENINGS, *HAPPENINGS, *self.own]

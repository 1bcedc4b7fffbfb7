"""The steps of all kinds of work as choices of the inbox."""

from __future__ import annotations

from collections import Counter

from flask_babel import gettext as _

from engine.definitions.catalogue import current_all
from engine.foundation.actor import Actor
from webui.language import language


def steps_of(actor: Actor) -> dict[str, str]:
    """The steps that may come to this person, in the order of the processes: node → title.

    A step that several processes share has every name that they give it; of those called the same each says whose it is.
    """
    found: dict[str, dict[str, str]] = {}  # node → title → process
    for deployed in current_all():
        for spec in deployed.folder.tasks.values():
            if spec.role in actor.roles:
                titles = found.setdefault(spec.node, {})
                titles.setdefault(spec.title.in_(language()), deployed.folder.title.in_(language()))
    named = {node: " / ".join(titles) for node, titles in found.items()}
    often = Counter(named.values())
    return {
        node: _("%(title)s（%(process)s）", title=title, process=next(iter(found[node].values())))
        if often[title] > 1
        else title
        for node, title in named.items()
    }

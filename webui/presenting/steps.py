"""The steps of all kinds of work as choices of the inbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from flask_babel import gettext as _

from engine.definitions.catalogue import current_all
from engine.foundation.actor import Actor
from webui.language import language


def steps_of(actor: Actor, at_hand: Mapping[str, Collection[str]] | None = None) -> dict[str, str]:
    """The steps that may come to this person, in the order of the processes: node → title.

    A step that several processes share has each name they give it, or those at hand (node → Chinese names); of steps
    called the same each says whose it is.
    """
    found: dict[str, dict[str, str]] = {}  # node → title → process
    at_work: dict[str, dict[str, str]] = {}  # of these, what is at hand
    for deployed in current_all():
        for spec in deployed.folder.tasks.values():
            if spec.role not in actor.roles:
                continue
            title, process = spec.title.in_(language()), deployed.folder.title.in_(language())
            found.setdefault(spec.node, {}).setdefault(title, process)
            if at_hand is not None and spec.title.zh in at_hand.get(spec.node, ()):
                at_work.setdefault(spec.node, {}).setdefault(title, process)
    if at_hand is not None:  # a case of an old version may call it what nobody calls it any more
        found = {node: at_work.get(node, titles) for node, titles in found.items() if node in at_hand}
    named = {node: " / ".join(titles) for node, titles in found.items()}
    often = Counter(named.values())
    return {
        node: _("%(title)s（%(process)s）", title=title, process=next(iter(found[node].values())))
        if often[title] > 1
        else title
        for node, title in named.items()
    }

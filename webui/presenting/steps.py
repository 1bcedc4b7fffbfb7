"""The steps of all kinds of work as choices of the inbox."""

from __future__ import annotations

from collections import Counter

from flask_babel import gettext as _

from engine.definitions.catalogue import current_all
from engine.foundation.actor import Actor
from webui.language import language


def steps_of(actor: Actor) -> dict[str, str]:
    """The steps that may come to this person, in the order of the processes: node → title.

    Of those that several processes call the same, each says whose it is.
    """
    found = {
        spec.node: (spec.title.in_(language()), deployed.folder.title.in_(language()))
        for deployed in current_all()
        for spec in deployed.folder.tasks.values()
        if spec.role in actor.roles
    }
    often = Counter(title for title, _process in found.values())
    return {
        node: _("%(title)s（%(process)s）", title=title, process=process) if often[title] > 1 else title
        for node, (title, process) in found.items()
    }

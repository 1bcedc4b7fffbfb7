"""The kinds of work, and the ways in for those who may begin one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.casework.cases import delegation_of_staff, organ_of
from engine.casework.readings.deputy_home import may_open
from engine.definitions.catalogue import Deployed
from engine.foundation.actor import Actor
from engine.public_intake.sending import Offer
from webui.language import language
from webui.words.citing import cited


def begin_links(actor: Actor) -> list[dict[str, str]]:
    """What one who is no deputy may begin: a delegation's staff in its name, an officer what came on paper."""
    if actor.deputy_id is not None:
        return []
    delegation = delegation_of_staff(actor) is not None
    found = []
    for each in may_open(actor):
        own_name = delegation or organ_of(actor, each.folder) is not None
        verb = each.folder.open_verb.in_(language())
        label = verb if own_name else _("录入书面：%(kind)s", kind=verb)
        found.append({"label": label, "href": url_for("drafting.start", process_key=each.folder.key)})
    return found


def kind_lines(
    kinds: Iterable[Deployed], published: set[str], offers: Iterable[Offer], address: Callable[..., str]
) -> list[dict[str, Any]]:
    """Every kind of work as the public reads of it: what it is, where its results are, where one may begin it."""
    open_to_all = {each.folder.key: each.intake.title.in_(language()) for each in offers}
    return [
        {
            "title": each.folder.title.in_(language()),
            "summary": each.folder.summary.in_(language()),
            "basis": cited(each.folder.basis, language()),
            "results_href": address("public_site.listing", kind=each.folder.key)
            if each.folder.key in published
            else "",
            "begin_href": address("public_intake.overview") if each.folder.key in open_to_all else "",
            "begin": open_to_all.get(each.folder.key, ""),
        }
        for each in kinds
    ]

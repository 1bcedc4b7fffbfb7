"""What stands under the title of a case, wherever the case is named."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from engine.casework.readings.case_page import CasePage
from webui.presenting.words import UNIT_ROLES, FolderWords, listed


def head_facts(page: CasePage) -> list[dict[str, str]]:
    """Who put it forward, who handles it, since when: what stands under the title."""
    confirmed = sum(each.status == "confirmed" for each in page.cosigners)
    lead = page.lead.name if page.lead else ""
    if confirmed and lead:
        lead += ngettext("（联名%(num)s人）", "（联名%(num)s人）", confirmed)
    facts = [
        (_("领衔代表"), lead),
        (_("代表团"), page.delegation),
        (_("届次"), page.meeting or (_("闭会期间") if page.facts.submitted_at else "")),
    ]
    words = FolderWords(page.folder)
    facts.insert(0, (_("主管机构"), page.organ))
    facts += [(_("会议"), placed.name) for placed in page.agenda[-1:]]
    for label, units in _units_by_part(page, words).items():
        facts.append((label, listed(units)))
    if page.facts.category:
        facts.append((_("类别"), words.of("category", page.facts.category)))
    return [{"label": label, "value": value} for label, value in facts if value]


def _units_by_part(page: CasePage, words: FolderWords) -> dict[str, dict[str, None]]:
    """What a part is called → the units that have it, each once; a kind may call several parts by one name."""
    found: dict[str, dict[str, None]] = {}
    for role in UNIT_ROLES:
        for unit in page.units:
            if unit.assignment.role == role and unit.assignment.status != "returned":
                found.setdefault(words.unit_role(role), {})[unit.name] = None
    return found

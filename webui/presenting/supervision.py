"""Cards and key supervision of a case as its template takes them."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from engine.casework.readings.actions import RequestView
from engine.casework.readings.case_page import CasePage
from engine.casework.vocabulary import happening_title
from engine.definitions.rule_packs import pack
from engine.supervision.readings import CardView, KeyView, cards_of, key_of
from webui.language import day, language, moment
from webui.presenting.actions import key_steps
from webui.presenting.words import FolderWords
from webui.words.standing import standing_words

Shown = dict[str, Any]


def supervision_part(page: CasePage) -> Shown:
    """What was done to see the case through beyond its own flow."""
    words, key = FolderWords(page.folder), key_of(page.facts)
    return {
        "cards": [_card(each, page, words) for each in cards_of(page.facts)],
        "cards_standing": _standing(page.facts.rule_pack_id),
        "key": {"status": key_words()[key.status], "facts": _key(key, page, words)} if key else None,
    }


def _standing(rule_pack_id: int) -> str:
    """How cards stand in law, by the pack of the case."""
    known = pack(rule_pack_id)
    practice = known.practices.get("cards")
    return standing_words(practice.source, practice.comparators, known.places) if practice else ""


def key_words() -> dict[str, str]:
    """How a case may stand with key supervision."""
    return {
        "proposed": _("已提名"),
        "designated": _("已列为重点督办"),
        "refused": _("未列为重点督办"),
        "reported": _("已报告结果"),
    }


def _card(card: CardView, page: CasePage, words: FolderWords) -> Shown:
    return {
        "red": card.colour == "red",
        "colour": words.of("colour", card.colour),
        "unit": card.unit,
        "cause": _cause(card.cause, page),
        "reason": card.reason,
        "by": card.by or "",
        "at": moment(card.at),
        "lifted": _("已撤销：%(why)s", why=card.lifted_reason) if card.lifted_at else "",
    }


def _cause(cause: str, page: CasePage) -> str:
    if cause.startswith("by_hand"):
        return _("督办人发出")
    if cause == "yellows":
        return _("累计黄牌")
    clock, _colon, said = cause.removeprefix("clock.").partition(":")
    known = {spec.key: spec.title.in_(language()) for spec in page.folder.clocks}
    if clock in known and said == "overdue":
        return _("%(clock)s超期", clock=known[clock])
    return happening_title(cause, language())


def _key(key: KeyView, page: CasePage, words: FolderWords) -> list[dict[str, str]]:
    steps = key_steps(page)
    facts = [
        (_("提名依据"), words.of("grounds", key.grounds)),
        (_("提名理由"), key.proposal),
        (_("决定"), key.meeting and f"{key.meeting} {day(key.decided_on) if key.decided_on else ''}"),
        (_("说明"), next((_reason(done) for done, spec in steps if spec.act == "decide_key"), "")),
        (_("领办、督办领导"), key.leader),
        (_("负责督办的委员会"), key.committee or ""),
        (_("督办方案"), key.plan),
        (_("报告期限"), day(key.report_by) if key.report_by else ""),
        (_("督办效果"), words.of("effect", key.effect) if key.effect else ""),
        (_("督办情况"), key.result),
        *((spec.title.in_(language()), f"{done.by} · {moment(done.at)}") for done, spec in steps),
    ]
    return [{"label": label, "value": value} for label, value in facts if value]


def _reason(decided: RequestView) -> str:
    """What was said along with the decision."""
    return str(decided.answers.get("reason") or "")

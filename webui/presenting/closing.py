"""How far the file of a case is from being closed for good, as the case page and the archive show it."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.archives.archiving import closing_of
from engine.casework.closing import Blocker
from engine.casework.readings.case_page import CasePage
from engine.casework.visibility import ARCHIVIST, OVERSEEING
from engine.deadlines.retention import Retention
from engine.definitions.words import Words
from engine.foundation.actor import Actor
from engine.foundation.language import Sentence
from webui.language import english, language
from webui.sentences import translate_sentence
from webui.words.citing import cited
from webui.words.standing import standing_words

Shown = dict[str, Any]

CHECKS = {
    "complete": Words("材料齐全：文本、交办、沟通、答复、测评都在", "Complete: text, contacts, replies, evaluation"),
    "legible": Words("附件能打开，内容清楚可读", "Attachments open and can be read"),
    "signatures": Words("签发人、文号、日期与正式文件一致", "Signatures, numbers and dates as in the official papers"),
    "secrecy": Words("密级和知悉范围标注正确", "Classification and circle of readers are marked rightly"),
}  # fmt: skip


def sees_closing(actor: Actor) -> bool:
    """Whether closing files is this person's business."""
    return bool(actor.roles & (OVERSEEING | {ARCHIVIST}))


def closing_part(page: CasePage, actor: Actor) -> Shown | None:
    """The part of the case page about closing the file; nothing for those whose business it is not."""
    if not sees_closing(actor) or page.facts.status == "draft":
        return None
    archived = page.facts.archived_at
    return {
        "href": url_for("archives.page", case_id=page.facts.id),
        "archived_at": archived,
        "blockers": [] if archived else blocker_lines(closing_of(actor, page.facts.id)),
    }


def blocker_lines(blockers: list[Blocker]) -> list[str]:
    """Each unsettled matter in the reader's language, the same words once."""
    return list(
        dict.fromkeys(translate_sentence(Sentence(each.template, **each.values)) for each in blockers)
    )


def retention_words(one: Retention | None, key: str) -> str:
    """A class of archived files: its title; the key where no pack knows it."""
    if one is None:
        return key
    return one.title.en if english() else one.title.zh


def retention_standing(one: Retention | None) -> str:
    """What a class rests on, and how that stands in law."""
    if one is None:
        return ""
    basis, said = cited(one.basis, language()), standing_words(one.source, (), {})
    return _("%(basis)s。%(standing)s", basis=basis, standing=said) if said else basis

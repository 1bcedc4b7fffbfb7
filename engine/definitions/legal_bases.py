"""The article a step rests on: what it says, and the refusal of a step that the case's rule pack gives none for."""

from __future__ import annotations

from collections.abc import Mapping

from engine.deadlines.articles import Article
from engine.deadlines.rules import RulePack
from engine.deadlines.standing import Place
from engine.definitions.folder import ActionSpec, Folder, TaskSpec
from engine.definitions.further_steps import STEPS, basis_of
from engine.definitions.rule_packs import pack, shipped_pack
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _


class BasisMissing(GuardRefused):
    """The case's rule pack does not list the article that the step rests on."""

    text = _("案件适用的规则包没有“{step}”的依据“{basis}”，不能办理。")


def require_basis(spec: TaskSpec | ActionSpec, rule_pack_id: int) -> None:
    """Refuse a step without an article in the pinned pack; one pinned before articles were listed lets all through."""
    bases = pack(rule_pack_id).bases
    if bases and spec.basis not in bases:
        raise BasisMissing(step=spec.title.zh, basis=spec.basis or "—")


def require_step(step: str, folder: Folder, rule_pack_id: int) -> None:
    """The same for a step outside tasks and actions; `step` is one of `further_steps`."""
    require_step_under(step, folder, pack(rule_pack_id))


def require_step_under(step: str, folder: Folder, rules: RulePack) -> None:
    """The same under these rules, for what belongs to no case. A folder without `[basis_of]` was deployed before such
    steps were asked for their article, and lets all through."""
    cited = basis_of(folder, step)
    if folder.basis_of and rules.bases and cited not in rules.bases:
        raise BasisMissing(step=STEPS[step].zh, basis=cited or "—")


def articles_of(rule_pack_id: int) -> Mapping[str, Article]:
    """The articles a case's steps cite; of an old pack without a list, those the shipped one has now."""
    pinned = pack(rule_pack_id)
    return pinned.bases or shipped_pack(pinned.key).bases


def places_of(rule_pack_id: int) -> Mapping[str, Place]:
    """The places that the comparators of a case's pack name."""
    return pack(rule_pack_id).places

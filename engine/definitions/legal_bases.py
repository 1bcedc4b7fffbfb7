"""The article a step rests on: what it says, and the refusal of a step that the case's rule pack gives none for."""

from __future__ import annotations

from collections.abc import Mapping

from engine.deadlines.articles import Article
from engine.deadlines.rules import RulePack
from engine.deadlines.standing import Place
from engine.definitions.citing import articles_cited
from engine.definitions.folder import ActionSpec, Folder, TaskSpec
from engine.definitions.further_steps import OF_NO_CASE, STEPS, basis_of, further_steps
from engine.definitions.rule_packs import pack, shipped_pack
from engine.foundation.errors import GuardRefused
from engine.foundation.language import Cited, _


class BasisMissing(GuardRefused):
    """The case's rule pack does not list the article that the step rests on."""

    text = _("案件适用的规则包没有“{step}”的依据“{basis}”，不能办理。")


def require_basis(spec: TaskSpec | ActionSpec, rule_pack_id: int) -> None:
    """Refuse a step without an article in the pinned pack; one pinned before articles were listed lets all through."""
    bases = pack(rule_pack_id).bases
    if bases and spec.basis not in bases:
        raise BasisMissing(step=spec.title, basis=Cited(spec.basis or "—"))


def require_step(step: str, folder: Folder, rule_pack_id: int) -> None:
    """The same for a step outside tasks and actions; `step` is one of `further_steps`."""
    require_step_under(step, folder, pack(rule_pack_id))


def require_step_under(step: str, folder: Folder, rules: RulePack) -> None:
    """The same under these rules, for what belongs to no case. A folder without `[basis_of]` was deployed before such
    steps were asked for their article, and lets all through."""
    cited = basis_of(folder, step)
    if folder.basis_of and rules.bases and cited not in rules.bases:
        raise BasisMissing(step=STEPS[step], basis=Cited(cited or "—"))


def steps_lost(
    old: Folder, new: Folder, renamed: Mapping[str, str], rule_pack_id: int
) -> list[tuple[str, str]]:
    """What a case could do in one version and could not in another, as its pack does not list the article for it.

    Gives (task, action or further step, article). A task of the other version counts even if it is new, as the case
    would come to stand before it; what else is new there is merely not offered.
    """
    listed = pack(rule_pack_id).bases
    if not listed:
        return []
    was = {
        (kind, renamed.get(name, name)): listed.keys() >= set(articles)
        for (kind, name), articles in _asked(old).items()
    }
    could = {*was, *(("step", step) for step in further_steps(old))}
    return [
        (name, article)
        for (kind, name), articles in _asked(new).items()
        for article in [each for each in articles if each not in listed][:1]
        if was.get((kind, name), True) and (kind == "task" or (kind, name) in could)
    ]


def _asked(folder: Folder) -> dict[tuple[str, str], tuple[str, ...]]:
    """The steps of a case that are asked for their article, with all that they may rest on."""
    tasks = {("task", key): articles_cited(spec) for key, spec in folder.tasks.items()}
    actions = {("action", key): articles_cited(spec) for key, spec in folder.actions.items()}
    further = [step for step in further_steps(folder) if folder.basis_of and step not in OF_NO_CASE]
    return {**tasks, **actions, **{("step", step): (basis_of(folder, step),) for step in further}}


def articles_of(rule_pack_id: int) -> Mapping[str, Article]:
    """The articles a case's steps cite; of an old pack without a list, those the shipped one has now."""
    pinned = pack(rule_pack_id)
    return pinned.bases or shipped_pack(pinned.key).bases


def places_of(rule_pack_id: int) -> Mapping[str, Place]:
    """The places that the comparators of a case's pack name."""
    return pack(rule_pack_id).places

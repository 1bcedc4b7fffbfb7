"""What the lines of a table are called: units, delegations and the folder's own words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine.definitions.folder import Folder
from engine.definitions.kind_statistics import OF_FIELD
from engine.definitions.statistics_checks import choices_of
from engine.definitions.words import Words
from models import Organization, db

TITLES: Mapping[str, Words] = {
    "unit": Words("承办单位", "Unit"),
    "role": Words("承办性质", "Role of the unit"),
    "organ": Words("负责的委员会、机构", "Committee or office in charge"),
    "category": Words("类别", "Category"),
    "delegation": Words("代表团", "Delegation"),
    "source": Words("来源", "Source"),
    "form": Words("提出方式", "Single or joint"),
    "origin": Words("提交渠道", "Way of submission"),
    "sitting": Words("会议期间与闭会期间", "In and between sessions"),
    "year": Words("年度", "Year"),
}
ROLES = {
    "lead": Words("主办", "Lead"),
    "co": Words("会办", "Co-handling"),
    "separate": Words("分办", "Separate"),
}
FORMS = {
    "single": Words("单独提出", "Single"),
    "joint": Words("联名提出", "Joint"),
    "delegation": Words("代表团提出", "Delegation"),
}
ORIGINS = {
    "platform": Words("网上提出", "On the platform"),
    "paper": Words("书面录入", "Entered from paper"),
    "delegation": Words("代表团提出", "By a delegation"),
    "motion": Words("议案转来", "Formerly a motion"),
    "resubmission": Words("修改后重提", "Put forward again"),
    "organ": Words("机关提出", "By an organ"),
    "public": Words("公众提出", "By the public"),
    "event": Words("由其他案件引发", "Begun by another case"),
}
SITTINGS = {
    "in_session": Words("会议期间", "In session"),
    "between_sessions": Words("闭会期间", "Between sessions"),
}
UNKNOWN = Words("未注明", "Not stated")
# By what a kind of work is cut that does not say it itself: all there is, but the organ in charge.
USUAL = tuple(key for key in TITLES if key != "organ")

ORGANIZATIONS = frozenset({"unit", "delegation", "organ"})

# What a value is called, and where it stands among the others.
Labelled = tuple[Words, int]


def titles(folders: Sequence[Folder]) -> dict[str, Words]:
    """What a kind of work is cut by, in order, with the words for it; the last folder is in force."""
    own = folders[-1].statistics if folders else None
    fields = {field.name: field.title for folder in folders for field in folder.register}
    return {
        key: TITLES[key] if key in TITLES else fields[key.removeprefix(OF_FIELD)]
        for key in (own.cuts + ("year",) if own and own.cuts else USUAL)
    }


def labels(cut: str, values: Sequence[Any], folders: Sequence[Folder]) -> dict[Any, Labelled]:
    """value → its words and its place, for the values of a cut."""
    if cut in ORGANIZATIONS:
        return _organizations(values)
    known = _known(cut, folders)
    order = list(known)
    return {
        value: (known[value], order.index(value)) if value in known else (_itself(value), len(order))
        for value in values
    }


def _itself(value: Any) -> Words:
    return UNKNOWN if value is None else Words(str(value), str(value))


def _known(cut: str, folders: Sequence[Folder]) -> Mapping[Any, Words]:
    sources: dict[str, Callable[[], Mapping[Any, Words]]] = {
        "role": lambda: ROLES,
        "form": lambda: FORMS,
        "origin": lambda: ORIGINS,
        "sitting": lambda: SITTINGS,
        "category": lambda: {key: words for each in folders for key, words in each.categories.items()},
        "source": lambda: _choices("source", folders),
    }
    if cut.startswith(OF_FIELD):
        return {each.value: each.label for folder in folders for each in choices_of(folder, cut)}
    return sources[cut]() if cut in sources else {}


def _choices(name: str, folders: Sequence[Folder]) -> dict[str, Words]:
    """What the forms of the folder offer for a field of that name."""
    return {
        choice.value: choice.label
        for folder in folders
        for form in folder.forms.values()
        for field in form.fields
        if field.name == name
        for choice in field.choices
    }


def _organizations(values: Sequence[Any]) -> dict[Any, Labelled]:
    statement = (
        sa.select(Organization.id, Organization.short_name, Organization.position)
        .where(Organization.id.in_([value for value in values if value is not None]))
        .order_by(Organization.position, Organization.id)
    )
    found: dict[Any, Labelled] = {
        id_: (Words(name, name), position) for id_, name, position in db.session.execute(statement)
    }
    return {value: found.get(value, (UNKNOWN, 10**6)) for value in values}


def delegations(congress_id: int) -> dict[int, str]:
    """The delegations of a congress in order of precedence: id → name."""
    statement = (
        sa.select(Organization.id, Organization.short_name)
        .where(Organization.congress_id == congress_id, Organization.kind == "delegation")
        .order_by(Organization.position, Organization.id)
    )
    return {id_: name for id_, name in db.session.execute(statement)}

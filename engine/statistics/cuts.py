"""What tables are cut by: units, organs, categories, delegations, sources, sessions, fields of the register."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, CASES
from engine.definitions.kind_statistics import OF_FIELD
from engine.statistics.legal_day import legal_day
from engine.statistics.scopes import received_at
from models import CaseText, Cosignature, Deputy


def cut_column(key: str, unit: sa.ColumnElement[Any] = ASSIGNMENTS.c.unit_id) -> list[sa.ColumnElement[Any]]:
    """The column `cut` of a population, none without a key; `unit` is whose hands the counted thing lies in."""
    if not key:
        return []
    if key.startswith(OF_FIELD):
        return [CASES.c.fields[key.removeprefix(OF_FIELD)].as_string().label("cut")]
    return [(unit if key == "unit" else CUTS[key]()).label("cut")]


def _delegation() -> sa.ColumnElement[Any]:
    """The delegation that put the case forward as a whole, else the lead deputy's."""
    of_lead = sa.select(Deputy.delegation_id).where(Deputy.id == CASES.c.lead_deputy_id).scalar_subquery()
    return sa.func.coalesce(CASES.c.delegation_id, of_lead)


def _source() -> sa.ColumnElement[Any]:
    """Where the matter was found: of an old ledger in its register, else as the deputy wrote."""
    written = (
        sa.select(CaseText.body["source"].as_string())
        .where(CaseText.case_id == CASES.c.id, CaseText.version == CASES.c.text_version)
        .scalar_subquery()
    )
    return sa.func.coalesce(CASES.c.fields["source"].as_string(), written)


def _form() -> sa.ColumnElement[Any]:
    cosigned = sa.exists().where(Cosignature.case_id == CASES.c.id, Cosignature.status == "confirmed")
    return sa.case((CASES.c.delegation_id.is_not(None), "delegation"), (cosigned, "joint"), else_="single")


def _sitting() -> sa.ColumnElement[Any]:
    return sa.case((CASES.c.meeting_id.is_(None), "between_sessions"), else_="in_session")


CUTS: Mapping[str, Callable[[], sa.ColumnElement[Any]]] = MappingProxyType(
    {
        "unit": lambda: ASSIGNMENTS.c.unit_id,
        "role": lambda: ASSIGNMENTS.c.role,
        "organ": lambda: CASES.c.organ_id,
        "category": lambda: CASES.c.category,
        "delegation": _delegation,
        "source": _source,
        "form": _form,
        "origin": lambda: CASES.c.origin,
        "sitting": _sitting,
        "year": lambda: sa.extract("year", legal_day(received_at())),
    }
)
OF_HANDLINGS_ONLY = frozenset({"unit", "role"})

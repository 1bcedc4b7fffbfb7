"""The legal day on which an instant falls, as each database counts it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from engine.foundation.clock import ZONE


class legal_day(FunctionElement[Any]):  # written like the functions of `sa.func`
    """The day of the congress's own zone of an instant column; NULL for NULL."""

    type = sa.Date()
    inherit_cache = True


@compiles(legal_day, "sqlite")
def _sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    # China has kept one offset all the year since 1992; instants lie in the file as UTC.
    return f"date({compiler.process(element.clauses, **kwargs)}, '+8 hours')"


@compiles(legal_day, "postgresql")
def _postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    return f"CAST(timezone('{ZONE.key}', {compiler.process(element.clauses, **kwargs)}) AS DATE)"

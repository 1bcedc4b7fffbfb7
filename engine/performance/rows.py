"""The tables of this room, for its statements."""

from __future__ import annotations

import sqlalchemy as sa

from models import (
    PerformanceFunding,
    PerformanceIndicator,
    PerformanceMove,
    PerformanceProblem,
    PerformanceProject,
    PerformanceReport,
)

PROJECTS: sa.Table = PerformanceProject.__table__  # type: ignore[assignment]
REPORTS: sa.Table = PerformanceReport.__table__  # type: ignore[assignment]
MOVES: sa.Table = PerformanceMove.__table__  # type: ignore[assignment]
FUNDING: sa.Table = PerformanceFunding.__table__  # type: ignore[assignment]
INDICATORS: sa.Table = PerformanceIndicator.__table__  # type: ignore[assignment]
PROBLEMS: sa.Table = PerformanceProblem.__table__  # type: ignore[assignment]

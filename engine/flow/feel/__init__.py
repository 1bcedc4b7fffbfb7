"""FEEL, the expression language of DMN 1.3: an allow-listed part of it, parsed once, run without eval or exec."""

from __future__ import annotations

from engine.flow.feel.cells import parse_tests
from engine.flow.feel.parts import FeelError, Part, Scope, Test
from engine.flow.feel.reading import parse_expression

__all__ = ["FeelError", "Part", "Scope", "Test", "parse_expression", "parse_tests"]

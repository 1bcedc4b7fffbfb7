"""The benchmark runs and prints every line; what it measures depends on the machine and is no test."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
@pytest.mark.postgres
def test_the_benchmark_prints_a_line_for_every_floor() -> None:
    command = [sys.executable, "-m", "tests.bench", "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    codes = {line.split()[1] for line in done.stdout.splitlines() if line.startswith(("✓", "✗"))}
    assert codes == {f"B{number}" for number in range(1, 13)}

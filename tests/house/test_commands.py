"""What goes wrong before Python runs is said in one sentence, in two languages, without a traceback."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.house.tree import ROOT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the commands are shell scripts")
TOOLS = (
    "sh",
    "awk",
    "mkdir",
    "rm",
    "cmp",
    "cp",
    "df",
    "basename",
    "tail",
    "grep",
    "cat",
    "pwd",
    "sed",
    "head",
)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder with the project's script and requirements, and a `bin` with what POSIX promises alone."""
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "environment.sh", tmp_path / "tools")
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    programs = tmp_path / "bin"
    programs.mkdir()
    for tool in TOOLS:
        path = shutil.which(tool)
        if path:
            (programs / tool).symlink_to(path)
    return tmp_path


def program(machine: Path, name: str, script: str) -> None:
    """Put a program of our own on the machine's path."""
    path = machine / "bin" / name
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def start(machine: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "tools/environment.sh", "requirements.txt"],
        cwd=machine,
        env={"PATH": str(machine / "bin"), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def assert_refused(answer: subprocess.CompletedProcess[str], zh: str, en: str) -> None:
    assert answer.returncode == 1
    assert zh in answer.stderr
    assert en in answer.stderr
    assert "Traceback" not in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 2


def test_without_python_it_says_which_python_is_needed(machine: Path) -> None:
    assert_refused(start(machine), "未找到 Python 3.11", "Python 3.11 was not found")


def test_another_version_of_python_is_not_taken(machine: Path) -> None:
    for name in ("python3.11", "python3", "python"):
        program(machine, name, "exit 1")  # what the version question answers on any other version
    assert_refused(start(machine), "未找到 Python 3.11", "Python 3.11 was not found")


def test_a_python_without_venv_is_told_what_to_install(machine: Path) -> None:
    program(machine, "python3", 'case "$2" in *ensurepip*) exit 1;; *) exit 0;; esac')
    assert_refused(start(machine), "缺少 venv 模块", "lacks the venv module")


def test_a_full_disk_is_named_with_what_is_needed_and_what_is_left(machine: Path) -> None:
    program(machine, "df", "echo Filesystem; echo disk 1000000 800000 204800 80% /")
    assert_refused(start(machine), "需要 500 MB，此处只剩 200 MB", "500 MB are needed and 200 MB are free")


def test_a_folder_that_cannot_be_written_is_named(machine: Path) -> None:
    (machine / "var").write_text("", encoding="utf-8")  # holds for root too, whom permissions do not stop
    assert_refused(start(machine), "此目录不可写", "This folder cannot be written to")


def test_when_the_packages_cannot_be_had_the_log_is_named(machine: Path) -> None:
    environment = machine / ".venv" / "bin"
    environment.mkdir(parents=True)
    pip = 'case "$*" in *install*) echo "ERROR: no route to the index"; exit 1;; esac'
    program(machine, "python3", pip)
    shutil.copy(machine / "bin" / "python3", environment / "python")
    answer = start(machine)
    assert answer.returncode == 1
    assert "ERROR: no route to the index" in answer.stderr
    assert "依赖安装失败" in answer.stderr
    assert not (machine / ".venv" / "installed-requirements.txt").exists()


def installed(machine: Path, python: str) -> Path:
    """An environment in which all that is required is there, with this for its interpreter; gives its programs."""
    programs = machine / ".venv" / "bin"
    programs.mkdir(parents=True)
    program(machine, "python3", python)
    shutil.copy(machine / "bin" / "python3", programs / "python")
    shutil.copy(machine / "requirements.txt", machine / ".venv" / "installed-requirements.txt")
    return programs


def test_what_is_installed_already_is_not_installed_again(machine: Path) -> None:
    installed(machine, 'case "$*" in *pip*) echo "pip was asked" >&2; exit 1;; esac')
    answer = start(machine)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")


def test_a_checkout_that_was_renamed_still_has_its_programs(machine: Path) -> None:
    environment = installed(machine, "exit 0")
    (environment / "activate").write_text('    VIRTUAL_ENV="/old [place] R&D/.venv"\nexport VIRTUAL_ENV\n')
    flask = environment / "flask"
    flask.write_text("#!/old [place] R&D/.venv/bin/python\nimport sys\n")
    flask.chmod(0o755)
    for _ in range(2):
        answer = start(machine)
        assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")
        here = (machine / ".venv").resolve()
        assert flask.read_text() == f"#!{here}/bin/python\nimport sys\n"
        assert f'VIRTUAL_ENV="{here}"' in (environment / "activate").read_text()
        assert os.access(flask, os.X_OK)

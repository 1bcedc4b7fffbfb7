"""The browser tests need a Chromium and a Chinese font: found here, or installed, or asked for in words."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Without windows to draw, the same engine needs two thirds of the processor that a whole browser needs.
LIGHT = ("chromium-headless-shell", "chrome-headless-shell")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
DEBIAN_PACKAGES = {"light": LIGHT[0], "browser": "chromium", "font": "fonts-noto-cjk"}
PARTS = {
    "browser": ("浏览器 Chromium", "the browser Chromium"),
    "font": ("中文字体 Noto CJK", "a Chinese font (Noto CJK)"),
}
LOG = Path("var/browser-install.log")
TRIED = Path("var/browser-light-tried")  # where another browser works, the light one is looked for once
APT = ("apt-get", "-qq", "-o", "Acquire::http::Timeout=10", "-o", "Acquire::Retries=1")


def browser_path() -> str | None:
    """The browser to test with: what CHROMIUM names, else one on PATH, a light one first, else Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    found = (shutil.which(name) for name in (*LIGHT, *NAMES, *APPLICATIONS))
    return next((path for path in found if path), None) or _playwright_browser()


def _playwright_browser() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def has_chinese_font() -> bool:
    """Without one every Chinese character is drawn as the same empty box, and no test notices."""
    if not shutil.which("fc-list"):
        return sys.platform in ("darwin", "win32")  # both come with Chinese fonts
    listing = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False)
    return bool(listing.stdout.strip())


def _missing() -> list[str]:
    present = {"browser": browser_path() is not None, "font": has_chinese_font()}
    return [part for part, there in present.items() if not there]


def _run_logged(*command: str) -> bool:
    LOG.parent.mkdir(exist_ok=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with LOG.open("a", encoding="utf-8") as log:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, check=False
        )
    return done.returncode == 0


def _may_install_packages() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install_with_apt(parts: list[str]) -> bool:
    packages = [DEBIAN_PACKAGES[part] for part in parts]
    print(f"安装 {' '.join(packages)}（约 1–2 分钟）… / Installing them takes a minute or two …", flush=True)
    install = (*APT, "install", "-y", "--no-install-recommends", *packages)
    return _run_logged(*install) or (_run_logged(*APT, "update") and _run_logged(*install))


def _install_light() -> None:
    """Where packages may be installed, the light browser beside the one that is there; without it, all goes on."""
    there = any(shutil.which(name) for name in LIGHT) or os.environ.get("CHROMIUM") or TRIED.exists()
    if not there and _may_install_packages():
        _install_with_apt(["light"])
        TRIED.parent.mkdir(exist_ok=True)
        TRIED.touch()


def _install_with_playwright() -> None:
    print("下载测试用的 Chromium … / Downloading a Chromium for the tests …", flush=True)
    _run_logged(sys.executable, "-m", "playwright", "install", "chromium")


def _advice(part: str) -> str:
    zh, en = PARTS[part]
    install = f"Debian/Ubuntu: apt-get install {DEBIAN_PACKAGES[part]}"
    advice = f"浏览器测试需要{zh}，请先安装。\nThe browser tests need {en}; please install it.\n{install}"
    if part == "browser":
        advice += "\n已有浏览器可用 CHROMIUM=路径 指明。 / A browser elsewhere: CHROMIUM=/path"
    return advice


def main() -> int:
    """Zero when browser and font are there at the end."""
    named = os.environ.get("CHROMIUM")
    _install_light()
    missing = _missing()
    if "browser" in missing and named:
        print(f"\nCHROMIUM={named}：没有这个程序。 / There is no such program.", file=sys.stderr)
        return 1
    if missing and _may_install_packages():
        _install_with_apt(missing)
        missing = _missing()
    if "browser" in missing:
        _install_with_playwright()
        missing = _missing()
    if missing:
        print(*(f"\n{_advice(part)}" for part in missing), sep="\n", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())

"""What must hold before the program can serve; what does not is said in one sentence, zh and en."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sys
from pathlib import Path

PYTHON = (3, 11)
NEEDED_MB = 200
ROOT = Path(__file__).resolve().parent.parent
# Each with the one driver that comes with the requirements.
DATABASES = ("sqlite", "sqlite+pysqlite", "postgres", "postgresql", "postgresql+psycopg")


class Unready(Exception):
    """The program cannot start here; `zh` and `en` say why and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh = zh
        self.en = en
        super().__init__(en)


def require_python(version: tuple[int, int] = sys.version_info[:2]) -> None:
    """The libraries are chosen and tested for one version of Python."""
    if version != PYTHON:
        found, wanted = (".".join(map(str, each)) for each in (version, PYTHON))
        raise Unready(
            f"需要 Python {wanted}，当前是 {found}。请用 make run 启动。",
            f"Python {wanted} is needed and this is {found}. Start with `make run`.",
        )


def data_folder() -> Path:
    """Where this installation keeps what is its own."""
    return Path(os.environ.get("DUBAN_DATA") or ROOT / "var")


def require_folder(folder: Path) -> None:
    """The data folder can be made and written to."""
    probe = folder / f".writable-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Unready(
            f"数据目录不可写：{folder}。请修改权限，或用 DUBAN_DATA=目录 指定别处。",
            f"The data folder cannot be written to: {folder}. Permit it or name another: DUBAN_DATA=…",
        ) from error


def require_space(folder: Path, needed_mb: int = NEEDED_MB) -> None:
    """There is room for the database to grow."""
    free_mb = shutil.disk_usage(folder).free // 2**20
    if free_mb < needed_mb:
        raise Unready(
            f"磁盘空间不足：{folder} 只剩 {free_mb} MB，至少需要 {needed_mb} MB。",
            f"Not enough disk space: {free_mb} MB are free in {folder} and {needed_mb} MB are needed.",
        )


def require_fonts() -> None:
    """There is a Chinese font: without one a PDF comes out blank, and nothing says so."""
    from engine.documents.fonts import FontsMissing, folders

    try:
        folders()
    except FontsMissing as error:
        raise Unready(
            error.message,
            "No Chinese font was found, so no PDF can be made. Install the requirements again (make run), "
            "or name a folder with fonts: DUBAN_FONTS=…",
        ) from error


def require_settings() -> None:
    """What the environment says of this installation can be understood, for programs and for commands."""
    require_proxies()
    require_database(os.environ.get("DATABASE_URL", ""))
    require_profile(os.environ.get("PASSWORD_PROFILE", ""))


def require_profile(name: str) -> None:
    """The rules for passwords that PASSWORD_PROFILE asks for are there; empty where it is not given."""
    from engine.people.passwords import PROFILES

    if name and name not in PROFILES:
        known = " ".join(PROFILES)
        raise Unready(
            f"PASSWORD_PROFILE 没有“{name}”，可以是：{known}。",
            f"PASSWORD_PROFILE cannot be “{name}”; it is one of: {known}.",
        )


def require_proxies() -> None:
    """What is said of proxies and terminals can be read: misread, it would let anybody name an address as his own."""
    from webui import proxies

    count, addresses = os.environ.get("PROXIES", "0"), os.environ.get("PROXY_ADDRESSES", "")
    if not (count.isascii() and count.isdigit()):
        raise Unready(
            f"PROXIES 应为反向代理的层数（数字），不能是“{count}”。",
            f"PROXIES must be the number of proxies before the program and not “{count}”.",
        )
    whose = {
        "PROXY_ADDRESSES": (addresses, "代理"),
        "ADMIN_NETWORKS": (os.environ.get("ADMIN_NETWORKS", ""), "管理终端"),
    }
    for name, (text, zh) in whose.items():
        try:
            proxies.networks(text)
        except ValueError as error:
            raise Unready(
                f"{name} 应为{zh}的地址或网段，以空格分隔，不能是“{text}”。",
                f"{name} must be addresses or networks with blanks between them and not “{text}”.",
            ) from error


def require_database(text: str) -> None:
    """`text` (DATABASE_URL; empty where it is not given) names a database of a kind that the program works on."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        kind = make_url(text).drivername if text else DATABASES[0]
    except (ArgumentError, ValueError):
        kind = ""
    if kind not in DATABASES:  # what was given is not repeated: there may be a password in it
        raise Unready(
            "DATABASE_URL 看不懂：应写成 postgresql://用户:口令@主机:端口/库名，或者 sqlite:////目录/文件。",
            "DATABASE_URL cannot be used: write postgresql://user:password@host:port/name "
            "or sqlite:////folder/file.",
        )


def require_ways_out() -> None:
    """Mail and short texts, where they are asked for, have somewhere to go; else every letter would wait unseen."""
    from engine.jobs import mail_server, sms_way

    try:
        mail_server()
    except ValueError as error:  # what was given is not repeated: there is a password in it
        raise Unready(
            "SMTP_URL 或者 MAIL_FROM 看不懂：应写成 smtp://用户:口令@主机:端口（或 smtps://…）和一个电子邮箱。",
            "SMTP_URL or MAIL_FROM cannot be used: write smtp://user:password@host:port (or smtps://…) "
            "and an address.",
        ) from error
    try:
        sms_way()
    except ValueError as error:
        raise Unready(
            "SMS_URL 或者 SMS_SECRET 不能用：应写成 https://主机/路径，并给出签名用的密钥。",
            "SMS_URL or SMS_SECRET cannot be used: write https://host/path, and give the secret to sign with.",
        ) from error


def port_from(text: str) -> int:
    """A port number; 0 takes any that is free."""
    if text.isascii() and text.isdigit() and int(text) < 65536:
        return int(text)
    raise Unready(
        f"PORT 应为 0 到 65535 之间的数字，不能是“{text}”。",
        f"PORT must be a number from 0 to 65535 and not “{text}”.",
    )


def listener(host: str, port: int) -> socket.socket:
    """A socket bound to the address, so that nobody else takes it while the rest is made ready."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError) as error:
        raise Unready(f"HOST 不是可用的地址：{host}。", f"HOST is not an address: {host}.") from error
    bound = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # elsewhere the option would let two programs share the port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen()  # only now is the port ours: two that merely bind do not notice each other
    except OSError as error:
        bound.close()
        raise _cannot_bind(host, port, error) from error
    return bound


def _cannot_bind(host: str, port: int, error: OSError) -> Unready:
    if error.errno == errno.EADDRINUSE:
        return Unready(
            f"端口 {port} 已被占用。请换一个端口，例如：PORT={port % 65535 + 1} make run",
            f"Port {port} is taken. Use another one: PORT={port % 65535 + 1} make run",
        )
    if error.errno == errno.EACCES:
        return Unready(
            f"没有权限使用端口 {port}。请用 1024 以上的端口，例如：PORT=8080 make run",
            f"Port {port} is not permitted. Use one above 1024: PORT=8080 make run",
        )
    return Unready(f"HOST 不是本机的地址：{host}。", f"HOST is not an address of this machine: {host}.")

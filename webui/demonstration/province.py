"""The province of the demonstration: its congress, units and people, made by the use cases that make any."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine import capabilities
from engine.deadlines.calendars import seed_calendars
from engine.definitions import catalogue
from engine.foundation import clock
from engine.foundation.actor import Actor, system_actor
from engine.meetings.convening import convene
from engine.people.actors import actor_for
from engine.people.congresses import appoint_administrator, found_congress
from engine.people.deputies import Mandate, register_deputy
from engine.people.grants import grant_role
from engine.people.organizations import create_organization
from engine.people.users import create_user
from webui.demonstration.sitting_days import session_week
from webui.sign_in import SheetAccount

HERE = Path(__file__).parent
PASSWORD = "Jinyang-2026"  # of a demonstration only; the sheet shows it to everybody
CODE = "14"
SHARES = 11  # making the people is one part of eleven of the work
DEPUTIES_PER_DELEGATION = 6
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = (
    "建国",
    "秀英",
    "志强",
    "丽华",
    "晓明",
    "海燕",
    "国强",
    "春梅",
    "文斌",
    "玉兰",
    "永胜",
    "雪琴",
    "俊杰",
    "爱玲",
)
POSITIONS = (
    "村党支部书记",
    "中学教师",
    "企业负责人",
    "主任医师",
    "社区工作者",
    "律师",
    "农业合作社理事长",
    "工程师",
)

DIGITS = "零一二三四五六七八九"

Progress = Callable[[int, int], None]


@dataclass
class Province:
    """Who is who, by short names."""

    congress_id: int = 0
    term: int = 14
    today: dt.date = field(default_factory=clock.today)  # the real one: what lies beyond it has not happened
    units: dict[str, int] = field(default_factory=dict)
    unit_names: dict[str, str] = field(default_factory=dict)
    organs: dict[str, int] = field(default_factory=dict)  # of the congress itself
    sits_on: dict[dt.date, dt.date] = field(
        default_factory=dict
    )  # the day of a meeting in the stories → the real one
    deputies: list[tuple[int, str]] = field(default_factory=list)  # (deputy id, user name)
    users: dict[str, int] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)
    _lines: list[tuple[str, str]] = field(default_factory=list)
    _actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, username: str) -> Actor:
        """The person as signing in would make him; kept, for nobody's seat changes during the story."""
        if username not in self._actors:
            self._actors[username] = actor_for(self.users[username])
        return self._actors[username]

    def invented_name(self, number: int) -> str:
        """A name that belongs to nobody in particular, and to nobody else in the province."""
        while (name := _name(number)) in self._names:
            number += 1
        self._names.add(name)
        return name

    def show(self, role: str, username: str) -> None:
        """Put an account on the sign-in sheet."""
        self._lines.append((role, username))

    def sheet(self) -> list[SheetAccount]:
        """The accounts a visitor may use."""
        return [
            SheetAccount(role, self.actor(username).name, username, PASSWORD)
            for role, username in self._lines
        ]


@dataclass(frozen=True)
class Session:
    """A yearly session; those of the demonstration sit in late January."""

    term: int
    ordinal: int
    opens: dt.date
    closes: dt.date

    @property
    def name(self) -> str:
        """The official name; a term has five sessions, the fourteenth began in 2023."""
        return f"省十{DIGITS[self.term - 10]}届人大{DIGITS[self.ordinal]}次会议"


def sessions(today: dt.date) -> list[Session]:
    """The last two sessions before today."""
    year = today.year if today >= dt.date(today.year, 2, 10) else today.year - 1
    return [
        Session(14 + (each - 2023) // 5, (each - 2023) % 5 + 1, *session_week(each))
        for each in (year - 1, year)
    ]


def settle(progress: Progress) -> Province:
    """Found the congress, its units and its people, at the beginning of the year before last session."""
    table = tomllib.loads((HERE / "units.toml").read_text(encoding="utf-8"))
    sat = sessions(clock.today())
    province = Province(term=sat[-1].term)
    with clock.moved_to(dt.datetime(sat[0].opens.year, 1, 5, 9, tzinfo=clock.ZONE)):
        province.congress_id = found_congress(
            system_actor(0),
            code=CODE,
            name="山西省人民代表大会（演示）",
            short_name="省人大",
            level="province",
            rule_pack="shanxi",
            contact_phone="0351-0000000",
            letters_to=("山西省太原市虚构大街1号（演示地址）", "030000"),
            office_name="省人大常委会办公厅",
        ).congress_id
        system = system_actor(province.congress_id)
        seed_calendars(system, congress_id=province.congress_id)
        for files in catalogue.shipped().values():
            catalogue.deploy(system, files, **capabilities.known())
        _meet(system, sat)
        _offices(system, province)
        _administrators(system, province)
        total = len(table["unit"]) + len(table["delegation"])
        for place, unit in enumerate(table["unit"], start=1):
            _unit(system, province, unit, place)
            progress(place, total * SHARES)
        for place, delegation in enumerate(table["delegation"], start=1):
            _delegation(system, province, delegation, place)
            progress(len(table["unit"]) + place, total * SHARES)
    return province


def _meet(system: Actor, sat: list[Session]) -> None:
    for each in sat:
        convene(
            system,
            term=each.term,
            ordinal=each.ordinal,
            name=each.name,
            opens_on=each.opens,
            closes_on=each.closes,
        )


def _offices(system: Actor, province: Province) -> None:
    committee = create_organization(
        system,
        code="dgw",
        name="省人大常委会代表工作委员会",
        short_name="代表工委",
        kind="committee",
        position=1,
    )
    router = create_organization(
        system,
        code="zfb",
        name="省人民政府办公厅",
        short_name="省政府办公厅",
        kind="government_office",
        position=2,
    )
    staff = (
        ("shouli", "岳受理", committee, ("intake_officer",), "代表工委 受理 / intake"),
        ("fuhe", "汾复核", committee, ("intake_reviewer",), "代表工委 复核 / intake review"),
        ("jiaoban", "晋交办", committee, ("assigner", "supervisor"), "代表工委 交办督办 / assign, supervise"),
        ("dangan", "芮归档", committee, ("archivist",), "代表工委 档案员 / archivist"),
        ("fenban", "恒分办", router, ("government_router",), "政府办公厅 / government office"),
        ("liucheng", "云流程", committee, ("process_admin",), "流程管理员 / process administrator"),
        (
            "liucheng2",
            "泽流程",
            committee,
            ("process_admin",),
            "流程管理员（复核） / process administrator, second",
        ),
    )
    for username, name, at, roles, title in staff:
        _person(system, province, username, name, at, roles)
        province.show(title, username)


def _administrators(system: Actor, province: Province) -> None:
    for role, username, name, title in (
        ("system_admin", "xitong", "平系统", "系统管理员 / system administrator"),
        ("security_admin", "anquan", "安保密", "安全管理员 / security administrator"),
        ("auditor", "shenji", "明审计", "审计管理员 / auditor"),
    ):
        made = appoint_administrator(system, role=role, username=username, name=name, first_password=PASSWORD)
        province.users[username] = made.user_id
        province.show(title, username)


def _person(
    system: Actor, province: Province, username: str, name: str, at: int, roles: tuple[str, ...]
) -> None:
    made = create_user(system, username=username, name=name, first_password=PASSWORD, must_change=False)
    for role in roles:
        grant_role(system, made.user_id, organization_id=at, role=role)
    province.users[username] = made.user_id


def _unit(system: Actor, province: Province, unit: Mapping[str, Any], place: int) -> None:
    code = str(unit["code"])
    at = create_organization(
        system,
        code=code,
        name=unit["name"],
        short_name=unit["short_name"],
        kind=unit["kind"],
        duties=unit["duties"],
        position=10 + place,
    )
    province.units[code], province.unit_names[code] = at, unit["short_name"]
    for suffix, roles in (("_cb", ("registrar", "case_officer")), ("_fg", ("approver",)), ("_zg", ("head",))):
        name = province.invented_name(place * 3 + len(suffix) + len(roles[0]))
        _person(system, province, code + suffix, name, at, roles)
    shown = {"slt": "省水利厅", "czt": "省财政厅"}
    if code in shown:
        province.show(f"{shown[code]} 签收承办 / unit clerk", f"{code}_cb")
        province.show(f"{shown[code]} 分管领导 / deputy head", f"{code}_fg")
        province.show(f"{shown[code]} 主要负责人 / head", f"{code}_zg")


def _delegation(system: Actor, province: Province, delegation: Mapping[str, Any], place: int) -> None:
    at = create_organization(
        system, code=delegation["code"], name=delegation["name"], kind="delegation", position=place
    )
    for number in range(DEPUTIES_PER_DELEGATION):
        serial = (place - 1) * DEPUTIES_PER_DELEGATION + number + 1
        mandate = Mandate(
            card_number=f"14{serial:04}",
            name=province.invented_name(serial * 7),
            term=province.term,
            delegation_id=at,
            sex="女" if serial % 3 == 0 else "男",
            ethnicity="汉族",
            electing_unit=str(delegation["name"]).removesuffix("代表团"),
            position=POSITIONS[serial % len(POSITIONS)],
            phone=f"1390000{serial:04}",
        )
        username = f"daibiao{serial}"
        made = register_deputy(system, mandate, username=username, first_password=PASSWORD, must_change=False)
        if made.user is not None:
            province.users[username] = made.user.user_id
        province.deputies.append((made.deputy_id, username))
        if serial <= 2:
            province.show("人大代表 / deputy", username)


def _name(number: int) -> str:
    return SURNAMES[number % len(SURNAMES)] + GIVEN[(number // 3) % len(GIVEN)]

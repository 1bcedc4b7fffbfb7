"""Letters as mail, and mail servers as given by their URL."""

from __future__ import annotations

import dataclasses
import smtplib

import pytest

from notifications.transports import Letter, Smtp, written
from tests.notifications.sink import Sink
from tests.notifications.world import NOON

LETTER = Letter(1, "case:closed:case/7:3:email", "王建国", "wang@example.org", "结果", "您好\n", NOON, 0)


def test_a_letter_arrives_as_it_was_written(mailbox: Sink) -> None:
    with mailbox.transport.open() as line:
        line.send(LETTER)
    (mail,) = mailbox.arrived
    assert (mail["Subject"], mail.get_content().splitlines()) == ("结果", ["您好"])
    assert mail["To"].addresses[0].display_name == "王建国"
    assert mail["From"].addresses[0].display_name == "督办"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOON


def test_the_same_row_always_has_the_same_message_id() -> None:
    again = dataclasses.replace(LETTER, attempts=3)
    other = dataclasses.replace(LETTER, key="case:closed:case/8:3:email")
    ids = [written(letter, "a@example.org", "example.org")["Message-ID"] for letter in (LETTER, again, other)]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].endswith("@example.org>")


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\u2028", "\x00"])
def test_no_value_can_add_a_header(mailbox: Sink, end: str) -> None:
    evil = f"甲{end}Bcc: victim@example.org{end}{end}body"
    with mailbox.transport.open() as line:
        line.send(dataclasses.replace(LETTER, subject=evil, name=evil))
    (mail,) = mailbox.arrived
    assert mail["Bcc"] is None
    assert mail.get_content().splitlines() == ["您好"]
    assert mail["Subject"] == "甲 Bcc: victim@example.org body"


@pytest.mark.parametrize(
    "address", ["a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "nobody"]
)
def test_an_address_that_is_more_or_less_than_one_is_refused(address: str) -> None:
    with pytest.raises(ValueError):
        written(dataclasses.replace(LETTER, address=address), "a@example.org", "example.org")


def test_a_url_says_where_and_how() -> None:
    assert Smtp.at("smtp://mail.example.org", "a@example.org") == Smtp(
        "mail.example.org", 25, "a@example.org"
    )
    secure = Smtp.at("smtps://us%40er:p%3Aw@mail.example.org", "a@example.org")
    assert (secure.port, secure.wrapped, secure.username, secure.password) == (465, True, "us@er", "p:w")
    assert Smtp.at("smtp://mail.example.org:587?tls=required", "a@example.org").tls == "required"


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://mail.example.org", "a@example.org"),
        ("smtp://", "a@example.org"),
        ("smtp://mail.example.org?tls=perhaps", "a@example.org"),
        ("smtp://u:secret@mail.example.org", "nobody"),
        ("smtp://u:secret/key@mail.example.org", "a@example.org"),
        ("smtp://[secret", "a@example.org"),
    ],
)
def test_a_url_that_says_nothing_usable_is_refused(url: str, sender: str) -> None:
    with pytest.raises(ValueError) as refusal:
        Smtp.at(url, sender)
    assert "secret" not in str(refusal.value)


def test_a_password_is_not_sent_in_the_clear_beyond_this_machine(
    mailbox: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.transports.LOOPBACK", frozenset())
    mailbox_with_password = dataclasses.replace(mailbox.transport, username="u", password="p")
    with pytest.raises(smtplib.SMTPNotSupportedError, match="not sent"), mailbox_with_password.open():
        pass


def test_a_server_without_tls_is_refused_where_tls_is_required(mailbox: Sink) -> None:
    with (
        pytest.raises(smtplib.SMTPNotSupportedError),
        dataclasses.replace(mailbox.transport, tls="required").open(),
    ):
        pass

"""What is an http or https URL (RFC 9110, 4.2)."""

from __future__ import annotations

import pytest

from mtlspolicy.features.web_urls import HTTP_URL, WEB_URL

GOOD = [
    "http://ca.example.com",
    "HTTP://CA.example.com/",
    "http://ca.example.com:8080/a%20b.cer?c=1&d=[2]#e",
    "http://ca.example.com:?",
    "http://user:secret@ca.example.com/",
    "http://198.41.0.4/issuing.cer",
    "http://[2001:500:2::c]:80/issuing.cer",
]
BAD = [
    "",
    "http:",
    "http:/ca.example.com",
    "http:ca.example.com",
    "http://",
    "http:///issuing.cer",
    "http://?host=ca.example.com",
    "http://user@/issuing.cer",
    "http://:80/issuing.cer",
    "http://ca.example.com:port/",
    "http://[2001:500:2::c/issuing.cer",
    "http://[ca.example.com]/issuing.cer",
    "http://ca.example.com/a b.cer",
    "http://ca example.com/",
    " http://ca.example.com/",
    "http://ca.example.com/\n",
    'http://ca.example.com/"',
    "http://ca.example.com\\issuing.cer",
    "ftp://ca.example.com/",
    "httpx://ca.example.com/",
    "//ca.example.com/",
    "/issuing.cer",
    "http://c\u0430.example.com/",
]


@pytest.mark.parametrize("text", GOOD)
def test_urls_of_both_schemes(text: str) -> None:
    secure = f"https{text[4:]}"

    assert HTTP_URL.match(text)
    assert WEB_URL.match(text)
    assert WEB_URL.match(secure)
    assert not HTTP_URL.match(secure)


@pytest.mark.parametrize("text", BAD)
def test_what_is_none(text: str) -> None:
    assert not HTTP_URL.match(text)
    assert not WEB_URL.match(text)
    assert not WEB_URL.match(f"https{text[4:]}")


def test_a_long_text_is_read_once() -> None:
    """No text makes the grammar try again and again: it takes what it is long."""
    assert not HTTP_URL.match(f"http://{'a:' * 500_000} ")
    assert not HTTP_URL.match(f"http://{'a' * 500_000}/{'%' * 500_000} ")

"""The address that a request comes from, whatever a proxy or a browser writes into a header."""

from __future__ import annotations

import pytest
from axes.models import AccessAttempt
from django.urls import reverse

from accounts.client_address import client_address, network_of

PROXY = "10.0.0.1"


def test_address_behind_a_proxy_is_the_one_the_proxy_added(rf, settings) -> None:
    request = rf.get("/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR="6.6.6.6, 192.0.2.7")
    settings.BEHIND_PROXY = True
    assert client_address(request) == "192.0.2.7"
    settings.BEHIND_PROXY = False
    assert client_address(request) == PROXY


def test_address_behind_a_proxy_that_says_nothing_is_the_proxys(rf, settings) -> None:
    settings.BEHIND_PROXY = True
    assert client_address(rf.get("/", REMOTE_ADDR=PROXY)) == PROXY


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("1.2.3.4:5678", "1.2.3.4"),
        ("6.6.6.6:1, 1.2.3.4:5678", "1.2.3.4"),
        ("6.6.6.6,1.2.3.4", "1.2.3.4"),
        ("[2001:db8::1]:44", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:0DB8:0:0::1", "2001:db8::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("[::ffff:192.0.2.7]:80", "192.0.2.7"),
        ("unknown", PROXY),
        ("", PROXY),
        ("192.0.2.7, ", PROXY),
        ("192.0.2.7, unknown", PROXY),
        ("_hidden", PROXY),
        ("1.2.3.4:", PROXY),
        ("1.2.3.4:port", PROXY),
        ("1.2.3.999", PROXY),
        ("[1.2.3.4", PROXY),
        ("[]:44", PROXY),
        ("fe80::1%eth0", PROXY),
        ("1.2.3.4\0", PROXY),
        ("1.2.3.4\0, 1.2.3.4", "1.2.3.4"),
        ("16909060", PROXY),
        ("\u0661.2.3.4", PROXY),
        ("1" * 100_000, PROXY),
        ("1.2.3.4:" + "5" * 100_000, PROXY),
        ("6.6.6.6, " * 10_000 + "1.2.3.4", "1.2.3.4"),
        ("<script>", PROXY),
    ],
    ids=lambda written: repr(written)[:40],
)
def test_last_entry_counts_where_it_is_an_address_and_else_the_connections(rf, settings, forwarded, address) -> None:
    settings.BEHIND_PROXY = True
    assert client_address(rf.get("/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=forwarded)) == address


@pytest.mark.parametrize("connected", ["", "unix:", "unknown"])
def test_a_connection_without_an_address_has_none(rf, connected) -> None:
    assert client_address(rf.get("/", REMOTE_ADDR=connected)) is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        (None, ""),
    ],
)
def test_an_address_of_ipv6_is_counted_with_its_network(address, network) -> None:
    assert network_of(address) == network


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "?next=%00&x=%ed%a0%80"], ids=["plain", "hostile query"])
@pytest.mark.parametrize(
    ("forwarded", "connected", "counted"),
    [
        ("1.2.3.4:5678", PROXY, "1.2.3.4"),
        ("[2001:db8::1]:44", PROXY, "2001:db8::1"),
        ("unknown", PROXY, PROXY),
        ("1.2.3.4\0", PROXY, PROXY),
        ("fe80::1%eth0", PROXY, PROXY),
        ("9" * 5000, PROXY, PROXY),
        ("unknown", "", None),
    ],
    ids=lambda written: repr(written)[:40],
)
def test_a_wrong_password_is_counted_whatever_the_proxy_writes(
    client, settings, forwarded, connected, counted, query
) -> None:
    settings.BEHIND_PROXY = True
    response = client.post(
        reverse("accounts:sign-in") + query,
        {"username": "nobody@example.org", "password": "wrong"},
        HTTP_X_FORWARDED_FOR=forwarded,
        REMOTE_ADDR=connected,
        HTTP_USER_AGENT="a" * 5000,
        HTTP_ACCEPT="b" * 5000,
    )
    assert response.status_code == 200
    assert AccessAttempt.objects.get().ip_address == counted

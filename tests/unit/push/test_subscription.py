"""Which subscriptions are taken, and which endpoints may be called."""

from __future__ import annotations

import pytest

from push.addresses import is_public
from push.subscription import EndpointPolicy, SubscriptionInvalid, audience, read_subscription
from tests.push_service import Browser, base64url

POLICY = EndpointPolicy(hosts=("fcm.googleapis.com", "*.push.apple.com"))
LOOPBACK = EndpointPolicy(hosts=POLICY.hosts, allow_loopback=True)
BROWSER = Browser()
P256DH, AUTH = base64url(BROWSER.point), base64url(BROWSER.secret)


@pytest.mark.parametrize(
    "endpoint",
    ["https://fcm.googleapis.com/fcm/send/a:b_c-d", "https://web.push.apple.com/x", "https://fcm.googleapis.com:443/x"],
)
def test_endpoints_of_listed_services_are_taken(endpoint: str) -> None:
    subscription = read_subscription(endpoint, P256DH, AUTH + "==", POLICY)
    assert subscription.endpoint == endpoint
    assert subscription.p256dh == BROWSER.point


@pytest.mark.parametrize(
    ("endpoint", "fault"),
    [
        ("http://fcm.googleapis.com/x", "endpoint-not-https"),
        ("https://evil.example/x", "endpoint-host"),
        ("https://fcm.googleapis.com.evil.example/x", "endpoint-host"),
        ("https://evilpush.apple.com/x", "endpoint-host"),
        ("https://fcm.googleapis.com:8443/x", "endpoint-host"),
        ("https://fcm.googleapis.com@evil.example/x", "endpoint-malformed"),
        ("https://evil.example\\@fcm.googleapis.com/x", "endpoint-malformed"),
        ("https://fcm.googleapis.com/x#y", "endpoint-malformed"),
        ("https://fcm.googleapis.com/x\ny", "endpoint-malformed"),
        ("https://127.0.0.1/x", "endpoint-host"),
        ("http://127.0.0.1:9000/x", "endpoint-not-https"),
        ("https://[::1]/x", "endpoint-host"),
        ("file:///etc/passwd", "endpoint-malformed"),
        ("https://fcm.googleapis.com/" + "x" * 2048, "endpoint-malformed"),
        ("", "endpoint-malformed"),
    ],
)
def test_other_endpoints_are_refused(endpoint: str, fault: str) -> None:
    with pytest.raises(SubscriptionInvalid) as caught:
        read_subscription(endpoint, P256DH, AUTH, POLICY)
    assert caught.value.fault == fault


def test_this_machine_is_taken_only_when_told_so() -> None:
    assert read_subscription("http://127.0.0.1:9000/x", P256DH, AUTH, LOOPBACK).endpoint == "http://127.0.0.1:9000/x"
    with pytest.raises(SubscriptionInvalid):
        read_subscription("http://192.168.0.1:9000/x", P256DH, AUTH, LOOPBACK)


@pytest.mark.parametrize(
    ("p256dh", "auth", "fault"),
    [
        (P256DH[:-2], AUTH, "p256dh"),
        (base64url(b"\x04" + bytes(64)), AUTH, "p256dh"),
        (base64url(b"\x02" + BROWSER.point[1:]), AUTH, "p256dh"),
        ("!" * 87, AUTH, "p256dh"),
        ("A" * 5000, AUTH, "p256dh"),
        (P256DH, base64url(bytes(15)), "auth"),
        (P256DH, "", "auth"),
    ],
)
def test_keys_of_the_wrong_kind_are_refused(p256dh: str, auth: str, fault: str) -> None:
    with pytest.raises(SubscriptionInvalid) as caught:
        read_subscription("https://fcm.googleapis.com/x", p256dh, auth, POLICY)
    assert caught.value.fault == fault


def test_the_audience_is_the_origin() -> None:
    assert audience("https://web.push.apple.com/abc?d=e") == "https://web.push.apple.com"
    assert audience("http://127.0.0.1:9000/x") == "http://127.0.0.1:9000"


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)
def test_addresses_of_inner_networks_are_not_public(address: str) -> None:
    assert not is_public(address)

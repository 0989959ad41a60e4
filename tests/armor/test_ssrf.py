"""A URL that somebody gives us reaches no place of ours: by no spelling, name, redirect, and no name that changes."""

import datetime
import ipaddress
import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from accounts.models import User
from aetheris.db.tenancy import acting_as
from armor.delivery import addresses, posting
from armor.delivery.deliverer import send
from armor.delivery.errors import AddressRefused, NoAnswer
from armor.delivery.names import NotPublic, addresses_of
from armor.models import WebhookEndpoint
from tests.armor.nameserver import answering
from tests.armor.receiver import Receiver, drips, floods, hangs, receiving, says, sends
from tests.asking import Program

HOSTILE = [
    # Places that are not on the public internet, by their usual names
    "https://127.0.0.1/", "https://127.8.9.1/", "https://0.0.0.0/", "https://10.0.0.8/", "https://172.16.4.1/",
    "https://172.31.255.255/", "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/", "https://100.100.100.200/", "https://168.63.129.16/", "https://192.0.2.1/",
    "https://198.18.0.1/", "https://203.0.113.9/", "https://224.0.0.1/", "https://239.1.2.3/", "https://240.0.0.1/",
    "https://255.255.255.255/", "https://192.88.99.1/",
    # The same by other spellings
    "https://2130706433/", "https://0x7f000001/", "https://017700000001/", "https://0177.0.0.1/", "https://0x7f.0.0.1/",
    "https://127.1/", "https://127.0.1/", "https://0/", "https://127.0.0.1./", "https://1.1.1.0x1/",
    "https://１２７.0.0.1/", "https://127。0。0。1/", "https://①②⑦.0.0.1/", "https://%31%32%37.0.0.1/",
    # IPv6
    "https://[::1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
    "https://[::ffff:169.254.169.254]/", "https://[::127.0.0.1]/", "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b::a9fe:a9fe]/", "https://[64:ff9b:1::7f00:1]/", "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/", "https://[fe80::1]/", "https://[fe80::1%25eth0]/", "https://[::1%25lo]/",
    "https://[fd00:ec2::254]/", "https://[fc00::1]/", "https://[fec0::1]/", "https://[ff02::1]/",
    "https://[2001:db8::1]/", "https://[v1.fe80::a]/", "https://[::1/",
    # Names that lead nowhere public
    "https://localhost/", "https://LOCALHOST/", "https://localhost./", "https://api.localhost/",
    "https://metadata.google.internal/", "https://printer.local/", "https://router.lan/", "https://intranet/",
    "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    # Users, ports, schemes, and letters that two readers read differently
    "https://example.com@127.0.0.1/", "https://user:pass@example.com/", "https://127.0.0.1#@example.com/",
    "https://example.com:22/", "https://example.com:6379/", "https://example.com:0/", "https://example.com:99999/",
    "https://example.com:8080/", "http://example.com/", "ftp://example.com/", "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL", "javascript:alert(1)", "//example.com/", "https:///etc", "https://",
    "https:\\\\127.0.0.1\\", "https://example.com\\@127.0.0.1/", "https://example.com/\r\nX-Evil: 1",
    "https://exa\tmple.com/", " https://example.com/", "https://example.com/ x", "https://example..com/",
    "https://-example.com/", "https://example.com/\x00", "https://" + "a" * 2000 + ".com/", "",
]  # fmt: skip
FINE = {
    "https://example.com/hook": ("example.com", 443, "/hook"),
    "https://Example.COM:8443/a?b=c&d=%20": ("example.com", 8443, "/a?b=c&d=%20"),
    "https://bücher.example.com/ü": ("xn--bcher-kva.example.com", 443, "/%C3%BC"),
    "https://93.184.215.14/": ("93.184.215.14", 443, "/"),
    "https://[2606:4700:4700::1111]/x": ("2606:4700:4700::1111", 443, "/x"),
    "https://[64:ff9b::5db8:d70e]/": ("64:ff9b::5db8:d70e", 443, "/"),
    "https://example.com.": ("example.com", 443, "/"),
}


# What is written ----------------------------------------------------------------------------------------


def test_the_list_is_long_enough() -> None:
    assert len(set(HOSTILE)) >= 40


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_url_is_refused_before_anybody_is_asked(url: str) -> None:
    with pytest.raises(AddressRefused):
        addresses.read(url)


@pytest.mark.parametrize("url", FINE)
def test_a_public_url_is_read_as_it_stands(url: str) -> None:
    place = addresses.read(url)
    assert (place.host, place.port, place.path) == FINE[url]


def test_the_api_refuses_it_too_and_keeps_nothing(ana: User) -> None:
    program = Program(ana)
    for url in HOSTILE:
        answer = program.ask("post", "webhooks", {"url": url})
        assert answer.status_code == 400, url
    with acting_as(ana):
        assert not WebhookEndpoint.objects.exists()


def test_the_refusal_does_not_repeat_what_may_be_a_key(ana: User) -> None:
    answer = Program(ana).ask("post", "webhooks", {"url": "http://example.com/hooks/T0K3N?key=S3CR3T"})
    assert answer.json()["code"] == "webhook_address_refused"
    assert "S3CR3T" not in answer.content.decode()
    assert "T0K3N" not in answer.content.decode()


@limits(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_what_python_calls_private_is_never_allowed_in_any_form_of_ipv6(number: int) -> None:
    address = ipaddress.IPv4Address(number)
    if address.is_global and not address.is_multicast:
        return
    for high in (0xFFFF << 32, 0, 0x64FF9B << 96, (0x2002 << 112)):
        form = ipaddress.IPv6Address(high | (number << 80 if high >> 112 == 0x2002 else number))
        assert not addresses.allowed(form), form
    assert not addresses.allowed(address)


def test_our_own_public_addresses_can_be_named_and_are_then_refused(settings: Any) -> None:
    assert addresses.allowed(ipaddress.ip_address("8.8.4.4"))
    settings.WEBHOOKS_REFUSED_NETWORKS = ["8.8.4.0/24", "2606:4700::/32"]
    assert not addresses.allowed(ipaddress.ip_address("8.8.4.4"))
    assert not addresses.allowed(ipaddress.ip_address("::ffff:8.8.4.4"))
    assert not addresses.allowed(ipaddress.ip_address("2606:4700::1"))


# Where names lead ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answers",
    [["127.0.0.1"], ["10.1.2.3"], ["169.254.169.254"], ["::1"], ["::ffff:10.0.0.1"], ["fd00::1"], ["64:ff9b::a00:1"],
     ["93.184.215.14", "10.0.0.1"], ["93.184.215.14", "::1"], ["0.0.0.0"]],
)  # fmt: skip
def test_a_name_that_leads_inside_by_any_of_its_addresses_is_refused(settings: Any, answers: list[str]) -> None:
    with answering(settings, inside_example_com=[answers]), pytest.raises(NotPublic):
        addresses_of(addresses.read("https://inside.example.com/"))


def test_the_api_says_so_when_the_name_is_given(ana: User, settings: Any) -> None:
    with answering(settings, inside_example_com=[["10.0.0.1"]]):
        answer = Program(ana).ask("post", "webhooks", {"url": "https://inside.example.com/"})
    assert (answer.status_code, answer.json()["code"]) == (400, "webhook_address_refused")


def test_a_name_that_changes_between_check_and_connect_is_asked_once(settings: Any, monkeypatch: Any) -> None:
    """First public, then loopback where a receiver waits: nothing arrives there, and nobody asks a second time."""
    tried: list[Any] = []

    def connect(address: Any, timeout: float) -> Any:
        tried.append(address)
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.setattr(posting.socket, "create_connection", connect)
    turns = [["93.184.215.14"], ["127.0.0.1"]]
    with answering(settings, rebind_example_com=turns) as server:
        status, error, _ = send("https://rebind.example.com/", b"{}", {})
        assert sorted(server.asked) == [("rebind.example.com", "A"), ("rebind.example.com", "AAAA")]
        assert (status, "connection failed" in error) == (None, True)
        assert tried == [("93.184.215.14", 443)]
        assert "not on the public internet" in send("https://rebind.example.com/", b"{}", {})[1]
    assert len(tried) == 1


def test_a_rebound_name_never_reaches_the_receiver_on_loopback(settings: Any) -> None:
    with receiving() as inside, answering(settings, rebind_example_com=[["127.0.0.1"]]):
        settings.WEBHOOKS_ALLOW_HTTP = True
        assert send("http://rebind.example.com:8080/", b"{}", {})[0] is None
        assert inside.requests == []


def test_a_name_server_that_says_nothing_is_not_waited_for_long(settings: Any) -> None:
    settings.WEBHOOKS_NAMESERVER = "127.0.0.1:9"
    from armor.delivery import names

    names._resolver.cache_clear()
    assert "could not be resolved" in send("https://silent.example.com/", b"{}", {})[1]


# The host's name in TLS and in the request --------------------------------------------------------------


@pytest.fixture
def near(settings: Any) -> Any:
    """Receivers of our own on loopback, as only tests may allow."""
    settings.WEBHOOKS_ALLOW_HTTP = settings.WEBHOOKS_ALLOW_LOOPBACK = True
    return settings


def certificate(folder: Path, name: str) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(whose).issuer_name(whose).public_key(key.public_key())
        .serial_number(7).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = made.public_bytes(serialization.Encoding.PEM)
    (folder / "ca.pem").write_bytes(pem)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "both.pem").write_bytes(pem + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


def test_the_checked_address_is_reached_under_the_hosts_own_name(near: Any, tmp_path: Path) -> None:
    tls = certificate(tmp_path, "hooks.example.com")
    near.WEBHOOKS_CA_FILE = str(tmp_path / "ca.pem")
    with receiving(tls=tls) as receiver, answering(near, hooks_example_com=[["127.0.0.1"]]):
        assert send(f"https://hooks.example.com:{receiver.port}/x", b"{}", {"webhook-id": "1"}) == (204, "", None)
        assert receiver.names == ["hooks.example.com"]
        assert receiver.requests[0].header("host") == f"hooks.example.com:{receiver.port}"


def test_a_certificate_of_another_name_or_of_nobody_is_refused(near: Any, tmp_path: Path) -> None:
    tls = certificate(tmp_path, "other.example.com")
    with receiving(tls=tls) as receiver, answering(near, hooks_example_com=[["127.0.0.1"]]):
        for trusted in (str(tmp_path / "ca.pem"), ""):
            near.WEBHOOKS_CA_FILE = trusted
            status, error, _ = send(f"https://hooks.example.com:{receiver.port}/", b"{}", {})
            assert (status, "TLS failed" in error) == (None, True), error
        assert receiver.requests == []


# Receivers that behave badly ----------------------------------------------------------------------------


def told(receiver: Receiver) -> tuple[int | None, str, int | None]:
    return send(receiver.url, b'{"a":1}', {"webhook-id": "1"})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(near: Any, status: int) -> None:
    with receiving() as inside, receiving(says(status, f"Location: {inside.url}")) as receiver:
        answered, error, _ = told(receiver)
        assert (answered, "redirects are not followed" in error) == (status, True)
        assert inside.requests == []


def test_a_receiver_that_hangs_is_left(near: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(posting, "SILENT_SECONDS", 0.5)
    with receiving(hangs()) as receiver:
        assert told(receiver)[:2] == (None, "no answer within 0.5 s")


def test_a_receiver_that_drips_is_left_after_the_total_time(near: Any, monkeypatch: Any) -> None:
    """A byte each tenth of a second never lets the silence grow long: the total does it."""
    monkeypatch.setattr(posting.Clock.__init__, "__defaults__", (1.0,))
    with receiving(drips(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 600, 0.1)) as receiver:
        assert "no whole answer within" in told(receiver)[1]


def test_of_a_gigabyte_next_to_nothing_is_read(near: Any) -> None:
    with receiving(floods()) as receiver:
        assert told(receiver) == (200, "", None)


def test_a_head_without_end_is_left(near: Any) -> None:
    with receiving(sends(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000)) as receiver:
        assert told(receiver)[1] == "the head of the answer has no end"


CLOSED = "the connection was closed without an answer"


@pytest.mark.parametrize(
    ("raw", "said"),
    [(b"SSH-2.0-OpenSSH\r\n\r\n", "the answer is not HTTP"), (b"", CLOSED), (b"HTTP/1.1 2", CLOSED),
     (b"HTTP/1.1 999 X\r\n\r\n", "the answer is not HTTP")],
)  # fmt: skip
def test_what_is_no_answer_is_called_so(near: Any, raw: bytes, said: str) -> None:
    with receiving(sends(raw)) as receiver:
        assert told(receiver)[:2] == (None, said)


def test_please_wait_is_not_taken_for_the_answer(near: Any) -> None:
    raw = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 500 No\r\n\r\n"
    with receiving(sends(raw)) as receiver:
        assert told(receiver)[0] == 500


def test_no_cookie_and_no_proxy_is_used(near: Any, monkeypatch: Any) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with receiving(says(500, "Set-Cookie: a=b"), says(200)) as receiver:
        assert [told(receiver)[0], told(receiver)[0]] == [500, 200]
        assert [request.header("cookie") for request in receiver.requests] == ["", ""]


def test_without_the_settings_of_a_test_loopback_is_closed(settings: Any) -> None:
    with receiving() as receiver:
        settings.WEBHOOKS_ALLOW_HTTP = True
        assert "not on the public internet" in told(receiver)[1]
        assert receiver.requests == []


def test_a_connection_that_is_refused_is_told_as_such(near: Any) -> None:
    with receiving() as receiver:
        pass
    assert "the connection failed" in told(receiver)[1]


def test_clock_runs_out() -> None:
    with pytest.raises(NoAnswer):
        posting.Clock(0).left(1)

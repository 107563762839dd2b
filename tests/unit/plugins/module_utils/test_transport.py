# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Between the client and the API: TLS that is verified, proxies, and servers that mean harm. Real servers on 127.0.0.1, in real time."""

from __future__ import annotations

import base64
import contextlib
import datetime
import gzip
import socket
import ssl
import threading
import time
import tracemalloc

import pytest
import trustme
from ansible_collections.tencentcloud.apigateway.plugins.module_utils import _http
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import Client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._http import Connection
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._tc3 import Credentials
from ansible_collections.tencentcloud.apigateway.tests.emulator import Emulator

# Old TLS and no verification are what some of these tests are about.
pytestmark = [pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning"), pytest.mark.filterwarnings("ignore:Unverified HTTPS")]
SEED = {"usage_plans": [{"usage_plan_id": "usagePlan-a", "name": "gold"}]}
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def nothing_from_outside(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def ca_file(authority, tmp_path):
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    return str(file)


@pytest.fixture
def emulator():
    with Emulator(SEED) as one:
        yield one


class Server:
    """Accepts on 127.0.0.1 and hands each connection to `serve` in a thread of its own, until it is left."""

    def __init__(self, serve):
        self._serve, self._open, self._threads = serve, [], []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def __enter__(self):
        self._threads.append(threading.Thread(target=self._accept))
        self._threads[0].start()
        return self

    def _accept(self):
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            self._threads.append(threading.Thread(target=self._quietly, args=(connection,)))
            self._threads[-1].start()

    def _quietly(self, connection):
        with contextlib.suppress(OSError, ssl.SSLError), contextlib.closing(connection):
            self._serve(connection)

    def __exit__(self, *_details):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        assert not [thread for thread in self._threads if thread.is_alive()]


def pump(one, other):
    """All bytes both ways until either ends."""
    def forward(source, target):
        with contextlib.suppress(OSError, ssl.SSLError):
            while data := source.recv(65536):
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    back = threading.Thread(target=forward, args=(other, one))
    back.start()
    forward(one, other)
    back.join()


def tls_in_front_of(emulator, authority, name="127.0.0.1", *, newest=None, **certificate):
    """A TLS server that hands on to the emulator what it decrypts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, **certificate).configure_cert(context)
    if newest:
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, newest

    def serve(connection):
        with context.wrap_socket(connection, server_side=True) as plain, socket.create_connection(("127.0.0.1", port_of(emulator))) as inside:
            pump(plain, inside)

    return Server(serve)


def port_of(emulator):
    return int(emulator.url.rpartition(":")[2])


def ask(port, *, verify=True, proxy="", scheme="https", host="127.0.0.1", timeout=10):
    connection = Connection(
        Credentials("AKIDEXAMPLE", "SECRETEXAMPLE"), "ap-guangzhou", f"{scheme}://{host}:{port}/", language="en-US", verify=verify, clock=time.time,
        proxy=proxy,
    )
    with contextlib.closing(Client(connection, timeout=timeout, retries=0)) as client:
        return client.call("DescribeUsagePlan", UsagePlanId="usagePlan-a").result["UsagePlanName"]


def refused(*arguments, **options):
    with pytest.raises(ApiError) as caught:
        ask(*arguments, **options)
    return caught.value


# ---- TLS


def test_a_private_authority_is_trusted_when_it_is_given_and_only_then(emulator, authority, ca_file, monkeypatch):
    with tls_in_front_of(emulator, authority) as server:
        error = refused(server.port)
        assert error.kind == "untrusted" and "127.0.0.1" in error.message and "ca_path" in error.hint("127.0.0.1")
        assert emulator.calls() == []
        assert ask(server.port, verify=ca_file) == "gold"
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", ca_file)
        assert ask(server.port) == "gold"


def test_with_one_authority_given_no_other_is_trusted_and_without_verification_any(emulator, ca_file):
    with tls_in_front_of(emulator, trustme.CA()) as server:
        assert refused(server.port, verify=ca_file).kind == "untrusted"
        assert emulator.calls() == []
        assert ask(server.port, verify=False) == "gold"


@pytest.mark.parametrize(
    ("name", "certificate"),
    [("another.example", {}), ("127.0.0.1", {"not_after": datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)})], ids=["name", "expired"],
)
def test_a_certificate_of_another_name_or_that_has_expired_is_refused(emulator, authority, ca_file, name, certificate):
    with tls_in_front_of(emulator, authority, name, **certificate) as server:
        assert refused(server.port, verify=ca_file).kind == "untrusted"
    assert emulator.calls() == []


def test_a_tls_older_than_1_2_is_refused_though_the_library_could_speak_it(emulator, authority, ca_file):
    with tls_in_front_of(emulator, authority, newest=ssl.TLSVersion.TLSv1_1) as server:
        lax = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        lax.set_ciphers("DEFAULT:@SECLEVEL=0")
        lax.minimum_version = ssl.TLSVersion.TLSv1
        lax.load_verify_locations(ca_file)
        with socket.create_connection(("127.0.0.1", server.port)) as plain, lax.wrap_socket(plain, server_hostname="127.0.0.1") as spoken:
            assert spoken.version() == "TLSv1.1"
        error = refused(server.port, verify=ca_file)
        assert error.kind == "untrusted"
    assert emulator.calls() == []


# ---- Proxies


class Proxy(Server):
    """A forward proxy: CONNECT for https, whole URLs for http. asked: the request lines and headers that it saw."""

    def __init__(self, password=""):
        self.asked = []
        self._password = password
        super().__init__(self._answer)

    def _answer(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(65536)
        self.asked.append(head.decode("latin-1"))
        wanted = base64.b64encode(f"me:{self._password}".encode()).decode()
        if self._password and f"Proxy-Authorization: Basic {wanted}" not in self.asked[-1]:
            connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        method, target, _version = self.asked[-1].split("\r\n")[0].split(" ")
        host, _colon, port = target.split("//")[-1].split("/")[0].rpartition(":")
        with socket.create_connection((host, int(port))) as inside:
            if method == "CONNECT":
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                inside.sendall(head.replace(f"http://{host}:{port}/".encode(), b"/", 1))
            pump(connection, inside)


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", None])
def test_a_proxy_of_the_environment_or_of_the_option_sees_where_to_and_nothing_else(emulator, authority, ca_file, monkeypatch, variable):
    with tls_in_front_of(emulator, authority) as server, Proxy("SENTINEL") as proxy:
        address = f"http://me:SENTINEL@127.0.0.1:{proxy.port}"
        if variable:
            monkeypatch.setenv(variable, address)
        assert ask(server.port, verify=ca_file, proxy="" if variable else address) == "gold"
    (asked,) = proxy.asked
    assert asked.startswith(f"CONNECT 127.0.0.1:{server.port} ")
    assert "TC3-HMAC" not in asked and "DescribeUsagePlan" not in asked


def test_the_option_goes_before_the_environment_and_no_proxy_before_both(emulator, monkeypatch):
    with Proxy() as wanted, Proxy() as other:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{other.port}")
        option = {"proxy": f"http://127.0.0.1:{wanted.port}", "scheme": "http"}
        assert ask(port_of(emulator), **option) == "gold"
        assert (len(wanted.asked), other.asked) == (1, [])
        assert ask(port_of(emulator), scheme="http") == "gold"
        assert (len(wanted.asked), len(other.asked)) == (1, 1)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert ask(port_of(emulator), **option) == ask(port_of(emulator), scheme="http") == "gold"
        assert (len(wanted.asked), len(other.asked)) == (1, 1)


def test_a_proxy_that_refuses_or_is_not_there_is_told_without_its_password(emulator, authority, ca_file):
    with tls_in_front_of(emulator, authority) as server, Proxy("right") as proxy, socket.socket() as deaf:
        # Bound, and not listening: nobody else gets this port, and nobody answers on it.
        deaf.bind(("127.0.0.1", 0))
        for port in (proxy.port, deaf.getsockname()[1]):
            error = refused(server.port, verify=ca_file, proxy=f"http://me:SENTINEL@127.0.0.1:{port}")
            assert error.kind == "unreachable"
            assert "SENTINEL" not in f"{error} {error.message} {error.hint('127.0.0.1')}"
    assert emulator.calls() == []


def test_certificates_are_verified_through_a_proxy_too(emulator, ca_file):
    with tls_in_front_of(emulator, trustme.CA()) as server, Proxy() as proxy:
        assert refused(server.port, verify=ca_file, proxy=f"http://127.0.0.1:{proxy.port}").kind == "untrusted"
    assert emulator.calls() == []


# ---- Servers that mean harm

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def forever(piece, pause=0.0):
    def serve(connection):
        connection.recv(65536)
        while True:
            connection.sendall(piece)
            time.sleep(pause)

    return serve


def once(*pieces):
    def serve(connection):
        connection.recv(65536)
        for piece in pieces:
            connection.sendall(piece)
        connection.recv(1)

    return serve


def then_forever(head, piece, pause=0.0):
    def serve(connection):
        connection.recv(65536)
        connection.sendall(head)
        while True:
            connection.sendall(piece)
            time.sleep(pause)

    return serve


BOMB = gzip.compress(b"0" * 50_000_000)
HARM = {
    "endless headers": (then_forever(HEAD, b"X-More: yes\r\n"), "lost"),
    "endless body": (then_forever(HEAD + b"\r\n", b" " * 65536), "lost"),
    "slow head": (forever(b"H", 0.02), "lost"),
    "slow headers": (then_forever(HEAD + b"X-Slow: ", b"a", 0.02), "lost"),
    "slow body": (then_forever(HEAD + b"Content-Length: 100000\r\n\r\n", b" ", 0.02), "lost"),
    "huge JSON": (then_forever(HEAD + b"Content-Length: 200000000\r\n\r\n", b'{"a": 1}' * 8192), "lost"),
    "deep JSON": (once(HEAD + b"Content-Length: 1000000\r\n\r\n", b"[" * 1_000_000), "lost"),
    "compressed": (once(HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB), BOMB), "lost"),
    "redirect": (once(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.0.1/\r\nContent-Length: 0\r\n\r\n"), "rejected"),
}

# It is what these sent that is judged, and not how soon.
ENDS = ("deep JSON", "compressed", "redirect")


@pytest.mark.parametrize("harm", HARM)
def test_a_server_that_means_harm_costs_bounded_time_and_memory(harm):
    serve, kind = HARM[harm]
    tracemalloc.start()
    started = time.monotonic()
    try:
        with Server(serve) as server:
            error = refused(server.port, scheme="http", timeout=60 if harm in ENDS else 1)
            took = time.monotonic() - started
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.kind == kind
    assert took < 60, "these servers would go on for ever, or for longer; a busy machine takes more than the second that a request may take"
    assert peak < 6 * _http.LARGEST_ANSWER

# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The signer against the vendor's published examples, and against the vendor's SDK."""

from __future__ import annotations

import hashlib
import json
from unittest import mock

import pytest
import requests
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._tc3 import Credentials, TC3Auth, authorization, signing_key
from hypothesis import given
from hypothesis import strategies as st
from tencentcloud.apigateway.v20180808 import apigateway_client
from tencentcloud.common import credential
from tencentcloud.common.http.request import RequestInternal
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

PUBLISHED_BODY = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'


def signature(header: str) -> str:
    return header.rpartition("Signature=")[2]


def test_the_published_example():
    """The example of the vendor's signature page in its older form, which signs content-type and host."""
    assert hashlib.sha256(PUBLISHED_BODY).hexdigest() == "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064"
    header = authorization(
        Credentials("AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******", "Gu5t9xGARNpq86cd98joQYCN3*******"), "cvm",
        host="cvm.tencentcloudapi.com", content_type="application/json; charset=utf-8", body=PUBLISHED_BODY, timestamp=1551113065,
    )
    assert header == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host, Signature=2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c"
    )


def test_the_published_signing_key():
    """The intermediate key that the signature page prints in its current form."""
    key = signing_key("*" * 32, "2019-02-25", "cvm")
    assert key.hex() == "b596b923aad85185e2d1f6659d2a062e0a86731226e021e61bfe06f7ed05f5af"


def test_a_request_of_this_product():
    """Computed with the vendor's SDK."""
    header = authorization(
        Credentials("AKIDEXAMPLE", "SECRETEXAMPLE"), "apigateway", host="apigateway.intl.tencentcloudapi.com", content_type="application/json",
        body=b'{"UsagePlanId": "usagePlan-quqxvett", "AccessKeyIds": ["AKIDEXAMPLE1"]}', timestamp=1700000000,
    )
    assert signature(header) == "d453cde53f0977563172986b36a93b324355715b4b40412e2e83b457dbe6ca2b"


printable = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=" "), min_size=1, max_size=60)


@given(
    secret_id=printable, secret_key=printable, timestamp=st.integers(0, 4_000_000_000), port=st.integers(1, 65535),
    params=st.dictionaries(st.text(max_size=9), st.one_of(st.text(max_size=30), st.lists(st.text(max_size=9), max_size=4)), max_size=4),
)
def test_signs_as_the_vendors_sdk_does(secret_id, secret_key, timestamp, port, params):
    host = f"127.0.0.1:{port}"
    profile = ClientProfile(httpProfile=HttpProfile(endpoint=host))
    sdk = apigateway_client.ApigatewayClient(credential.Credential(secret_id, secret_key), "ap-guangzhou", profile)
    request = RequestInternal(host, "POST", "/")
    with mock.patch("tencentcloud.common.abstract_client.time.time", return_value=timestamp):
        sdk._build_req_with_tc3_signature("BindSecretIds", params, request)
    ours = authorization(
        Credentials(secret_id, secret_key), "apigateway", host=host, content_type="application/json", body=json.dumps(params).encode(), timestamp=timestamp
    )
    assert ours == request.header["Authorization"]


def prepared(url: str, token: str = "") -> requests.PreparedRequest:
    auth = TC3Auth(Credentials("AKIDEXAMPLE", "SECRETEXAMPLE", token), "apigateway", clock=lambda: 1700000000.9)
    return requests.Request("POST", url, data=b"{}", headers={"Content-Type": "application/json"}, auth=auth).prepare()


def test_the_host_is_signed_and_sent_with_its_port():
    request = prepared("http://127.0.0.1:46209/")
    assert request.headers["Host"] == "127.0.0.1:46209"
    expected = authorization(
        Credentials("AKIDEXAMPLE", "SECRETEXAMPLE"), "apigateway", host="127.0.0.1:46209", content_type="application/json", body=b"{}", timestamp=1700000000
    )
    assert request.headers["Authorization"] == expected
    assert request.headers["X-TC-Timestamp"] == "1700000000"


def test_a_token_is_sent_only_when_there_is_one():
    assert prepared("https://example.com/", "TOKEN").headers["X-TC-Token"] == "TOKEN"
    assert "X-TC-Token" not in prepared("https://example.com/").headers


def test_netrc_cannot_replace_the_signature(tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    session = requests.Session()
    session.auth = TC3Auth(Credentials("AKIDEXAMPLE", "SECRETEXAMPLE"), "apigateway")
    request = session.prepare_request(requests.Request("POST", "http://localhost/", data=b"{}", headers={"Content-Type": "application/json"}))
    assert request.headers["Authorization"].startswith("TC3-HMAC-SHA256 ")


@pytest.mark.parametrize("shown", [repr, str])
def test_credentials_never_show_their_secrets(shown):
    text = shown(Credentials("AKIDEXAMPLE", "SECRETEXAMPLE", "TOKENEXAMPLE"))
    assert "AKIDEXAMPLE" in text
    assert "SECRET" not in text and "TOKEN" not in text

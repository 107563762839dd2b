# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a server answers, a module ends with a result of its own; whatever an id looks like, it is sent as it is or refused."""

from __future__ import annotations

import contextlib
import json
import types

import pytest
from ansible_collections.tencentcloud.apigateway.plugins.module_utils import _client, _http
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import KINDS
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.cases import CASES
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import MODULES, PLAN, Gateway
from hypothesis import given
from hypothesis import strategies as st

# What answers are made of: the API's own members, with values of every kind.
LISTS = [
    "AccessKeyList", "ApiKeySet", "UsagePlanStatusSet", "ServiceSet", "EnvironmentList", "ServiceUsagePlanList", "ApiUsagePlanList", "BindSecretIds",
    "BindEnvironments",
]
MEMBERS = [
    "TotalCount", *LISTS, "AccessKeyId", "SecretName", "AccessKeySecret", "AccessKeyType", "Status", "CreatedTime", "ModifiedTime", "UsagePlanId",
    "UsagePlanName", "UsagePlanDesc", "MaxRequestNum", "MaxRequestNumPreSec", "ServiceId", "ServiceName", "Environment", "EnvironmentName", "ApiId",
    "VersionName", "AvailableEnvironments", "InUse", "Path", "Method", "ApiName",
]
texts = st.sampled_from(["", "a", PLAN, "name-a", "release", "2026-11-24T00:00:00Z", "x/y"])
scalars = st.none() | st.booleans() | st.integers(-2, 3) | st.floats(allow_nan=True) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=8), max_leaves=25)
objects = st.dictionaries(st.sampled_from(MEMBERS), values, max_size=10)
pages = st.sampled_from(LISTS).flatmap(lambda name: st.lists(objects, max_size=2).map(lambda rows: {"TotalCount": len(rows), name: rows}))
answers = st.one_of(
    values.map(lambda value: {"Response": {"Result": value, "RequestId": "r"}}), pages.map(lambda page: {"Response": {"Result": page, "RequestId": "r"}}),
    objects.map(lambda thing: {"Response": {"Result": thing, "RequestId": "r"}}), st.builds(lambda value: {"Response": value}, values), values,
    st.builds(lambda code, text: {"Response": {"Error": {"Code": code, "Message": text}, "RequestId": "r"}}, scalars, values),
    st.builds(lambda error: {"Response": {"Error": error, "Result": True, "RequestId": "r"}}, values),
).map(lambda answer: json.dumps(answer).encode()) | st.binary(max_size=40)


class Answer:
    """What requests would return."""

    request = types.SimpleNamespace(headers={"Authorization": "TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/x, SignedHeaders=host, Signature=0a1b"})

    def __init__(self, status, body, headers):
        self.status_code, self.headers, self._body = status, headers, body

    def iter_content(self, size):
        return [self._body]

    def close(self):
        pass


@pytest.fixture(scope="module")
def gateway():
    with Gateway() as one:
        yield one


@pytest.mark.parametrize("name", MODULES)
def test_a_module_ends_with_a_result_of_its_own_whatever_is_answered(gateway, name, monkeypatch):
    monkeypatch.setattr(_client, "AT_ONCE", 1)

    @given(
        answers=st.lists(answers, min_size=1, max_size=4), status=st.sampled_from([200, 200, 200, 404, 500]), date=st.text(max_size=5),
        check_mode=st.booleans(),
    )
    def run(answers, status, date, check_mode):
        sent = iter(range(10**6))

        def post(_session, *_details, **_more):
            return Answer(status, answers[next(sent) % len(answers)], {"Content-Type": "application/json", "Date": date})

        with contextlib.ExitStack() as stack:
            patch = stack.enter_context(pytest.MonkeyPatch.context())
            patch.setattr(_http.requests.Session, "post", post)
            result = gateway.run(name, check_mode=check_mode, wait_timeout=1, api_retries=1, **CASES[name].succeeds)
        if result.get("failed"):
            assert result["error_kind"] in KINDS
        assert result["changed"] in (True, False)

    run()


@given(given_id=st.text(min_size=1, max_size=20) | st.sampled_from([
    "{{ lookup('env', 'HOME') }}", "a'b", 'a"b', "a\\b", "a/b", "a\nb", "\u5ba2\u6237", "${x}", "<b>", "%s",
]))
def test_an_id_is_sent_as_it_is_or_refused_by_name_before_any_call(gateway, given_id):
    already, before = given_id.strip() in gateway.bound(), len(gateway.calls())
    result = gateway.keys([given_id], "present")
    sent = [call["params"]["AccessKeyIds"] for call in gateway.emulator.calls()[before:] if call["action"] == "BindSecretIds"]
    if len(gateway.calls()) > before:
        assert sent == ([] if already else [[given_id.strip()]])
    else:
        assert "access_key_ids" in result["msg"]


@given(name=st.text(min_size=1, max_size=20), description=st.text(max_size=20))
def test_the_text_of_a_plan_is_stored_as_it_is_or_refused_by_name(name, description):
    with Gateway() as gateway:
        result = gateway.run("usage_plan", name=name, description=description)
        plans = {plan["name"]: plan["description"] for plan in gateway.emulator.state()["ap-guangzhou"]["usage_plans"]}
    if result.get("failed"):
        assert "name" in result["msg"] and set(plans) == {"gold"}
    else:
        assert plans[name] == description
        assert (result["usage_plan"]["name"], result["usage_plan"]["description"]) == (name, description)


@given(
    option=st.sampled_from(["secret_id", "secret_key", "token", "region", "domain", "endpoint", "sts_endpoint", "proxy", "profile", "role_arn"]),
    value=st.text(max_size=20),
)
def test_a_connection_option_is_used_or_refused_by_name_and_never_an_error_of_python(gateway, option, value):
    def post(_session, *_details, **_more):
        raise _http.requests.ConnectionError("SENTINEL")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_http.requests.Session, "post", post)
        result = gateway.run("usage_plan_keys_info", usage_plan_id=PLAN, api_retries=0, wait_timeout=0, **{option: value})
    assert result["failed"] and result["error_kind"] in KINDS
    assert "SENTINEL" not in result["msg"]
    assert result["api_calls"] if "api_calls" in result else option.rpartition("_")[2] in result["msg"]

# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""However lists give the secrets of keys, what counts is the secret that the key has."""

from __future__ import annotations

import pytest
from ansible_collections.tencentcloud.apigateway.tests.emulator.tables import SWITCHES
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import Gateway, assert_failed, comparable, with_real_ids

CREATE, UPDATE, READ = "CreateApiKey", "UpdateApiKey", "DescribeApiKey"
OURS = "a-secret-of-ours"


@pytest.fixture(params=SWITCHES["listed_secrets"].allowed)
def gateway(request):
    with Gateway(keys="abc", switches={"listed_secrets": request.param}) as one:
        one.listed = request.param
        yield one


def secrets(gateway):
    return {key["name"]: key["secret"] for key in gateway.emulator.state()["ap-guangzhou"]["access_keys"]}


def both(gateway, module, /, **options):
    """The real run's result, once it is known to be what check mode predicted."""
    predicted = gateway.run(module, check_mode=True, **options)
    result = gateway.run(module, **options)
    assert comparable(with_real_ids(predicted, result)) == comparable(result)
    return result


def sent(gateway):
    return [call["action"] for call in gateway.emulator.calls() if not call["action"].startswith("Describe")]


def test_rotating_by_name_returns_the_new_secret(gateway):
    result = both(gateway, "api_key", name="name-a", rotate=True)
    assert result["access_key_secret"] == secrets(gateway)["name-a"] != "KEYSECRETa"


@pytest.mark.parametrize("fault", [{"kind": "reset"}, {"kind": "garble", "how": "null_result", "acts": False}], ids=["reset", "null"])
def test_a_rotation_that_was_not_carried_out_is_never_a_success(gateway, fault):
    gateway.emulator.faults([{"action": UPDATE, **fault}])
    result = gateway.run("api_key", name="name-a", rotate=True)
    assert_failed(result, None, UPDATE)
    assert (result["error_kind"], "access_key_secret" in result, secrets(gateway)["name-a"]) == ("unconfirmed", False, "KEYSECRETa")


def test_a_rotation_whose_response_was_lost_returns_the_new_secret(gateway):
    gateway.emulator.faults([{"action": UPDATE, "kind": "drop"}])
    result = gateway.run("api_key", name="name-a", rotate=True)
    assert result["access_key_secret"] == secrets(gateway)["name-a"] != "KEYSECRETa"


@pytest.mark.parametrize("listing", ["api_key", "access"])
def test_a_declared_secret_by_name_is_changed_once(gateway, listing):
    declared = {"name": "name-a", "access_key_secret": OURS}
    options = declared if listing == "api_key" else {"access_keys": [declared, {"name": "name-b", "access_key_secret": "KEYSECRETb"}]}
    assert both(gateway, listing, **options)["changed"]
    assert (secrets(gateway)["name-a"], sent(gateway)) == (OURS, [UPDATE])
    assert not both(gateway, listing, **options)["changed"]
    assert sent(gateway) == [UPDATE]


def test_a_key_is_read_singly_only_where_the_list_does_not_show_its_declared_secret(gateway):
    gateway.run("access", access_keys=[{"name": "name-a", "access_key_secret": "KEYSECRETa"}, {"name": "name-b"}])
    assert gateway.calls().count(READ) == (0 if gateway.listed == "shown" else 1)
    assert not gateway.run("api_key", name="name-c", enabled=True)["changed"]
    assert gateway.calls().count(READ) == (0 if gateway.listed == "shown" else 1)


@pytest.mark.parametrize("name", ["api_key", "access"])
@pytest.mark.parametrize("lag", [0, 2])
def test_a_key_whose_response_was_lost_is_returned_with_its_secret(gateway, name, lag):
    gateway.emulator.seed({"switches": {"lag": lag}})
    gateway.emulator.faults([{"action": CREATE, "kind": "drop"}])
    result = gateway.run(name, **({"name": "new"} if name == "api_key" else {"access_keys": [{"name": "new"}]}))
    assert not result.get("failed"), result["msg"]
    made = result if name == "api_key" else result["created_access_keys"][0]
    assert made["access_key_secret"] == secrets(gateway)["new"]


@pytest.mark.parametrize("action", [CREATE, UPDATE])
@pytest.mark.parametrize("members", [["AccessKeySecret"], ["AccessKeyId", "AccessKeySecret", "SecretName"]], ids=["secret", "more"])
@pytest.mark.parametrize("null", [False, True])
def test_a_response_without_the_secret_is_settled_by_reading_the_key(gateway, action, members, null):
    gateway.emulator.faults([{"action": action, "kind": "omit", "members": members, "null": null}])
    name, options = ("new", {"name": "new"}) if action == CREATE else ("name-a", {"name": "name-a", "rotate": True})
    result = gateway.run("api_key", **options)
    assert not result.get("failed"), result["msg"]
    assert (result["access_key_secret"], sent(gateway)) == (secrets(gateway)[name], [action])
    assert result["api_key"]["name"] == name


@pytest.mark.parametrize("action", [CREATE, UPDATE])
def test_a_real_run_never_returns_a_placeholder_for_a_secret(gateway, action):
    gateway.emulator.faults([{"action": one, "kind": "omit", "members": ["AccessKeySecret"], "times": 0} for one in (CREATE, UPDATE, READ)])
    result = gateway.run("api_key", **({"name": "new"} if action == CREATE else {"name": "name-a", "rotate": True}))
    assert_failed(result, None, action)
    assert (result["error_kind"], result["unconfirmed"], result["changed"]) == ("unconfirmed", ["access_key_secret"], action == CREATE)
    assert "planned" not in str(result)


@pytest.mark.parametrize("name", ["api_key_info", "access_info"])
def test_an_export_has_the_secrets_that_the_keys_have(gateway, name):
    result = gateway.run(name, include_secrets=True)
    keys = result["api_key"] if name == "api_key_info" else result["access"]["access_keys"]
    assert {key["name"]: key["access_key_secret"] for key in keys} == secrets(gateway)
    assert gateway.calls().count(READ) == (1 if gateway.listed == "shown" else 3)


def test_an_export_leaves_out_a_key_that_vanishes_while_it_is_read(gateway):
    gateway.emulator.faults([{"action": READ, "kind": "meanwhile", "do": [{"delete_keys": ["a"]}]}])
    result = gateway.run("api_key_info", include_secrets=True)
    assert {key["name"]: key["access_key_secret"] for key in result["api_key"]} == secrets(gateway)


@pytest.mark.parametrize("name", ["api_key_info", "access_info"])
def test_an_export_without_a_secret_is_a_failure(gateway, name):
    gateway.emulator.faults([{"action": READ, "kind": "omit", "members": ["AccessKeySecret"], "times": 0}])
    result = gateway.run(name, include_secrets=True)
    assert_failed(result, None, "does not show the secret of access key a")
    assert result["error_kind"] == "unclear"


def test_an_export_of_no_keys_reads_none():
    with Gateway(keys="") as gateway:
        assert gateway.run("access_info", include_secrets=True)["access"]["access_keys"] == []
        assert READ not in gateway.calls()

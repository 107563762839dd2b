# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module promises, held by its case."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._connection import CONNECTION
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import CODES
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.cases import CASES, CREDENTIALS, SEED
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import MODULES, Gateway, assert_failed, comparable, module, with_real_ids

WRITERS = [name for name in MODULES if not name.endswith("_info")]


@pytest.fixture
def gateway():
    with Gateway() as one:
        one.emulator.reset()
        one.emulator.seed(SEED)
        yield one


def test_every_module_has_a_case():
    assert sorted(CASES) == MODULES


@pytest.mark.parametrize("name", MODULES)
def test_check_mode_writes_nothing_and_predicts_and_a_second_run_is_quiet(gateway, name):
    predicted = gateway.run(name, check_mode=True, **CREDENTIALS, **CASES[name].succeeds)
    assert not [call for call in gateway.calls() if not call.startswith("Describe")]
    result = gateway.run(name, **CREDENTIALS, **CASES[name].succeeds)
    assert not result.get("failed"), result["msg"]
    assert result["changed"] == predicted["changed"] == (name in WRITERS)
    predicted = with_real_ids(predicted, result)
    assert comparable(predicted) == comparable(result)
    again = gateway.run(name, **CREDENTIALS, **CASES[name].succeeds)
    assert again["changed"] is False
    assert len(again["api_calls"]) == CASES[name].reads


@pytest.mark.parametrize("name", MODULES)
def test_what_is_returned_is_what_is_documented(gateway, name):
    documented = yaml.safe_load(module(name).RETURN)
    success = gateway.run(name, **CREDENTIALS, **CASES[name].succeeds)
    gateway.emulator.faults([{"action": CASES[name].action, "kind": "refuse", "code": "OperationDenied"}])
    failure = gateway.run(name, **{**CREDENTIALS, **CASES[name].succeeds, **CASES[name].another})
    of_ansible = {"changed", "failed", "msg", "diff", "warnings"}
    assert not success.get("failed") and failure["failed"]
    assert (set(success) | set(failure)) - of_ansible == set(documented)
    key = name[:-len("_info")] if name.endswith("_info") else name
    assert key in success
    described = success[key][0] if isinstance(success[key], list) else success[key]
    always = {member for member, text in documented[key]["contains"].items() if "include_secrets" not in text.get("returned", "")}
    assert set(described) == always


@pytest.mark.parametrize("name", MODULES)
def test_every_documented_code_arrives_verbatim_with_what_to_do(gateway, name):
    action = CASES[name].action
    before = gateway.emulator.state()
    for code, known in CODES.items():
        gateway.emulator.faults([{"action": action, "kind": "refuse", "code": code, "message": "text of the API", "times": 0}])
        result = gateway.run(name, api_retries=1, **CREDENTIALS, **CASES[name].succeeds)
        assert_failed(result, code, code, known.meaning, "The API says: text of the API")
        assert (result["error_kind"], result["action"], result["changed"], result["api_message"]) == (known.kind, action, False, "text of the API")
        assert result["request_id"]
        attempts = [call["attempts"] for call in result["api_calls"] if call["action"] == action]
        resent = known.kind in ("throttled", "unavailable") or (known.kind == "internal" and name.endswith("_info"))
        assert attempts[-1] == (2 if resent else 1), code
    assert gateway.emulator.state() == before


@pytest.mark.parametrize("name", MODULES)
def test_a_product_that_has_been_switched_off(gateway, name):
    for code in ("ActionOffline", "NoSuchProduct"):
        gateway.emulator.seed({"switches": {"offline": code}})
        assert_failed(gateway.run(name, **CREDENTIALS, **CASES[name].succeeds), code, "2026-10-30")


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"endpoint": "https://host/path"}, ["endpoint", "path"]), ({"region": "ap guangzhou"}, ["region"]), ({"api_timeout": 0}, ["api_timeout"]),
        ({"api_retries": -1}, ["api_retries"]), ({"wait_timeout": -1}, ["wait_timeout"]), ({"ca_path": "/nowhere/at/all.pem"}, ["ca_path", "does not exist"]),
        ({"secret_key": ""}, ["secret_key"]),
    ],
)
def test_a_connection_that_cannot_be_meant_is_told_before_any_call(gateway, name, options, words):
    result = gateway.run(name, **{**CREDENTIALS, **CASES[name].succeeds, **options})
    assert_failed(result, None, *words)
    assert (result["error_kind"], result["changed"]) == ("invalid", False)
    assert gateway.calls() == []


def numbers(options, path=()):
    """Where the options of a module take numbers: paths of names."""
    for option, spec in options.items():
        if spec["type"] == "int":
            yield (*path, option)
        yield from numbers(spec.get("options", {}), (*path, option))


@pytest.mark.parametrize("name", MODULES)
def test_a_number_that_nobody_means_is_told_by_its_option_before_any_call(gateway, name):
    """Whatever it would do to a clock, a socket or a loop."""
    found = list(numbers({**CONNECTION, **module(name).OPTIONS}))
    assert {"api_timeout", "api_retries", "wait_timeout", "api_rate", "role_session_duration"} < {path[-1] for path in found} | {""}
    for number in (2**31, 10**30, 10**400, -(10**30), -2):
        for *above, option in found:
            given = {option: number}
            for outer in reversed(above):
                given = {outer: [{**given, "name": "silver"}]}
            result = gateway.run(name, **{**CREDENTIALS, **CASES[name].succeeds, **given})
            assert_failed(result, None, f"{option} is {number}; it is ", " to ")
            assert (result["error_kind"], result["changed"]) == ("invalid", False)
    assert gateway.calls() == []

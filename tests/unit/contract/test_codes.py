# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every business code that is documented for a write reaches the user verbatim, from every kind of run that sends this write.

The write is refused with the code again and again, and nobody else does it: so a code that may mean "done already" or "gone already" is a
failure too (docs/settling.md), for no reading shows that it was done. The same goes for a code that leaves open whether it was done.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

import pytest
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import CODES
from ansible_collections.tencentcloud.apigateway.tests.emulator.actions import Actions
from ansible_collections.tencentcloud.apigateway.tests.unit.contract.cases import CREDENTIALS
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import COLLECTION, PLAN, Gateway, assert_failed

OSS = "InternalError.OssException"
BAD_REGION = "InvalidParameterValue.InvalidRegion"
NO_KEY, NO_PLAN, NO_SERVICE = "ResourceNotFound.InvalidAccessKeyId", "ResourceNotFound.InvalidUsagePlan", "ResourceNotFound.InvalidService"
BAD_FORM = "InvalidParameter.FormatError"
NOT_LISTED = "UnsupportedOperation.UinNotInWhiteList"
CANNOT_UPDATE = "UnsupportedOperation.UnsupportedUpdateApiKey"
FULL = "LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded"

# Vendor documents: for BindSecretIds its page (international site, of 2025-01-13), for the others the errors listed for each action in the
# vendor's Go SDK (apigateway v1.0.763). Business codes only: the common ones, of any action, are in CODES and held by test_every_module.
BUSINESS_CODES = {
    "BindSecretIds": [
        OSS, "InvalidParameterValue.InvalidAccessKeyIds", BAD_REGION, FULL, NO_KEY, NO_PLAN, "UnsupportedOperation.AlreadyBindUsagePlan",
        "UnsupportedOperation.InvalidStatus", "UnsupportedOperation.UnsupportedBindApiKey",
    ],
    "UnBindSecretIds": [OSS, NO_KEY, NO_PLAN, "UnsupportedOperation.RequestPostError"],
    "CreateUsagePlan": [
        BAD_FORM, "InvalidParameterValue.InvalidMaxRequestNum", BAD_REGION, "LimitExceeded.UsagePlanLimitExceeded", "UnsupportedOperation.UnpackError",
    ],
    "ModifyUsagePlan": [OSS, BAD_FORM, NO_PLAN],
    "DeleteUsagePlan": [OSS, NO_PLAN, "UnsupportedOperation.UsagePlanInUse"],
    "BindEnvironment": [
        "FailedOperation.ServiceError", OSS, BAD_FORM, "InvalidParameterValue.InvalidApiIds", "LimitExceeded.RequestLimitExceeded",
        "ResourceNotFound.InvalidApi", NO_SERVICE, NO_PLAN, "UnsupportedOperation.UnsupportedBindEnvironment",
        "UnsupportedOperation.UnsupportedUnBindEnvironment",
    ],
    "UnBindEnvironment": [
        "FailedOperation.ServiceError", OSS, BAD_FORM, BAD_REGION, "ResourceNotFound.InvalidApi", NO_SERVICE, NO_PLAN,
        "UnsupportedOperation.UnsupportedUnBindEnvironment",
    ],
    "CreateApiKey": [
        "FailedOperation.AccessKeyExist", "InternalError.ApigwException", OSS, BAD_FORM, "LimitExceeded.ApiKeyCountLimitExceeded",
        "UnauthorizedOperation.UncertifiedUser", "UnsupportedOperation.UnpackError",
    ],
    "UpdateApiKey": [OSS, BAD_FORM, NO_KEY, NOT_LISTED],
    "EnableApiKey": [NO_KEY, NOT_LISTED, CANNOT_UPDATE],
    "DisableApiKey": [OSS, NO_KEY, NOT_LISTED, CANNOT_UPDATE],
    "DeleteApiKey": [BAD_REGION, NO_KEY, "UnsupportedOperation.InvalidStatus", "UnsupportedOperation.ResourceIsInUse"],
    "ReleaseService": [
        "FailedOperation.ServiceError", "FailedOperation.ServiceInOperation", "FailedOperation.TaskAlreadyExist", "InternalError.ApigwException", OSS,
        "LimitExceeded.RequestLimitExceeded", "ResourceNotFound", NO_SERVICE, "UnauthorizedOperation",
    ],
    "UnReleaseService": [
        "FailedOperation.ServiceError", "FailedOperation.ServiceInOperation", OSS, "LimitExceeded.RequestLimitExceeded", "ResourceNotFound", NO_SERVICE,
        "UnauthorizedOperation",
    ],
}

# Beside what Gateway has, where the plan holds a and b and z is disabled: the plan is bound to an environment, and to two single APIs of another service.
OURS = "a-secret-of-ours"
IDLE_PLAN = "usagePlan-idle"
SEED = {
    "credentials": [CREDENTIALS],
    "usage_plans": [{"usage_plan_id": IDLE_PLAN, "name": "idle"}],
    "services": [
        {"service_id": "service-1", "name": "shop", "environments": ["release"]}, {"service_id": "service-2", "name": "mail", "api_ids": ["api-1", "api-2"]},
    ],
    "bindings": [{
        "usage_plan_id": PLAN,
        "environments": [
            {"service_id": "service-1", "environment": "release"}, {"service_id": "service-2", "environment": "test", "api_ids": ["api-1", "api-2"]},
        ],
    }],
}


class Scenario(NamedTuple):
    """A run that sends the action.

    lasts: another write of the run, before or after the refused one, whose effect lasts; None when nothing changes.
    lasts_when_full: the same where the refusal is that the plan is full.
    """

    action: str
    module: str
    options: dict[str, Any]
    lasts: str | None = None
    lasts_when_full: str | None = None


def keys(ids: str, state: str) -> dict[str, Any]:
    return {"usage_plan_id": PLAN, "access_key_ids": list(ids), "state": state}


def environments(service: str, environment: str, state: str, api_ids: list[str] | None = None) -> dict[str, Any]:
    return {"usage_plan_id": PLAN, "environments": [{"service_id": service, "environment": environment, "api_ids": api_ids}], "state": state}


FORCED_PLAN = {"usage_plan_id": PLAN, "state": "absent", "force": True}
APIS = ["api-1", "api-2"]
SCENARIOS = {
    "bind a key": Scenario("BindSecretIds", "usage_plan_keys", keys("c", "present")),
    # Only a plan that is too full has others unbound before the new are bound, and not when it is to hold more than now (docs/settling.md, Exact).
    "bind keys before others are unbound": Scenario("BindSecretIds", "usage_plan_keys", keys("cx", "exact"), lasts_when_full="UnBindSecretIds"),
    "bind more keys than are unbound": Scenario("BindSecretIds", "usage_plan_keys", keys("cxy", "exact")),
    "unbind a key": Scenario("UnBindSecretIds", "usage_plan_keys", keys("a", "absent")),
    # Refused together, they are sent one by one: each is refused again.
    "unbind keys": Scenario("UnBindSecretIds", "usage_plan_keys", keys("ab", "absent")),
    "unbind all others, having bound one": Scenario("UnBindSecretIds", "usage_plan_keys", keys("ac", "exact"), "BindSecretIds"),
    # The other removals of a run are sent all the same (Run._remove_all), and what they did is told beside the failure.
    "unbind the keys of a plan to be deleted": Scenario("UnBindSecretIds", "usage_plan", FORCED_PLAN, "UnBindEnvironment"),
    "unbind a key to be deleted": Scenario("UnBindSecretIds", "api_key", {"access_key_id": "a", "state": "absent", "force": True}, "DisableApiKey"),
    "create a plan": Scenario("CreateUsagePlan", "usage_plan", {"name": "silver"}),
    "describe a plan": Scenario("ModifyUsagePlan", "usage_plan", {"usage_plan_id": PLAN, "description": "New"}),
    "rename a plan": Scenario("ModifyUsagePlan", "usage_plan", {"usage_plan_id": PLAN, "name": "platinum"}),
    "delete a plan": Scenario("DeleteUsagePlan", "usage_plan", {"usage_plan_id": IDLE_PLAN, "state": "absent"}),
    "delete a plan that was emptied": Scenario("DeleteUsagePlan", "usage_plan", FORCED_PLAN, "UnBindSecretIds"),
    "bind an environment": Scenario("BindEnvironment", "usage_plan_environments", environments("service-1", "test", "present")),
    "bind an environment before others are unbound": Scenario("BindEnvironment", "usage_plan_environments", environments("service-1", "test", "exact")),
    "bind single APIs": Scenario("BindEnvironment", "usage_plan_environments", environments("service-2", "release", "present", APIS)),
    "unbind an environment": Scenario("UnBindEnvironment", "usage_plan_environments", environments("service-1", "release", "absent")),
    "unbind single APIs": Scenario("UnBindEnvironment", "usage_plan_environments", environments("service-2", "test", "absent", APIS)),
    "unbind the environments of a plan to be deleted": Scenario("UnBindEnvironment", "usage_plan", FORCED_PLAN, "UnBindSecretIds"),
    "make a key": Scenario("CreateApiKey", "api_key", {"name": "new"}),
    "make a manual key": Scenario("CreateApiKey", "api_key", {"name": "new", "access_key_id": "legacy-client", "access_key_secret": OURS}),
    "set a secret": Scenario("UpdateApiKey", "api_key", {"access_key_id": "a", "access_key_secret": OURS}),
    "rotate a secret": Scenario("UpdateApiKey", "api_key", {"access_key_id": "a", "rotate": True}),
    # Enabled for it, and disabled again: nothing has changed in the end.
    "set the secret of a disabled key": Scenario("UpdateApiKey", "api_key", {"access_key_id": "z", "access_key_secret": OURS}),
    "enable a key": Scenario("EnableApiKey", "api_key", {"access_key_id": "z", "enabled": True}),
    "enable a key to set its secret": Scenario("EnableApiKey", "api_key", {"access_key_id": "z", "access_key_secret": OURS}),
    "disable a key": Scenario("DisableApiKey", "api_key", {"access_key_id": "a", "enabled": False}),
    "disable a key that was just made": Scenario("DisableApiKey", "api_key", {"name": "new", "enabled": False}, "CreateApiKey"),
    "disable a key again after its secret was set": Scenario(
        "DisableApiKey", "api_key", {"access_key_id": "z", "access_key_secret": OURS}, "UpdateApiKey",
    ),
    "disable a key after its secret was rotated": Scenario(
        "DisableApiKey", "api_key", {"access_key_id": "a", "rotate": True, "enabled": False}, "UpdateApiKey",
    ),
    "disable a key to be deleted": Scenario("DisableApiKey", "api_key", {"access_key_id": "c", "state": "absent"}),
    "delete a disabled key": Scenario("DeleteApiKey", "api_key", {"access_key_id": "z", "state": "absent"}),
    "delete a key that was disabled for it": Scenario("DeleteApiKey", "api_key", {"access_key_id": "c", "state": "absent"}, "DisableApiKey"),
    "release an environment": Scenario("ReleaseService", "service_environment", {"service_id": "service-1", "environment": "test"}),
    "take a release back": Scenario(
        "UnReleaseService", "service_environment", {"service_id": "service-1", "environment": "release", "state": "unreleased"},
    ),
}


def secrets_of(state: dict) -> set[str]:
    return {key["secret"] for region in state.values() for key in region["access_keys"]}


@pytest.mark.parametrize(
    ("scenario", "code"),
    [
        pytest.param(scenario, code, id=f"{scenario.action}-{name}-{code}".replace(" ", "_"))
        for name, scenario in SCENARIOS.items() for code in BUSINESS_CODES[scenario.action]
    ],
)
def test_a_documented_code_of_a_write_arrives_verbatim_with_what_was_changed_and_no_secret(scenario, code):
    with Gateway("ab", disabled="z", others=SEED) as gateway:
        before = gateway.emulator.state()
        gateway.emulator.faults([{"action": scenario.action, "kind": "refuse", "code": code, "message": "text of the API", "times": 0}])
        result = gateway.run(scenario.module, api_retries=1, wait_timeout=5, **CREDENTIALS, **scenario.options)
        after = gateway.emulator.state()
        answered = {call["action"] for call in gateway.emulator.calls() if call["code"] is None}
    assert_failed(result, code, f": {code}: {CODES[code].meaning}.", "The API says: text of the API")
    assert (result["action"], result["error_kind"], result["api_message"]) == (scenario.action, CODES[code].kind, "text of the API")

    lasts = scenario.lasts_when_full if code == FULL else scenario.lasts
    assert result["changed"] is (before != after) is (lasts is not None)
    assert lasts is None or lasts in answered

    # A secret that the server made in this run is returned, in its own place; and only that.
    returned = result.pop("access_key_secret", None)
    made = secrets_of(after) - secrets_of(before) - {OURS}
    assert returned in (made or {None})
    secrets = {OURS, CREDENTIALS["secret_key"], CREDENTIALS["token"]} | secrets_of(before) | secrets_of(after)
    assert [one for one in secrets if one in json.dumps(result)] == []


def test_a_refusal_without_a_request_id_is_not_given_that_of_another_call():
    """The vendor would look up a call that was carried out. In check mode nothing was sent that could have one."""
    with Gateway(disabled="z") as gateway:
        predicted = gateway.keys("z", check_mode=True)
        answer = {"Response": {"Error": {"Code": "UnsupportedOperation.UnsupportedUpdateApiKey", "Message": "text of the API"}}}
        spoiled = {"kind": "http", "status": 200, "content_type": "application/json", "body": json.dumps(answer)}
        gateway.emulator.faults([{"action": "UpdateApiKey", "times": 0, **spoiled}])
        result = gateway.run("api_key", access_key_id="z", access_key_secret=OURS)
        # Another write came after it: the key, enabled for the change, is disabled again.
        assert gateway.calls()[-1] == "DisableApiKey"
    for failure, code in ((predicted, "InvalidStatus"), (result, "UnsupportedUpdateApiKey")):
        assert (failure["failed"], failure["error_code"], failure["request_id"]) == (True, f"UnsupportedOperation.{code}", "")
        assert "RequestId" not in failure["msg"]


def test_every_write_of_the_collection_has_its_codes_and_a_run_that_sends_it():
    """Writes are found by their names in the resources, less fields of such a name: what is got, subscripted, or a key of a dict."""
    sources = [path.read_text(encoding="utf-8") for path in COLLECTION.glob("plugins/module_utils/resources/*.py")]
    verbs = "Bind|UnBind|Create|Modify|Delete|Update|Enable|Disable|Release|UnRelease"
    sent = {name for source in sources for name in re.findall(rf'(?<!\.get\()(?<!\w\[)"((?:{verbs})[A-Z]\w+)"(?!:)', source)}
    assert sent == set(BUSINESS_CODES)
    assert {scenario.action for scenario in SCENARIOS.values()} == set(BUSINESS_CODES)
    # A write whose name has none of these verbs would at least be in the emulator.
    assert {name for name in Actions.names() if not name.startswith("Describe")} == set(BUSINESS_CODES)


@pytest.mark.parametrize("action", BUSINESS_CODES)
def test_every_documented_code_of_a_write_is_known_by_name(action):
    codes = BUSINESS_CODES[action]
    assert codes and len(set(codes)) == len(codes)
    assert [code for code in codes if code not in CODES] == []

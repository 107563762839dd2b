# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""api_key and its _info twin: identity, secrets, status, deleting, and what is settled by reading."""

from __future__ import annotations

import json

import pytest
from ansible_collections.tencentcloud.apigateway.tests.unit.gateway import PLAN, Gateway, assert_failed, comparable, with_real_ids

CREATE, UPDATE, ENABLE, DISABLE, DELETE = "CreateApiKey", "UpdateApiKey", "EnableApiKey", "DisableApiKey", "DeleteApiKey"
FIND, READ = "DescribeApiKeysStatus", "DescribeApiKey"
OURS = "a-secret-of-ours"


def truth(gateway, access_key_id="a"):
    keys = {key["access_key_id"]: key for key in gateway.emulator.state()["ap-guangzhou"]["access_keys"]}
    return keys.get(access_key_id)


def key_named(gateway, name):
    return next(key for key in gateway.emulator.state()["ap-guangzhou"]["access_keys"] if key["name"] == name)


def writes(result):
    return [call["action"] for call in result["api_calls"] if not call["action"].startswith("Describe")]


def both(gateway, **options):
    """The real run's result, once it is known to be what check mode foretold, and that no secret of a key is where it should not be."""
    before = gateway.emulator.state()
    predicted = gateway.run("api_key", check_mode=True, **options)
    assert gateway.emulator.state() == before
    assert predicted.get("access_key_secret") in (None, "planned:secret")
    result = gateway.run("api_key", **options)
    assert comparable(with_real_ids(predicted, result)) == comparable(result)
    elsewhere = json.dumps({name: value for name, value in result.items() if name != "access_key_secret"})
    assert "KEYSECRET" not in elsewhere and OURS not in elsewhere
    assert "access_key_secret" not in result or result["access_key_secret"] not in elsewhere
    return result


def test_a_key_is_made_by_name_and_its_secret_returned_once():
    with Gateway() as gateway:
        result = both(gateway, name="new")
        made = key_named(gateway, "new")
        assert writes(result) == [CREATE]
        assert result["api_key"] == {"access_key_id": made["access_key_id"], "name": "new", "type": "auto", "enabled": True}
        assert result["access_key_secret"] == made["secret"]
        again = both(gateway, name="new")
        assert (again["changed"], "access_key_secret" in again, writes(again)) == (False, False, [])


def test_check_mode_gives_a_key_that_would_be_made_a_planned_id():
    with Gateway() as gateway:
        assert gateway.run("api_key", name="new", check_mode=True)["api_key"]["access_key_id"] == "planned:api_key:new"


def test_a_manual_key_has_our_id_and_our_secret_which_is_not_returned():
    with Gateway() as gateway:
        result = both(gateway, name="legacy", access_key_id="legacy-client", access_key_secret=f"{OURS}\n")
        assert truth(gateway, "legacy-client").items() >= {"secret": OURS, "type": "manual", "name": "legacy"}.items()
        assert "access_key_secret" not in result
        assert both(gateway, access_key_id="legacy-client", access_key_secret=OURS)["changed"] is False


def test_a_new_key_can_be_disabled_from_the_start():
    with Gateway() as gateway:
        result = both(gateway, name="new", enabled=False)
        assert (writes(result), result["api_key"]["enabled"], key_named(gateway, "new")["enabled"]) == ([CREATE, DISABLE], False, False)


@pytest.mark.parametrize("switch_twice", ["accept", "refuse"])
@pytest.mark.parametrize(("disabled", "enabled", "sent"), [("", False, [DISABLE]), ("a", True, [ENABLE]), ("", True, []), ("a", False, []), ("a", None, [])])
def test_a_key_is_enabled_and_disabled_only_when_it_is_not(switch_twice, disabled, enabled, sent):
    with Gateway(disabled=disabled, switches={"switch_twice": switch_twice}) as gateway:
        result = both(gateway, access_key_id="a", **({} if enabled is None else {"enabled": enabled}))
        assert (writes(result), result["changed"]) == (sent, bool(sent))
        assert truth(gateway)["enabled"] == (disabled == "" if enabled is None else enabled)


@pytest.mark.parametrize(
    ("disabled", "options", "sent", "enabled"),
    [
        ("", {}, [UPDATE], True), ("", {"enabled": False}, [UPDATE, DISABLE], False), ("a", {}, [ENABLE, UPDATE, DISABLE], False),
        ("a", {"enabled": False}, [ENABLE, UPDATE, DISABLE], False), ("a", {"enabled": True}, [ENABLE, UPDATE], True),
    ],
)
def test_another_secret_is_set_and_a_disabled_key_ends_as_it_was(disabled, options, sent, enabled):
    with Gateway(disabled=disabled) as gateway:
        result = both(gateway, access_key_id="a", access_key_secret=OURS, **options)
        assert writes(result) == sent
        assert (truth(gateway)["secret"], truth(gateway)["enabled"]) == (OURS, enabled)
        assert both(gateway, access_key_id="a", access_key_secret=OURS, **options)["changed"] is False


def test_a_disabled_key_is_disabled_again_when_its_secret_cannot_be_changed():
    with Gateway(disabled="a") as gateway:
        gateway.emulator.faults([{"action": UPDATE, "kind": "refuse", "code": "UnauthorizedOperation"}])
        result = gateway.run("api_key", access_key_id="a", access_key_secret=OURS)
        assert_failed(result, "UnauthorizedOperation")
        assert (writes(result), truth(gateway)["enabled"]) == ([ENABLE, UPDATE, DISABLE], False)


@pytest.mark.parametrize("fault", [{"kind": "drop"}, {"kind": "reset"}, {"kind": "garble", "how": "null_result", "acts": False}])
@pytest.mark.parametrize("switch_twice", ["accept", "refuse"])
@pytest.mark.parametrize("action", [ENABLE, UPDATE, DISABLE])
@pytest.mark.parametrize("options", [{}, {"enabled": False}])
def test_a_disabled_key_is_never_left_enabled_by_an_answer_that_is_lost(fault, switch_twice, action, options):
    with Gateway(disabled="a", switches={"switch_twice": switch_twice}) as gateway:
        gateway.emulator.faults([{"action": action, **fault}])
        result = gateway.run("api_key", access_key_id="a", access_key_secret=OURS, **options)
        assert truth(gateway)["enabled"] is False, result
        assert bool(result.get("failed")) == (truth(gateway)["secret"] != OURS), result
        assert result["changed"] or result.get("failed")


def test_a_key_that_cannot_be_disabled_again_is_a_failure_that_shows_it():
    with Gateway(disabled="a") as gateway:
        gateway.emulator.faults([{"action": DISABLE, "kind": "refuse", "code": "UnauthorizedOperation", "times": 0}])
        result = gateway.run("api_key", access_key_id="a", access_key_secret=OURS)
        assert_failed(result, "UnauthorizedOperation", "DisableApiKey")
        assert (result["changed"], result["api_key"]["enabled"], truth(gateway)["enabled"]) == (True, True, True)


@pytest.mark.parametrize("action, disables, changed", [(ENABLE, False, False), (UPDATE, True, False), (UPDATE, False, True)])
def test_what_a_failed_change_of_a_disabled_key_leaves_is_what_the_result_shows(action, disables, changed):
    with Gateway(disabled="a") as gateway:
        refused = [action] if disables or action == ENABLE else [action, DISABLE]
        gateway.emulator.faults([{"action": one, "kind": "refuse", "code": "UnauthorizedOperation"} for one in refused])
        result = gateway.run("api_key", access_key_id="a", access_key_secret=OURS)
        assert_failed(result, "UnauthorizedOperation", action)
        assert (result["changed"], result["api_key"]["enabled"], result["unconfirmed"]) == (changed, changed, [])
        assert truth(gateway)["enabled"] is changed
        assert ("DisableApiKey after that failed too" in result["msg"]) == changed


def test_a_secret_that_the_server_made_is_told_though_a_late_read_shows_the_old_one():
    with Gateway(disabled="a", switches={"lag": 5}) as gateway:
        gateway.emulator.faults([{"action": DISABLE, "kind": "drop"}])
        result = gateway.run("api_key", access_key_id="a", rotate=True)
        assert result["access_key_secret"] == truth(gateway)["secret"] != "KEYSECRETa"


def test_rotating_makes_a_new_secret_in_every_run():
    with Gateway() as gateway:
        secrets = [both(gateway, access_key_id="a", rotate=True)["access_key_secret"] for _time in range(2)]
        assert secrets[1] == truth(gateway)["secret"]
        assert len({"KEYSECRETa", *secrets}) == 3


def test_a_key_is_rotated_when_it_is_old_enough():
    with Gateway() as gateway:
        assert both(gateway, access_key_id="a", rotate_after_days=1)["changed"] is False
        gateway.time.sleep(86400)
        assert both(gateway, access_key_id="a", rotate_after_days=1)["access_key_secret"] == truth(gateway)["secret"]
        assert both(gateway, access_key_id="a", rotate_after_days=1)["changed"] is False


# ---- Identity

def test_the_name_of_a_key_cannot_be_changed():
    with Gateway() as gateway:
        assert_failed(both(gateway, access_key_id="a", name="other"), None, "name-a", "cannot be changed to other")


@pytest.mark.parametrize("force", [True, False])
def test_a_key_is_not_deleted_by_an_id_and_a_name_that_do_not_belong_together(force):
    with Gateway("a") as gateway:
        before = gateway.emulator.state()
        for name in ("name-b", "nobody"):
            result = both(gateway, access_key_id="a", name=name, state="absent", force=force)
            assert_failed(result, None, f"access key a has the name name-a, not {name}. Nothing was deleted.")
        assert (result["error_kind"], gateway.emulator.state()) == ("invalid", before)
        planned = {"access_key_id": "planned:api_key:new", "name": "old", "state": "absent"}
        assert_failed(gateway.run("api_key", check_mode=True, **planned), None, "has the name new, not old.")
        assert both(gateway, access_key_id="b", name="name-b", state="absent")["changed"]
        assert both(gateway, access_key_id="b", name="name-b", state="absent")["changed"] is False


@pytest.mark.parametrize("name_filter", ["exact", "fuzzy"])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_two_keys_of_one_name_are_an_error_that_lists_them(name_filter, state):
    others = {"access_keys": [{"access_key_id": "twin", "name": "name-a"}, {"access_key_id": "longer", "name": "name-a-b"}]}
    with Gateway(others=others, switches={"name_filter": name_filter}) as gateway:
        result = both(gateway, name="name-a", state=state)
        assert_failed(result, None, "a, twin", "Give the id")
        assert (result["error_kind"], "longer" in result["msg"]) == ("ambiguous", False)


def test_a_key_is_found_by_name_on_page_two():
    others = {"access_keys": [{"access_key_id": f"k{number:03}", "name": f"n{number:03}"} for number in range(150)]}
    with Gateway(others=others) as gateway:
        assert both(gateway, name="n149", enabled=False)["api_key"]["access_key_id"] == "k149"


def test_the_id_of_a_manual_key_may_be_taken_in_another_region():
    others = {"access_keys": [{"access_key_id": "taken", "name": "far", "region": "ap-seoul"}]}
    with Gateway(others=others) as gateway:
        result = gateway.run("api_key", name="legacy", access_key_id="taken", access_key_secret=OURS)
        assert_failed(result, "FailedOperation.AccessKeyExist", "another region")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "access_key_id or name is needed"), ({"access_key_id": " "}, "blank"), ({"name": "a", "access_key_secret": " "}, "access_key_secret is blank"),
        ({"name": "a", "access_key_secret": OURS, "rotate": True}, "does not go with rotate"), ({"name": "a", "rotate_after_days": 0}, "it is 1 to 36500"),
        ({"name": "new", "access_key_secret": OURS}, "a manual key needs both"),
    ],
)
def test_bad_input_writes_nothing(options, words):
    with Gateway() as gateway:
        assert_failed(both(gateway, **options), None, words)
        assert OURS not in gateway.run("api_key", **options)["msg"]


def test_the_server_makes_no_secret_of_a_manual_key():
    with Gateway(others={"access_keys": [{"access_key_id": "manual", "name": "manual", "type": "manual"}]}) as gateway:
        assert_failed(both(gateway, access_key_id="manual", rotate=True), None, "manual key")


def test_an_id_that_does_not_exist_is_not_made_without_a_secret():
    with Gateway() as gateway:
        assert_failed(both(gateway, access_key_id="nobody", name="new"), "ResourceNotFound.InvalidAccessKeyId")


# ---- Deleting

@pytest.mark.parametrize("use_first", [True, False])
@pytest.mark.parametrize(("disabled", "sent"), [("", [DISABLE, DELETE]), ("a", [DELETE])])
def test_a_key_is_disabled_deleted_and_seen_gone(use_first, disabled, sent):
    with Gateway(disabled=disabled, switches={"delete_checks_use_first": use_first}) as gateway:
        result = both(gateway, name="name-a", state="absent")
        assert (writes(result), result["changed"], result["api_key"], truth(gateway)) == (sent, True, None, None)
        assert result["api_calls"][-1]["action"] == READ
        assert both(gateway, name="name-a", state="absent")["changed"] is False
        assert both(gateway, access_key_id="a", state="absent")["changed"] is False


def test_a_key_that_a_plan_holds_is_left_enabled_without_force():
    with Gateway("a") as gateway:
        result = both(gateway, access_key_id="a", state="absent")
        assert_failed(result, "UnsupportedOperation.ResourceIsInUse", f"Bound to: {PLAN}.", "force: true")
        assert (writes(result), truth(gateway)["enabled"], result["changed"]) == ([], True, False)


def test_a_key_that_is_disabled_and_then_not_deleted_has_been_changed():
    with Gateway() as gateway:
        gateway.emulator.faults([{"action": DELETE, "kind": "refuse", "code": "UnauthorizedOperation"}])
        result = gateway.run("api_key", access_key_id="a", state="absent")
        assert_failed(result, "UnauthorizedOperation", "DeleteApiKey")
        assert (result["changed"], result["api_key"]["enabled"], truth(gateway)["enabled"]) == (True, False, False)


def test_a_key_to_be_deleted_is_shown_as_it_was():
    with Gateway() as gateway:
        assert both(gateway, access_key_id="a", state="absent")["diff"]["before"] == {"access_key_id": "a", "name": "name-a", "type": "auto", "enabled": True}


def test_force_unbinds_the_key_from_every_plan_and_says_from_which():
    others = {"usage_plans": [{"usage_plan_id": "usagePlan-2", "name": "silver"}], "bindings": [{"usage_plan_id": "usagePlan-2", "access_key_ids": ["a", "b"]}]}
    with Gateway("a", others=others) as gateway:
        result = both(gateway, access_key_id="a", state="absent", force=True)
        assert result["unbound_usage_plans"] == ["usagePlan-2", PLAN]
        assert writes(result) == ["UnBindSecretIds", "UnBindSecretIds", DISABLE, DELETE]
        assert (truth(gateway), gateway.bound("usagePlan-2")) == (None, {"b"})


# ---- Settled by reading

@pytest.mark.parametrize("fault", [{"kind": "drop"}, {"kind": "garble", "how": "null_result"}])
@pytest.mark.parametrize("switches", [{}, {"lag": 2}])
def test_a_create_without_an_answer_is_settled_by_its_name_and_never_sent_again(fault, switches):
    with Gateway(switches=switches) as gateway:
        gateway.emulator.faults([{"action": CREATE, "times": 0, **fault}])
        result = gateway.run("api_key", name="new")
        assert not result.get("failed"), result["msg"]
        assert (result["changed"], writes(result)) == (True, [CREATE])
        assert result["access_key_secret"] == key_named(gateway, "new")["secret"]


def test_a_create_that_does_not_appear_is_a_failure_that_tells_of_a_second_run():
    with Gateway() as gateway:
        gateway.emulator.faults([{"action": CREATE, "kind": "reset"}])
        result = gateway.run("api_key", name="new")
        assert_failed(result, None, "takes up what was created, if it appears")
        assert (result["error_kind"], writes(result), result["changed"]) == ("unconfirmed", [CREATE], False)


@pytest.mark.parametrize("fault", [{"kind": "drop"}, {"kind": "garble", "how": "null_result"}])
@pytest.mark.parametrize("options", [{"rotate": True}, {"access_key_secret": OURS}])
def test_a_new_secret_without_an_answer_is_settled_by_comparing_and_never_sent_again(fault, options):
    with Gateway() as gateway:
        gateway.emulator.faults([{"action": UPDATE, "times": 0, **fault}])
        result = gateway.run("api_key", access_key_id="a", **options)
        assert not result.get("failed"), result["msg"]
        assert (result["changed"], writes(result)) == (True, [UPDATE])
        assert result.get("access_key_secret") in (None, truth(gateway)["secret"])
        assert ("access_key_secret" in result) == ("rotate" in options)


def test_a_new_secret_that_does_not_appear_is_a_failure_and_not_sent_again():
    with Gateway() as gateway:
        gateway.emulator.faults([{"action": UPDATE, "kind": "reset"}])
        result = gateway.run("api_key", access_key_id="a", rotate=True)
        assert_failed(result, None)
        assert (result["error_kind"], writes(result), "access_key_secret" in result) == ("unconfirmed", [UPDATE], False)


@pytest.mark.parametrize("fault", [{"kind": "drop"}, {"kind": "reset"}, {"kind": "garble", "how": "false_result"}])
@pytest.mark.parametrize(("action", "options"), [(DISABLE, {"enabled": False}), (DELETE, {"state": "absent"})])
def test_disabling_and_deleting_without_an_answer_are_settled_by_reading(fault, action, options):
    with Gateway() as gateway:
        gateway.emulator.faults([{"action": action, **fault}])
        result = gateway.run("api_key", access_key_id="a", **options)
        assert not result.get("failed"), result["msg"]
        assert result["changed"]
        assert truth(gateway) is None or truth(gateway)["enabled"] is False


# ---- The _info twin

@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({}, "abcxyz"), ({"names": ["name-a", "name-b"]}, "ab"), ({"names": ["name"]}, ""), ({"access_key_ids": ["c", "nobody"]}, "c"),
        ({"enabled": False}, "z"), ({"enabled": True}, "abcxy"), ({"keyword": "name-x"}, "x"), ({"not_usage_plan_ids": [PLAN]}, "bcxyz"),
        ({"not_usage_plan_ids": [PLAN], "enabled": False}, "z"),
    ],
)
def test_the_info_twin_filters(options, ids):
    with Gateway("a", disabled="z") as gateway:
        assert [key["access_key_id"] for key in gateway.run("api_key_info", **options)["api_key"]] == list(ids)


def test_the_info_twin_tells_secrets_only_when_asked():
    with Gateway() as gateway:
        assert "KEYSECRET" not in json.dumps(gateway.run("api_key_info"))
        assert gateway.run("api_key_info", include_secrets=True)["api_key"][0]["access_key_secret"] == "KEYSECRETa"


def test_the_info_twin_tells_which_plans_hold_a_key():
    others = {"usage_plans": [{"usage_plan_id": "usagePlan-2", "name": "silver"}], "bindings": [{"usage_plan_id": "usagePlan-2", "access_key_ids": ["a"]}]}
    with Gateway("ab", others=others) as gateway:
        result = gateway.run("api_key_info", gather_usage_plans=True)
        assert {key["access_key_id"]: key["usage_plan_ids"] for key in result["api_key"][:3]} == {"a": ["usagePlan-2", PLAN], "b": [PLAN], "c": []}
        assert len(result["api_calls"]) == 4


def test_both_twins_describe_a_key_alike():
    with Gateway() as gateway:
        described = gateway.run("api_key", access_key_id="a")["api_key"]
        assert described.items() <= gateway.run("api_key_info")["api_key"][0].items()


@pytest.mark.parametrize("skip", [0, 1])
def test_a_plan_that_vanishes_while_its_keys_are_read_does_not_make_the_key_look_gone(skip):
    with Gateway("a", others={"usage_plans": [{"usage_plan_id": "usagePlan-vanishes", "name": "vanishing"}]}) as gateway:
        gone = {"action": "DescribeUsagePlanSecretIds", "kind": "meanwhile", "do": [{"delete_usage_plan": "usagePlan-vanishes"}], "skip": skip}
        gateway.emulator.faults([gone])
        result = gateway.run("api_key", access_key_id="a", state="absent", force=True)
        assert (result["changed"], result["unbound_usage_plans"], truth(gateway)) == (True, [PLAN], None)


def test_once_no_plan_holds_the_key_the_plans_are_not_read_again():
    with Gateway(others={"usage_plans": [{"name": f"plan-{number}"} for number in range(20)]}) as gateway:
        result = gateway.run("api_key", access_key_id="a", state="absent")
        assert truth(gateway) is None
        reads = [call["action"] for call in result["api_calls"] if call["action"] == "DescribeUsagePlanSecretIds"]
        assert len(reads) == 21


def test_a_key_that_is_bound_after_it_was_read_is_not_deleted_and_the_failure_names_the_plan():
    with Gateway() as gateway:
        bind = {"usage_plan_id": PLAN, "access_key_ids": ["a"]}
        gateway.emulator.faults([{"action": DELETE, "kind": "meanwhile", "do": [{"bind": bind}]}])
        result = gateway.run("api_key", access_key_id="a", state="absent")
        assert_failed(result, "UnsupportedOperation.ResourceIsInUse", f"Bound to: {PLAN}.")
        assert truth(gateway)

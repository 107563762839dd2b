# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be set: regions, quotas, switches for what the documents leave open, and faults.

Tables with one line for each thing; docs/emulator.md is generated from them. The mark says how a default is known:
documented (by the vendor), inferred (from its documents and tools), assumed (somebody had to choose), or tool (has no
counterpart in the real API).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple


class Switch(NamedTuple):
    """One switch: its default, what it may be (a type, or the values), how the default is known, and what it does."""

    default: Any
    allowed: Any
    mark: str
    text: str


class Fault(NamedTuple):
    """One kind of fault: its fields with their defaults (None: must be given), and what it does."""

    fields: dict
    text: str


# Document 628/33133.
REGIONS = (
    "ap-guangzhou", "ap-shanghai", "ap-nanjing", "ap-beijing", "ap-chengdu", "ap-chongqing", "ap-hongkong", "ap-singapore", "ap-seoul",
    "ap-tokyo", "ap-bangkok", "na-siliconvalley", "eu-frankfurt",
)

# Document 628/31716.
QUOTAS = {"access_keys_per_usage_plan": 50, "usage_plans_per_access_key": 10, "usage_plans": 200, "access_keys": 400}

ALREADY_BOUND = "UnsupportedOperation.AlreadyBindUsagePlan"
UNSUPPORTED_BIND = "UnsupportedOperation.UnsupportedBindApiKey"

SWITCHES = {
    "bind_applies_in_part": Switch(False, bool, "assumed", "A refused BindSecretIds leaves the keys before the first faulty one bound."),
    "rebind": Switch("refuse", ("refuse", "accept"), "inferred", "What binding a bound key does: a code for it exists."),
    "already_bound_code": Switch(ALREADY_BOUND, (ALREADY_BOUND, UNSUPPORTED_BIND), "inferred", "The code for a key that is in this plan already."),
    "conflict_code": Switch(UNSUPPORTED_BIND, (ALREADY_BOUND, UNSUPPORTED_BIND), "inferred", "The code for the rule about plans that share a key."),
    "unbind_unbound": Switch("accept", ("accept", "refuse"), "assumed", "What unbinding a key that is not bound does; refused as InvalidAccessKeyId."),
    "quota_first": Switch(False, bool, "assumed", "BindSecretIds looks at the plan's quota before the keys, and counts all of them as new."),
    "duplicate_ids": Switch("accept", ("accept", "refuse"), "assumed", "What the same id twice in one call does."),
    "key_plan_quota_code": Switch("LimitExceeded", str, "assumed", "The code for a key that is in too many plans: none is documented."),
    "filter_values_limit": Switch(0, int, "assumed", "How many values one filter takes; 0 for any number. Other products of the vendor take 5."),
    "filter_values_over_limit": Switch("refuse", ("refuse", "truncate"), "assumed", "What more values than that do."),
    "rebind_environment": Switch("accept", ("refuse", "accept"), "assumed", "What binding an environment does that is bound to the plan already."),
    "unbind_unbound_environment": Switch("accept", ("accept", "refuse"), "assumed", "What unbinding an environment that is not bound does."),
    "plan_lists_single_apis": Switch(True, bool, "assumed", "DescribeUsagePlan lists environments of which only single APIs are bound, too, once each."),
    "modify_resets_omitted": Switch(False, bool, "assumed", "ModifyUsagePlan resets the fields that are left out."),
    "delete_plan_with_keys": Switch("refuse", ("refuse", "accept"), "assumed", "What deleting a plan does that holds keys and no environment."),
    "switch_twice": Switch("accept", ("accept", "refuse"), "assumed", "What enabling an enabled key does, and disabling a disabled one."),
    "delete_checks_use_first": Switch(False, bool, "assumed", "DeleteApiKey looks for usage plans before it looks at the key's status."),
    "name_filter": Switch("exact", ("exact", "fuzzy"), "inferred", "Whether a filter by name finds names that only contain it."),
    "empty_list": Switch("list", ("list", "null"), "documented", "How an empty list of bound keys is spelled; null comes with a null count."),
    "list_order": Switch(
        "oldest_first", ("oldest_first", "newest_first"), "assumed", "The order of lists: the order of creation (or of binding), or the reverse.",
    ),
    "listed_secrets": Switch(
        "shown", ("shown", "blank", "null", "absent", "masked"), "inferred",
        "How DescribeApiKeysStatus gives the secrets of keys. DescribeApiKey always shows them.",
    ),
    "no_limit": Switch(
        "by_action", ("by_action", "minus_one", "null", "zero"), "inferred",
        "How responses spell that a plan has no limit: by_action is null or -1, depending on the action.",
    ),
    "keys_are_regional": Switch(True, bool, "assumed", "Whether a key is known in its own region only, or by its id everywhere; lists are of the region."),
    "lag": Switch(0, float, "inferred", "Seconds by which reads show a change late, of bindings and of keys. Writes see the truth."),
    "latency": Switch(0, float, "tool", "Seconds that every answer takes longer."),
    "rate_limit": Switch(0, int, "documented", "Requests a second for each action; more are RequestLimitExceeded. 0 for no limit; the real one is 20."),
    "offline": Switch("", ("", "ActionOffline", "NoSuchProduct"), "assumed", "The code that everything is answered with once the product is off."),
    "denied_actions": Switch([], list, "documented", "Actions that the caller may not use: AuthFailure.UnauthorizedOperation."),
}

FAULTS = {
    "refuse": Fault({"code": None, "message": ""}, "Answered with this code, not carried out."),
    "http": Fault({"status": None, "body": "<html>not the API</html>", "content_type": "text/html", "acts": False}, "Answered with this HTTP status and body."),
    "slow": Fault({"seconds": None}, "Waits, then acts and answers."),
    "reset": Fault({}, "Cuts the connection before acting."),
    "drop": Fault({}, "Acts, then cuts the connection without an answer."),
    "lag": Fault({"seconds": None}, "What this call changes shows in reads only this late."),
    "garble": Fault(
        {"how": None, "acts": True},
        "Spoils the answer: not_json, truncated, no_response, null_result, false_result, charset (in the content type), "
        "count (one more than the list has), null_list (with the count kept), bare_error (an empty Error beside the result).",
    ),
    "omit": Fault(
        {"members": None, "null": False},
        "Leaves these members out of the result and of every row in it, or gives them as null.",
    ),
    "meanwhile": Fault(
        {"do": None, "when": "before"},
        "Somebody else acts just before (or after) the call is carried out: a list of bind, unbind, disable, enable, "
        "create_keys, delete_keys, create_usage_plans, delete_usage_plan.",
    ),
}
# What every fault has beside its kind.
COMMON_FAULT_FIELDS = {"action": None, "times": 1, "skip": 0}
GARBLES = ("not_json", "truncated", "no_response", "null_result", "false_result", "charset", "count", "null_list", "bare_error")
FAULT_FIELD_TYPES = {
    "kind": str, "action": str, "times": int, "skip": int, "code": str, "message": str, "status": int, "body": str, "content_type": str, "acts": bool,
    "seconds": float, "how": GARBLES, "do": [dict], "when": ("before", "after"), "members": [str],
    "null": bool,
}
# What somebody else can do, and to what.
DEEDS = {
    "bind": dict, "unbind": dict, "disable": [str], "enable": [str], "create_keys": [dict], "delete_keys": [str], "create_usage_plans": [dict],
    "delete_usage_plan": str,
}
CREATED_TYPES = {
    "create_keys": {"access_key_id": str, "name": str, "secret": str, "enabled": bool}, "create_usage_plans": {"usage_plan_id": str, "name": str},
}
BINDING_TYPES = {"usage_plan_id": str, "access_key_ids": [str], "environments": [dict]}
BOUND_ENVIRONMENT_TYPES = {"service_id": str, "environment": str, "api_id": str}


def fits(value: Any, allowed: Any, least: int = 0) -> bool:
    """Whether a value is one of those (a tuple), a list of that ([type]), or of that type. list: of strings. least: of numbers."""
    if isinstance(allowed, tuple):
        return value in allowed
    if allowed is list or isinstance(allowed, list):
        item = str if allowed is list else allowed[0]
        return isinstance(value, list) and all(fits(one, item) for one in value)
    if allowed in (int, float):
        return isinstance(value, (int, allowed)) and not isinstance(value, bool) and value >= least
    return isinstance(value, allowed)


def checked(what: str, given: Any, types: dict, required: Iterable[str] = (), least: int = 0) -> dict:
    """What is given, if it is an object with such fields. Raises ValueError that says what is wrong."""
    if not isinstance(given, dict):
        raise ValueError(f"{what}: takes an object, not {given!r}")
    unknown = [str(name) for name in given if name not in types]
    if unknown:
        raise ValueError(f"{what}: no {', '.join(unknown)}; there are {', '.join(types)}")
    missing = [name for name in required if given.get(name) in (None, "")]
    if missing:
        raise ValueError(f"{what}: {', '.join(missing)} is missing")
    for name, value in given.items():
        if not fits(value, types[name], least):
            raise ValueError(f"{what}: {name} takes {_spelled(types[name], least)}, not {value!r}")
    return given


def checked_switches(given: Any) -> dict:
    """The switches as they are given. Raises ValueError for an unknown one and for a value that it does not take."""
    return checked("switches", given, {name: switch.allowed for name, switch in SWITCHES.items()})


def checked_fault(given: Any, actions: Iterable[str]) -> dict:
    """The fault with all of its fields. actions: those that there are. Raises ValueError."""
    kind = given.get("kind") if isinstance(given, dict) else given
    if not isinstance(kind, str) or kind not in FAULTS:
        raise ValueError(f"no fault {kind!r}; there are {', '.join(FAULTS)}")
    fields = {**COMMON_FAULT_FIELDS, **FAULTS[kind].fields}
    required = [name for name, default in fields.items() if default is None]
    checked(f"fault {kind}", given, {name: FAULT_FIELD_TYPES[name] for name in ("kind", *fields)}, required)
    if given["action"] not in ("*", *actions):
        # A fault that can never happen is a test that proves nothing.
        raise ValueError(f"fault {kind}: no action {given['action']!r}; there are *, {', '.join(actions)}")
    for deed in given.get("do", []):
        _check_deed(deed)
    return {**fields, **given}


def _check_deed(deed: dict) -> None:
    checked("fault meanwhile", deed, DEEDS)
    for what in {"bind", "unbind"} & set(deed):
        checked(f"fault meanwhile: {what}", deed[what], BINDING_TYPES, ["usage_plan_id"])
        for bound in deed[what].get("environments", []):
            checked(f"fault meanwhile: {what}", bound, BOUND_ENVIRONMENT_TYPES, ["service_id", "environment"])
    for what in set(CREATED_TYPES) & set(deed):
        for created in deed[what]:
            checked(f"fault meanwhile: {what}", created, CREATED_TYPES[what], ["name"])


def _spelled(allowed: Any, least: int) -> str:
    if isinstance(allowed, tuple):
        return " or ".join(repr(one) for one in allowed)
    if isinstance(allowed, list):
        return "a list of objects" if allowed == [dict] else "a list of text"
    numbers = {int: f"a whole number from {least} up", float: f"a number from {least} up"}
    return {**numbers, str: "text", bool: "true or false", dict: "an object", list: "a list of text"}[allowed]

# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task must have made of what was there when it says that it succeeded, by its options alone; whether what a result shows is there; and
what a caller can know of a run.

there: as World.there() has it.
"""

from __future__ import annotations

import contextlib
import copy

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import CODES
from ansible_collections.tencentcloud.apigateway.tests.unit.chaos import APIS, LIMITS, Run


class Impossible(Exception):
    """A task that cannot succeed."""


def found(things, one, name):
    """The id of what is meant; "" when there is none."""
    ids = [one] if one in things else [other for other, thing in things.items() if not one and thing["name"] == name]
    if len(ids) > 1:
        raise Impossible
    return ids[0] if ids else ""


def key_declared(there, access_key_id=None, name=None, access_key_secret=None, enabled=None, rotate=False):
    keys = there["keys"]
    one = found(keys, access_key_id, name)
    if not one:
        if not name or bool(access_key_id) != bool(access_key_secret):
            raise Impossible
        one = access_key_id or f"new:{name}"
        keys[one] = {"name": name, "secret": "made", "enabled": True, "type": "manual" if access_key_id else "auto"}
    if (name and keys[one]["name"] != name) or (rotate and keys[one]["type"] == "manual"):
        raise Impossible
    keys[one].update({"secret": "made"} if rotate else {"secret": access_key_secret} if access_key_secret else {})
    keys[one].update({} if enabled is None else {"enabled": enabled})
    return one


def key(there, state="present", force=False, **options):
    if state == "present":
        key_declared(there, **options)
        return
    one = found(there["keys"], options.get("access_key_id"), options.get("name"))
    holders = [plan for plan in there["plans"].values() if one in plan["keys"]]
    if holders and not force:
        raise Impossible
    for plan in holders:
        plan["keys"].discard(one)
    there["keys"].pop(one, None)


def plan_declared(there, usage_plan_id=None, name=None, **fields):
    one = found(there["plans"], usage_plan_id, name)
    if not one and usage_plan_id:
        raise Impossible
    one = one or f"new:{name}"
    there["plans"].setdefault(one, {**LIMITS, "keys": set(), "environments": set()}).update(fields, **({"name": name} if name else {}))
    return one


def plan(there, state="present", force=False, **options):
    if state == "present":
        plan_declared(there, **options)
        return
    one = found(there["plans"], options.get("usage_plan_id"), options.get("name"))
    if one and not force and (there["plans"][one]["keys"] or there["plans"][one]["environments"]):
        raise Impossible
    there["plans"].pop(one, None)


def bound(there, what, given, state, usage_plan_id=None, usage_plan_name=None):
    one = found(there["plans"], usage_plan_id, usage_plan_name)
    if one:
        now = there["plans"][one][what]
        there["plans"][one][what] = {"present": now | given, "absent": now - given, "exact": given}[state]
    elif state == "exact" or (state == "present" and given):
        raise Impossible


def plan_keys(there, access_key_ids, access_key_names, state, allow_empty, **options):
    named = {found(there["keys"], None, name) for name in access_key_names}
    if "" in named and state != "absent":
        raise Impossible
    bound(there, "keys", {*access_key_ids, *named} - {""}, state, **options)


def place_ids(entries, service):
    return {"/".join([entry[service], entry["environment"], *api]) for entry in entries for api in [[one] for one in entry.get("api_ids", [])] or [[]]}


def plan_environments(there, environments, state, allow_empty, **options):
    bound(there, "environments", place_ids(environments, "service_id"), state, **options)


def environment(there, service_id, environment, state):
    released = there["released"][service_id]
    there["released"][service_id] = released | {environment} if state == "released" else released - {environment}


def document(there, access_keys, usage_plans, prune, allow_empty):
    ambiguous = twins(there)
    named = {key_declared(there, **entry) for entry in access_keys}
    keys, plans = set(named), set()
    for entry in usage_plans:
        one = plan_declared(there, **{option: value for option, value in entry.items() if option not in ("access_keys", "environments")})
        plans.add(one)
        mine = {
            text if text in there["keys"] else found({one: there["keys"][one] for one in named}, None, text) or found(there["keys"], None, text)
            for text in entry.get("access_keys", ())
        }
        keys |= mine
        for what, option, given in (("keys", "bindings", mine), ("environments", "environments", place_ids(entry.get("environments", ()), "service"))):
            if ("access_keys" if what == "keys" else what) in entry:
                there["plans"][one][what] = given if option in prune else there["plans"][one][what] | given
    for one in set(there["plans"]) - plans if "usage_plans" in prune else ():
        del there["plans"][one]
    for one in set(there["keys"]) - keys if "access_keys" in prune else ():
        key(there, "absent", True, access_key_id=one)
    if twins(there) - ambiguous:
        raise Impossible


WANTED = {
    "usage_plan_keys": plan_keys, "usage_plan": plan, "api_key": key, "usage_plan_environments": plan_environments, "service_environment": environment,
    "access": document,
}


def neutral(there, before):
    """With ids and secrets that the server has made since spelled as WANTED spells them."""
    spelled = {one: f"new:{thing['name']}" for what in ("keys", "plans") for one, thing in there[what].items()
               if one not in before[what] and thing.get("type") != "manual"}
    keys = {spelled.get(one, one): {**row, "secret": row["secret"] if row["secret"].startswith("secret-of") else "made"} for one, row in there["keys"].items()}
    plans = {spelled.get(one, one): {**row, "keys": {spelled.get(held, held) for held in row["keys"]}} for one, row in there["plans"].items()}
    return {"keys": keys, "plans": plans, "released": there["released"]}


def assert_as_wanted(run: Run, task):
    """What is there is what was there, but for what the task wants. task: the module's own options."""
    there = copy.deepcopy(run.before)
    WANTED[run.module](there, **task)
    assert neutral(run.after, run.before) == neutral(there, run.before)


# ---- Who can call


def callers(there):
    """(key, API of an environment) of each that can call."""
    return {
        (key, f"{'/'.join(one.split('/')[:2])}/{api}") for plan in there["plans"].values() for key in plan["keys"] if there["keys"].get(key, {}).get("enabled")
        for one in plan["environments"] for api in (one.split("/")[2:] or APIS)
    }


def assert_nobody_cut_off(run: Run, task):
    """Whoever could call before and is granted access by the task can call after it, whatever became of it; unless putting back failed, which is told."""
    granted = copy.deepcopy(run.before)
    with contextlib.suppress(Impossible):
        WANTED[run.module](granted, **task)
    lost = (callers(run.before) & callers(granted)) - callers(run.after)
    assert not lost or any("Lost: " in result.get("msg", "") for result in (run.result, *run.others)), lost


def twins(there):
    """The names that more than one key, or more than one plan, has."""
    names = [(what, thing["name"]) for what in ("keys", "plans") for thing in there[what].values()]
    return {name for name in names if names.count(name) > 1}


# ---- What a result shows


def _of_access(result, there, named_services):
    """Of each key and plan that the result of access shows: that, and what is there of it.

    Single APIs of a service that the document does not name need not be shown: a plan may not list them, and the service is not read.
    """
    def id_of(things, text):
        return text if text in things else found(things, None, text)

    for entry in result["access"]["access_keys"]:
        one = entry.get("access_key_id") or found(there["keys"], None, entry["name"])
        yield {"name": entry["name"], "enabled": entry["enabled"]}, {name: there["keys"].get(one, {}).get(name) for name in ("name", "enabled")}
    for entry in result["access"]["usage_plans"]:
        real = there["plans"].get(entry.get("usage_plan_id") or found(there["plans"], None, entry["name"]), {})
        shown = {field: entry[field] for field in ("name", *LIMITS)}
        places = [{**one, "service": one["service"].removeprefix("shop ")} for one in entry["environments"]]
        whole = {one for place in places for one in place_ids([{**place, "api_ids": []}], "service") if not place.get("api_ids")}
        shown["environments"] = whole.union(*(place_ids([{**place, "api_ids": [api]}], "service") for place in places for api in place.get("api_ids", [])))
        shown["keys"] = {id_of(there["keys"], text) for text in entry["access_keys"]}
        real = {**real, "environments": {
            one for one in real.get("environments", ()) if one in shown["environments"] or one.count("/") < 2 or one.split("/")[0] in named_services
        }}
        yield shown, {field: real.get(field) for field in shown}
    for made in result["created_access_keys"]:
        yield made["access_key_secret"], there["keys"][made["access_key_id"]]["secret"]


def _of_one(run: Run):
    """What the result of any other module shows, and what is there, each by the ids that `unconfirmed` has."""
    shown, there, params = run.result[run.module], run.after, run.params
    if run.module == "service_environment":
        return {"released": shown["released"]}, {"released": params["environment"] in there["released"][params["service_id"]]}
    if run.module in ("usage_plan_keys", "usage_plan_environments"):
        real = there["plans"].get(shown["usage_plan_id"], {"keys": (), "environments": ()})
        if run.module == "usage_plan_keys":
            return dict.fromkeys(shown["access_key_ids"], True), dict.fromkeys(real["keys"], True)
        ids = {"/".join([one["service_id"], one["environment"], *api]) for one in shown["environments"] for api in [[api] for api in one["api_ids"]] or [[]]}
        return dict.fromkeys(ids, True), dict.fromkeys(real["environments"], True)
    what, id_option = ("plans", "usage_plan_id") if run.module == "usage_plan" else ("keys", "access_key_id")
    one = shown[id_option] if shown else found(there[what], params.get(id_option), params.get("name"))
    real = {**there[what].get(one, {}), "itself": one in there[what]}
    seen = {**(shown or {}), "itself": bool(shown)}
    if "access_key_secret" in run.result:
        seen["access_key_secret"], real["access_key_secret"] = run.result["access_key_secret"], real.get("secret")
    members = [*seen] if real["itself"] and shown else ["itself"]
    return tuple({member: row[member] for member in members if member != id_option} for row in (seen, real))


def assert_as_shown(run: Run):
    """The state that the result reports is the state there is, but for what it calls unconfirmed."""
    unconfirmed = set(run.result["unconfirmed"])
    if run.module == "access":
        places = [place for plan in run.params["usage_plans"] for place in plan.get("environments") or ()]
        compared = list(_of_access(run.result, run.after, {place["service"] for place in places}))
        assert unconfirmed or all(shown == real for shown, real in compared), compared
        return
    shown, real = _of_one(run)
    differing = {one for one in {*shown, *real} if shown.get(one) != real.get(one)}
    assert differing <= unconfirmed or "itself" in unconfirmed, (shown, real)


# ---- What a caller can know

REMOVALS = {"UnBindSecretIds", "UnBindEnvironment", "DeleteUsagePlan", "DeleteApiKey", "UnReleaseService"}


# Without these members of its response, it is unknown what a call did.
NEEDED = {"CreateApiKey": ["AccessKeyId", "AccessKeySecret"], "UpdateApiKey": ["AccessKeySecret"], "CreateUsagePlan": ["UsagePlanId"]}


def _gives_secret(call):
    return bool(call["params"].get("AccessKeySecret"))


def is_write(call):
    return not call["action"].startswith("Describe")


def answer(call):
    """yes, no, or unsure: what the caller can know of a call."""
    by_code = "yes" if call["code"] is None else "unsure" if CODES[call["code"]].kind == "internal" else "no"
    fault = next((one for one in call["met"] if one["kind"] not in ("lag", "meanwhile")), {"kind": ""})
    if fault["kind"] == "omit":
        return "unsure" if by_code == "yes" and set(NEEDED.get(call["action"], ())).intersection(fault["members"]) and not _gives_secret(call) else by_code
    if fault["kind"] == "http":
        return "no" if fault["status"] == 429 else "unsure"
    if fault["kind"] == "garble" and (fault["how"] not in ("charset", "count", "null_list") or not fault["acts"]):
        return "unsure"
    return "unsure" if call["status"] is None else by_code


def met(run: Run, *kinds):
    """What of these kinds happened in the run."""
    return [fault for call in run.calls for fault in call["met"] if fault["kind"] in kinds]


def lied_to(run: Run):
    """Whether a read was answered that something does not exist: nobody could know better."""
    return any(fault["kind"] == "refuse" and CODES[fault["code"]].kind == "not_found" for call in run.calls if not is_write(call) for fault in call["met"])


def deeds(run: Run):
    """What somebody else did meanwhile."""
    return [deed for fault in met(run, "meanwhile") for deed in fault["do"]]


def touched(run: Run):
    """The ids of what somebody else may have bound, unbound, created, deleted, enabled or disabled meanwhile."""
    return set().union(*(texts(deed) for deed in deeds(run)))


def assert_nothing_hidden(run: Run):
    """Whatever lists did while they were read: no second thing of a name was created, and what the task is about is as it is wanted.

    Except what somebody else touched meanwhile.
    """
    theirs = touched(run)
    for what in ("keys", "plans"):
        before, after = run.before[what], run.after[what]
        stayed = {row["name"] for one, row in before.items() if after.get(one, {}).get("name") == row["name"]}
        created = {row["name"] for one, row in after.items() if one not in before and one not in theirs}
        assert not stayed & created, f"a second one of the name {stayed & created}"
    if run.result.get("failed") or run.module not in ("usage_plan_keys", "usage_plan_environments"):
        return
    what = run.module.removeprefix("usage_plan_")
    one = run.result[run.module]["usage_plan_id"]
    if one not in run.before["plans"] or one not in run.after["plans"]:
        return
    given = set(run.params["access_key_ids"]) if what == "keys" else place_ids(run.params["environments"], "service_id")
    if what == "keys":
        stable = {row["name"] for key, row in run.before["keys"].items() if key not in theirs}
        given |= {found(run.before["keys"], None, name) for name in set(run.params["access_key_names"]) & stable}
    places = [place for deed in deeds(run) for who in ("bind", "unbind") for place in deed.get(who, {}).get("environments", ())]
    theirs |= {"/".join(filter(None, place.values())) for place in places}
    now, given = run.after["plans"][one][what], {item for item in given - theirs if what == "environments" or item in run.before["keys"]}
    assert not given & now if run.params["state"] == "absent" else given <= now


def lagged(run: Run, lag):
    return bool(lag or any(fault["seconds"] for fault in met(run, "lag")))


def is_confirmed(run: Run):
    """Whether what was removed was read after that, and (unless reads are late) nothing of it was there when it was read last."""
    told = [answer(call) == "yes" or (call["code"] and CODES[call["code"]].kind == "not_found") for call in run.calls]
    read = [number for number, call in enumerate(run.calls) if not is_write(call) and told[number]]
    removed = [number for number, call in enumerate(run.calls) if call["action"] in REMOVALS and answer(call) == "yes"]
    if removed and not [number for number in read if number > removed[-1]]:
        return False
    others = [number for number, call in enumerate(run.calls) if any(fault["kind"] == "meanwhile" for fault in call["met"])]
    if run.module not in ("usage_plan_keys", "usage_plan_environments") or (others and read and others[-1] >= read[-1]):
        return True
    what = run.module.removeprefix("usage_plan_")
    return not run.after["plans"].get(run.result[run.module]["usage_plan_id"], {what: set()})[what].intersection(run.result["unbound"])


def texts(value):
    """Every text in what was sent."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return {value} if parts is None else set().union(*map(texts, parts))

# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One access key as a resource (CreateApiKey, UpdateApiKey, EnableApiKey, DisableApiKey, DeleteApiKey)."""

from __future__ import annotations

import calendar
import time
from collections.abc import Iterable
from typing import Any

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import Client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError, InputError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._input import checked_id
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._lookup import ACCESS_KEY, named, named_exactly
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._placeholder import PLANNED_SECRET, is_placeholder, placeholder
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._resource import Failure, Outcome, State
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._text import several, shortened
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.access_keys import (
    documented,
    enabled_of,
    foreseen,
    plans_by_key,
)
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan import keys_held
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan import listed as listed_plans

# The ids in the set of what is there and as it is wanted; to delete a key, the plans that hold it are there too.
THERE, SECRET, ENABLED = "itself", "access_key_secret", "enabled"
MISSING, IN_USE = "ResourceNotFound.InvalidAccessKeyId", "UnsupportedOperation.ResourceIsInUse"


class AccessKey:
    """One access key, as the set of what of it is as it is wanted."""

    add_action = "UpdateApiKey"
    remove_action = "DeleteApiKey"
    already_codes = frozenset({"UnsupportedOperation.UnsupportedUpdateApiKey"})
    gone_codes = frozenset({MISSING, "UnsupportedOperation.UnsupportedUpdateApiKey"})
    full_codes = frozenset()
    never_again = frozenset({"CreateApiKey", "UpdateApiKey"})
    remarks = ()

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        """Raises InputError."""
        self._client = client
        self._absent = params["state"] == "absent"
        self._force = params["force"]
        self._enabled = params["enabled"]
        self._given_secret = params[SECRET] if params[SECRET] is None else params[SECRET].strip()
        self._rotate = params["rotate"]
        self._rotate_after_days = params["rotate_after_days"]
        self._id = checked_id("access_key_id", params["access_key_id"]) if params["access_key_id"] is not None else ""
        self._name = named_exactly(params["name"])
        if not self._id and not self._name:
            raise InputError("access_key_id or name is needed: the key is the one with this id, else the one with exactly this name.")
        if self._given_secret is not None and (self._rotate or self._rotate_after_days is not None):
            raise InputError("access_key_secret does not go with rotate or rotate_after_days: these ask the server for a new secret.")
        if self._given_secret == "":
            raise InputError("access_key_secret is blank: is a variable empty?")
        self.label = f"access key {self._id or self._name}"
        self._first: dict[str, Any] | None = None
        self._latest: dict[str, Any] | None = None
        self._met = self._new_secret = self._written = self._asked_to_disable = False
        self._told: dict[str, Any] = {}  # what plain answers to writes said since: reads may be late
        # A disabled key whose secret is changed is enabled for that, and disabled again: which of the two is next.
        self._opening: bool | None = None
        self._plans: list[str] = []

    def read(self) -> frozenset[str]:
        key = self._find()
        if key is None or not self._absent:
            return self.take(key)
        # All plans are read once. Later, only those that held the key then.
        plans = self._plans if self._met else [plan["usage_plan_id"] for plan in listed_plans(self._client)]
        held = self._client.each(keys_held, plans)
        return self.take(key, [plan for plan, keys in zip(plans, held) if key["AccessKeyId"] in keys])

    def take(self, key: dict[str, Any] | None, plans: Iterable[str] = ()) -> frozenset[str]:
        """What is there, from what has been read: the key with its secret, and (to delete it) the plans that hold it."""
        if key is None and not self._absent:
            # Reads are late, or somebody has deleted it: the next write is told which. It is never made a second time.
            key = self._latest
        if key is not None:
            key = {**key, **self._told}
            self._id = key["AccessKeyId"]
            if not self._met:
                self._meet(key)
        self._met, self._latest = True, key
        if key is None:
            return frozenset()
        if self._absent:
            self._plans = sorted(plans)
            # A key of unknown status is disabled like an enabled one; whether that was enough is for the API to judge.
            enabled = enabled_of(key) if enabled_of(key) is not None else not self._asked_to_disable
            return frozenset({THERE, *self._plans, *([ENABLED] if enabled else [])})
        agrees = {THERE}
        if self._secret_is_as_wanted(key):
            agrees.add(SECRET)
            self._opening = self._opening and False
        if self._switch() is None or self._switch() == enabled_of(key):
            agrees.add(ENABLED)
        return frozenset(agrees)

    def _find(self) -> dict[str, Any] | None:
        """The key with its secret, which is compared and never shown."""
        if is_placeholder(self._id):
            return foreseen(self._id)
        if self._id:
            # Without one, a manual key can be made.
            gone = ("not_found",) if self._absent or self._latest or (self._given_secret is not None and self._name) else ()
            return self._client.describe("DescribeApiKey", none_for=gone, keep_secrets=True, AccessKeyId=self._id)
        found = named(self._client, ACCESS_KEY, [self._name], keep_secrets=True).get(self._name)
        if found is None or self._absent or not self._needs_secret(found):
            return found
        return self._client.describe("DescribeApiKey", keep_secrets=True, AccessKeyId=found["AccessKeyId"])

    def _needs_secret(self, listed: dict[str, Any]) -> bool:
        """Whether the key itself must be read: a list may have its secret blank or masked, so it counts only where it is the wanted one."""
        if self._given_secret is not None:
            return listed.get("AccessKeySecret") != self._given_secret
        return self._rotate or self._rotate_after_days is not None or self._met

    def _meet(self, key: dict[str, Any]) -> None:
        """Note what the key was when it was read first. Raises InputError for what no key can do."""
        self._first = key
        if self._name and key.get("SecretName") not in (None, self._name):
            text = "not {}. Nothing was deleted" if self._absent else "which cannot be changed to {}"
            raise InputError(f"{self.label} has the name {shortened(key['SecretName'])}, {text.format(self._name)}.")
        days = self._rotate_after_days
        due = self._rotate or (days is not None and self._client.now() - _seconds(key.get("ModifiedTime") or key.get("CreatedTime")) >= days * 86400)
        if due and key.get("AccessKeyType") == "manual":
            raise InputError(f"{self.label} is a manual key: its secret is not made by the server. Give a new access_key_secret.")
        self._new_secret = due

    def _secret_is_as_wanted(self, key: dict[str, Any]) -> bool:
        secret = key.get("AccessKeySecret")
        if self._given_secret is not None:
            return secret == self._given_secret
        if self._first is None:
            # Created in this run: without its secret, nobody could use it.
            return bool(secret)
        old = self._first.get("AccessKeySecret")
        return not self._new_secret or "AccessKeySecret" in self._told or (bool(secret) and bool(old) and secret != old)

    def want(self, current: State) -> State:
        if not self._absent:
            return frozenset({THERE, SECRET, ENABLED})
        # Without force, the plans that hold the key keep it, and with them the key stays: remove() says so.
        return frozenset() if self._force else (current or frozenset()) - {THERE, ENABLED}

    def split(self, ids: list[str]) -> list[list[str]]:
        if self._absent:
            # The API deletes disabled keys only (document 628/38138).
            return [[one] for one in ids if one not in (THERE, ENABLED)] + [[one] for one in (ENABLED, THERE) if one in ids]
        if THERE in ids:
            # A new key has its secret, and is enabled: disabling it is a call of its own.
            return [[THERE, SECRET], [ENABLED]] if self._enabled is False else [[THERE, SECRET, ENABLED]]
        if SECRET in ids and self._is_locked():
            self._opening = True
            return [[ENABLED], [SECRET], [ENABLED]]
        # A key that is to be disabled gets its secret before, and one that is to be enabled after.
        return [[one] for one in sorted(ids, reverse=self._enabled is True)]

    def add(self, ids: list[str]) -> None:
        self._written = True
        if THERE in ids:
            self._create()
        elif SECRET in ids:
            self._change_secret()
        else:
            self._told.pop("Status", None)
            self._client.write("EnableApiKey" if self._switch() else "DisableApiKey", AccessKeyId=self._id)
            self._told["Status"] = int(bool(self._switch()))
            self._latest = {**(self._latest or {}), **self._told}

    def _create(self) -> None:
        self._check_new()
        manual = {"AccessKeyType": "manual", "AccessKeyId": self._id, "AccessKeySecret": self._given_secret} if self._id else {"AccessKeyType": "auto"}
        needed = () if self._id else ("AccessKeyId", "AccessKeySecret")
        self._latest = key = self._client.change("CreateApiKey", needed=needed, keep_secrets=True, SecretName=self._name, **manual)
        self._id = key.get("AccessKeyId") or self._id

    def _change_secret(self) -> None:
        given = {"AccessKeySecret": self._given_secret} if self._given_secret else {}
        needed = () if given else ("AccessKeySecret",)
        changed = self._client.change(self.add_action, needed=needed, keep_secrets=True, AccessKeyId=self._id, **given)
        self._told["AccessKeySecret"] = self._given_secret or changed["AccessKeySecret"]
        self._latest = {**(self._latest or {}), **self._told}
        self._opening = self._opening and False

    def owed(self) -> list[str]:
        """A key that was enabled only to change its secret is disabled again."""
        owed, self._opening = [ENABLED] if self._opening else [], self._opening and False
        return owed

    def _is_locked(self) -> bool:
        """Whether the key was disabled when it was read first, and is to stay so: the API changes the secret of an enabled key only (628/38138)."""
        return self._first is not None and enabled_of(self._first) is False and self._enabled is not True

    def _switch(self) -> bool | None:
        """Whether the key is to be enabled now; None when it is left as it is."""
        return self._enabled if self._opening is None else self._opening

    def remove(self, ids: list[str]) -> None:
        refusal = self.rehearse(ids, removing=True)
        if refusal is not None:
            raise refusal
        self._asked_to_disable = self._asked_to_disable or ids == [ENABLED]
        if ids in ([ENABLED], [THERE]):
            self._client.write("DisableApiKey" if ids == [ENABLED] else self.remove_action, AccessKeyId=self._id)
        else:
            self._client.write("UnBindSecretIds", UsagePlanId=ids[0], AccessKeyIds=[self._id])

    def rehearse(self, ids: list[str], *, removing: bool) -> ApiError | None:
        if removing:
            return ApiError(self.remove_action, IN_USE) if {THERE, ENABLED}.intersection(ids) and self._plans and not self._force else None
        if THERE in ids:
            self._check_new()
        return None

    def _check_new(self) -> None:
        """Raises InputError for a key that cannot be made."""
        if self._given_secret is not None and not self._id:
            raise InputError("access_key_secret without access_key_id: a manual key needs both, and the server makes those of any other.")

    def explain(self, failure: Failure) -> str:
        if failure.error.code == IN_USE:
            # Nobody held it when it was read: somebody has bound it since.
            self._plans = self._plans or plans_by_key(self._client).get(self._id, [])
        if not failure.removing:
            return ""
        bound = self._plans if failure.error.code == IN_USE else [one for one in failure.ids if one not in (THERE, ENABLED)]
        return f"Bound to: {several(bound)}." if bound else f"It is still there{', and enabled' if ENABLED in failure.ids else ''}."

    def foresee(self, before: frozenset[str], after: frozenset[str]) -> list[str]:
        return []

    def describe(self, state: State) -> dict[str, Any] | None:
        """The key as it is, or as check mode foresees it; None without one."""
        return self._as_of(state, self._latest)

    def report(self, outcome: Outcome) -> dict[str, list[str]]:
        return {"unbound_usage_plans": sorted(outcome.removed - {THERE, ENABLED})}

    def made(self, outcome: Outcome) -> dict[str, str]:
        if self._given_secret is not None or SECRET not in outcome.added:
            return {}
        old, now = ((key or {}).get("AccessKeySecret") for key in (self._first, self._latest))
        if now and now != old:
            return {SECRET: now}
        return {} if self._written else {SECRET: PLANNED_SECRET}

    def render(self, state: State) -> dict[str, Any]:
        shown = self._as_of(state, self._first) or {}
        replaced = {} if self._absent or not shown or SECRET in (state or ()) else {"secret": "to be replaced"}
        bound = {"usage_plans": self._plans} if self._absent and shown and self._plans else {}
        return {**shown, **replaced, **bound}

    def _as_of(self, state: State, known: dict[str, Any] | None) -> dict[str, Any] | None:
        """The key, enabled as the state calls it as wanted, and else as it was known."""
        if not state or THERE not in state:
            return None
        kind = "auto" if self._given_secret is None else "manual"
        new = {"access_key_id": self._id or placeholder("api_key", self._name), "name": self._name, "type": kind, "enabled": True}
        # What is not said of a key that this run created is as it was asked for.
        default = new if self._first is None else {"name": self._name or None}
        shown = {member: default.get(member) if value is None else value for member, value in documented(known).items() if member in new} if known else new
        if self._absent:
            return {**shown, "enabled": ENABLED in state}
        return {**shown, **({"enabled": self._enabled} if self._enabled is not None and ENABLED in state and not self._is_locked() else {})}


def _seconds(when: str | None) -> float:
    """A time of the API, always UTC, as seconds since the epoch. Raises ApiError, also without one."""
    try:
        return calendar.timegm(time.strptime((when or "")[:19], "%Y-%m-%dT%H:%M:%S"))
    except ValueError:
        raise ApiError("DescribeApiKey", message="the time of the last change cannot be read, so nobody knows how old the key is", kind="unclear") from None

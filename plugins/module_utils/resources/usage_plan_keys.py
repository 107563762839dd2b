# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The access keys bound to a usage plan (BindSecretIds, UnBindSecretIds)."""

from __future__ import annotations

from typing import Any

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import Client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError, InputError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._input import checked_ids, refuse_emptying
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._lookup import ACCESS_KEY, checked_names, named, nameless
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._resource import Failure, Outcome, State, wanted
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._text import several
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.access_keys import enabled_of, keys_by_id
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan import bound_keys, key_calls, keys_held_by_rivals, plan_reference

DEFAULT_QUOTA = 50
MISSING = "ResourceNotFound.InvalidAccessKeyId"
DISABLED = "UnsupportedOperation.InvalidStatus"
CONFLICT = "UnsupportedOperation.UnsupportedBindApiKey"


def describe_keys(client: Client, params: dict[str, Any]) -> dict[str, Any]:
    """What usage_plan_keys_info returns. Raises ApiError and InputError."""
    usage_plan_id = plan_reference(params).find(client)
    keys = bound_keys(client, usage_plan_id)
    return {
        "usage_plan_keys": {
            "usage_plan_id": usage_plan_id,
            "access_key_ids": sorted(keys),
            "access_keys": [
                {"access_key_id": one, "name": keys[one].get("SecretName"), "enabled": enabled_of(keys[one])} for one in sorted(keys)
            ],
        }
    }


class UsagePlanKeys:
    """The set of access keys bound to one usage plan."""

    add_action = "BindSecretIds"
    remove_action = "UnBindSecretIds"
    # Both carry the same text; see docs/api.md on which means what.
    already_codes = frozenset({"UnsupportedOperation.AlreadyBindUsagePlan", CONFLICT})
    gone_codes = frozenset({MISSING})
    full_codes = frozenset({"LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded"})
    never_again = frozenset()

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        """Raises InputError."""
        self._client = client
        self._plan = plan_reference(params)
        if params["access_key_ids"] is None and params["access_key_names"] is None:
            raise InputError("access_key_ids or access_key_names is needed.")
        self._given_names = checked_names("access_key_names", params["access_key_names"] or [])
        # Names stand for themselves until they are looked up.
        self._keys = frozenset([*checked_ids("access_key_ids", params["access_key_ids"] or []), *self._given_names])
        self._state = params["state"]
        self.remarks: list[str] = []
        self._names: dict[str, str] | None = None
        self._rivals: dict[str, str] | None = None
        self._looked_up: tuple[list[str], dict[str, dict]] | None = None
        refuse_emptying("access_key_ids", self._keys, params)

    @property
    def label(self) -> str:
        return str(self._plan)

    def read(self) -> frozenset[str]:
        usage_plan_id = self._plan.find(self._client)
        self._look_names_up()
        return self.take(bound_keys(self._client, usage_plan_id))

    def _look_names_up(self) -> None:
        """Put the ids in the place of the names, once. A key that is to be unbound need not exist."""
        found = named(self._client, ACCESS_KEY, self._given_names)
        missing = [name for name in self._given_names if name not in found]
        if missing and self._state != "absent":
            raise ApiError(ACCESS_KEY.action, message=nameless(ACCESS_KEY, missing), kind="not_found")
        self.remarks += [f"N{nameless(ACCESS_KEY, missing)[1:]}; nothing was unbound for it. Check for typing errors."] if missing else []
        self._keys = self._keys.difference(self._given_names).union(row["AccessKeyId"] for row in found.values())
        self._given_names = []

    def take(self, keys: dict[str, dict]) -> frozenset[str]:
        """What is there, from what has been read of the keys that are bound."""
        if self._names is None:
            self._names = {one: row["SecretName"] for one, row in keys.items() if row.get("SecretName")}
        return frozenset(keys)

    def want(self, current: State) -> State:
        return wanted(self._state, self._keys, current)

    def split(self, ids: list[str]) -> list[list[str]]:
        return key_calls(ids)

    def add(self, ids: list[str]) -> None:
        self._client.write(self.add_action, UsagePlanId=self._plan.id, AccessKeyIds=ids)

    def owed(self) -> list[str]:
        return []

    def remove(self, ids: list[str]) -> None:
        self._client.write(self.remove_action, UsagePlanId=self._plan.id, AccessKeyIds=ids)

    def rehearse(self, ids: list[str], *, removing: bool) -> ApiError | None:
        if removing:
            return None
        keys = self._look_up(ids)
        if set(ids) - set(keys):
            return ApiError(self.add_action, MISSING)
        if any(enabled_of(row) is False for row in keys.values()):
            return ApiError(self.add_action, DISABLED)
        if self._held_by_rivals(ids):
            return ApiError(self.add_action, CONFLICT)
        return None

    def explain(self, failure: Failure) -> str:
        if failure.removing:
            return f"Still bound: {several(failure.ids)}."
        faults: dict[str, str] = {}
        if failure.error.code in (MISSING, DISABLED):
            keys = self._look_up(failure.ids)
            faults = {one: "does not exist" for one in failure.ids if one not in keys}
            faults.update((one, "is disabled") for one, row in keys.items() if enabled_of(row) is False)
        elif failure.error.code in self.already_codes:
            faults = {one: f"conflicts: {why}" for one, why in self._held_by_rivals(failure.ids).items()}
        return several((f"{one} {faults[one]}" for one in sorted(faults)), "; ") + "." if faults else ""

    def _look_up(self, ids: list[str]) -> dict[str, dict]:
        """Those of the keys that exist. What a prediction has just read is not read again to explain it."""
        if self._looked_up is None or self._looked_up[0] != ids:
            self._looked_up = (ids, keys_by_id(self._client, ids))
        return self._looked_up[1]

    def _held_by_rivals(self, ids: list[str]) -> dict[str, str]:
        """Those of the keys that another plan keeps from being bound here, and how. Read once in a run."""
        if self._rivals is None:
            self._rivals = keys_held_by_rivals(self._client, self._plan.id)
        return {one: self._rivals[one] for one in ids if one in self._rivals}

    def foresee(self, before: frozenset[str], after: frozenset[str]) -> list[str]:
        if len(before | after) <= DEFAULT_QUOTA or not after - before:
            return []
        what = f"{self.label} would hold {len(before | after)} access keys; the default quota is {DEFAULT_QUOTA}, and yours cannot be read."
        return [f"{what} Old keys may be unbound first." if before - after else what]

    def describe(self, state: State) -> dict[str, Any]:
        """The `usage_plan_keys` of the result."""
        return {"usage_plan_id": self._plan.id or None, "access_key_ids": sorted(state or ())}

    def report(self, outcome: Outcome) -> dict[str, list[str]]:
        return {"bound": sorted(outcome.added), "unbound": sorted(outcome.removed)}

    def made(self, outcome: Outcome) -> dict[str, str]:
        return {}

    def render(self, state: State) -> dict[str, Any]:
        """The plan as a diff shows it."""
        names = self._names or {}
        return {
            "usage_plan_id": self._plan.id or None,
            "access_keys": [f"{one} ({names[one]})" if one in names else one for one in sorted(state or ())],
        }

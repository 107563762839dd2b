# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All of access in a region: what there is, read in the fewest calls, and described as one document."""

from __future__ import annotations

import collections
import itertools
from collections.abc import Iterable
from typing import Any

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import Client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._lookup import ACCESS_KEY, SERVICE, USAGE_PLAN, refuse_nameless, rows
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._placeholder import is_placeholder
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources import usage_plan
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.access_keys import enabled_of, read_singly, with_secrets

# Document 628/31716.
DEFAULT_QUOTAS = {"access_keys": 400, "usage_plans": 200, "access_keys_in_a_usage_plan": 50, "usage_plans_of_an_access_key": 10}


def place_of(environment: str) -> str:
    """The environment of a service that an id of bound_environments() is of."""
    return "/".join(environment.split("/")[:2])


class Account:
    """What there is in the region, and as check mode foresees it.

    keys: rows of the API, by id. plans: as documented(), by id. services: names by id; empty when nobody asked for them.
    bound_keys, bound_environments: of the plans that were read, by the plan's id; environments as bound_environments() spells them.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self.keys: dict[str, dict[str, Any]] = {}
        self.plans: dict[str, dict[str, Any]] = {}
        self.services: dict[str, str] = {}
        self.bound_keys: dict[str, set[str]] = {}
        self.bound_environments: dict[str, set[str]] = {}
        self._services_read = False
        # As the API tells it: what each plan lists, and the bindings of single APIs and of whole environments of each service.
        self._listed: dict[str, set[str]] = {}
        self._single: dict[str, list[dict[str, Any]]] = {}
        self._whole: dict[str, list[dict[str, Any]]] = {}

    # ---- Reading

    def read_lists(self, *, services: bool, secrets: bool) -> None:
        """All keys and plans, and services if they are asked for. Raises ApiError."""
        lists = [
            lambda client: rows(client, ACCESS_KEY, keep_secrets=secrets), usage_plan.listed, lambda client: rows(client, SERVICE) if services else [],
        ]
        keys, plans, found = self._client.each(lambda client, read: read(client), lists)
        self.keys = {row["AccessKeyId"]: row for row in keys}
        self.plans = {plan["usage_plan_id"]: plan for plan in plans}
        self.services = {row["ServiceId"]: row.get("ServiceName") or "" for row in found}
        self._services_read = services

    def read_keys(self, access_key_ids: Iterable[str]) -> None:
        """Keys that the list of the region lacks: one of another region may be known here, and bound. Those that do not exist are left out. Raises ApiError."""
        ids = sorted(access_key_ids)
        self.keys.update((one, {**row, "AccessKeyId": one}) for one, row in zip(ids, self._client.each(_key, ids)) if row is not None)

    def refuse_nameless(self) -> None:
        """Raises ApiError for a key or a plan without a name: the one that a document names would be created a second time."""
        refuse_nameless(ACCESS_KEY, list(self.keys.values()))
        refuse_nameless(USAGE_PLAN, [{USAGE_PLAN.id: one, USAGE_PLAN.name: plan["name"]} for one, plan in self.plans.items()])

    def read_secrets(self, declared: dict[str, str | None]) -> None:
        """Read the keys singly whose listed secret is not the declared one: a list may have it blank or masked. Raises ApiError.

        declared: secrets by the keys' ids, None for keys that have none.
        """
        doubtful = [one for one, secret in declared.items() if secret is not None and self.keys[one].get("AccessKeySecret") != secret]
        self.keys.update(read_singly(self._client, [self.keys[one] for one in doubtful if not is_placeholder(one)]))

    def read_bindings(self, usage_plan_ids: Iterable[str], services: Iterable[str] = ()) -> None:
        """What is bound to the plans; one that has gone since the list was read is left out. Raises ApiError.

        One call a plan, and one for each service that is concerned: whether the environments that a plan lists are bound whole, or only
        single APIs of them, is told nowhere else. services: those that are concerned in any case; the others are found by what the plans list.
        """
        ids, known = sorted(usage_plan_ids), sorted(set(services).difference(self._single))
        reads = [(usage_plan.bound_singly, one) for one in known] + [(_described, one) for one in ids]
        answers = self._client.each(lambda client, read: read[0](client, read[1]), reads)
        self._single.update(zip(known, answers))
        for usage_plan_id, found in zip(ids, answers[len(known):]):
            if found is None:
                self.plans.pop(usage_plan_id, None)
            else:
                self.bound_keys[usage_plan_id], self._listed[usage_plan_id] = found
        concerned = {one.split("/")[0] for environments in self._listed.values() for one in environments if one.count("/") == 1}
        new = sorted(concerned.difference(self._single))
        self._single.update(zip(new, self._client.each(usage_plan.bound_singly, new)))
        self._tell_levels_apart()

    def _tell_levels_apart(self) -> None:
        """The environments of each plan: whole, or single APIs of them."""
        single = collections.defaultdict(set)
        for service_id, found in self._single.items():
            for row in found:
                single[row["UsagePlanId"]].add(f"{service_id}/{row['Environment']}/{row['ApiId']}")
        for usage_plan_id, environments in self._listed.items():
            by_api = {place_of(one) for one in single[usage_plan_id]}
            self.bound_environments[usage_plan_id] = {one for one in environments if one not in by_api} | single[usage_plan_id]

    def read_single_apis(self, usage_plan_ids: Iterable[str]) -> None:
        """The single APIs that these plans are bound to, of any service: a plan's own list may lack them. Raises ApiError."""
        if self._services_read and self._single.keys() >= self.services.keys():
            return
        ids = sorted(one for one in usage_plan_ids if one in self._listed and not is_placeholder(one))
        for usage_plan_id, single in zip(ids, self._client.each(usage_plan.bound_single_apis, ids)):
            self._listed[usage_plan_id] |= set(single)
        self.read_bindings([], {one.split("/")[0] for usage_plan_id in ids for one in self._listed[usage_plan_id]})

    def read_others_on(self, services: Iterable[str]) -> None:
        """The plans that are bound to the services and were not read yet, and what is bound to them. Raises ApiError."""
        if self.bound_keys.keys() >= self.plans.keys():
            return
        new = sorted(set(services).difference(self._whole))
        for service_id, found in zip(new, self._client.each(usage_plan.bound_whole, new)):
            self._whole[service_id] = found or []
        self.read_bindings([], new)
        others = {row["UsagePlanId"] for service_id in new for row in self._whole[service_id] + self._single[service_id]}
        self.read_bindings(others.difference(self.bound_keys).intersection(self.plans))

    # ---- What follows from it

    def shared(self, usage_plan_id: str, keys: Iterable[str], environments: Iterable[str]) -> list[tuple[str, str, str]]:
        """(plan, key, environment) of each other plan that has one of the keys and is bound to one of the environments, as far as it was read."""
        places = {place_of(one) for one in environments}
        wanted = set(keys)
        return [
            (other, key, place)
            for other in sorted(self.bound_keys) if other != usage_plan_id
            for place in sorted(places & {place_of(one) for one in self.bound_environments[other]})
            for key in sorted(wanted & self.bound_keys[other])
        ]

    def other_level(self, environments: Iterable[str]) -> list[tuple[str, str]]:
        """(plan, environment) of each binding that does not mix with these: of single APIs where these are of a whole environment, or the reverse."""
        levels = {one.split("/")[0]: one.count("/") for one in environments}
        return [
            (other, one) for other in sorted(self.bound_environments) for one in sorted(self.bound_environments[other])
            if levels.get(one.split("/")[0], one.count("/")) != one.count("/")
        ]

    # ---- The document

    def key_labels(self) -> dict[str, str]:
        """How the document writes keys, by id: by name, or by id where the name is not unique or equals some id."""
        return labels({one: row.get("SecretName") or "" for one, row in self.keys.items()})

    def plan_labels(self) -> dict[str, str]:
        """The same of plans."""
        return labels({one: plan["name"] or "" for one, plan in self.plans.items()})

    def service_labels(self) -> dict[str, str]:
        """The same of services."""
        return labels(self.services)

    def document(self, keys: Iterable[str], plans: Iterable[str], *, secrets: bool = False) -> dict[str, dict[str, dict[str, Any]]]:
        """These keys and plans as entries of the document, by id, sorted by name. An id that is also a name is told from it by a mapping."""
        key_labels, plan_labels, service_labels = self.key_labels(), self.plan_labels(), self.service_labels()
        key_names, service_names = _names_of_others({one: row.get("SecretName") for one, row in self.keys.items()}), _names_of_others(self.services)

        def key_entry(one: str) -> dict[str, Any]:
            row = self.keys[one]
            entry = {"name": row.get("SecretName"), "enabled": enabled_of(row)}
            if secrets or key_labels[one] != row.get("SecretName"):
                entry["access_key_id"] = one
            return {**entry, **({"access_key_secret": row.get("AccessKeySecret")} if secrets else {})}

        def plan_entry(one: str) -> dict[str, Any]:
            unnamed = plan_labels[one] != self.plans[one]["name"]
            entry = {member: value for member, value in self.plans[one].items() if member != "usage_plan_id" or unnamed}
            environments = []
            for place, together in itertools.groupby(sorted(self.bound_environments.get(one, ())), key=place_of):
                service_id, environment = place.split("/")
                apis = [bound.split("/")[2] for bound in together if bound.count("/") == 2]
                label = service_labels.get(service_id, service_id)
                service = {"service_id": service_id} if label == service_id and label in service_names else {"service": label}
                environments.append((label, environment, {**service, "environment": environment, **({"api_ids": apis} if apis else {})}))
            keys = sorted((key_labels.get(key, key), key) for key in self.bound_keys.get(one, ()))
            return {
                **entry, "access_keys": [{"access_key_id": key} if label == key and label in key_names else label for label, key in keys],
                "environments": [bound for _service, _environment, bound in sorted(environments, key=lambda one: one[:2])],
            }

        return {
            "access_keys": {one: key_entry(one) for one in sorted(keys, key=lambda one: (self.keys[one].get("SecretName") or "", one))},
            "usage_plans": {one: plan_entry(one) for one in sorted(plans, key=lambda one: (self.plans[one]["name"] or "", one))},
        }


def labels(names: dict[str, str]) -> dict[str, str]:
    """Of names by id: what tells each of them from all others, the name if it can. One that looks like a placeholder cannot."""
    times = collections.Counter(names.values())
    return {
        one: name if name.strip() and name not in names and times[name] == 1 and not is_placeholder(name) else one for one, name in names.items()
    }


def _names_of_others(names: dict[str, str | None]) -> set[str | None]:
    """Of names by id: those that are not just the id of the thing itself. An id among them could be read as another thing's name."""
    return {name for one, name in names.items() if name != one}


def without_ids(document: dict[str, dict[str, dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The document as people write it: lists of entries."""
    return {section: list(entries.values()) for section, entries in document.items()}


def _key(client: Client, access_key_id: str) -> dict[str, Any] | None:
    """One key, less its secret; None without one, and for who may not ask: the list counts then."""
    return client.describe("DescribeApiKey", none_for=("not_found", "auth"), AccessKeyId=access_key_id)


def _described(client: Client, usage_plan_id: str) -> tuple[set[str], set[str]] | None:
    """The keys and the environments of a plan; None when it has gone. One call, when the lists in its answer match their counts."""
    if is_placeholder(usage_plan_id):
        return set(), set()
    plan = client.describe("DescribeUsagePlan", none_for=("not_found",), UsagePlanId=usage_plan_id)
    if plan is None:
        return None
    keys = set(plan.get("BindSecretIds") or [])
    if len(keys) != (plan.get("BindSecretIdTotalCount") or 0):
        keys = set(usage_plan.bound_keys(client, usage_plan_id))
    environments = {(one.get("ServiceId"), one.get("EnvironmentName")) for one in plan.get("BindEnvironments") or []}
    if len(environments) == (plan.get("BindEnvironmentTotalCount") or 0) and not any(None in one for one in environments):
        return keys, {"/".join(one) for one in environments}
    return keys, set(usage_plan.bound_environments(client, usage_plan_id))


def describe_access(client: Client, params: dict[str, Any]) -> dict[str, Any]:
    """What access_info returns. Raises ApiError."""
    account = Account(client)
    account.read_lists(services=True, secrets=params["include_secrets"])
    keys, plans = len(account.keys), len(account.plans)
    if keys + plans > params["max_results"]:
        text = f"{keys} access keys and {plans} usage plans are there, more than max_results: {params['max_results']}"
        raise ApiError(ACCESS_KEY.action, message=text, kind="too_many")
    if params["include_secrets"]:
        account.keys = {row["AccessKeyId"]: row for row in with_secrets(client, list(account.keys.values()))}
    account.read_bindings(account.plans, account.services)
    return {
        "access": without_ids(account.document(account.keys, account.plans, secrets=params["include_secrets"])),
        "findings": findings(account),
        "quotas": quotas(account),
    }


def findings(account: Account) -> dict[str, list[Any]]:
    """What is worth a look: bindings and names that are of no use, or in the way."""
    holders = collections.defaultdict(list)
    for usage_plan_id in account.plans:
        for one in account.bound_keys[usage_plan_id]:
            holders[one].append(usage_plan_id)
    key_labels, plan_labels = account.key_labels(), account.plan_labels()
    disabled = {one for one, row in account.keys.items() if enabled_of(row) is False}

    def keys(ids: Iterable[str]) -> list[str]:
        return sorted(key_labels.get(one, one) for one in ids)

    def plans(ids: Iterable[str]) -> list[str]:
        return sorted(plan_labels[one] for one in ids)

    shared = sorted((key_labels.get(one, one), plans(ids)) for one, ids in holders.items() if len(ids) > 1)
    return {
        "access_keys_bound_to_nothing": keys(one for one in account.keys if one not in holders),
        "disabled_access_keys_bound": keys(one for one in account.keys if one in holders and one in disabled),
        "usage_plans_without_access_keys": plans(one for one in account.plans if not account.bound_keys[one]),
        "usage_plans_without_environments": plans(one for one in account.plans if not account.bound_environments[one]),
        "access_keys_in_several_usage_plans": [{"access_key": key, "usage_plans": ids} for key, ids in shared],
        "access_key_names_not_unique": _repeated(row.get("SecretName") or "" for row in account.keys.values()),
        "usage_plan_names_not_unique": _repeated(plan["name"] or "" for plan in account.plans.values()),
        "service_names_not_unique": _repeated(account.services.values()),
    }


def _repeated(names: Iterable[str]) -> list[str]:
    return sorted(name for name, times in collections.Counter(names).items() if times > 1)


def quotas(account: Account) -> dict[str, dict[str, int]]:
    """What is used of each quota, and its default; the account's own quotas cannot be read."""
    held = collections.Counter(one for keys in account.bound_keys.values() for one in keys)
    used = {
        "access_keys": len(account.keys), "usage_plans": len(account.plans),
        "access_keys_in_a_usage_plan": max((len(keys) for keys in account.bound_keys.values()), default=0),
        "usage_plans_of_an_access_key": max(held.values(), default=0),
    }
    return {quota: {"used": used[quota], "default": default} for quota, default in DEFAULT_QUOTAS.items()}

# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What exists in the emulated gateway: access keys, usage plans, services and what is bound to what, by region.

Knows how it is seeded, shown, and seen late. Knows no action and no HTTP.
"""

from __future__ import annotations

import copy
import random
import string
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Callable

from .tables import QUOTAS, REGIONS, SWITCHES, checked, checked_switches

DEFAULT_REGION = "ap-guangzhou"
DEFAULT_CREDENTIAL = {"secret_id": "AKIDEXAMPLE", "secret_key": "SECRETEXAMPLE", "token": ""}


@dataclass
class AccessKey:
    access_key_id: str
    name: str
    secret: str
    type: str
    enabled: bool
    created: str
    modified: str
    # From when reads show the key.
    visible_at: float = float("-inf")


@dataclass
class UsagePlan:
    """keys: the truth, in the order of binding. history: each change with the time from which reads show it.

    visible_at: from when reads show the plan itself.
    """

    usage_plan_id: str
    name: str
    description: str
    max_requests_per_second: int
    max_requests: int
    created: str
    modified: str
    keys: dict[str, None] = field(default_factory=dict)
    # (service, environment, api); the api is empty where the whole environment is bound.
    environments: set[tuple[str, str, str]] = field(default_factory=set)
    history: list[tuple[float, Any, bool]] = field(default_factory=list)
    visible_at: float = float("-inf")

    def change(self, item: Any, bound: bool, visible_at: float) -> None:
        """Bind or unbind an access key, or an environment."""
        if isinstance(item, str):
            self.keys.update({item: None}) if bound else self.keys.pop(item, None)
        else:
            self.environments.add(item) if bound else self.environments.discard(item)
        self.history.append((visible_at, item, bound))

    def visible_keys(self, now: float) -> list[str]:
        """The bound keys as a read of this moment shows them."""
        return [item for item in self._visible(now) if isinstance(item, str)]

    def visible_environments(self, now: float) -> list[tuple[str, str, str]]:
        """The same of environments, sorted."""
        return sorted(item for item in self._visible(now) if not isinstance(item, str))

    def _visible(self, now: float) -> dict[Any, None]:
        shown: dict[Any, None] = {}
        for visible_at, item, bound in self.history:
            if visible_at <= now and bound:
                shown[item] = None
            elif visible_at <= now:
                shown.pop(item, None)
        return shown


@dataclass
class Service:
    """environments: the released ones, with the version of their release."""

    service_id: str
    name: str
    environments: dict[str, str]
    api_ids: list[str]
    created: str
    modified: str
    # The changes of what is released: from when reads show it, environment, version ("" for none).
    history: list[tuple[float, str, str]] = field(default_factory=list)

    def release(self, environment: str, version: str, visible_at: float) -> None:
        """Release an environment, or take it back with an empty version."""
        if version:
            self.environments[environment] = version
        else:
            self.environments.pop(environment, None)
        self.history.append((visible_at, environment, version))

    def visible_environments(self, now: float) -> dict[str, str]:
        """The released environments as a read of this moment shows them."""
        shown = {environment: version for visible_at, environment, version in self.history if visible_at <= now}
        return {environment: version for environment, version in shown.items() if version}


@dataclass
class Region:
    access_keys: dict[str, AccessKey] = field(default_factory=dict)
    usage_plans: dict[str, UsagePlan] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)


SEEDS: dict[str, dict[str, Any]] = {
    "credentials": {"secret_id": None, "secret_key": None, "token": ""},
    "usage_plans": {"usage_plan_id": "", "name": None, "description": "", "max_requests_per_second": -1, "max_requests": -1, "region": DEFAULT_REGION},
    "access_keys": {"access_key_id": "", "name": None, "secret": "", "type": "auto", "enabled": True, "region": DEFAULT_REGION},
    "services": {"service_id": "", "name": None, "environments": [], "api_ids": [], "region": DEFAULT_REGION},
    "bindings": {"usage_plan_id": None, "access_key_ids": [], "environments": [], "region": DEFAULT_REGION},
}
# An entry's field is of the type of its default above; these are not.
SEED_TYPES = {("access_keys", "type"): ("auto", "manual"), ("bindings", "environments"): [dict]}
SEEDED_ENVIRONMENT = {"service_id": str, "environment": str, "api_ids": list}


class State:
    """clock: seconds since the epoch."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.regions = {name: Region() for name in REGIONS}
        self.quotas = dict(QUOTAS)
        self.switches = {name: copy.copy(switch.default) for name, switch in SWITCHES.items()}
        self.credentials = {DEFAULT_CREDENTIAL["secret_id"]: dict(DEFAULT_CREDENTIAL)}

    def now(self) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.clock()))

    def seed(self, document: dict) -> None:
        """Add what the document describes. Quotas are not checked. Raises ValueError, mostly before anything is added."""
        document = _without_nulls(document)
        checked("seed", document, {**dict.fromkeys(SEEDS, [dict]), "quotas": dict, "switches": dict})
        switches = checked_switches(document.get("switches", {}))
        quotas = checked("quotas", document.get("quotas", {}), dict.fromkeys(QUOTAS, int))
        entries = [(section, _checked_entry(section, entry)) for section in SEEDS for entry in document.get(section, [])]
        self.switches.update(copy.deepcopy(switches))
        self.quotas.update(quotas)
        if document.get("credentials"):
            self.credentials = {}
        for section, entry in entries:
            getattr(self, f"_seed_{section}")(**entry)

    def _seed_credentials(self, secret_id: str, secret_key: str, token: str) -> None:
        self.credentials[secret_id] = {"secret_id": secret_id, "secret_key": secret_key, "token": token}

    def _seed_usage_plans(self, region: str, usage_plan_id: str, **fields: Any) -> None:
        usage_plan_id = usage_plan_id or new_id("usagePlan-")
        self.region(region).usage_plans[usage_plan_id] = UsagePlan(usage_plan_id=usage_plan_id, created=self.now(), modified=self.now(), **fields)

    def _seed_access_keys(self, region: str, access_key_id: str, secret: str, **fields: Any) -> None:
        access_key_id = access_key_id or new_id("AKID", 36)
        # Document 628/38138.
        elsewhere = [name for name, place in self.regions.items() if name != region and access_key_id in place.access_keys]
        if fields["type"] == "manual" and elsewhere:
            raise ValueError(f"access_keys: {access_key_id} is in {elsewhere[0]} already, and ids of manual keys are unique across regions")
        key = AccessKey(access_key_id=access_key_id, secret=secret or new_id("", 40), created=self.now(), modified=self.now(), **fields)
        self.region(region).access_keys[access_key_id] = key

    def _seed_services(self, region: str, service_id: str, name: str, environments: list, api_ids: list) -> None:
        service = Service(service_id or new_id("service-"), name, {}, api_ids, self.now(), self.now())
        for environment in environments:
            service.release(environment, new_version(self.clock()), float("-inf"))
        self.region(region).services[service.service_id] = service

    def _seed_bindings(self, region: str, usage_plan_id: str, access_key_ids: list, environments: list) -> None:
        place = self.region(region)
        if usage_plan_id not in place.usage_plans or set(access_key_ids) - set(place.access_keys):
            raise ValueError(f"bindings: usage plan {usage_plan_id} or one of its keys {access_key_ids} is not in {region}")
        for access_key_id in access_key_ids:
            place.usage_plans[usage_plan_id].change(access_key_id, True, float("-inf"))
        for bound in environments:
            checked("bindings: environments", bound, SEEDED_ENVIRONMENT, ["service_id", "environment"])
            if bound["service_id"] not in place.services:
                raise ValueError(f"bindings: no service {bound['service_id']} in {region}")
            for api_id in bound.get("api_ids") or [""]:
                place.usage_plans[usage_plan_id].change((bound["service_id"], bound["environment"], api_id), True, float("-inf"))

    def region(self, name: str) -> Region:
        """The region; a seed may name one of a private cloud, which exists from then on."""
        return self.regions.setdefault(name, Region())

    def change(self, place: Region, action: str, target: Any, lag: float) -> None:
        """Something that somebody else does: one of the DEEDS of the fault "meanwhile", whatever the rules say."""
        visible_at = self.clock() + lag
        if action in ("bind", "unbind"):
            environments = [(bound["service_id"], bound["environment"], bound.get("api_id", "")) for bound in target.get("environments", [])]
            for item in [*target.get("access_key_ids", []), *environments]:
                place.usage_plans[target["usage_plan_id"]].change(item, action == "bind", visible_at)
        elif action in ("enable", "disable"):
            for access_key_id in target:
                place.access_keys[access_key_id].enabled = action == "enable"
        elif action == "delete_keys":
            for access_key_id in target:
                place.access_keys.pop(access_key_id, None)
                for plan in place.usage_plans.values():
                    plan.change(access_key_id, False, visible_at)
        elif action in ("create_keys", "create_usage_plans"):
            section = action.removeprefix("create_").replace("keys", "access_keys")
            region = next(name for name, known in self.regions.items() if known is place)
            for entry in target:
                getattr(self, f"_seed_{section}")(**_checked_entry(section, {**entry, "region": region}))
        elif action == "delete_usage_plan":
            place.usage_plans.pop(target, None)

    def show(self) -> dict:
        """Everything, for GET /_emulator/state: the emulator's private door, with secrets."""
        return {
            name: {
                "access_keys": [
                    {member: value for member, value in vars(key).items() if member != "visible_at"} for key in place.access_keys.values()
                ],
                "usage_plans": [
                    {
                        **{member: value for member, value in vars(plan).items() if member not in ("keys", "history", "environments", "visible_at")},
                        "access_key_ids": sorted(plan.keys),
                        "environments": [dict(zip(("service_id", "environment", "api_id"), bound)) for bound in sorted(plan.environments)],
                    }
                    for plan in place.usage_plans.values()
                ],
                "services": [
                    {member: value for member, value in vars(service).items() if member != "history"} for service in place.services.values()
                ],
            }
            for name, place in self.regions.items()
            if place.access_keys or place.usage_plans or place.services
        }


def _checked_entry(section: str, given: Any) -> dict:
    """The entry with all of its fields. Raises ValueError."""
    fields = SEEDS[section]
    types = {name: SEED_TYPES.get((section, name), str if default is None else type(default)) for name, default in fields.items()}
    given = _without_nulls(given)
    # -1 is how a plan spells that there is no limit.
    checked(section, given, types, [name for name, default in fields.items() if default is None], least=-1)
    return copy.deepcopy({**fields, **given})


def _without_nulls(given: Any) -> Any:
    """What YAML leaves empty is left out."""
    return {name: value for name, value in given.items() if value is not None} if isinstance(given, dict) else given


def new_id(prefix: str, length: int = 8) -> str:
    """An id of the documented shape."""
    return prefix + "".join(random.choices(string.ascii_lowercase + string.digits, k=length))


def new_version(now: float) -> str:
    """The version of a release: its time in UTC+8 and a UUID."""
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(now + 8 * 3600)) + str(uuid.uuid4())

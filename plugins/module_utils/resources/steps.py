# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of step from what there is to what a document says. Each is the resource of a single module, with what is known of it already.

Takes none, and knows no order.
"""

from __future__ import annotations

import collections
import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Callable

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._client import Client
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._resource import Outcome, Resource
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._text import several
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.account import Account
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.api_key import ENABLED, SECRET, THERE, AccessKey
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.document import Wish
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan import FIELDS, UsagePlan
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan_environments import CANNOT, UsagePlanEnvironments
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan_keys import CONFLICT, UsagePlanKeys

# The kinds of change.
KEY, PLAN, BINDING, ENVIRONMENT = "access_key", "usage_plan", "binding", "environment"
MOVES = "a key moves between two plans on one environment only when both are named and prune has bindings"


@dataclass
class Step:
    """label: what is written to, for people, by its name. make: the resource. note: takes down what became of it.

    know: what its first reading would show; None where it is to be read. plan, ids: of a binding, the usage plan, and what is bound to it or unbound.
    gives: the name that a key or a plan is given by it.
    obstacle: the code that adding these ids would meet, and why; by what is known of the whole account.
    """

    kind: str
    label: str
    make: Callable[[Client], Any]
    know: Callable[[Any], frozenset[str]] | None
    note: Callable[[Resource, Outcome], None]
    plan: str = ""
    ids: frozenset[str] = frozenset()
    obstacle: Callable[[list[str]], tuple[str, str] | None] | None = None
    gives: str = ""


class Steps:
    """Makes steps, which write down what they change.

    changes: in order. made: keys that the server made, with their secrets.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self.changes: list[dict[str, Any]] = []
        self.made: list[dict[str, str]] = []
        # What a change of the moment has beside what was done.
        self._why: dict[str, Any] = {}

    @contextlib.contextmanager
    def making_room(self, label: str) -> Iterator[None]:
        """While removals are made ahead of their turn for a step with this label."""
        self._why = {"to_make_room_for": label}
        yield
        self._why = {}

    @contextlib.contextmanager
    def putting_back(self) -> Iterator[None]:
        """While what was removed only to make room is put back."""
        self._why = {"put_back": True}
        yield
        self._why = {}

    def _change(self, kind: str, action: str, one: str, name: str | None, **more: Any) -> None:
        self.changes.append({"kind": kind, "action": action, "name": name, "id": one, **more, **self._why})

    def has_changed(self) -> bool:
        """Whether anything is other than it was: what was put back is not."""
        net: collections.Counter = collections.Counter()
        for change in self.changes:
            sign = {"bound": 1, "unbound": -1}.get(change["action"])
            if sign is None:
                return True
            for one in change.get("access_keys", change.get("environments")):
                # What is put back was there before, also where it is unknown whether it had been removed.
                net[change["id"], one] = min(0, net[change["id"], one] + 1) if change.get("put_back") else net[change["id"], one] + sign
        return any(net.values())

    def _plan_label(self, one: str) -> str:
        return f"usage plan {self._account.plans[one]['name'] or one}"

    def key(self, wish: Wish, enabled: bool | None, secret: str | None) -> Step:
        """A key made, enabled or disabled, and with this secret."""
        account = self._account
        manual = wish.given["access_key_id"] if secret is not None else ""
        options = {"access_key_id": wish.id or manual or None, "name": None if wish.id else wish.name, SECRET: secret, "enabled": enabled}

        def note(resource: Resource, outcome: Outcome) -> None:
            key = resource.describe(outcome.after)
            if key is None:
                return
            one, name, added = key["access_key_id"], key["name"], outcome.added
            wish.id, was_enabled = one, account.keys.get(one, {"Status": 1}).get("Status") == 1
            enabled = None if key["enabled"] is None else int(key["enabled"])
            status = {"AccessKeyId": one, "SecretName": name, "AccessKeyType": key["type"], "Status": enabled}
            account.keys[one] = {**account.keys.get(one, {}), **status}
            if THERE in added:
                self._change(KEY, "created", one, name)
            elif SECRET in added:
                self._change(KEY, "secret changed", one, name)
            if ENABLED in added and key["enabled"] != was_enabled:
                self._change(KEY, "enabled" if key["enabled"] else "disabled", one, name)
            self.made += [{"name": name, "access_key_id": one, **made} for made in [resource.made(outcome)] if made]

        fixed = {"rotate": False, "rotate_after_days": None, "state": "present", "force": False}
        label = f"access key {wish.name or wish.id}"
        # A key of another region with the id of a manual key to be made may be known here, and only asking for it tells.
        know = None if manual and not wish.id else lambda key: key.take(account.keys.get(wish.id))
        return Step(KEY, label, lambda client: AccessKey(client, {**options, **fixed}), know, note, gives="" if wish.id else wish.name)

    def without_key(self, one: str) -> Step:
        """A key disabled and deleted."""
        account = self._account
        name = account.keys[one].get("SecretName")
        options = {"access_key_id": one, "name": None, SECRET: None, "enabled": None, "rotate": False, "rotate_after_days": None}

        def know(key: AccessKey) -> frozenset[str]:
            return key.take(account.keys[one], [plan for plan, keys in account.bound_keys.items() if one in keys])

        def note(resource: Resource, outcome: Outcome) -> None:
            for plan in sorted(outcome.removed - {THERE, ENABLED}):
                self._change(BINDING, "unbound", plan, account.plans[plan]["name"], access_keys=[one])
                account.bound_keys[plan].discard(one)
            if ENABLED in outcome.removed:
                account.keys[one]["Status"] = 0
                self._change(KEY, "disabled", one, name)
            if THERE in outcome.removed:
                del account.keys[one]
                self._change(KEY, "deleted", one, name)

        return Step(KEY, f"access key {name}", lambda client: AccessKey(client, {**options, "state": "absent", "force": True}), know, note)

    def usage_plan(self, wish: Wish) -> Step:
        """A plan made, or changed."""
        account = self._account
        fields = {field: wish.given[field] for field in FIELDS}
        options = {**fields, "usage_plan_id": wish.id or None, "name": wish.given["name"] or None, "state": "present", "force": False}

        def note(resource: Resource, outcome: Outcome) -> None:
            plan = resource.describe(outcome.after)
            if plan is None:
                return
            wish.id = one = plan["usage_plan_id"]
            account.plans[one] = plan
            account.bound_keys.setdefault(one, set())
            account.bound_environments.setdefault(one, set())
            if THERE in outcome.added:
                self._change(PLAN, "created", one, plan["name"])
            elif outcome.added:
                self._change(PLAN, "changed", one, plan["name"], fields=sorted(outcome.added))

        name = wish.given["name"]
        gives = name if not wish.id or name != account.plans[wish.id]["name"] else ""
        label = f"usage plan {wish.name}"
        return Step(PLAN, label, lambda client: UsagePlan(client, options), lambda plan: plan.take(account.plans.get(wish.id)), note, gives=gives)

    def without_plan(self, one: str) -> Step:
        """A plan deleted."""
        account = self._account
        options = {**dict.fromkeys(FIELDS), "usage_plan_id": one, "state": "absent", "force": True}

        def know(plan: UsagePlan) -> frozenset[str]:
            return plan.take(account.plans[one], account.bound_keys[one], account.bound_environments[one])

        def note(resource: Resource, outcome: Outcome) -> None:
            if THERE in outcome.removed:
                self._change(PLAN, "deleted", one, account.plans[one]["name"])
                for known in (account.plans, account.bound_keys, account.bound_environments):
                    del known[one]

        return Step(PLAN, self._plan_label(one), lambda client: UsagePlan(client, options), know, note)

    def keys_of(self, plan: str, keys: Iterable[str], state: str) -> Step:
        """Keys bound to a plan, or unbound from it."""
        account = self._account
        options = {"usage_plan_id": plan, "access_key_ids": sorted(keys), "access_key_names": None, "state": state}

        def note(resource: Resource, outcome: Outcome) -> None:
            account.bound_keys[plan] = set(outcome.after or ())
            for action, done in (("bound", outcome.added), ("unbound", outcome.removed)):
                if done:
                    self._change(BINDING, action, plan, account.plans[plan]["name"], access_keys=sorted(done))

        def obstacle(ids: list[str]) -> tuple[str, str] | None:
            found = account.shared(plan, ids, account.bound_environments[plan])
            texts = [f"{key} is in usage plan {other} too, which is bound to {place} as well" for other, key, place in found]
            return (CONFLICT, f"{several(texts, '; ')}; {MOVES}") if found else None

        def know(bound: UsagePlanKeys) -> frozenset[str]:
            return bound.take({one: {} for one in account.bound_keys[plan]})

        ids = frozenset(options["access_key_ids"])
        return Step(BINDING, self._plan_label(plan), lambda client: UsagePlanKeys(client, options), know, note, plan, ids, obstacle)

    def environments_of(self, plan: str, environments: Iterable[str], state: str) -> Step:
        """Environments, and single APIs of them, that a plan is bound to, or unbound from."""
        account = self._account
        ids = frozenset(environments)
        given = [dict(zip(("service_id", "environment"), one.split("/")), api_ids=one.split("/")[2:] or None) for one in sorted(ids)]

        def note(resource: Resource, outcome: Outcome) -> None:
            account.bound_environments[plan] = set(outcome.after or ())
            for action, done in (("bound", outcome.added), ("unbound", outcome.removed)):
                if done:
                    self._change(ENVIRONMENT, action, plan, account.plans[plan]["name"], environments=sorted(done))

        def obstacle(ids: list[str]) -> tuple[str, str] | None:
            shared = account.shared(plan, account.bound_keys[plan], ids)
            texts = [f"usage plan {other} is bound to {place} too and shares {key}" for other, key, place in shared]
            mixed = "whole environments and single APIs do not mix in a service"
            texts += [f"usage plan {other} is bound to {one}, and {mixed}" for other, one in account.other_level(ids)]
            return (CANNOT, several(texts, "; ")) if texts else None

        def know(bound: UsagePlanEnvironments) -> frozenset[str]:
            return bound.take(sorted(account.bound_environments[plan]))

        options = {"usage_plan_id": plan, "environments": given, "state": state}
        return Step(ENVIRONMENT, self._plan_label(plan), lambda client: UsagePlanEnvironments(client, options), know, note, plan, ids, obstacle)

    def put_back(self, removal: Step, ids: frozenset[str]) -> Step:
        """What a removal took away, bound again. What it may have taken away counts as gone: reads may be late."""
        bound = self._account.bound_keys if removal.kind == BINDING else self._account.bound_environments
        bound[removal.plan] -= ids
        return (self.keys_of if removal.kind == BINDING else self.environments_of)(removal.plan, ids, "present")

# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way from what there is to what a document says: its steps in their order, what leaves, and what may block a step.

Takes no step: that is Access's part.
"""

from __future__ import annotations

from typing import Callable

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._lookup import ACCESS_KEY, USAGE_PLAN
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._placeholder import placeholder
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._resource import Failure
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.account import Account, place_of
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.document import Document, Problems, Wish
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.steps import BINDING, ENVIRONMENT, KEY, MOVES, PLAN, Step, Steps
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan_environments import UsagePlanEnvironments
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan_keys import UsagePlanKeys


class Phases:
    """document: resolved. account: what there is, kept up by the steps."""

    def __init__(self, document: Document, account: Account, steps: Steps) -> None:
        self._document = document
        self._account = account
        self._steps = steps
        self._wishes: dict[str, Wish] = {}

    def in_order(self) -> list[Callable[[], list[Step]]]:
        """Each phase, to be asked for its steps when the one before is done: nobody loses access that the document grants."""
        return [
            self.keys_and_plans, self.bind_keys, self.disable_the_rest, self.bind_environments,
            self.unbind_environments, self.unbind_keys, self.delete_plans, self.delete_keys,
        ]

    def keys_and_plans(self) -> list[Step]:
        """Keys made, enabled, changed; those disabled that need no new binding; plans made and changed."""
        keys = [
            self._steps.key(wish, None if self._is_bound_first(wish) else wish.given["enabled"], wish.given["access_key_secret"])
            for wish in self._document.keys
        ]
        plans = [self._steps.usage_plan(wish) for wish in self._document.plans]
        # Mixed evenly: the API's limit is for each action, so neither has to wait for the other.
        places = [((number + 0.5) / len(steps), kind, step) for kind, steps in enumerate((keys, plans)) for number, step in enumerate(steps)]
        return [step for _place, _kind, step in sorted(places, key=lambda one: one[:2])]

    def bind_keys(self) -> list[Step]:
        return [self._steps.keys_of(plan.id, plan.key_ids, "present") for plan in self._document.plans if plan.keys is not None]

    def disable_the_rest(self) -> list[Step]:
        return [self._steps.key(wish, False, None) for wish in self._document.keys if wish.given["enabled"] is False]

    def bind_environments(self) -> list[Step]:
        return [self._steps.environments_of(plan.id, plan.environments, "present") for plan in self._document.plans if plan.environments is not None]

    def unbind_environments(self) -> list[Step]:
        return [self._steps.environments_of(one, self.leaving_environments(one), "absent") for one in sorted(self._account.bound_environments)]

    def unbind_keys(self) -> list[Step]:
        return [self._steps.keys_of(one, self.leaving_keys(one), "absent") for one in sorted(self._account.bound_keys)]

    def delete_plans(self) -> list[Step]:
        return [self._steps.without_plan(one) for one in self.unwanted_plans()]

    def delete_keys(self) -> list[Step]:
        return [self._steps.without_key(one) for one in self.unwanted_keys()]

    # ---- What leaves

    def unwanted_plans(self) -> list[str]:
        """The plans that are pruned."""
        named = {wish.id for wish in self._document.plans}
        return sorted(set(self._account.plans) - named) if "usage_plans" in self._document.prune else []

    def unwanted_keys(self) -> list[str]:
        """The keys that are pruned."""
        return sorted(set(self._account.keys) - self._document.meant_keys) if "access_keys" in self._document.prune else []

    def leaving_keys(self, usage_plan_id: str) -> frozenset[str]:
        """The keys that the document takes out of a plan."""
        keys, wish = self._account.bound_keys[usage_plan_id], self._wish_of(usage_plan_id)
        if wish is None and "usage_plans" in self._document.prune:
            return frozenset(keys)
        leaving = keys.intersection(self.unwanted_keys())
        if wish is not None and wish.keys is not None and "bindings" in self._document.prune:
            leaving |= keys - wish.key_ids
        return frozenset(leaving)

    def leaving_environments(self, usage_plan_id: str) -> frozenset[str]:
        """The environments that the document takes a plan from."""
        environments, wish = self._account.bound_environments[usage_plan_id], self._wish_of(usage_plan_id)
        if wish is None and "usage_plans" in self._document.prune:
            return frozenset(environments)
        pruned = wish is not None and wish.environments is not None and "environments" in self._document.prune
        return frozenset(environments - wish.environments if pruned else ())

    def _wish_of(self, usage_plan_id: str) -> Wish | None:
        if usage_plan_id not in self._wishes:
            # Plans that were made meanwhile have their ids by now.
            self._wishes = {wish.id: wish for wish in self._document.plans}
        return self._wishes.get(usage_plan_id)

    def _is_bound_first(self, wish: Wish) -> bool:
        """Whether a key that is to be disabled is to be bound before, for a disabled key cannot be."""
        return wish.given["enabled"] is False and any(
            key is wish and key.id not in self._account.bound_keys.get(plan.id, ()) for plan in self._document.plans for key in plan.keys or []
        )

    # ---- Before the first write

    def refuse_what_cannot_be(self) -> None:
        """Raises ApiError for what the API refuses whatever the order."""
        problems = Problems()
        for plan in self._document.plans:
            if plan.id and plan.id not in self._account.bound_keys:
                problems.add("not_found", USAGE_PLAN, f"usage plan {plan.id} vanished while it was being read")
        problems.tell()
        places: dict[str, dict[str, Wish]] = {}
        for plan in self._document.plans:
            for key in plan.keys or []:
                known = self._account.keys.get(key.id)
                bound = key.id in self._account.bound_keys.get(plan.id, ())
                if known is not None and known.get("Status") != 1 and not bound and key.given.get("enabled") is not True:
                    text = f"access key {key.name or key.id} is disabled, and is not enabled just to bind it to usage plan {plan.name}"
                    problems.add("conflict", ACCESS_KEY, f"{text}: say enabled: true, or take it off the list")
            keys, environments = self._account.bound_keys.get(plan.id, set()), self._account.bound_environments.get(plan.id, set())
            if plan.id:
                keys, environments = keys - self.leaving_keys(plan.id), environments - self.leaving_environments(plan.id)
            for place in sorted({place_of(one) for one in environments.union(plan.environments or ())}):
                holders = places.setdefault(place, {})
                for key in sorted(keys.union(wish.id or placeholder("api_key", wish.name) for wish in plan.keys or [])):
                    other = holders.setdefault(key, plan)
                    if other is not plan:
                        label = self._account.key_labels().get(key, key)
                        text = f"access key {label} would be in usage plans {other.name} and {plan.name}, which would both be bound to {place}"
                        problems.add("conflict", USAGE_PLAN, f"{text}: {MOVES}")
        problems.tell()

    def in_the_way(self, step: Step, failure: Failure) -> list[Step]:
        """What blocks the step and leaves anyway: the removals to make first. None of it, when that is not why it failed."""
        account, code, kind = self._account, failure.error.code, failure.error.kind
        if failure.removing:
            return []
        if step.kind == BINDING and code == "LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded":
            return self._unbinding({(step.plan, one) for one in sorted(self.leaving_keys(step.plan))[:len(failure.ids)]})
        if step.kind == BINDING and code in UsagePlanKeys.already_codes:
            return self._parting(account.shared(step.plan, failure.ids, account.bound_environments[step.plan]), step.plan)
        if step.kind == BINDING and kind in ("quota", "conflict", "other"):
            # A key in too many plans, maybe: no code is documented for it.
            holders = {key: [one for one in sorted(account.bound_keys) if key in self.leaving_keys(one)] for key in failure.ids}
            return self._unbinding({(plans[0], key) for key, plans in holders.items() if plans})
        if step.kind == ENVIRONMENT and code in UsagePlanEnvironments.already_codes:
            shared = self._parting(account.shared(step.plan, account.bound_keys[step.plan], failure.ids), step.plan)
            return shared + self._unbinding({(plan, one) for plan, one in account.other_level(failure.ids) if one in self.leaving_environments(plan)})
        if step.kind == PLAN and kind == "quota":
            return [removal for plan in self.unwanted_plans()[:1] for removal in self._away_with_plan(plan)]
        if step.kind == KEY and kind == "quota":
            return [removal for key in self.unwanted_keys()[:1] for removal in self._away_with_key(key)]
        return []

    def _parting(self, shared: list[tuple[str, str, str]], usage_plan_id: str) -> list[Step]:
        """What parts plans that must not share a key on an environment: the key leaves one of them, or one of them the environment."""
        leaving: set[tuple[str, str]] = set()
        for other, key, place in shared:
            environments = {one for one in self.leaving_environments(other) if place_of(one) == place}
            plans = [plan for plan in (other, usage_plan_id) if key in self.leaving_keys(plan)]
            leaving |= {(plans[0], key)} if plans else {(other, one) for one in environments}
        return self._unbinding(leaving)

    def _unbinding(self, pairs: set[tuple[str, str]]) -> list[Step]:
        """Steps that unbind these (plan, key or environment)."""
        steps = []
        for plan in sorted({plan for plan, _one in pairs}):
            mine = {one for other, one in pairs if other == plan}
            keys = mine & self._account.bound_keys[plan]
            steps += [self._steps.keys_of(plan, keys, "absent")] if keys else []
            steps += [self._steps.environments_of(plan, mine - keys, "absent")] if mine - keys else []
        return steps

    def _away_with_plan(self, plan: str) -> list[Step]:
        return [
            self._steps.environments_of(plan, self.leaving_environments(plan), "absent"), self._steps.keys_of(plan, self.leaving_keys(plan), "absent"),
            self._steps.without_plan(plan),
        ]

    def _away_with_key(self, key: str) -> list[Step]:
        return self._unbinding({(plan, key) for plan, keys in self._account.bound_keys.items() if key in keys}) + [self._steps.without_key(key)]

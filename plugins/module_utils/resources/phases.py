# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way from what there is to what a document says: its steps in their order, what leaves, what there will be, and what may block a step.

Takes no step: that is Access's part.
"""

from __future__ import annotations

from typing import Callable, NamedTuple

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._lookup import ACCESS_KEY, USAGE_PLAN
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._placeholder import placeholder
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._resource import Failure
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._text import several
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.account import Account, place_of
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.document import Document, Wish
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.steps import BINDING, ENVIRONMENT, KEY, PLAN, Step, Steps
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan_environments import UsagePlanEnvironments
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan_keys import UsagePlanKeys


class Final(NamedTuple):
    """A usage plan as it will be, and what of it the document adds. Keys that do not exist yet have placeholder ids."""

    name: str
    keys: frozenset[str]
    new_keys: frozenset[str]
    environments: frozenset[str]
    new_environments: frozenset[str]


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

    # ---- What there will be

    def new_keys(self, plan: Wish) -> list[Wish]:
        """The keys that are to be bound to a plan."""
        bound = self._account.bound_keys.get(plan.id, ())
        return [key for key in plan.keys or [] if not key.id or key.id not in bound]

    def new_environments(self, plan: Wish) -> frozenset[str]:
        """The environments that a plan is to be bound to."""
        return frozenset((plan.environments or frozenset()) - self._account.bound_environments.get(plan.id, set()))

    def final_environments(self, usage_plan_id: str, plan: Wish | None) -> frozenset[str]:
        """What a plan will be bound to. plan: what the document says of it."""
        bound = self._account.bound_environments.get(usage_plan_id, set())
        leaving = self.leaving_environments(usage_plan_id) if usage_plan_id in self._account.bound_environments else frozenset()
        return frozenset(bound - leaving) | (plan.environments or frozenset() if plan else frozenset())

    def finals(self) -> list[Final]:
        """The plans as they will be, as far as they were read."""
        named, labels = {plan.id: plan for plan in self._document.plans if plan.id}, self._account.plan_labels()
        there = sorted(set(self._account.bound_keys).difference(self.unwanted_plans()))
        finals = []
        for one, plan in [(one, named.get(one)) for one in there] + [("", plan) for plan in self._document.plans if not plan.id]:
            kept = self._account.bound_keys[one] - self.leaving_keys(one) if one else set()
            new = {_identity(key) for key in self.new_keys(plan)} if plan else set()
            keys = kept.union(new, (_identity(key) for key in (plan.keys if plan else None) or []))
            finals.append(Final(
                plan.name if plan else labels.get(one, one), frozenset(keys), frozenset(new),
                self.final_environments(one, plan), self.new_environments(plan) if plan else frozenset(),
            ))
        return finals

    def granted(self) -> set[tuple[str, str]]:
        """(key, environment) of each caller that the document lets in, as far as plans were read."""
        return {(key, place_of(one)) for plan in self.finals() for key in plan.keys for one in plan.environments}

    def needed_plans(self) -> dict[str, list[str]]:
        """The plans to be deleted without which a caller that is granted access would lose it, and the keys of these callers."""
        granted = self.granted() if self.unwanted_plans() else set()
        needed = {}
        for plan in self.unwanted_plans():
            places = {place_of(one) for one in self._account.bound_environments[plan]}
            keys = sorted(key for key in self._account.bound_keys[plan] if any((key, place) in granted for place in places))
            if keys:
                needed[plan] = keys
        return needed

    def name_is_taken(self, step: Step) -> Failure | None:
        """That something to be deleted has the name that the step gives: it goes first, or two would have it if the run failed in between."""
        if not self._unwanted_with_name(step):
            return None
        kind = ACCESS_KEY if step.kind == KEY else USAGE_PLAN
        return Failure(ApiError(kind.action, message=f"what is to be deleted has the name {step.gives}", kind="conflict"), [], False)

    def _unwanted_with_name(self, step: Step) -> list[str]:
        """What is to be deleted and has the name that the step gives."""
        if not step.gives:
            return []
        keys, plans = self._account.keys, self._account.plans
        if step.kind == KEY:
            return [one for one in self.unwanted_keys() if keys[one].get("SecretName") == step.gives]
        return [one for one in self.unwanted_plans() if plans[one]["name"] == step.gives]

    def why_no_room(self, step: Step, failure: Failure) -> str:
        """Why nothing is taken away for a step that a quota blocks, as a sentence; empty when there is nothing to say."""
        needed = self.needed_plans() if step.kind == PLAN and failure.error.kind == "quota" else {}
        if not needed:
            return ""
        labels, plans = self._account.key_labels(), self._account.plan_labels()
        texts = [f"usage plan {plans[plan]} (needed by {several(sorted(labels.get(key, key) for key in keys))})" for plan, keys in sorted(needed.items())]
        return (
            f"Not deleted to make room, since callers that the document grants access depend on it until the new plan is there: {several(texts)}. "
            "Delete a usage plan that nobody needs, or have the quota raised."
        )

    # ---- What is in the way of a step

    def in_the_way(self, step: Step, failure: Failure) -> list[Step]:
        """What blocks the step and leaves anyway: the removals to make first. None of it, when that is not why it failed."""
        account, code, kind = self._account, failure.error.code, failure.error.kind
        if failure.removing:
            return []
        holders = self._unwanted_with_name(step)
        if holders:
            return self._away_with_key(holders[0]) if step.kind == KEY else self._away_with_plan(holders[0])
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
            # An id cannot be put back: a plan on which somebody depends who is granted access stays until the new one is there.
            needed = self.needed_plans()
            free = [plan for plan in self.unwanted_plans() if plan not in needed]
            return [removal for plan in free[:1] for removal in self._away_with_plan(plan)]
        if step.kind == KEY and kind == "quota":
            return [removal for key in self.unwanted_keys()[:1] for removal in self._away_with_key(key)]
        return []

    def _parting(self, shared: list[tuple[str, str, str]], usage_plan_id: str) -> list[Step]:
        """What parts plans that must not share a key on an environment: the key leaves one of them, or one of them the environment."""
        leaving: set[tuple[str, str]] = set()
        for other, key, place in shared:
            plans = [plan for plan in (other, usage_plan_id) if key in self.leaving_keys(plan)]
            environments = [(plan, one) for plan in (other, usage_plan_id) for one in self.leaving_environments(plan) if place_of(one) == place]
            leaving |= {(plans[0], key)} if plans else {pair for pair in environments if pair[0] == environments[0][0]}
        return self._unbinding(leaving)

    def size_of(self, usage_plan_id: str) -> int:
        """How many keys are known to be in a plan."""
        return len(self._account.bound_keys.get(usage_plan_id, ()))

    def to_put_back(self, step: Step, removal: Step, ids: frozenset[str], size: int) -> frozenset[str]:
        """What of a removal is to be bound again when the step for which room was made has failed: all that has not been replaced by what the step did.

        ids: what the removal took away, or may have. size: how many keys the plan of the step had before.
        """
        account, plan = self._account, removal.plan
        if removal.kind not in (BINDING, ENVIRONMENT) or plan not in account.plans:
            return frozenset()
        if removal.kind == BINDING:
            there = ids.difference(change["id"] for change in self._steps.changes if change["action"] == "deleted")
            free = [one for one in sorted(there) if not account.shared(plan, [one], account.bound_environments[plan])]
            # A plan that was full takes as many as have not come in.
            return frozenset(free[:max(0, size - self.size_of(plan))] if plan == step.plan else free)
        return frozenset(
            one for one in ids if not account.shared(plan, account.bound_keys[plan], [one]) and not account.other_level([one])
        )

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


def _identity(key: Wish) -> str:
    return key.id or key.given.get("access_key_id") or placeholder("api_key", key.name)

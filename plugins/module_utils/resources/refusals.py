# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a document is refused before the first write: what cannot be meant of what there is, and what the API would refuse whatever the order."""

from __future__ import annotations

import collections

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import ApiError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._lookup import ACCESS_KEY, USAGE_PLAN
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._resource import Failure
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._text import several
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.account import Account, place_of
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.document import Document, Problems
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.phases import Final, Phases
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.steps import MOVES
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan_environments import CANNOT, UsagePlanEnvironments
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan_keys import CONFLICT, UsagePlanKeys


class Refusals:
    """document: resolved. account: what there is."""

    def __init__(self, document: Document, account: Account, phases: Phases) -> None:
        self._document = document
        self._account = account
        self._phases = phases

    def read_what_blocks(self) -> None:
        """What may keep the additions of the document from being made: plans that it does not name, and single APIs. Raises ApiError."""
        phases, growing = self._phases, [plan for plan in self._document.plans if self._phases.new_keys(plan)]
        self._account.read_single_apis({plan.id for plan in growing if plan.id})
        places = [phases.final_environments(plan.id, plan) for plan in growing] + [phases.new_environments(plan) for plan in self._document.plans]
        self._account.read_others_on({one.split("/")[0] for environments in places for one in environments})

    def refuse_what_cannot_be(self) -> None:
        """Raises ApiError for what the document must not say of what is there, and Failure for what the API would refuse whatever the order."""
        problems = Problems()
        for plan in self._document.plans:
            if plan.id and plan.id not in self._account.bound_keys:
                problems.add("not_found", USAGE_PLAN, f"usage plan {plan.id} vanished while it was being read")
        problems.tell()
        self._refuse_disabled_keys(problems)
        self._refuse_second_names(problems)
        self._refuse_emptying(problems)
        problems.tell()
        self._refuse_conflicts()

    def _refuse_disabled_keys(self, problems: Problems) -> None:
        for plan in self._document.plans:
            for key in self._phases.new_keys(plan):
                known = self._account.keys.get(key.id, {})
                if known.get("Status") not in (1, None) and key.given.get("enabled") is not True:
                    text = f"access key {key.name or key.id} is disabled, and is not enabled just to bind it to usage plan {plan.name}"
                    problems.add("conflict", ACCESS_KEY, f"{text}: say enabled: true, or take it off the list")

    def _refuse_second_names(self, problems: Problems) -> None:
        """A name that the document gives is the only one of its kind, whenever the run might fail: nothing could tell two of it apart by name."""
        unwanted, needed = {*self._phases.unwanted_keys(), *self._phases.unwanted_plans()}, self._phases.needed_plans()
        keys = {one: {row.get("SecretName")} for one, row in self._account.keys.items()}
        plans = {one: {plan["name"]} for one, plan in self._account.plans.items()}
        given: dict[str, set[str]] = {one: set() for one in plans}
        for wish in self._document.plans:
            if wish.id and wish.given["name"] and wish.given["name"] not in plans[wish.id]:
                plans[wish.id].add(wish.given["name"])
                given[wish.id].add(wish.given["name"])
        for kind, there, wishes in ((ACCESS_KEY, keys, self._document.keys), (USAGE_PLAN, plans, self._document.plans)):
            new = {f"new {number}": wish for number, wish in enumerate(wishes) if not wish.id}
            # What is to be deleted goes first, unless somebody depends on it.
            names = {one: some for one, some in there.items() if one not in unwanted or one in needed}
            names.update((one, {wish.name}) for one, wish in new.items())
            for name in sorted({wish.name for wish in new.values()}.union(*(given.get(one, ()) for one in there))):
                holders = [one for one, some in names.items() if name in some]
                if len(holders) > 1:
                    ids = sorted(filter(None, (new[one].given.get("access_key_id") if one in new else one for one in holders)))
                    text = f"{len(holders)} {kind.what}s would have the name {name}{f' ({several(ids)})' if ids else ''}"
                    advice = "give each a name of its own, or a name that gets free in a run before"
                    problems.add("ambiguous", kind, f"{text}: no name could tell them apart any more; {advice}")

    def _refuse_emptying(self, problems: Problems) -> None:
        """An empty list that would remove something: it is what an undefined variable looks like."""
        if self._document.allow_empty:
            return
        prune, empty = self._document.prune, []
        for kind, there in (("access_keys", self._phases.unwanted_keys()), ("usage_plans", self._phases.unwanted_plans())):
            if there and not self._document.sections[kind]:
                empty.append((kind, f"delete {several(there)}"))
        for plan in self._document.plans:
            if plan.id and plan.keys == [] and "bindings" in prune and self._account.bound_keys[plan.id]:
                empty.append((f"access_keys of usage plan {plan.name}", "unbind all keys"))
            if plan.id and plan.environments == frozenset() and "environments" in prune and self._account.bound_environments[plan.id]:
                empty.append((f"environments of usage plan {plan.name}", "unbind all environments"))
        for what, effect in empty:
            text = f"{what}: an empty list, and prune would {effect}; if that is meant, and not an undefined variable, set allow_empty: true"
            problems.add("invalid", USAGE_PLAN, text)

    def _refuse_conflicts(self) -> None:
        """Raises Failure for two plans that would share a key on one environment, and for a service of which whole environments and single APIs would be bound.

        Only where the document adds to it: what is there already is not its doing. What it takes away blocks nothing for good.
        """
        finals = self._phases.finals()
        faults = self._shared_keys(finals) + [(UsagePlanEnvironments.add_action, CANNOT, text) for text in _mixed_levels(finals)]
        if faults:
            action, code, _text = faults[0]
            raise Failure(ApiError(action, code), [], False, f"{several([text for _action, _code, text in faults], '; ')}.")

    def _shared_keys(self, finals: list[Final]) -> list[tuple[str, str, str]]:
        """Keys that two plans would share on one environment: the call that the API would refuse, the code, and why."""
        labels, faults = self._account.key_labels(), []
        holders: dict[str, dict[str, Final]] = collections.defaultdict(dict)
        for plan in finals:
            for place in sorted({place_of(one) for one in plan.environments}):
                for key in sorted(plan.keys):
                    other = holders[place].setdefault(key, plan)
                    if other is plan:
                        continue
                    # Keys are bound before environments.
                    by_environment = any(place_of(one) == place for one in plan.new_environments | other.new_environments)
                    if by_environment or key in plan.new_keys | other.new_keys:
                        refused = (UsagePlanEnvironments.add_action, CANNOT) if by_environment else (UsagePlanKeys.add_action, CONFLICT)
                        text = f"access key {labels.get(key, key)} would be in usage plans {other.name} and {plan.name}, which would both be bound to {place}"
                        faults.append((*refused, f"{text}: {MOVES}"))
        return faults


def _mixed_levels(finals: list[Final]) -> list[str]:
    """The services of which both whole environments and single APIs would be bound, and the document adds to it."""
    plans: dict[str, dict[int, set[str]]] = collections.defaultdict(lambda: collections.defaultdict(set))
    for plan in finals:
        for one in plan.environments:
            plans[one.split("/")[0]][one.count("/")].add(plan.name)
    added = {one.split("/")[0] for plan in finals for one in plan.new_environments}
    return [
        f"whole environments of {service} would be bound to usage plan {several(sorted(levels[1]))} and single APIs of it to {several(sorted(levels[2]))}, "
        "and these do not mix in a service"
        for service, levels in sorted(plans.items()) if service in added and len(levels) > 1
    ]

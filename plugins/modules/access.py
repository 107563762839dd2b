#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: access
short_description: Declare all of who may call what on a Tencent Cloud API Gateway in one document
version_added: 1.0.0
description:
  - Brings access keys, usage plans, which keys are in which plan, and which environments a plan is bound to, to what one document says.
  - What is left out is left alone, be it an option, a list, or a key or plan that the document does not name. Lists add, unless O(prune) names their kind.
  - Adds before it removes, so nobody loses access that the document grants. What blocks an addition, and is to be removed anyway, is removed just
    before it, and put back when the addition fails. RV(changes) says so.
  - Everything that does not fit what is there, and everything that is known to block what is to be added, is reported at once, before the first write.
options:
  access_keys:
    description: The access keys. One that does not exist is made.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - The key's exact name (C(SecretName)). It cannot be changed.
          - Several keys of one name are a failure, and none is created of a name that there is.
        type: str
      access_key_id:
        description: The key's id (C(AccessKeyId)), which goes before the name. With name and secret, a manual key of this id is made when there is none.
        type: str
      access_key_secret:
        description: The secret that the key must have (C(AccessKeySecret)), compared by reading.
        type: str
      enabled:
        description: Whether callers can use the key. New keys are enabled.
        type: bool
  usage_plans:
    description: The usage plans. One that does not exist is made.
    type: list
    elements: dict
    suboptions:
      name:
        description: The plan's exact name (C(UsagePlanName)). Several plans of one name are a failure.
        type: str
      usage_plan_id:
        description: The plan's id (C(UsagePlanId)), which goes before the name. With both, the plan is renamed.
        type: str
      description:
        description: The plan's description (C(UsagePlanDesc)).
        type: str
      max_requests:
        description: How many requests a caller may make in all (C(MaxRequestNum)), V(1) to V(99999999), or V(-1) for no limit.
        type: int
      max_requests_per_second:
        description: How many requests a caller may make in a second (C(MaxRequestNumPreSec)), V(1) to V(2000), or V(-1) for no limit.
        type: int
      access_keys:
        description:
          - The keys in the plan, by name or id, looked for in the document first and then in the region.
          - Where the id of one key is the name of another, write a mapping with C(access_key_id) alone for the first.
          - A disabled key is not enabled just to bind it. That fails before the first write, unless the document says O(access_keys[].enabled=true).
        type: list
        elements: raw
      environments:
        description: What the plan is bound to.
        type: list
        elements: dict
        suboptions:
          service:
            description: The service, by name or id. This or O(usage_plans[].environments[].service_id).
            type: str
          service_id:
            description: The service, by its id alone. Needed only where the id of one service is the name of another.
            type: str
          environment:
            description: The environment of the service (C(Environment)).
            type: str
            choices: [test, prepub, release]
            required: true
          api_ids:
            description: Single APIs of the service (C(ApiIds)). Leave it out to mean the whole environment.
            type: list
            elements: str
  prune:
    description:
      - What to take away when the document does not have it.
      - V(bindings) and V(environments) make the lists that are given in the named plans exact.
      - V(usage_plans) and V(access_keys) delete what is in the region and not in the document, after unbinding it everywhere.
    type: list
    elements: str
    choices: [bindings, environments, usage_plans, access_keys]
    default: []
  allow_empty:
    description:
      - Accept that an empty list, or pruning by a list that is not there, removes something.
      - Refused otherwise, for it is what an undefined variable looks like. An empty list that removes nothing is always accepted.
    type: bool
    default: false
  missing_services:
    description: What to do about a service that does not exist. V(skip) leaves its environments out and names them in a warning.
    type: str
    choices: [fail, skip]
    default: fail
  from_elsewhere:
    description:
      - The document was written of another gateway, or another region, by M(tencentcloud.apigateway.access_info), and ids that the server gave there
        mean nothing here. Plans, and keys without secrets, are then meant by their names. Keys with id and secret are made with these.
      - What only an id can tell (several plans or keys of one name, and single APIs) is left out, and named in RV(not_carried_over).
      - It does not go together with O(prune).
    type: bool
    default: false
extends_documentation_fragment:
  - tencentcloud.apigateway.connection
  - tencentcloud.apigateway.attributes
  - tencentcloud.apigateway.attributes.writes
notes:
  - RV(created_access_keys) has the secrets of keys that the server made in this run, and is the only place for them. Register the result with C(no_log).
  - A failure tells in RV(changes) what was done before it. The same task does the rest when it is run again.
  - O(wait_timeout) is for each key, plan and binding on its own.
seealso:
  - module: tencentcloud.apigateway.access_info
  - module: tencentcloud.apigateway.usage_plan_keys
author:
  - The tencentcloud.apigateway maintainers (!UNKNOWN)
"""

EXAMPLES = r"""
- name: Who may call the shop
  tencentcloud.apigateway.access:
    region: ap-singapore
    access_keys:
      - name: partner-a
      - name: partner-b
        enabled: false
      - name: legacy
        access_key_id: legacy-client
        access_key_secret: "{{ vault_legacy_secret }}"
    usage_plans:
      - name: gold
        description: Partners
        max_requests_per_second: 100
        access_keys: [partner-a, legacy-client]
        environments:
          - service: shop
            environment: release
  register: access
  no_log: true

- name: These keys in the plan and no others, and no other plans at all
  tencentcloud.apigateway.access:
    region: ap-singapore
    usage_plans:
      - name: gold
        access_keys: [partner-a]
    prune: [bindings, usage_plans]
"""

RETURN = r"""
access:
  description:
    - The keys and plans that the document names, as they are after the run, in the form of the options and without secrets.
    - In check mode, as they would be. Services are written by id when the document gives no environments, for then they are not listed.
  returned: success, and failure after the first reading
  type: dict
  contains:
    access_keys:
      description: The keys, sorted by name, each with its name and whether it is enabled, and with its id where the name is not unique.
      type: list
      elements: dict
      sample: [{"name": "partner-a", "enabled": true}]
    usage_plans:
      description: The plans, sorted by name, each with its limits, keys and environments, and with its id where the name is not unique.
      type: list
      elements: dict
      sample: []
changes:
  description: What this run changed, in order; in check mode, what it would change.
  returned: as RV(access)
  type: list
  elements: dict
  contains:
    kind:
      description: V(access_key), V(usage_plan), V(binding) (of keys to a plan) or V(environment) (that a plan is bound to).
      type: str
      sample: binding
    action:
      description: What was done.
      type: str
      choices: [created, changed, secret changed, enabled, disabled, bound, unbound, deleted]
      sample: bound
    name:
      description: The name of the key or the plan.
      type: str
      sample: gold
    id:
      description: The id of the key or the plan. In check mode V(planned:<kind>:<name>) for one that would be made.
      type: str
      sample: usagePlan-quqxvett
    fields:
      description: The fields of a plan that were changed.
      returned: when a plan was changed
      type: list
      elements: str
      sample: [description]
    access_keys:
      description: The keys that were bound or unbound, by name, or by id where the name is not unique.
      returned: for bindings
      type: list
      elements: str
      sample: [partner-a]
    environments:
      description: What was bound or unbound, as C(service id/environment), with C(/api) behind it for a single API.
      returned: for environments
      type: list
      elements: str
      sample: [service-abcd1234/release]
    to_make_room_for:
      description: What this removal was made ahead of its turn for, since it blocked it.
      returned: when that is so
      type: str
      sample: usage plan gold
    put_back:
      description: Whether this binding was removed only to make room, and bound again since the addition failed. It does not count as a change.
      returned: when that is so
      type: bool
      sample: true
created_access_keys:
  description: The keys that the server made in this run, with the secrets that it gave them. In check mode V(planned:secret).
  returned: as RV(access)
  type: list
  elements: dict
  contains:
    name:
      description: The key's name.
      type: str
      sample: partner-a
    access_key_id:
      description: The key's id.
      type: str
      sample: AKIDexample-partner-a
    access_key_secret:
      description: The key's secret.
      type: str
      sample: planned:secret
not_carried_over:
  description: What was left out, and why - with O(missing_services=skip) and with O(from_elsewhere).
  returned: as RV(access)
  type: list
  elements: str
  sample: ["release of shop (usage plan gold): there is no such service here"]
unconfirmed:
  description: What nobody can say of whether a write was carried out. Empty after a success.
  returned: as RV(access)
  type: list
  elements: str
  sample: []
request_id:
  description: The API's id of the call to ask the vendor about - the failed one, else the last that wrote, else the last.
  returned: always
  type: str
  sample: 3b1a1c52-9b0c-4f0f-8b57-2e1b7d1c0c6f
api_calls:
  description: Every call that was made, in order. More than a hundred are added up, in one entry for each action.
  returned: when calls could be made
  type: list
  elements: dict
  contains:
    action:
      description: The API's action.
      type: str
      sample: BindSecretIds
    request_id:
      description: The API's id of the call; empty when no answer came.
      type: str
      sample: 3b1a1c52-9b0c-4f0f-8b57-2e1b7d1c0c6f
    attempts:
      description: How many requests it took.
      type: int
      sample: 1
    milliseconds:
      description: How long it took, with back-off.
      type: int
      sample: 42
error_code:
  description: The API's documented code, verbatim. Null when no answer with a code came.
  returned: failure
  type: str
  sample: ResourceNotFound.InvalidUsagePlan
error_kind:
  description: The class of the failure, one of those in the error table (C(docs/errors.md)).
  returned: failure
  type: str
  sample: not_found
action:
  description: The API's action that failed. Null when a wrong option was found before any call.
  returned: failure
  type: str
  sample: BindSecretIds
hint:
  description: What to do next; RV(ignore:msg) ends with it.
  returned: failure
  type: str
  sample: Check usage_plan_id and region.
api_message:
  description: The API's own text, in the language of O(language). At most 1,000 characters of it; secrets are masked.
  returned: failure
  type: str
  sample: The usage plan does not exist.
"""

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._module import arrange, run
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.access import Access

KEY = {
    "name": {"type": "str"}, "access_key_id": {"type": "str", "no_log": False},
    "access_key_secret": {"type": "str", "no_log": True}, "enabled": {"type": "bool"},
}
ENVIRONMENT = {
    "service": {"type": "str"}, "service_id": {"type": "str"},
    "environment": {"type": "str", "choices": ["test", "prepub", "release"], "required": True},
    "api_ids": {"type": "list", "elements": "str"},
}
PLAN = {
    "name": {"type": "str"}, "usage_plan_id": {"type": "str"}, "description": {"type": "str"},
    "max_requests": {"type": "int"}, "max_requests_per_second": {"type": "int"},
    "access_keys": {"type": "list", "elements": "raw", "no_log": False},
    "environments": {
        "type": "list", "elements": "dict", "options": ENVIRONMENT,
        "mutually_exclusive": [["service", "service_id"]], "required_one_of": [["service", "service_id"]],
    },
}
OPTIONS = {
    "access_keys": {"type": "list", "elements": "dict", "options": KEY, "no_log": False},
    "usage_plans": {"type": "list", "elements": "dict", "options": PLAN},
    "prune": {"type": "list", "elements": "str", "choices": ["bindings", "environments", "usage_plans", "access_keys"], "default": []},
    "allow_empty": {"type": "bool", "default": False},
    "missing_services": {"type": "str", "choices": ["fail", "skip"], "default": "fail"},
    "from_elsewhere": {"type": "bool", "default": False},
}
JOB = arrange(Access)


def main():
    run(OPTIONS, JOB)


if __name__ == "__main__":
    main()

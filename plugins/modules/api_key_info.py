#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: api_key_info
short_description: List access keys of Tencent Cloud API Gateway
version_added: 1.0.0
description:
  - Lists the access keys of a region, all pages, sorted by name. With several options, keys that pass all of them.
options:
  access_key_ids:
    description: Only these keys. One that does not exist is not listed, and no failure.
    type: list
    elements: str
    default: []
  names:
    description: Only keys of exactly these names.
    type: list
    elements: str
    default: []
  not_usage_plan_ids:
    description: Only keys that are not in these usage plans (the API's filter C(NotUsagePlanId)).
    type: list
    elements: str
    default: []
  enabled:
    description: Only keys that are enabled, or disabled (the API's filter C(Status)).
    type: bool
  keyword:
    description: Only keys whose name or id holds this (the API's filter C(KeyWord)).
    type: str
  gather_usage_plans:
    description: Tell of each key which usage plans hold it, at the price of the list of plans and one call a plan.
    type: bool
    default: false
  include_secrets:
    description: Read out the secrets of the keys. Register the result with C(no_log) then.
    type: bool
    default: false
  max_results:
    description: How many there may be at most, V(1) to V(1000000). More are a failure, and never a shorter list.
    type: int
    default: 1000
extends_documentation_fragment:
  - tencentcloud.apigateway.connection
  - tencentcloud.apigateway.attributes
  - tencentcloud.apigateway.attributes.reads
notes:
  - The API's filter by secret is left out on purpose, for the secret would be in a log.
seealso:
  - module: tencentcloud.apigateway.api_key
author:
  - The tencentcloud.apigateway maintainers (!UNKNOWN)
"""

EXAMPLES = r"""
- name: Which keys are bound to nothing?
  tencentcloud.apigateway.api_key_info:
    region: ap-singapore
    gather_usage_plans: true
  register: keys

- name: Name them
  ansible.builtin.debug:
    msg: "{{ keys.api_key | rejectattr('usage_plan_ids') | map(attribute='name') }}"
"""

RETURN = r"""
api_key:
  description: The access keys.
  returned: success
  type: list
  elements: dict
  contains:
    access_key_id:
      description: The key's id.
      type: str
      sample: AKIDexample-partner-a
    name:
      description: The key's name (C(SecretName)). Names need not be unique.
      type: str
      sample: partner-a
    type:
      description: V(auto) for a key that the server made, V(manual) for one with an id and a secret of the user's.
      type: str
      sample: auto
    enabled:
      description: Whether callers can use the key.
      type: bool
      sample: true
    created:
      description: When it was made, UTC.
      type: str
      sample: '2024-03-01T08:00:00Z'
    modified:
      description: When it was changed last, UTC.
      type: str
      sample: '2024-03-01T08:00:00Z'
    usage_plan_ids:
      description: The usage plans that hold it, sorted.
      returned: with O(gather_usage_plans)
      type: list
      elements: str
      sample: [usagePlan-quqxvett]
    access_key_secret:
      description: Its secret.
      returned: with O(include_secrets)
      type: str
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
      sample: DescribeApiKeysStatus
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
  sample: DescribeApiKeysStatus
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

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._module import gather, run
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.access_keys import describe_keys

OPTIONS = {
    "max_results": {"type": "int", "default": 1000},
    "access_key_ids": {"type": "list", "elements": "str", "default": [], "no_log": False},
    "names": {"type": "list", "elements": "str", "default": []},
    "not_usage_plan_ids": {"type": "list", "elements": "str", "default": []},
    "enabled": {"type": "bool"},
    "keyword": {"type": "str", "no_log": False},
    "gather_usage_plans": {"type": "bool", "default": False},
    "include_secrets": {"type": "bool", "default": False, "no_log": False},
}
JOB = gather(describe_keys, "access keys")


def main():
    run(OPTIONS, JOB)


if __name__ == "__main__":
    main()

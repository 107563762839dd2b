#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: access_info
short_description: Describe all of who may call what on a Tencent Cloud API Gateway as one document
version_added: 1.0.0
description:
  - Returns the document that M(tencentcloud.apigateway.access) takes, of everything that is in the region. Applying it there changes nothing.
  - Takes the list pages, one call for each plan, and one for each service.
options:
  include_secrets:
    description:
      - Return the keys' ids and secrets as well, so that the document can be applied elsewhere with the same keys.
      - Register the result with C(no_log) then, and vault what is written to a file.
    type: bool
    default: false
  max_results:
    description:
      - How many keys and plans there may be at most, together, V(1) to V(1000000). More are a failure before any plan is read, and never a shorter document.
      - AWX drops a result of more than 700,000 characters. 400 keys with 200 plans of 50 of them are 465,000.
    type: int
    default: 1000
extends_documentation_fragment:
  - tencentcloud.apigateway.connection
  - tencentcloud.apigateway.attributes
  - tencentcloud.apigateway.attributes.reads
notes:
  - Applied elsewhere without secrets, keys get new ids and secrets. Services and APIs are not carried over - services are looked for by name, and the
    ids of single APIs mean nothing elsewhere.
seealso:
  - module: tencentcloud.apigateway.access
author:
  - The tencentcloud.apigateway maintainers (!UNKNOWN)
"""

EXAMPLES = r"""
- name: Who may call what?
  tencentcloud.apigateway.access_info:
    region: ap-singapore
  register: what

- name: What is worth a look
  ansible.builtin.debug:
    var: what.findings
"""

RETURN = r"""
access:
  description: The document.
  returned: success
  type: dict
  contains:
    access_keys:
      description: The access keys, sorted by name. Ids are written where a name is not unique or equals some id, and with O(include_secrets).
      type: list
      elements: dict
      sample: [{"name": "partner-a", "enabled": true}]
    usage_plans:
      description: The usage plans, sorted by name, with their limits, keys and environments.
      type: list
      elements: dict
      sample: [{"name": "gold", "description": "", "max_requests": -1, "max_requests_per_second": 100, "access_keys": ["partner-a"], "environments": []}]
findings:
  description: What is worth a look.
  returned: success
  type: dict
  contains:
    access_keys_bound_to_nothing:
      description: Keys that no plan holds.
      type: list
      elements: str
      sample: []
    disabled_access_keys_bound:
      description: Disabled keys that a plan holds. They work again as soon as somebody enables them.
      type: list
      elements: str
      sample: [partner-b]
    usage_plans_without_access_keys:
      description: Plans that hold no key.
      type: list
      elements: str
      sample: []
    usage_plans_without_environments:
      description: Plans that are bound to nothing.
      type: list
      elements: str
      sample: []
    access_keys_in_several_usage_plans:
      description: Keys that several plans hold. Such plans cannot be bound to the same environment of a service.
      type: list
      elements: dict
      sample: [{"access_key": "partner-a", "usage_plans": ["gold", "silver"]}]
    access_key_names_not_unique:
      description: Names that several keys have.
      type: list
      elements: str
      sample: []
    usage_plan_names_not_unique:
      description: Names that several plans have.
      type: list
      elements: str
      sample: []
    service_names_not_unique:
      description: Names that several services have.
      type: list
      elements: str
      sample: []
quotas:
  description: How much of each quota is used, and its default. The account's own quotas cannot be read.
  returned: success
  type: dict
  contains:
    access_keys:
      description: Keys in the region.
      type: dict
      sample: {"used": 2, "default": 400}
    usage_plans:
      description: Plans in the region.
      type: dict
      sample: {"used": 1, "default": 200}
    access_keys_in_a_usage_plan:
      description: Keys in the plan that holds the most.
      type: dict
      sample: {"used": 2, "default": 50}
    usage_plans_of_an_access_key:
      description: Plans that hold the key that most of them hold.
      type: dict
      sample: {"used": 1, "default": 10}
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
      sample: DescribeUsagePlan
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
  sample: DescribeUsagePlan
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
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.account import describe_access

OPTIONS = {
    "include_secrets": {"type": "bool", "default": False},
    "max_results": {"type": "int", "default": 1000},
}
JOB = gather(describe_access, "the access of the region")


def main():
    run(OPTIONS, JOB)


if __name__ == "__main__":
    main()

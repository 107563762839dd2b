#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: usage_plan_keys_info
short_description: List the access keys bound to a usage plan of Tencent Cloud API Gateway
version_added: 1.0.0
description:
  - Lists all access keys that are bound to a usage plan, with their names and whether they are enabled. Their secrets are not read out.
options:
  usage_plan_id:
    description: The usage plan (C(UsagePlanId)). This or O(usage_plan_name) is needed. One that does not exist is a failure.
    type: str
  usage_plan_name:
    description: The usage plan's exact name, in the place of O(usage_plan_id), at the price of one more call. Several of one name are a failure.
    type: str
extends_documentation_fragment:
  - tencentcloud.apigateway.connection
  - tencentcloud.apigateway.attributes
  - tencentcloud.apigateway.attributes.reads
seealso:
  - module: tencentcloud.apigateway.usage_plan_keys
author:
  - The tencentcloud.apigateway maintainers (!UNKNOWN)
"""

EXAMPLES = r"""
- name: Who is in?
  tencentcloud.apigateway.usage_plan_keys_info:
    region: ap-singapore
    usage_plan_id: usagePlan-quqxvett
  register: plan

- name: Show the names of the keys that are disabled
  ansible.builtin.debug:
    msg: "{{ plan.usage_plan_keys.access_keys | rejectattr('enabled') | map(attribute='name') }}"
"""

RETURN = r"""
usage_plan_keys:
  description: The usage plan's access keys.
  returned: success
  type: dict
  contains:
    usage_plan_id:
      description: The usage plan.
      type: str
      sample: usagePlan-quqxvett
    access_key_ids:
      description: The keys bound to it, sorted.
      type: list
      elements: str
      sample: [AKIDexample-partner-a]
    access_keys:
      description: The same keys, in the same order.
      type: list
      elements: dict
      contains:
        access_key_id:
          description: The key's id.
          type: str
          sample: AKIDexample-partner-a
        name:
          description: The key's name (C(SecretName)); null when the API did not give it.
          type: str
          sample: partner-a
        enabled:
          description: Whether callers can use the key; null when the API did not say.
          type: bool
          sample: true
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
      sample: DescribeUsagePlanSecretIds
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
  sample: DescribeUsagePlanSecretIds
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
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan_keys import describe_keys

OPTIONS = {
    "usage_plan_id": {"type": "str"},
    "usage_plan_name": {"type": "str"},
}
JOB = gather(describe_keys, "usage plan {usage_plan_id}{usage_plan_name}")


def main():
    run(OPTIONS, JOB)


if __name__ == "__main__":
    main()

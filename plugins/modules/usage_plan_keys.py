#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: usage_plan_keys
short_description: Bind access keys to a usage plan of Tencent Cloud API Gateway
version_added: 1.0.0
description:
  - Binds access keys to a usage plan, and unbinds them. A caller with a bound key may use the APIs in the environments that the plan is bound to.
  - Reads what is bound first and sends only what is missing, in the fewest calls. An answer that is lost, late or unclear is settled by reading.
  - A removal is confirmed by reading, so a success means that the key is no longer bound.
options:
  usage_plan_id:
    description: The usage plan (C(UsagePlanId)). This or O(usage_plan_name) is needed.
    type: str
  usage_plan_name:
    description: The usage plan's exact name, in the place of O(usage_plan_id), at the price of one more call. Several of one name are a failure.
    type: str
  access_key_ids:
    description:
      - The access keys (C(AccessKeyIds)). Order and duplicates do not matter.
      - These are ids, not secrets.
      - This or O(access_key_names) is needed; both together are fine.
    type: list
    elements: str
  access_key_names:
    description:
      - Access keys by their exact names, at the price of one more call for all of them. Several of one name are a failure.
      - With O(state=absent), a name that no key has is a warning. It is a failure otherwise.
    type: list
    elements: str
  state:
    description:
      - V(present) binds these keys and leaves others alone.
      - V(absent) unbinds these keys and leaves others alone. A usage plan that does not exist is fine, with a warning.
      - V(exact) binds these keys and unbinds all others. New keys are bound before old ones are unbound, as far as the plan's quota allows.
    type: str
    choices: [present, absent, exact]
    default: present
  allow_empty:
    description:
      - With O(state=exact), accept an empty O(access_key_ids) and unbind every key.
      - Refused otherwise, for it is what an undefined variable looks like.
    type: bool
    default: false
extends_documentation_fragment:
  - tencentcloud.apigateway.connection
  - tencentcloud.apigateway.attributes
  - tencentcloud.apigateway.attributes.writes
notes:
  - A disabled key cannot be bound, and is never enabled just to bind it. A bound key that is disabled later stays bound.
  - Two usage plans that share a key cannot be bound to the same environment of the same service.
seealso:
  - module: tencentcloud.apigateway.usage_plan_keys_info
author:
  - The tencentcloud.apigateway maintainers (!UNKNOWN)
"""

EXAMPLES = r"""
- name: Let two partners in
  tencentcloud.apigateway.usage_plan_keys:
    region: ap-singapore
    usage_plan_id: usagePlan-quqxvett
    access_key_ids:
      - AKIDexample-partner-a
      - AKIDexample-partner-b

- name: Revoke one of them, by name
  tencentcloud.apigateway.usage_plan_keys:
    region: ap-singapore
    usage_plan_name: gold
    access_key_names: [partner-b]
    state: absent

- name: These keys and no others
  tencentcloud.apigateway.usage_plan_keys:
    region: ap-singapore
    usage_plan_id: usagePlan-quqxvett
    access_key_ids: "{{ partners }}"
    state: exact

- name: Say it in your own words when the plan is full
  block:
    - name: Bind a key
      tencentcloud.apigateway.usage_plan_keys:
        region: ap-singapore
        usage_plan_id: usagePlan-quqxvett
        access_key_ids: [AKIDexample-partner-c]
      register: binding
  rescue:
    - name: Name the way out
      ansible.builtin.fail:
        msg: "Open a second usage plan: {{ binding.msg }}"
      when: binding.error_code == 'LimitExceeded.AccessKeyCountInUsagePlanLimitExceeded'
"""

RETURN = r"""
usage_plan_keys:
  description: The usage plan's access keys after the run; in check mode, as they would be.
  returned: success, and failure after the first reading
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
      sample: [AKIDexample-partner-a, AKIDexample-partner-b]
bound:
  description: The keys that this run bound, sorted. Keys that somebody else bound meanwhile are not among them.
  returned: as RV(usage_plan_keys)
  type: list
  elements: str
  sample: [AKIDexample-partner-b]
unbound:
  description: The keys that this run unbound, sorted.
  returned: as RV(usage_plan_keys)
  type: list
  elements: str
  sample: []
unconfirmed:
  description: The keys of which nobody can say whether a write was carried out. Empty after a success.
  returned: as RV(usage_plan_keys)
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

from ansible_collections.tencentcloud.apigateway.plugins.module_utils._module import declare, run
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan_keys import UsagePlanKeys

OPTIONS = {
    "usage_plan_id": {"type": "str"},
    "usage_plan_name": {"type": "str"},
    "access_key_ids": {"type": "list", "elements": "str", "no_log": False},
    "access_key_names": {"type": "list", "elements": "str", "no_log": False},
    "state": {"type": "str", "choices": ["present", "absent", "exact"], "default": "present"},
    "allow_empty": {"type": "bool", "default": False},
}
JOB = declare(UsagePlanKeys, "usage_plan_keys")


def main():
    run(OPTIONS, JOB)


if __name__ == "__main__":
    main()

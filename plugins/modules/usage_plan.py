#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: usage_plan
short_description: Create, change and delete usage plans of Tencent Cloud API Gateway
version_added: 1.0.0
description:
  - Declares a usage plan, its rate and its quota. An option that is left out is left alone, and never reset to no limit.
  - The plan is the one with O(usage_plan_id), else the one with exactly O(name). Several of one name are a failure that lists them.
  - The public cloud has refused to create usage plans since 2024-07-01; private clouds have not.
options:
  usage_plan_id:
    description: The plan (C(UsagePlanId)). It must exist, unless O(state=absent).
    type: str
  name:
    description:
      - The plan's name (C(UsagePlanName)). Without O(usage_plan_id), the plan of this name is meant, and created when there is none.
      - With O(usage_plan_id), the plan is renamed to it. With O(state=absent), the plan of that id must have this name, or the task fails before any write.
    type: str
  description:
    description: The plan's description (C(UsagePlanDesc)). An empty string clears it.
    type: str
  max_requests_per_second:
    description: Requests a second (C(MaxRequestNumPreSec)), 1 to 2000, or V(-1) for no limit.
    type: int
  max_requests:
    description: Requests in all (C(MaxRequestNum)), 1 to 99999999, or V(-1) for no limit.
    type: int
  state:
    description: Whether the plan is there. One that is gone already is fine.
    type: str
    choices: [present, absent]
    default: present
  force:
    description: With O(state=absent), unbind all access keys and environments first. Refused while any is bound, otherwise.
    type: bool
    default: false
extends_documentation_fragment:
  - tencentcloud.apigateway.connection
  - tencentcloud.apigateway.attributes
  - tencentcloud.apigateway.attributes.writes
notes:
  - A create whose answer was lost is never sent again. A plan of the name that appears is taken for it; else the task fails, and
    running it again takes the plan up if it has appeared.
seealso:
  - module: tencentcloud.apigateway.usage_plan_info
  - module: tencentcloud.apigateway.usage_plan_keys
author:
  - The tencentcloud.apigateway maintainers (!UNKNOWN)
"""

EXAMPLES = r"""
- name: A plan for partners
  tencentcloud.apigateway.usage_plan:
    region: ap-singapore
    name: gold
    description: Partners
    max_requests_per_second: 100
  register: gold

- name: No limit any more, and no description
  tencentcloud.apigateway.usage_plan:
    region: ap-singapore
    usage_plan_id: "{{ gold.usage_plan.usage_plan_id }}"
    max_requests_per_second: -1
    description: ""

- name: Delete the plan and unbind everything from it
  tencentcloud.apigateway.usage_plan:
    region: ap-singapore
    name: gold
    state: absent
    force: true
"""

RETURN = r"""
usage_plan:
  description: The plan after the run; in check mode, as it would be. Null when there is none.
  returned: success, and failure after the first reading
  type: dict
  contains:
    usage_plan_id:
      description: The plan's id. In check mode V(planned:usage_plan:<name>) for a plan that would be created.
      type: str
      sample: usagePlan-quqxvett
    name:
      description: The plan's name. Names need not be unique.
      type: str
      sample: gold
    description:
      description: The plan's description; empty without one.
      type: str
      sample: Partners
    max_requests_per_second:
      description: Requests a second (C(MaxRequestNumPreSec)); V(-1) for no limit.
      type: int
      sample: 100
    max_requests:
      description: Requests in all (C(MaxRequestNum)); V(-1) for no limit.
      type: int
      sample: -1
unbound_access_keys:
  description: The access keys that O(force) unbound.
  returned: as RV(usage_plan)
  type: list
  elements: str
  sample: []
unbound_environments:
  description: The environments that O(force) unbound, as C(service/environment), with C(/api) behind it for a single API.
  returned: as RV(usage_plan)
  type: list
  elements: str
  sample: []
unconfirmed:
  description: The fields, and what was bound, of which nobody can say whether a write was carried out; C(itself) is the plan. Empty after a success.
  returned: as RV(usage_plan)
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
      sample: ModifyUsagePlan
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
  sample: ModifyUsagePlan
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
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan import UsagePlan

OPTIONS = {
    "usage_plan_id": {"type": "str"},
    "name": {"type": "str"},
    "description": {"type": "str"},
    "max_requests_per_second": {"type": "int"},
    "max_requests": {"type": "int"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "force": {"type": "bool", "default": False},
}
JOB = declare(UsagePlan, "usage_plan")


def main():
    run(OPTIONS, JOB)


if __name__ == "__main__":
    main()

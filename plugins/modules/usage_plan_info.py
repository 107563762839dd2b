#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: usage_plan_info
short_description: List usage plans of Tencent Cloud API Gateway
version_added: 1.0.0
description:
  - Lists the usage plans of a region, all pages, sorted by name. With several options, plans that pass all of them.
options:
  usage_plan_ids:
    description: Only these plans. One that does not exist is not listed, and no failure.
    type: list
    elements: str
    default: []
  names:
    description: Only plans of exactly these names.
    type: list
    elements: str
    default: []
  not_service_ids:
    description: Only plans that are not bound to these services (the API's filter C(NotServiceId)).
    type: list
    elements: str
    default: []
  not_api_ids:
    description: Only plans that are not bound to these APIs (the API's filter C(NotApiId)).
    type: list
    elements: str
    default: []
  environments:
    description: Only plans that are bound to an environment of these names (the API's filter C(Environment)).
    type: list
    elements: str
    default: []
  max_results:
    description: How many there may be at most, V(1) to V(1000000). More are a failure, and never a shorter list.
    type: int
    default: 1000
extends_documentation_fragment:
  - tencentcloud.apigateway.connection
  - tencentcloud.apigateway.attributes
  - tencentcloud.apigateway.attributes.reads
seealso:
  - module: tencentcloud.apigateway.usage_plan
author:
  - The tencentcloud.apigateway maintainers (!UNKNOWN)
"""

EXAMPLES = r"""
- name: All plans
  tencentcloud.apigateway.usage_plan_info:
    region: ap-singapore
  register: plans

- name: Those without a limit
  ansible.builtin.debug:
    msg: "{{ plans.usage_plan | selectattr('max_requests_per_second', 'equalto', -1) | map(attribute='name') }}"
"""

RETURN = r"""
usage_plan:
  description: The usage plans.
  returned: success
  type: list
  elements: dict
  contains:
    usage_plan_id:
      description: The plan's id.
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
      sample: DescribeUsagePlansStatus
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
  sample: DescribeUsagePlansStatus
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
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan import describe_plans

OPTIONS = {
    "max_results": {"type": "int", "default": 1000},
    "usage_plan_ids": {"type": "list", "elements": "str", "default": []},
    "names": {"type": "list", "elements": "str", "default": []},
    "not_service_ids": {"type": "list", "elements": "str", "default": []},
    "not_api_ids": {"type": "list", "elements": "str", "default": []},
    "environments": {"type": "list", "elements": "str", "default": []},
}
JOB = gather(describe_plans, "usage plans")


def main():
    run(OPTIONS, JOB)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: service_info
short_description: List services of Tencent Cloud API Gateway and their environments
version_added: 1.0.0
description:
  - Lists the services of a region, all pages, sorted by name. With several options, services that pass all of them.
options:
  service_ids:
    description: Only these services. One that does not exist is not listed, and no failure.
    type: list
    elements: str
    default: []
  names:
    description: Only services of exactly these names.
    type: list
    elements: str
    default: []
  not_usage_plan_ids:
    description: Only services that are not bound to these usage plans (the API's filter C(NotUsagePlanId)).
    type: list
    elements: str
    default: []
  environments:
    description: Only services with a released environment of these names (the API's filter C(Environment)).
    type: list
    elements: str
    default: []
  gather_environments:
    description: Tell of each environment whether it is released, and in which version, at the price of one call a service.
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
seealso:
  - module: tencentcloud.apigateway.service_environment
author:
  - The tencentcloud.apigateway maintainers (!UNKNOWN)
"""

EXAMPLES = r"""
- name: Find the shop
  tencentcloud.apigateway.service_info:
    region: ap-singapore
    names: [shop]
  register: services

- name: Is it open?
  ansible.builtin.assert:
    that: "'release' in services.service[0].released_environments"
"""

RETURN = r"""
service:
  description: The services.
  returned: success
  type: list
  elements: dict
  contains:
    service_id:
      description: The service's id.
      type: str
      sample: service-abcd1234
    name:
      description: Its name. Names need not be unique.
      type: str
      sample: shop
    description:
      description: Its description; empty without one.
      type: str
      sample: ''
    protocol:
      description: The protocols that it is called by.
      type: str
      sample: http&https
    released_environments:
      description: The environments that are released, sorted.
      type: list
      elements: str
      sample: [release]
    environments:
      description: The environments test, prepub and release.
      returned: with O(gather_environments)
      type: list
      elements: dict
      contains:
        environment:
          description: The environment.
          type: str
          sample: release
        released:
          description: Whether it is released.
          type: bool
          sample: true
        version:
          description: The version of the release; empty without one.
          type: str
          sample: ''
        url:
          description: Where it is called.
          type: str
          sample: service-abcd1234.example.com/release
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
      sample: DescribeServicesStatus
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
  sample: DescribeServicesStatus
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
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.service import describe_services

OPTIONS = {
    "max_results": {"type": "int", "default": 1000},
    "service_ids": {"type": "list", "elements": "str", "default": []},
    "names": {"type": "list", "elements": "str", "default": []},
    "not_usage_plan_ids": {"type": "list", "elements": "str", "default": []},
    "environments": {"type": "list", "elements": "str", "default": []},
    "gather_environments": {"type": "bool", "default": False},
}
JOB = gather(describe_services, "services")


def main():
    run(OPTIONS, JOB)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: usage_plan_environments
short_description: Bind a usage plan to environments of services of Tencent Cloud API Gateway
version_added: 1.0.0
description:
  - Binds a usage plan to environments of published services, and unbinds it. Whoever has an access key of the plan may then call the APIs there.
  - A plan is bound to a whole environment or, with O(environments[].api_ids), to single APIs of it. The two do not mix in a service.
options:
  usage_plan_id:
    description: The usage plan (C(UsagePlanId)). This or O(usage_plan_name) is needed.
    type: str
  usage_plan_name:
    description: The usage plan's exact name, in the place of O(usage_plan_id), at the price of one more call. Several of one name are a failure.
    type: str
  environments:
    description: The environments. Order and duplicates do not matter.
    type: list
    elements: dict
    required: true
    suboptions:
      service_id:
        description: The service (C(ServiceId)). This or O(environments[].service_name) is needed.
        type: str
      service_name:
        description:
          - The service's exact name, at the price of one more call for all of them. Several of one name are a failure.
          - With O(state=absent), a name that no service has is a warning. It is a failure otherwise.
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
  state:
    description:
      - V(present) binds these and leaves others alone.
      - V(absent) unbinds these and leaves others alone. A usage plan that does not exist is fine, with a warning.
      - V(exact) binds these, then unbinds all others.
    type: str
    choices: [present, absent, exact]
    default: present
  allow_empty:
    description:
      - With O(state=exact), accept empty O(environments) and unbind everything.
      - Refused otherwise, for it is what an undefined variable looks like.
    type: bool
    default: false
extends_documentation_fragment:
  - tencentcloud.apigateway.connection
  - tencentcloud.apigateway.attributes
  - tencentcloud.apigateway.attributes.writes
notes:
  - Two usage plans that share an access key cannot be bound to the same environment of the same service. Check mode predicts it, and the failure names
    the other plan.
  - Whether single APIs exist is not predicted, which is said in a warning.
seealso:
  - module: tencentcloud.apigateway.usage_plan_environments_info
  - module: tencentcloud.apigateway.usage_plan_keys
author:
  - The tencentcloud.apigateway maintainers (!UNKNOWN)
"""

EXAMPLES = r"""
- name: The plan's keys may call the shop
  tencentcloud.apigateway.usage_plan_environments:
    region: ap-singapore
    usage_plan_name: gold
    environments:
      - service_name: shop
        environment: release

- name: And nothing else than one API of it
  tencentcloud.apigateway.usage_plan_environments:
    region: ap-singapore
    usage_plan_id: usagePlan-quqxvett
    environments:
      - service_id: service-efgh5678
        environment: test
        api_ids: [api-abcd1234]
    state: exact
"""

RETURN = r"""
usage_plan_environments:
  description: What the usage plan is bound to after the run; in check mode, as it would be.
  returned: success, and failure after the first reading
  type: dict
  contains:
    usage_plan_id:
      description: The usage plan.
      type: str
      sample: usagePlan-quqxvett
    environments:
      description: The environments that it is bound to, sorted.
      type: list
      elements: dict
      contains:
        service_id:
          description: The service.
          type: str
          sample: service-abcd1234
        environment:
          description: The environment.
          type: str
          sample: release
        api_ids:
          description: The APIs that are bound singly, sorted; empty where the whole environment is bound.
          type: list
          elements: str
          sample: []
bound:
  description: What this run bound, sorted, as C(service/environment), with C(/api) behind it for a single API.
  returned: as RV(usage_plan_environments)
  type: list
  elements: str
  sample: [service-abcd1234/release]
unbound:
  description: What this run unbound, likewise.
  returned: as RV(usage_plan_environments)
  type: list
  elements: str
  sample: []
unconfirmed:
  description: What nobody can say of whether a write was carried out, likewise. Empty after a success.
  returned: as RV(usage_plan_environments)
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
      sample: BindEnvironment
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
  sample: BindEnvironment
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
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.usage_plan_environments import UsagePlanEnvironments

ENVIRONMENT = {
    "service_id": {"type": "str"},
    "service_name": {"type": "str"},
    "environment": {"type": "str", "choices": ["test", "prepub", "release"], "required": True},
    "api_ids": {"type": "list", "elements": "str"},
}
OPTIONS = {
    "usage_plan_id": {"type": "str"},
    "usage_plan_name": {"type": "str"},
    "environments": {"type": "list", "elements": "dict", "required": True, "options": ENVIRONMENT},
    "state": {"type": "str", "choices": ["present", "absent", "exact"], "default": "present"},
    "allow_empty": {"type": "bool", "default": False},
}
JOB = declare(UsagePlanEnvironments, "usage_plan_environments")


def main():
    run(OPTIONS, JOB)


if __name__ == "__main__":
    main()

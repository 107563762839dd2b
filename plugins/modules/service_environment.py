#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: service_environment
short_description: Release environments of services of Tencent Cloud API Gateway
version_added: 1.0.0
description:
  - Releases an environment of a service, or takes the release back. Callers reach a service only in released environments.
  - An environment that is released already is left alone, also when APIs were changed since.
  - Services and APIs themselves are not made by this collection.
options:
  service_id:
    description: The service (C(ServiceId)). This or O(service_name) is needed.
    type: str
  service_name:
    description: The service's exact name, in the place of O(service_id), at the price of one more call. Several of one name are a failure.
    type: str
  environment:
    description: The environment (C(EnvironmentName)).
    type: str
    choices: [test, prepub, release]
    required: true
  state:
    description:
      - V(released) releases all APIs of the service to the environment.
      - V(unreleased) takes that back. A service that does not exist is fine, with a warning.
    type: str
    choices: [released, unreleased]
    default: released
  description:
    description: What the release is called in the service's history (C(ReleaseDesc)).
    type: str
    default: Released by tencentcloud.apigateway
extends_documentation_fragment:
  - tencentcloud.apigateway.connection
  - tencentcloud.apigateway.attributes
  - tencentcloud.apigateway.attributes.writes
notes:
  - What the API demands of a service before it is released (APIs in it, for instance) is not documented, and not predicted.
seealso:
  - module: tencentcloud.apigateway.service_info
  - module: tencentcloud.apigateway.usage_plan_environments
author:
  - The tencentcloud.apigateway maintainers (!UNKNOWN)
"""

EXAMPLES = r"""
- name: The shop is open
  tencentcloud.apigateway.service_environment:
    region: ap-singapore
    service_id: service-abcd1234
    environment: release

- name: The rehearsal is over
  tencentcloud.apigateway.service_environment:
    region: ap-singapore
    service_name: shop
    environment: prepub
    state: unreleased
"""

RETURN = r"""
service_environment:
  description: The environment after the run; in check mode, as it would be.
  returned: success, and failure after the first reading
  type: dict
  contains:
    service_id:
      description: The service.
      type: str
      sample: service-abcd1234
    environment:
      description: The environment.
      type: str
      sample: release
    released:
      description: Whether it is released.
      type: bool
      sample: true
unconfirmed:
  description: C(released) when nobody can say whether a write was carried out. Empty after a success.
  returned: as RV(service_environment)
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
      sample: ReleaseService
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
  sample: ReleaseService
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
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.service import ServiceEnvironment

OPTIONS = {
    "service_id": {"type": "str"},
    "service_name": {"type": "str"},
    "environment": {"type": "str", "choices": ["test", "prepub", "release"], "required": True},
    "state": {"type": "str", "choices": ["released", "unreleased"], "default": "released"},
    "description": {"type": "str", "default": "Released by tencentcloud.apigateway"},
}
JOB = declare(ServiceEnvironment, "service_environment")


def main():
    run(OPTIONS, JOB)


if __name__ == "__main__":
    main()

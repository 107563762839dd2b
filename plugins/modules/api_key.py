#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: api_key
short_description: Create, enable, disable, rotate and delete access keys of Tencent Cloud API Gateway
version_added: 1.0.0
description:
  - Declares an access key of the gateway, with which a caller uses APIs. It is not the account's own API key.
  - The key is the one with O(access_key_id), else the one with exactly O(name). Several of one name are a failure that lists them.
  - The name of a key cannot be changed. A key is never deleted and made again, for its secret would be another.
options:
  access_key_id:
    description: The key (C(AccessKeyId)). With O(name) and O(access_key_secret), a manual key of this id is made when there is none.
    type: str
  name:
    description:
      - The key's name (C(SecretName)). Without O(access_key_id), the key of this name is meant, and made by the server when there is none.
      - With O(access_key_id), the key of that id must have this name; otherwise the task fails before any write, also with O(state=absent).
    type: str
  access_key_secret:
    description:
      - The secret that the key must have (C(AccessKeySecret)). It is compared by reading, and changed when it differs.
      - A disabled key whose secret must change is enabled, changed, and disabled again, also when the change fails. If the run is
        killed in between, the key stays enabled.
    type: str
  enabled:
    description: Whether callers can use the key. Left alone when left out; new keys are enabled.
    type: bool
  rotate:
    description: Have the server make a new secret, in every run. Not idempotent; see O(rotate_after_days).
    type: bool
    default: false
  rotate_after_days:
    description:
      - Have the server make a new secret when the key is as old as that or older, V(1) to V(36500), by the time of its last change (C(ModifiedTime)).
      - Enabling and disabling may count as a change there; the API does not say.
    type: int
  state:
    description: Whether the key is there. One that is gone already is fine. A key is disabled before it is deleted, for the API demands it.
    type: str
    choices: [present, absent]
    default: present
  force:
    description: With O(state=absent), unbind the key from every usage plan first. Refused while any holds it, otherwise.
    type: bool
    default: false
extends_documentation_fragment:
  - tencentcloud.apigateway.connection
  - tencentcloud.apigateway.attributes
  - tencentcloud.apigateway.attributes.writes
attributes:
  idempotent:
    support: partial
    details: Not with O(rotate).
notes:
  - RV(access_key_secret) is in the result only when the server made it in this run. Register the result with C(no_log) and hand it on at once.
  - A create or a change of the secret whose answer was lost is never sent again, but settled by reading.
  - To find the usage plans that hold a key, each plan is read. This happens for O(state=absent) only.
seealso:
  - module: tencentcloud.apigateway.api_key_info
  - module: tencentcloud.apigateway.usage_plan_keys
author:
  - The tencentcloud.apigateway maintainers (!UNKNOWN)
"""

EXAMPLES = r"""
- name: A key for a partner
  tencentcloud.apigateway.api_key:
    region: ap-singapore
    name: partner-a
  register: key
  no_log: true

- name: Cut the partner off at once
  tencentcloud.apigateway.api_key:
    region: ap-singapore
    name: partner-a
    enabled: false

- name: A new secret every ninety days
  tencentcloud.apigateway.api_key:
    region: ap-singapore
    name: partner-b
    rotate_after_days: 90
  register: rotated
  no_log: true

- name: A key whose id and secret are ours
  tencentcloud.apigateway.api_key:
    region: ap-singapore
    name: legacy
    access_key_id: legacy-client
    access_key_secret: "{{ vault_legacy_secret }}"

- name: Delete the key and unbind it from every plan
  tencentcloud.apigateway.api_key:
    region: ap-singapore
    access_key_id: legacy-client
    state: absent
    force: true
"""

RETURN = r"""
api_key:
  description: The key after the run; in check mode, as it would be. Null when there is none.
  returned: success, and failure after the first reading
  type: dict
  contains:
    access_key_id:
      description: The key's id. In check mode V(planned:api_key:<name>) for a key that would be made.
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
access_key_secret:
  description: The secret that the server made in this run. In check mode V(planned:secret).
  returned: when the key was made or rotated in this run, and O(access_key_secret) was not given
  type: str
  sample: planned:secret
unbound_usage_plans:
  description: The usage plans that O(force) unbound the key from.
  returned: as RV(api_key)
  type: list
  elements: str
  sample: []
unconfirmed:
  description: What nobody can say of whether a write was carried out - C(itself) is the key, else its secret, its status, or a usage plan.
  returned: as RV(api_key)
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
      sample: CreateApiKey
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
  sample: CreateApiKey
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
from ansible_collections.tencentcloud.apigateway.plugins.module_utils.resources.api_key import AccessKey

OPTIONS = {
    "access_key_id": {"type": "str", "no_log": False},
    "name": {"type": "str"},
    "access_key_secret": {"type": "str", "no_log": True},
    "enabled": {"type": "bool"},
    "rotate": {"type": "bool", "default": False},
    "rotate_after_days": {"type": "int"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "force": {"type": "bool", "default": False},
}
JOB = declare(AccessKey, "api_key")


def main():
    run(OPTIONS, JOB)


if __name__ == "__main__":
    main()

# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that every module shares: who calls, where, and how patiently."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  secret_id:
    description:
      - The id of the caller's API key. Not a secret, and never masked.
      - Id, key and token are taken from one source together. The first that gives any of them must give the whole set -
        these options, then the environment variables E(TENCENTCLOUD_SECRET_ID), E(TENCENTCLOUD_SECRET_KEY) and
        E(TENCENTCLOUD_TOKEN) (or E(TENCENTCLOUD_SECURITY_TOKEN)).
    type: str
  secret_key:
    description: The secret of the caller's API key.
    type: str
  token:
    description: The token of temporary credentials.
    type: str
  region:
    description:
      - The region that is acted on, V(ap-singapore) for instance. A private cloud may have regions of its own.
      - Environment variable E(TENCENTCLOUD_REGION).
    type: str
    required: true
  domain:
    description:
      - The root domain of the cloud; calls go to C(apigateway.<domain>).
      - V(tencentcloudapi.com) is the mainland site, V(ap-shanghai-fsi.tencentcloudapi.com) a region of the finance cloud; a private cloud has its own.
      - Environment variable E(TENCENTCLOUD_DOMAIN).
    type: str
    default: intl.tencentcloudapi.com
  protocol:
    description:
      - Plain V(http) is for private clouds that have nothing else.
      - Environment variable E(TENCENTCLOUD_PROTOCOL).
    type: str
    choices: [https, http]
    default: https
  endpoint:
    description:
      - Host, host and port, or URL that calls go to, in place of O(protocol) and O(domain).
      - Environment variable E(TENCENTCLOUD_APIGATEWAY_ENDPOINT). This name is the collection's own; no tool of the vendor has one.
    type: str
  ca_path:
    description: File or folder with the certificates of the authorities to trust. By default those of C(requests), or E(REQUESTS_CA_BUNDLE).
    type: path
  proxy:
    description:
      - URL of the proxy to call through, in the place of the environment variables E(HTTPS_PROXY) and E(HTTP_PROXY). Hosts that E(NO_PROXY) names are called directly.
    type: str
  validate_certs:
    description: Whether the host's certificate must be trusted.
    type: bool
    default: true
  api_timeout:
    description: Seconds that one HTTP request may take.
    type: int
    default: 30
  api_retries:
    description: How often one call is sent again, where that does no harm.
    type: int
    default: 5
  wait_timeout:
    description: Seconds that a task may spend on sending again and on settling what a call did, all together. First attempts do not count.
    type: int
    default: 60
  api_rate:
    description:
      - Calls a second that the task makes of each action, at most. V(0) is no limit.
      - The API answers 20 a second for each action and account, so tasks that run at the same time share them. What passes that is refused and sent again.
    type: int
    default: 19
  language:
    description: The language of the API's own messages.
    type: str
    choices: [en-US, zh-CN]
    default: en-US
notes:
  - A blank value of a shared option counts as not given, in the task and in the environment.
requirements:
  - requests
"""

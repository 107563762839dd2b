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
        E(TENCENTCLOUD_TOKEN) (or E(TENCENTCLOUD_SECURITY_TOKEN)), then the files of O(profile), then the role of the instance.
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
      - Environment variable E(TENCENTCLOUD_REGION). A O(profile) of the vendor's command line tool may have one, too.
    type: str
  profile:
    description:
      - Which credentials to take from files - C(~/.tccli/<profile>.credential) of the vendor's command line tool (in
        E(TENCENTCLOUD_SHARED_CREDENTIALS_DIR), if that is set), then the section of C(~/.tencentcloud/credentials), then of
        C(/etc/tencentcloud/credentials). V(default) when left out; one that is named must be there.
      - Files that others can read get a warning.
      - Environment variable E(TENCENTCLOUD_PROFILE), or E(TCCLI_PROFILE).
    type: str
  cam_role_name:
    description:
      - The role of the instance that the module runs on, when there are no credentials elsewhere. By default the one that its metadata service names.
      - Environment variable E(TENCENTCLOUD_CAM_ROLE_NAME).
    type: str
  role_arn:
    description:
      - A role to assume with the credentials that were found, once, and again before it ends. A profile may name one, too.
      - Environment variable E(TENCENTCLOUD_ASSUME_ROLE_ARN), or E(TENCENTCLOUD_ROLE_ARN).
    type: str
  role_session_name:
    description:
      - The name of the role's session, V(ansible) when left out.
      - Environment variable E(TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME), or E(TENCENTCLOUD_ROLE_SESSION_NAME).
    type: str
  role_session_duration:
    description:
      - Seconds that the role is asked for, V(1) to V(43200). The service has a default.
      - Environment variable E(TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION).
    type: int
  role_external_id:
    description:
      - The external id that the role asks for.
      - Environment variable E(TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID).
    type: str
  expected_account:
    description: The account (C(AccountId)) that the caller must belong to. Asked for once, before anything else is done; another one is a failure.
    type: str
  sts_endpoint:
    description: Host, host and port, or URL of the security token service, for O(role_arn) and O(expected_account). By default C(sts.<domain>).
    type: str
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
      - URL of the proxy to call through, in the place of the environment variables E(HTTPS_PROXY) and E(HTTP_PROXY).
      - Hosts that E(NO_PROXY) names are called directly.
    type: str
  validate_certs:
    description: Whether the host's certificate must be trusted.
    type: bool
    default: true
  api_timeout:
    description: Seconds that one HTTP request may take, V(1) to V(86400).
    type: int
    default: 30
  api_retries:
    description: Maximum retries per call, where retrying is safe, V(0) to V(1000).
    type: int
    default: 5
  wait_timeout:
    description: Seconds that a task may spend on sending again and on settling what a call did, all together. First attempts do not count. V(0) to V(86400).
    type: int
    default: 60
  api_rate:
    description:
      - Calls a second that the task makes of each action, at most. V(0) is no limit, and V(1000) the most.
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

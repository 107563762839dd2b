# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation, and little code: reading is plugins/plugin_utils/_yaml.py, the form of a document plugins/plugin_utils/_document.py."""

from __future__ import annotations

DOCUMENTATION = r"""
name: access_document
short_description: Read an access document without quoting it
version_added: 1.0.0
author:
  - Maintainers of tencentcloud.apigateway (@tencentcloud-apigateway)
description:
  - Reads a document of who may call what, as M(tencentcloud.apigateway.access) takes it, from a file or from a text in YAML or JSON.
  - A document may hold secrets. C(from_yaml) and C(include_vars) quote what is wrong with a text, in errors and in warnings, and C(no_log) does not hide an
    expression that fails. This lookup never fails for a document - what is wrong with it is returned, with line and column, and without a word of the document.
  - Refused are members that are there twice, tags that are not known, a second document, what is nested too deep or grows too large by aliases,
    what is not UTF-8, and what M(tencentcloud.apigateway.access) has no option for.
  - What looks like a template stays as it is.
options:
  _terms:
    description: The path of the file, which may be encrypted by ansible-vault. None when O(document) is given.
    type: list
    elements: path
  document:
    description: The document in the place of a file, as a text or as a mapping.
    type: raw
  with_secrets:
    description: Whether the secrets of access keys are wanted. Without, they are left out, and values with the tag C(!vault) are not decrypted.
    type: bool
    default: true
notes:
  - A document that is the member C(access) of a mapping is taken from there, so a result of M(tencentcloud.apigateway.access_info) is one.
"""

EXAMPLES = r"""
- name: The document can be read
  ansible.builtin.assert:
    that: not read.problem
    fail_msg: "{{ read.problem }}"
    quiet: true
  vars:
    read: "{{ lookup('tencentcloud.apigateway.access_document', '/etc/gateway/access.vault.yml') }}"

- name: Bring who may call what to what the document says
  tencentcloud.apigateway.access:
    access_keys: "{{ read.document.access_keys | default(omit) }}"
    usage_plans: "{{ read.document.usage_plans | default(omit) }}"
  vars:
    read: "{{ lookup('tencentcloud.apigateway.access_document', '/etc/gateway/access.vault.yml') }}"
  no_log: true
"""

RETURN = r"""
_raw:
  description: One mapping.
  type: list
  elements: dict
  contains:
    document:
      description: The document. Null when there is a problem.
      type: dict
      sample: {"access_keys": [{"name": "partner-a"}]}
    problem:
      description: What is wrong with the document, and where. Empty when nothing is. It has nothing of the document itself.
      type: str
      sample: "line 3, column 5: this member is there a second time"
"""

from codecs import encode
from collections.abc import Mapping

from ansible.errors import AnsibleError, AnsibleOptionsError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.lookup import LookupBase
from ansible_collections.tencentcloud.apigateway.plugins.plugin_utils._document import misfit, plain, without_secrets
from ansible_collections.tencentcloud.apigateway.plugins.plugin_utils._yaml import Unreadable, decoded, loaded


class LookupModule(LookupBase):
    """One document."""

    def run(self, terms, variables=None, *, document=None, with_secrets=True):
        """A list of one mapping: the document, and what is wrong with it. Raises AnsibleOptionsError when not one document is given."""
        if len(terms) + (document is not None) != 1:
            raise AnsibleOptionsError("access_document takes one path, or document.")
        try:
            return [{"document": self._document(terms, document, boolean(with_secrets)), "problem": ""}]
        except Unreadable as error:
            problem = str(error)
        except Exception as error:  # pylint: disable=broad-except
            # Whatever it is, its text may quote the document.
            problem = f"it cannot be read ({error.__class__.__name__})"
        return [{"document": None, "problem": problem}]

    def _document(self, terms, document, with_secrets):
        places = {}
        if not isinstance(document, Mapping):
            text = decoded(self._bytes(terms[0]) if terms else encode(str(document), "utf-8", "surrogatepass"))
            document, places = loaded(text, self._decrypted if with_secrets else lambda text: None)
        prefix = ()
        if isinstance(document, Mapping) and document.get("access") is not None:
            document, prefix = document["access"], ("access",)
        document = plain(document)
        found = misfit(document)
        if found:
            path = (*prefix, *found.path)
            raise Unreadable(f"{places.get(path) or _spelled(path if found.known else path[:-1])}: {found.text}")
        return document if with_secrets else without_secrets(document)

    def _bytes(self, path):
        try:
            return self._loader._get_file_contents(path)[0]
        except AnsibleError as error:
            # Of the file, or of the vault: neither quotes it, but the text is another in each version.
            raise Unreadable(f"the file cannot be read, or decrypted by the vault passwords that are given ({error.__class__.__name__})") from None

    def _decrypted(self, text):
        return self._loader._vault.decrypt(text).decode("utf-8")


def _spelled(path):
    """A path as people read it."""
    return "".join(f"[{part}]" if isinstance(part, int) else f"{'.' if number else ''}{part}" for number, part in enumerate(path)) or "the document"

# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be meant is refused, and everything else goes to the API as it is."""

from __future__ import annotations

import pytest
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import InputError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._input import checked_header, checked_id, checked_ids, checked_url


@pytest.mark.parametrize("value", ["", " ", "\n", "a b", "a\tb", "a\nb", "a\x00b", "a\x7fb", "a\u200bb", "a\u00a0b", "a\ud800b"])
def test_blank_ids_and_those_with_white_space_or_control_characters_are_refused(value):
    with pytest.raises(InputError, match="access_key_ids"):
        checked_ids("access_key_ids", ["fine", value])


@pytest.mark.parametrize("value", ["AKIDx", "legacy-client", "\u5ba2\u6237", "a'b", "{{x}}", 'a"b', "planned", "x" * 300])
def test_other_ids_pass_as_they_are(value):
    assert checked_id("usage_plan_id", f" {value}\n") == value


def test_ids_are_each_taken_once_and_sorted():
    assert checked_ids("access_key_ids", ["b", "a ", "b", "a"]) == ["a", "b"]


@pytest.mark.parametrize(
    ("protocol", "domain", "endpoint", "url"),
    [
        ("https", "intl.tencentcloudapi.com", "", "https://apigateway.intl.tencentcloudapi.com/"),
        ("https", "tencentcloudapi.com", "", "https://apigateway.tencentcloudapi.com/"),
        ("http", "api3.example.com", "", "http://apigateway.api3.example.com/"),
        ("https", "api3.example.com:8443", "", "https://apigateway.api3.example.com:8443/"),
        ("https", "ignored", "gateway.example.com", "https://gateway.example.com/"),
        ("http", "ignored", "gateway.example.com:8080", "http://gateway.example.com:8080/"),
        ("https", "ignored", "http://127.0.0.1:8080", "http://127.0.0.1:8080/"),
        ("https", "ignored", "https://Gateway.Example.com/", "https://gateway.example.com/"),
        ("https", "ignored", "[::1]:8080", "https://[::1]:8080/"),
    ],
)
def test_the_url_of_calls(protocol, domain, endpoint, url):
    assert checked_url(protocol, domain, endpoint) == url


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://host/path", "host/path", "https://host?x=1", "host#x", "https://user@host", "ftp://host", "https://", "host:port", "host:99999",
        "ho st", "host\nx", "://", "https:///x",
    ],
)
def test_an_endpoint_that_is_more_or_less_than_a_host_is_refused(endpoint):
    with pytest.raises(InputError, match="endpoint"):
        checked_url("https", "intl.tencentcloudapi.com", endpoint)


@pytest.mark.parametrize("domain", ["https://tencentcloudapi.com", "tencentcloudapi.com/x", "a b"])
def test_a_domain_is_a_host_name(domain):
    with pytest.raises(InputError, match="domain"):
        checked_url("https", domain)


@pytest.mark.parametrize("value", ["", "ap guangzhou", "ap\nX-Evil: 1", "\u5e7f\u5dde"])
def test_what_no_header_can_carry_is_refused(value):
    with pytest.raises(InputError, match="region"):
        checked_header("region", value)


def test_regions_of_private_clouds_pass():
    assert checked_header("region", "chongqing_2") == "chongqing_2"

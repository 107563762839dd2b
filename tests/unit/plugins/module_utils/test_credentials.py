# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Id, key and token come from one source, or the error says which half is missing."""

from __future__ import annotations

import pytest
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._credentials import find_credentials, first_set
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._errors import InputError
from ansible_collections.tencentcloud.apigateway.plugins.module_utils._tc3 import Credentials

OPTIONS = {"secret_id": "id-option", "secret_key": "key-option"}
ENVIRONMENT = {"TENCENTCLOUD_SECRET_ID": "id-env", "TENCENTCLOUD_SECRET_KEY": "key-env"}


@pytest.mark.parametrize(
    ("options", "environment", "expected"),
    [
        (OPTIONS, {}, Credentials("id-option", "key-option")),
        (OPTIONS, {**ENVIRONMENT, "TENCENTCLOUD_TOKEN": "left-over"}, Credentials("id-option", "key-option")),
        ({**OPTIONS, "token": "t"}, ENVIRONMENT, Credentials("id-option", "key-option", "t")),
        ({}, ENVIRONMENT, Credentials("id-env", "key-env")),
        ({"secret_id": "", "secret_key": None, "token": " "}, ENVIRONMENT, Credentials("id-env", "key-env")),
        ({}, {**ENVIRONMENT, "TENCENTCLOUD_TOKEN": "", "TENCENTCLOUD_SECURITY_TOKEN": "second"}, Credentials("id-env", "key-env", "second")),
        ({}, {**ENVIRONMENT, "TENCENTCLOUD_TOKEN": "first", "TENCENTCLOUD_SECURITY_TOKEN": "second"}, Credentials("id-env", "key-env", "first")),
        ({"secret_id": " id\n", "secret_key": "key\n"}, {}, Credentials("id", "key")),
        ({}, {"TENCENTCLOUD_SECRET_ID": "id\n", "TENCENTCLOUD_SECRET_KEY": "key\n"}, Credentials("id", "key")),
    ],
)
def test_the_first_source_that_gives_anything_gives_everything(options, environment, expected):
    assert find_credentials(options, environment) == expected


@pytest.mark.parametrize(
    ("options", "environment", "named"),
    [
        ({"secret_id": "AKIDx"}, ENVIRONMENT, ["options", "secret_id without secret_key"]),
        ({"secret_key": "hidden-value"}, ENVIRONMENT, ["options", "secret_key without secret_id"]),
        ({"token": "hidden-value"}, ENVIRONMENT, ["options", "token without secret_id and secret_key"]),
        ({}, {"TENCENTCLOUD_SECRET_ID": "AKIDx"}, ["environment", "TENCENTCLOUD_SECRET_ID without TENCENTCLOUD_SECRET_KEY"]),
        ({}, {"TENCENTCLOUD_SECURITY_TOKEN": "hidden-value"}, ["environment", "TENCENTCLOUD_SECURITY_TOKEN without"]),
        ({}, {}, ["secret_id and secret_key", "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY"]),
        ({"secret_id": "AKIDx", "secret_key": "hidden-value inside"}, {}, ["secret_key (options)", "white space"]),
        ({"secret_id": "AKIDx", "secret_key": "hidden-value\u4f60"}, {}, ["secret_key (options)"]),
        ({}, {**ENVIRONMENT, "TENCENTCLOUD_TOKEN": "hidden-value\nX-Header: 1"}, ["TENCENTCLOUD_TOKEN (environment)"]),
    ],
)
def test_half_a_source_is_an_error_that_names_it_and_no_value(options, environment, named):
    with pytest.raises(InputError) as error:
        find_credentials(options, environment)
    for part in named:
        assert part in str(error.value)
    assert "hidden-value" not in str(error.value)


def test_first_set_takes_the_first_that_is_not_blank():
    assert first_set(["A", "B", "C"], {"A": "", "B": " \n", "C": " c\n"}) == "c"
    assert first_set(["A"], {}) is None

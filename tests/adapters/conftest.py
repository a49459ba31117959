"""Asserts of the contract speak as plainly as those of tests."""

import pytest

pytest.register_assert_rewrite(
    "tests.adapters.contract",
    "tests.adapters.contract_feeds",
    "tests.adapters.contract_line",
    "tests.adapters.contract_more",
    "tests.adapters.contract_people",
    "tests.adapters.contract_returns",
    "tests.adapters.contract_sales",
)

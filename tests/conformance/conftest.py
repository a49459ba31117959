"""Checks say what was wrong, as tests do."""

import pytest

for _group in (
    "accounts", "earning", "goods_back", "levels", "lots", "offers", "once", "spending",
):  # fmt: skip
    pytest.register_assert_rewrite(f"tests.conformance.{_group}")

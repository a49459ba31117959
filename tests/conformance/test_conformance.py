"""Every row of the table that this project promises holds; none is forgotten."""

import pytest

from tests.conformance import (  # noqa: F401 — each names the rows it checks
    accounts,
    earning,
    goods_back,
    levels,
    lots,
    offers,
    once,
    spending,
)
from tests.conformance.table import CHECKS, Row, rows
from tests.shop import open_shop

WANTED = [row for row in rows() if row.wanted]


@pytest.mark.parametrize("case", WANTED, ids=lambda case: f"{case.id} {case.use}")
def test_a_case_of_the_field_holds(case: Row, tmp_path):
    assert case.id in CHECKS, f"nobody checks {case}"
    check = CHECKS[case.id]
    if not check.shop:
        check.run()
        return
    shop = open_shop(tmp_path / "till.db")
    try:
        check.run(shop)
    finally:
        shop.database.close()


def test_every_check_is_of_a_row_and_every_row_has_a_check():
    assert {row.id for row in WANTED} == set(CHECKS)


def test_the_table_is_whole():
    assert len({row.id for row in rows()}) == len(rows())
    assert len(WANTED) == 117

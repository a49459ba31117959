"""Every document of the adapter is one that Shopify would take, and is cheap enough to be taken."""

import gzip
from pathlib import Path

import pytest
from graphql import parse

from bootstrap import shopify
from bootstrap.steps import SetupError
from sync.stores import shopify_documents as documents
from sync.stores.shopify_customers import STANDING_BATCH
from tests.adapters.shopify.schema import documents_of, mistakes
from tests.adapters.shopify.server import DEAREST, price

DOCUMENTS = documents_of(documents)
MADE = {f"put_standings({n})": documents.put_standings(n) for n in range(1, STANDING_BATCH + 1)}
SIZES = {"ORDERS": 10, "ORDERS_OF": 10, "CUSTOMERS": 100, "PRODUCTS": 15, "VARIANTS": 100}


@pytest.mark.parametrize("name", [*DOCUMENTS, *MADE])
def test_a_document_is_valid_by_shopifys_own_schema(name):
    assert mistakes({**DOCUMENTS, **MADE}[name]) == []


def test_no_document_is_left_out():
    operations = [
        text for text in vars(documents).values()
        if isinstance(text, str) and ("query " in text or "mutation " in text)
    ]  # fmt: skip
    assert len(operations) == len(DOCUMENTS) > 25
    assert sorted(operations) == sorted(DOCUMENTS.values())


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("processedAt", "processedOn"),
        ("compareDigest", "compareDigests"),
        ("sortKey: UPDATED_AT", "sortKey: CHANGED_AT"),
        ("@idempotent(key: $key)", "@idempotency(key: $key)"),
        ("$input: RefundInput!", "$input: RefundInputs!"),
        ("first: 100", 'first: "100"'),
    ],
)
def test_a_wrong_field_would_be_found(right, wrong):
    spoilt = [text.replace(right, wrong) for text in DOCUMENTS.values() if right in text]
    assert spoilt, f"no document holds {right}"
    assert all(mistakes(text) for text in spoilt)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document_costs_more_than_a_request_may(name):
    asked = {"first": SIZES.get(name, 0), "ids": ["id"] * STANDING_BATCH}
    assert price(parse(DOCUMENTS[name]), asked) <= DEAREST


def test_the_schema_is_the_one_that_is_expected(tmp_path, monkeypatch):
    monkeypatch.setattr(shopify, "PLACE", tmp_path)
    monkeypatch.setattr(shopify, "ROOT", tmp_path)

    def pack(command: list[object], *_: object, **__: object) -> None:
        folder = Path(str(command[-1]))
        (folder / f"shopify-dev-mcp-{shopify.VERSION}.tgz").write_bytes(gzip.compress(b"another"))

    monkeypatch.setattr(shopify, "run", pack)
    with pytest.raises(SetupError, match="not the file that is expected"):
        shopify.prepare()


def test_a_schema_that_can_not_be_had_fails_the_tests_and_skips_none(tmp_path, monkeypatch):
    monkeypatch.setattr(shopify, "PLACE", tmp_path)
    monkeypatch.setattr(shopify, "PACKAGE", "file:/no/such/package")
    with pytest.raises(SetupError):
        shopify.prepare()

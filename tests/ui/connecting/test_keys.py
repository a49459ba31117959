"""Keys as people paste them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.services.store_keys import WAYS, Key, bare, cleaned, has_two, looks_right

CK, CS = "ck_" + "0123456789abcdef" * 2, "cs_" + "fedcba9876543210" * 2
VENDURE = "0123456789abcdef01234567:" + "ab" * 32
TOKEN = "shpat_" + "a1B2" * 8
SK = "sk_" + "0a" * 32


@pytest.mark.parametrize(
    ("kind", "pasted", "key"),
    [
        ("vendure", f' "{VENDURE}"\n', VENDURE),
        ("vendure", f"vendure-api-key: {VENDURE}", VENDURE),
        ("shopify", f"Admin API access token\n{TOKEN}\n", TOKEN),
        ("medusa", f"«{SK}»", SK),
        ("medusa", f"Bearer {SK}", SK),
        ("medusa", "\u200bnot a key\u200b", "not a key"),
        ("other", " as it is ", "as it is"),
    ],
)
def test_a_key_is_found_in_what_surrounds_it(kind, pasted, key):
    assert cleaned(kind, "key", "", pasted) == Key("", key)


@pytest.mark.parametrize(
    ("first", "second"),
    [(CK, CS), (f"{CK}\n{CS}", ""), ("", f"key {CK} secret {CS}"), (CS, CK), (f"'{CK}'", f"{CS}.")],
)
def test_two_keys_find_their_places(first, second):
    key = cleaned("woocommerce", "key", first, second)
    assert key == Key(CK, CS)
    assert looks_right("woocommerce", "key", key)


def test_what_is_no_pair_stays_as_it_was_typed():
    assert cleaned("woocommerce", "key", " a ", "b\n") == Key("a", "b")
    assert not looks_right("woocommerce", "key", Key(CK, "b"))
    assert not looks_right("woocommerce", "key", Key("a", CS))


def test_a_password_keeps_what_is_inside_of_it():
    assert cleaned("vendure", "login", " till ", "two words  inside") == Key(
        "till", "two words  inside"
    )


@pytest.mark.parametrize(
    ("kind", "how", "key", "right"),
    [
        ("vendure", "login", Key("till", "x"), True), ("vendure", "login", Key("till", ""), False),
        ("vendure", "login", Key("", "x"), False), ("vendure", "key", Key("", VENDURE), True),
        ("vendure", "key", Key("", "x"), False), ("other", "key", Key("", "x"), True),
        ("other", "key", Key("", ""), False),
    ],
)  # fmt: skip
def test_a_slip_is_told_before_it_is_sent(kind, how, key, right):
    assert looks_right(kind, how, key) is right


def test_a_key_is_never_printed():
    assert VENDURE not in repr(Key("", VENDURE))


def test_each_kind_has_its_ways():
    assert {kind: [has_two(kind, how) for how in ways] for kind, ways in WAYS.items()} == {
        "woocommerce": [True], "vendure": [True, False], "shopify": [False],
        "medusa": [False, True],
    }  # fmt: skip


@given(st.text())
def test_cleaning_is_done_once_and_for_all(text):
    assert bare(bare(text)) == bare(text)

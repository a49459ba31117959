"""Addresses of online stores, however they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.addresses import Place, of_url, places


def asked(typed):
    return [place.origin + path for place in places(typed) for path in place.paths]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("shop.example", "https://shop.example"),
        ("  HTTPS://Shop.Example/  ", "https://shop.example"),
        ("http://shop.example", "http://shop.example"),
        ("https:/shop.example", "https://shop.example"),
        ("https//shop.example", "https://shop.example"),
        ("//shop.example", "https://shop.example"),
        ("www.shop.example/wp-admin/edit.php?post_type=product#x", "https://www.shop.example"),
        ("shop.example/boutique/wp-admin/", "https://shop.example/boutique"),
        ("shop.example:8443/admin-api", "https://shop.example:8443"),
        ("https://u:p@shop.example/dashboard/login", "https://shop.example"),
        ("admin.shopify.com/store/Elia-Deli/orders/7", "https://elia-deli.myshopify.com"),
        ("“shop.example.”", "https://shop.example"),
        ("our shop is https://shop.example/cart thanks", "https://shop.example"),
        ("\u200bshop.example\u200b", "https://shop.example"),
        ("http://[::1]:3000/app", "http://[::1]:3000"),
        ("http:\\\\shop.example\\admin", "http://shop.example"),
        ("shopserver", "https://shopserver"),
        ("ηλίας.example", "https://ηλίας.example"),
    ],
)
def test_the_likeliest_place_comes_first(typed, first):
    assert asked(typed)[0] == first


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "anna@example.com", "our shop in town", "https://", "a b", "http://x:y/", "<>",
     "http://[::1", "shop!.example"],
)  # fmt: skip
def test_what_is_no_address_is_none(typed):
    assert places(typed) == ()


def test_without_a_scheme_the_encrypted_line_comes_first_and_with_one_it_is_believed():
    assert [place.origin for place in places("shop.example")] == [
        "https://shop.example", "http://shop.example",
    ]  # fmt: skip
    assert [place.origin for place in places("https://shop.example")] == ["https://shop.example"]


def test_as_typed_and_the_root_are_asked_too():
    (place,) = places("https://shop.example/de/admin-api")
    assert place == Place("https://shop.example", ("/de", "/de/admin-api", ""))


def test_where_a_server_leads_is_a_place():
    assert of_url("http://127.0.0.1:80/x/") == Place("http://127.0.0.1:80", ("/x", ""))


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_it(typed):
    for place in places(typed):
        assert place.origin.startswith(("http://", "https://"))
        assert "@" not in place.origin

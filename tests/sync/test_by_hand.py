"""A store set up by hand: what the doctor says of an address or a key that is not right."""

import json

import pytest

from sync.connect import connect_store, try_store
from sync.room import remotes
from sync.stores.vendure_http import endpoint
from sync.stores.woocommerce_access import base_of
from terminal.i18n import Words
from terminal.secrets import Secrets
from terminal.services.doctor import look_at_store
from terminal.settings import OnlineStoreSettings, Settings
from tests.sync.rough_server import RoughServer
from ui.sync_advice import remedy

NEST = b'{"statusCode":404,"message":"Cannot GET /wp-json/","error":"Not Found"}'
SIGNED_OUT = b'{"data":{"login":{"__typename":"InvalidCredentialsError","errorCode":"X"}}}'
STRANGER = b'{"errors":[{"message":"no","extensions":{"code":"FORBIDDEN"}}],"data":null}'
SHOP = {
    "activeChannel": {"code": "__default_channel__", "defaultCurrencyCode": "EUR"},
    "productVariants": {"items": [{"id": "1", "sku": "open"}]},
}
API = "https://a.example/admin-api"


def looked_at(tmp_path, answer, secret="", *, status=200, **wanted):
    """State and remedy, as the doctor prints them."""
    kept = Secrets(tmp_path, use_keyring=False)
    if secret:
        kept.put("online-store", secret)
    with RoughServer(lambda talk: talk.answer(status, answer)) as server:
        store = OnlineStoreSettings(url=server.url, **wanted)
        [remote] = remotes(Settings(online_store=store), kept, say, str)
        return look_at_store(remote.asked, remote.say)


def say(code):
    return remedy(code, Words())


def test_a_store_of_another_kind_is_a_wrong_address_and_nothing_that_is_gone(tmp_path):
    state, todo = looked_at(
        tmp_path, NEST, "ck_1:cs_2", status=404, kind="woocommerce", username="",
    )  # fmt: skip
    assert state == "not in order (wrong_address)"
    assert "not at this address" in todo
    assert "send it again" not in todo


@pytest.mark.parametrize(("username", "answer"), [("till", SIGNED_OUT), ("", STRANGER)])
def test_where_no_key_is_kept_the_doctor_says_how_to_keep_one(tmp_path, username, answer):
    state, todo = looked_at(tmp_path, answer, kind="vendure", username=username)
    assert (state, todo) == ("no key", say("no_key:online-store"))
    assert "main.py secret online-store" in todo
    _, todo = looked_at(tmp_path, answer, "wrong", kind="vendure", username=username)
    assert "main.py secret" not in todo


def test_a_shop_without_a_name_of_its_own_is_called_by_its_address():
    with RoughServer(lambda talk: talk.answer(200, json.dumps({"data": SHOP}).encode())) as server:
        wanted = OnlineStoreSettings(kind="vendure", url=server.url)
        told = try_store(connect_store(wanted, "key"))
    assert told is not None
    assert "__" not in told[0]
    assert told[0].startswith("127.0.0.1 · ")


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("a.example", API),
        (" a.example/ ", API),
        ("https://a.example/shop-api", API),
        ("https://a.example/shop-api/", API),
        ("https://a.example/dashboard", API),
        ("https://a.example/b/shop-api?x=1", "https://a.example/b/admin-api"),
        ("http://127.0.0.1:3000/admin-api", "http://127.0.0.1:3000/admin-api"),
        ("https://a.example/our-own-api", "https://a.example/our-own-api"),
        ("", ""),
        ("://", "://"),
    ],
)
def test_an_address_of_vendure_is_completed(written, asked):
    assert endpoint(written) == asked


def test_an_address_of_woocommerce_without_its_beginning_is_encrypted():
    assert base_of("a.example/shop/wp-admin") == "https://a.example/shop"
    assert base_of(" ") == ""

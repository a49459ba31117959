"""What the connecting page says of a kind of store: its name, where its keys are made, the remedy
for a right that is missing, what would be made there, whom it writes to."""

from terminal.connecting import Found, NeedSeen, RightSeen
from terminal.i18n import Words
from terminal.services.store_keys import How
from ui.sync_messages import sync_problem

_NAMES = {
    "vendure": "Vendure",
    "woocommerce": "WooCommerce",
    "shopify": "Shopify",
    "medusa": "Medusa",
}
_VENDURE = {
    "read_customers": "ReadCustomer", "write_customers": "CreateCustomer, UpdateCustomer",
    "read_orders": "ReadOrder", "write_orders": "CreateOrder, UpdateOrder, DeleteOrder",
    "read_products": "ReadCatalog", "write_coupons": "CreatePromotion, UpdatePromotion",
    "erase_customers": "DeleteCustomer",
    "read_settings": "ReadSettings",
}  # fmt: skip
_SHOPIFY = {
    "read_customers": "read_customers", "write_customers": "write_customers",
    "read_orders": "read_orders, read_all_orders", "write_orders": "write_orders",
    "read_products": "read_products", "write_coupons": "write_discounts",
    "read_settings": "read_locations",
}  # fmt: skip


def kind_name(kind: str) -> str:
    """A kind by the name of its maker; "" where none is known."""
    return _NAMES.get(kind, "")


def said(words: Words, names: str) -> str:
    """Words of another program's interface, which are never translated nor mirrored."""
    return words.isolate(names)


# -- the address -------------------------------------------------------------------------------


def warning(code: str, found: Found, words: Words) -> tuple[str, str]:
    """Something to mend at the shop: what it is, and the remedy."""
    t = words.t
    known = {
        "plain_permalinks": (
            t("The shop’s addresses are of the plain kind, and the till can’t read them well."),
            t(
                "In the shop’s office open {path}, choose “Post name” and save. Then look again.",
                path=said(words, "Settings → Permalinks"),
            ),
        ),
        "not_https": (
            t("The line to this shop is not encrypted."),
            t("Anybody on the way can read names and keys. Use it only inside your own network."),
        ),
        "redirects": (
            t("The shop sends visitors on to {url}.", url=said(words, found.where or found.url)),
            t("That address is used from here on."),
        ),
        "plugin_off": (
            t("This is WordPress, and WooCommerce is switched off in it."),
            t(
                "In the shop’s office open {path} and switch WooCommerce on. Then look again.",
                path=said(words, "Plugins"),
            ),
        ),
        "old_version": (
            t("This version is older than those the till was tried with."),
            t("Update the shop first if you can. Most things may work all the same."),
        ),
    }
    about = t("The shop reports: {what}", what=said(words, code.replace("_", " ")))
    return known.get(code, (about, ""))


# -- the key -----------------------------------------------------------------------------------


def key_labels(kind: str, how: How, words: Words) -> tuple[str, str]:
    """What the two fields ask for; the first is "" where one is enough."""
    t = words.t
    if how == "login":
        name = t("E-mail address") if kind == "medusa" else t("User name")
        return name, t("Password")
    return {
        "woocommerce": (t("Consumer key"), t("Consumer secret")),
        "vendure": ("", t("API key")),
        "shopify": ("", t("Access token")),
    }.get(kind, ("", t("Secret key")))


def key_help(kind: str, how: How, words: Words) -> str:
    """Where such a key is made."""
    t = words.t
    if kind == "woocommerce":
        return t(
            "In the shop’s office: {path}. Choose a user who manages the shop and “Read/Write”. "
            "Both parts are shown once only.",
            path=said(words, "WooCommerce → Settings → Advanced → REST API → Add key"),
        )
    if kind == "shopify":
        return t(
            "In the shop’s office: {path}. Install the app; its token is shown once only.",
            path=said(words, "Settings → Apps → Develop apps → Create an app"),
        )
    if kind == "vendure" and how == "key":
        return t(
            "In the shop’s office: {path}. Give it the till’s role. It is shown once only.",
            path=said(words, "Settings → API keys"),
        )
    if kind == "medusa" and how == "key":
        return t(
            "In the shop’s office: {path}. It is shown once only.",
            path=said(words, "Settings → Secret API Keys → Create"),
        )
    return t("Make a user for the till alone, with a role of its own: it can be taken away again.")


def odd_key(kind: str, how: How, words: Words) -> str:
    """That what was typed can't be such a key."""
    t = words.t
    shape = {
        "woocommerce": ("ck_…", "cs_…"), "shopify": ("shpat_…", ""), "medusa": ("sk_…", ""),
        "vendure": ("….:….", ""),
    }.get(kind, ("", ""))  # fmt: skip
    if how == "login":
        return t("Fill in both fields.")
    if shape[1]:
        return t(
            "That does not look like such keys: one begins with {one}, the other with {other}.",
            one=said(words, shape[0]),
            other=said(words, shape[1]),
        )
    if kind == "vendure":
        return t("That does not look like such a key: two parts with a colon between them.")
    return t("That does not look like such a key: it begins with {one}.", one=said(words, shape[0]))


# -- rights ------------------------------------------------------------------------------------


def right_name(code: str, words: Words) -> str:
    """What the till must be able to do there."""
    t = words.t
    return {
        "read_customers": t("See customers"),
        "write_customers": t("Add and change customers"),
        "read_orders": t("See orders"),
        "write_orders": t("Add orders and refunds"),
        "read_products": t("See products and prices"),
        "write_coupons": t("Make coupons"),
        "erase_customers": t("Forget customers"),
        "read_settings": t("See the shop’s settings"),
    }.get(code, said(words, code.replace("_", " ")))


def right_remedy(kind: str, right: RightSeen, words: Words) -> str:
    """What to do where it is not allowed; "" where it is."""
    t = words.t
    if right.ok:
        return ""
    if right.problem not in ("", "forbidden"):
        return sync_problem(right.problem, words)
    if kind == "woocommerce":
        return t(
            "Give the key “Read/Write” at {path}, and to a user who manages the shop.",
            path=said(words, "WooCommerce → Settings → Advanced → REST API"),
        )
    if kind == "vendure":
        return t(
            "Give the till’s role the right {right} at {path}.",
            right=said(words, right.where or _VENDURE.get(right.code, right.code)),
            path=said(words, "Settings → Roles"),
        )
    if kind == "shopify":
        return t(
            "Tick {right} at {path}, save, and install the app again.",
            right=said(words, right.where or _SHOPIFY.get(right.code, right.code)),
            path=said(words, "Settings → Apps → Develop apps → Configuration"),
        )
    return t("Use a secret key, or a user who may do this in the shop’s office.")


def without_right(code: str, words: Words) -> str:
    """What is missing where a right is that most works without."""
    t = words.t
    return {
        "read_products": t("Without it: prices of the online store are not seen at the counter."),
        "write_coupons": t("Without it: rewards can’t become coupons for the online store."),
        "read_settings": t("Without it: the till can’t warn you when settings there change."),
    }.get(code, t("Most works without it."))


# -- needs -------------------------------------------------------------------------------------


def need_name(need: NeedSeen, words: Words) -> str:
    """Something that must be set up there."""
    t = words.t
    return {
        "customer_fields": t("Fields of a customer: card, points, level"),
        "order_fields": t("Fields of an order: the till’s slip and its time"),
        "open_item": t("A product for goods that the online store does not list"),
        "guest": t("A customer for sales without a name"),
        "payment": t("A way of paying for sales at the till"),
        "shipping": t("A way of shipping for goods that were taken along"),
        "own_prices": t("A rule that lets the till’s own prices stand"),
        "region": t("A region that sells in the till’s currency"),
        "decimals": t("As many decimals as the till’s money has"),
        "coupon_tax": t("Coupons of an amount take off the same from all goods"),
    }.get(need.code, said(words, need.code.replace("_", " ")))


def need_remedy(need: NeedSeen, words: Words) -> str:
    """What happens to it: nothing, made by the till, or by hand."""
    t = words.t
    if need.there:
        return t("It is there.")
    if need.can_make:
        return (
            t("The till can make it: {what}", what=said(words, need.where))
            if need.where
            else t("The till can make it.")
        )
    if need.where:
        return t("Somebody has to set it up there: {what}", what=said(words, need.where))
    return t("Somebody has to set it up there. The shop’s agency knows how.")


# -- mails -------------------------------------------------------------------------------------


def mails_told(mails: frozenset[str], words: Words) -> list[str]:
    """Whom the store writes to by itself when the till tells it something."""
    t = words.t
    known = {
        "customer": t("a welcome to each customer that the till adds"),
        "order": t("an order confirmation after each sale at the counter"),
        "refund": t("a note about each return"),
        "profile": t("a note when an address changes"),
    }
    return [text for code, text in known.items() if code in mails]


def mails_off(kind: str, words: Words) -> str:
    """Where a shop switches such mails off."""
    t = words.t
    path = {
        "woocommerce": "WooCommerce → Settings → Emails",
        "shopify": "Settings → Notifications",
    }.get(kind, "")
    if path:
        return t("They are switched off in the shop’s office: {path}.", path=said(words, path))
    return t("Whoever looks after the online store can switch them off.")

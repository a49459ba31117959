"""A member's card as a phone shows it, and the page that holds it: one file, all in it."""

from dataclasses import dataclass
from html import escape

from terminal.i18n import Words
from terminal.ids import CardNumber
from terminal.symbols import qr_svg


@dataclass(frozen=True, slots=True)
class PhoneCard:
    """What stands on it. ``name`` as the member likes to be called, ``code`` is what the QR says;
    ``language`` is the member's.
    """

    shop: str
    name: str
    number: CardNumber
    code: str
    language: str

    @property
    def words(self) -> Words:
        """The member's language, on a screen."""
        return Words(self.language)


def grouped(number: str) -> str:
    """A card number as it is printed under an EAN-13, for reading out: "2 950000 044103"."""
    if len(number) == 13 and number.isdigit():
        return f"{number[0]} {number[1:7]} {number[7:]}"
    return number


def card_page(card: PhoneCard, *, logo: str = "", google_link: str = "") -> str:
    """The card as a page of its own, in the member's language and direction. ``logo`` is a data
    URI; ``google_link`` adds the way into Google Wallet.
    """
    w = card.words
    title = w.t("Loyalty card")
    wallet = w.t("Add to Google Wallet")
    link = f'<p><a href="{escape(google_link)}">{escape(wallet)}</a></p>' if google_link else ""
    picture = f'<img class="logo" src="{logo}" alt="">' if logo else ""
    return "".join(
        (
            page_head(f"{card.shop} · {title}", card.language, rtl=w.rtl, style=_STYLE),
            f"<main><header>{picture}<h1><bdi>{escape(card.shop)}</bdi></h1>",
            f"<p>{escape(title)}</p></header>",
            qr_svg(card.code, w.t("The card's code, for the scanner at the counter")),
            f'<p class="name"><bdi>{escape(card.name)}</bdi></p>',
            f'<p class="number" dir="ltr">{escape(grouped(card.number))}</p>',
            f'<p class="hint">{escape(w.t("Show this code at the counter."))}</p>',
            link,
            "</main></body></html>\n",
        )
    )


def page_head(title: str, language: str, *, rtl: bool, style: str) -> str:
    """The beginning of a page that loads nothing, tells nobody and stays out of search engines."""
    direction = "rtl" if rtl else "ltr"
    return (
        f'<!DOCTYPE html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        '<meta name="robots" content="noindex, nofollow, noarchive">'
        '<meta name="referrer" content="no-referrer">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'; img-src data:\">"
        f"<title>{escape(title)}</title><style>{style}</style></head><body>"
    )


_STYLE = """
:root{color-scheme:light dark;--ground:#f4f2ee;--paper:#fff;--ink:#1c1b19;--muted:#5d5a54}
@media(prefers-color-scheme:dark){:root{--ground:#141412;--paper:#22211f;--ink:#f1efea;
--muted:#b3afa7}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:16px;
background:var(--ground);color:var(--ink);font:17px/1.45 system-ui,"Segoe UI",Roboto,sans-serif}
main{width:100%;max-width:400px;padding:24px;background:var(--paper);border-radius:20px;
text-align:center}
h1{margin:0;font-size:26px;line-height:1.2;overflow-wrap:anywhere}
p{margin:4px 0 0;color:var(--muted)}
.logo{max-width:60%;max-height:96px;margin-bottom:12px}
.qr{display:block;width:100%;max-width:320px;margin:20px auto 16px;border-radius:12px}
.name{font-size:22px;font-weight:600;color:var(--ink);overflow-wrap:anywhere}
.number{font-variant-numeric:tabular-nums;letter-spacing:.04em}.hint{margin-top:16px}
a{display:inline-block;margin-top:12px;padding:12px 20px;border-radius:999px;background:var(--ink);
color:var(--paper);text-decoration:none}
"""

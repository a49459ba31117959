"""The digital slip: the blocks of the paper one as a page that anybody can read, all in one file.

Same words, same order, same codes. The page loads nothing, runs nothing, prints well, follows the
phone's dark mode and is laid out in the slip's own direction.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from terminal.i18n import Words
from terminal.slips import Block, Slip
from terminal.symbols import CODE128_QUIET, bars_svg, code128_bars, qr_svg
from terminal.wallet.card import page_head

_TALL = 34
_WEB = re.compile(r"https?://[^\s\"'<>]+")


def slip_page(slip: Slip, *, logo: str = "") -> str:
    """The slip as HTML. ``logo`` is a data URI, shown where the slip has one."""
    words = Words(slip.language)
    title = next((b.text for b in slip.blocks if b.kind == "text"), "")
    name = words.t("Digital slip")
    body = "".join(_parts(slip.blocks, words, logo))
    return (
        page_head(f"{title} · {name}" if title else name, slip.language, rtl=slip.rtl, style=_STYLE)
        + f'<main aria-label="{escape(name)}">{body}</main></body></html>\n'
    )


def _parts(blocks: Sequence[Block], words: Words, logo: str) -> Iterator[str]:
    """Runs of pairs become one list; the first large line is the heading."""
    headed = False
    for paired, group in groupby(blocks, key=lambda block: block.kind == "pair"):
        if paired:
            yield f"<dl>{''.join(map(_pair, group))}</dl>"
            continue
        for block in group:
            first = not headed and block.kind == "text" and block.size == 2
            yield _one(block, words, logo, heading=first)
            headed = headed or first


def _pair(block: Block) -> str:
    kind = ' class="bold"' if block.bold else ""
    label, value = _isolated(block.text), _isolated(block.value)
    return f"<div{kind}><dt>{label}</dt><dd>{value}</dd></div>"


def _one(block: Block, words: Words, logo: str, *, heading: bool) -> str:
    if block.kind == "text":
        return _text(block, "h1" if heading else "p")
    if block.kind == "rule":
        return "<hr>"
    if block.kind == "logo":
        return f'<img class="logo" src="{logo}" alt="">' if logo else ""
    if block.kind == "qr" and block.text:
        return _code(block.text, qr_svg(block.text, words.t("QR code: {code}", code=block.text)))
    if block.kind == "barcode" and block.text:
        spoken = words.t("Bar code: {code}", code=block.text)
        quiet = (CODE128_QUIET, CODE128_QUIET)
        return f"<figure>{bars_svg(code128_bars(block.text), quiet, _TALL, spoken)}</figure>"
    return ""


def _code(text: str, picture: str) -> str:
    """On a phone nobody can scan its own screen: an address is a link too."""
    if _WEB.fullmatch(text):
        picture = f'<a href="{escape(text)}" rel="noreferrer">{picture}</a>'
    return f"<figure>{picture}</figure>"


def _text(block: Block, tag: str) -> str:
    kinds = [block.align] if block.align in ("center", "end") else []
    kinds += ["bold"] if block.bold else []
    kinds += ["large"] if block.size == 2 else []
    mark = f' class="{" ".join(kinds)}"' if kinds else ""
    return f"<{tag}{mark}>{escape(block.text)}</{tag}>"


def _isolated(text: str) -> str:
    """A label or value keeps its own direction beside the other one."""
    return f"<bdi>{escape(text)}</bdi>"


_STYLE = """
:root{color-scheme:light dark;--ground:#f4f2ee;--paper:#fff;--ink:#1c1b19;--line:#b9b4aa}
@media(prefers-color-scheme:dark){:root{--ground:#141412;--paper:#22211f;--ink:#f1efea;--line:#5c5850}}
*{box-sizing:border-box}
body{margin:0;padding:16px;background:var(--ground);color:var(--ink);
font:16px/1.45 system-ui,"Segoe UI",Roboto,sans-serif}
main{max-width:420px;margin:0 auto;padding:24px 22px;background:var(--paper);border-radius:12px}
h1{margin:0;font-size:24px;line-height:1.25}p{margin:2px 0;overflow-wrap:anywhere}
.center{text-align:center}.end{text-align:end}.bold{font-weight:650}.large{font-size:22px}
h1.large{font-size:24px}
dl{margin:0}dl div{display:flex;gap:16px;justify-content:space-between;padding:2px 0}
dt{overflow-wrap:anywhere}dd{margin:0;text-align:end;font-variant-numeric:tabular-nums;flex:none;
max-width:60%;overflow-wrap:anywhere}
hr{border:0;border-top:1px dashed var(--line);margin:10px 0}
figure{margin:14px 0;text-align:center}
.qr{width:168px;border-radius:8px}.bars{width:100%;height:auto}
.logo{display:block;max-width:70%;max-height:110px;margin:0 auto 12px}
@media print{body{padding:0;background:#fff;color:#000}main{max-width:none;padding:0}}
"""

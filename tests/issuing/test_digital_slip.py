"""The digital slip: everything the paper says, for eyes, ears and phones."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from terminal.digital_slip import slip_page
from terminal.errors import FileNotWritten, IssuerFileBroken
from terminal.files import write_whole
from terminal.ids import SlipId
from terminal.logos import MOST_BYTES, data_uri, logo_bytes
from terminal.slips import Block, Slip
from terminal.symbols import qr_rows, runs
from tests.judges import read_codes

BLOCKS = (
    Block("logo"),
    Block("text", "Elia & Sons", align="center", bold=True, size=2),
    Block("text", "Not a receipt", align="center"),
    Block("rule"),
    Block("pair", "Total", "€12.30"),
    Block("pair", "Paid", "€12.30", bold=True),
    Block("feed"),
    Block("text", "LARGE", size=2),
    Block("text", "end", align="end"),
    Block("qr", "https://slips.example/v1.T1-000123.ABC?a=1&b=2", align="center"),
    Block("qr", "T1-000123", align="center"),
    Block("qr", ""),
    Block("barcode", "C0123456789AB", align="center"),
    Block("barcode", ""),
)
SLIP = Slip(SlipId("1"), "en", False, BLOCKS)


class Reader(HTMLParser):
    """Reads a page as strictly as a page can be read: every tag is closed in its turn."""

    VOID = frozenset({"meta", "img", "hr", "path"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.said.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def test_every_word_of_the_slip_is_on_the_page_in_its_order() -> None:
    said = [text for text in read(slip_page(SLIP)).said if text.strip()]
    words = [text for b in BLOCKS if b.kind in ("text", "pair") for text in (b.text, b.value)]
    assert said[1:] == [text for text in words if text], "after the title"


def test_the_page_is_built_for_people_who_listen() -> None:
    seen = read(slip_page(SLIP)).seen
    tags = [tag for tag, _ in seen]
    assert tags.count("h1") == 1
    assert tags.count("dl") == 1, "two pairs in a row are one list"
    assert tags.count("dt") == tags.count("dd") == 2
    names = [attrs["aria-label"] for tag, attrs in seen if tag == "svg"]
    assert names == [
        "QR code: https://slips.example/v1.T1-000123.ABC?a=1&b=2", "QR code: T1-000123",
        "Bar code: C0123456789AB",
    ]  # fmt: skip
    assert all(attrs["role"] == "img" for tag, attrs in seen if tag == "svg")


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    page = slip_page(SLIP, logo="data:image/png;base64,AA==")
    seen = read(page).seen
    assert {tag for tag, _ in seen} & {"script", "link", "iframe", "form"} == set()
    assert [a["src"] for tag, a in seen if tag == "img"] == ["data:image/png;base64,AA=="]
    assert [a["href"] for tag, a in seen if tag == "a"] == [
        "https://slips.example/v1.T1-000123.ABC?a=1&b=2"
    ], "an address is a link, for whoever holds the only screen; a number is none"
    assert "noindex" in page
    assert "prefers-color-scheme:dark" in page


def test_hebrew_runs_from_right_to_left_and_amounts_keep_their_order() -> None:
    slip = Slip(SlipId("1"), "he", True, (Block("pair", "נקודות", "-12"),))
    page = slip_page(slip)
    assert '<html lang="he" dir="rtl">' in page
    assert "<bdi>נקודות</bdi>" in page
    assert "<bdi>-12</bdi>" in page
    assert "·" not in read(page).said[0], "a slip without a name is called a slip"


def test_a_scanner_reads_the_codes_of_the_page(tmp_path: Path) -> None:
    """The paths drawn square by square, as a browser does."""
    wanted = {"https://slips.example/v1.T1-000123.ABC?a=1&b=2", "T1-000123", "C0123456789AB"}
    found: set[str] = set()
    svgs = re.findall(
        r'<svg class="(?:qr|bars)".*?viewBox="0 0 (\d+) (\d+)".*?fill="#000" d="(.*?)"',
        slip_page(SLIP),
    )
    for number, (width, height, path) in enumerate(svgs):
        image = Image.new("L", (int(width) * 4, int(height) * 4), 255)
        draw = ImageDraw.Draw(image)
        for x, y, w, h in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", path):
            left, top = int(x) * 4, int(y) * 4
            draw.rectangle((left, top, left + int(w) * 4 - 1, top + int(h) * 4 - 1), 0)
        picture = tmp_path / f"{number}.png"
        image.save(picture)
        found |= {data for _, data in read_codes(picture)}
    assert found == wanted


def test_dark_stretches_are_drawn_as_one() -> None:
    assert runs("0110111") == [(1, 2), (4, 3)]
    assert {len(row) for row in qr_rows("T1-000123")} == {len(qr_rows("T1-000123"))}


# -- logos and files ---------------------------------------------------------------------------


def test_a_logo_comes_along_as_what_it_is(tmp_path: Path) -> None:
    for kind in ("PNG", "JPEG", "GIF"):
        made = io.BytesIO()
        Image.new("RGB", (4, 4)).save(made, kind)
        path = tmp_path / "logo"
        path.write_bytes(made.getvalue())
        assert data_uri(logo_bytes(str(path))).startswith(f"data:image/{kind.lower()};base64,")
    assert logo_bytes("") == b""
    assert data_uri(b"") == ""


def test_what_is_no_logo_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "logo.svg"
    for content in (b"<svg/>", b"\x89PNG\r\n\x1a\n" + b"0" * MOST_BYTES):
        path.write_bytes(content)
        with pytest.raises(IssuerFileBroken, match="not_picture"):
            logo_bytes(str(path))
    with pytest.raises(IssuerFileBroken, match="missing"):
        logo_bytes(str(tmp_path / "nowhere.png"))


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    write_whole(path, b"first\n")
    write_whole(path, b"second\n", mode=0o600)
    assert path.read_bytes() == b"second\n"
    (tmp_path / "taken").mkdir()
    with pytest.raises(FileNotWritten):
        write_whole(tmp_path / "taken", b"")
    with pytest.raises(FileNotWritten):
        write_whole(tmp_path / "nowhere" / "page.html", b"")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["page.html", "taken"]

"""Sheets of cards and cards for phones, read by a stranger's scanner."""

import re
import zlib
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from terminal.cards import own_card
from terminal.i18n import Words
from terminal.ids import CardNumber
from terminal.services.issuing import OwnCard, PaperMaker
from terminal.signing import Signer
from terminal.wallet.card import PhoneCard
from tests.judges import read_codes
from ui.paper.card_sheet import CARD, PAPERS, card_picture, paint_sheet, sheet_plan
from ui.paper.maker import Papers, headless, picture, png
from ui.paper.phone_card import phone_picture
from ui.theme import fonts, painting

SIGNER = Signer(b"k" * 32)
LONG = "The Extraordinarily Long-Named Delicatessen of Thessaloniki and All Its Sons"
DPI = 254


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> None:
    fonts.load()


def cards(count: int) -> list[OwnCard]:
    numbers = [own_card("2950", serial) for serial in range(1, count + 1)]
    return [OwnCard(number, SIGNER.signed("card", number)) for number in numbers]


def logo() -> bytes:
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("#31674a"))
    return png(image)


def sheet(count: int, language: str, paper: str, mark: bytes) -> QImage:
    """A sheet as a printer of 254 dpi would have it: ten dots a millimetre."""
    size = PAPERS[paper][1]
    image = QImage(size[0] // 2, size[1] // 2, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = painting.crisp(QPainter(image))
    painter.scale(DPI / 508, DPI / 508)
    words = Words(language)
    paint_sheet(painter, cards(count), "Elia Deli", words, sheet_plan(paper), picture(mark))
    painter.end()
    return image


@pytest.mark.parametrize("language", ["en", "he"])
def test_every_code_of_a_sheet_reads(tmp_path: Path, language: str) -> None:
    path = tmp_path / "sheet.png"
    sheet(10, language, "a4", logo()).save(str(path))
    found = read_codes(path)
    assert sorted(data for kind, data in found if kind == "EAN-13") == [
        card.number for card in cards(10)
    ]
    assert {data for kind, data in found if kind == "QR-Code"} == {card.code for card in cards(10)}


@pytest.mark.parametrize("paper", PAPERS)
def test_cards_are_bank_cards_with_room_for_marks_around_them(paper: str) -> None:
    plan = sheet_plan(paper)
    assert plan.cards == {"a4": 10, "letter": 8}[paper]
    page = QRectF(0, 0, *PAPERS[paper][1])
    places = [plan.place(number) for number in range(plan.cards)]
    least = 120  # six millimetres that printers may not reach
    assert all(page.adjusted(least, least, -least, -least).contains(place) for place in places)
    assert {(place.width() / 20, place.height() / 20) for place in places} == {(85.6, 54.0)}
    for place in places:
        others = [other for other in places if other is not place]
        assert not any(place.adjusted(1, 1, -1, -1).intersects(other) for other in others)


def test_the_marks_leave_nothing_on_a_card() -> None:
    image = sheet(0, "en", "a4", b"")
    plan = sheet_plan("a4")
    cut = QRectF(plan.left, plan.top, plan.columns * CARD[0], plan.rows * CARD[1])
    inside = image.copy(
        round(cut.x() / 2), round(cut.y() / 2), round(cut.width() / 2), round(cut.height() / 2)
    )
    white = QImage(inside.size(), inside.format())
    white.fill(QColor("white"))
    assert inside == white
    assert _has_ink(image.copy(0, 0, image.width(), plan.top // 2)), "but there are marks"


def _has_ink(image: QImage) -> bool:
    return any(
        image.pixelColor(x, y).lightness() < 200
        for x in range(image.width())
        for y in range(0, image.height(), 4)
    )


@pytest.mark.parametrize(
    "shop", ["Elia Deli", "Ελιά Παντοπωλείο", "Two Brothers and a Sister", LONG]
)
@pytest.mark.parametrize("mark", [b"", logo])
def test_nothing_on_a_card_is_cut_or_covers_a_code(tmp_path: Path, shop: str, mark: object) -> None:
    seen: list[painting.PaintedText] = []
    (card,) = cards(1)
    with painting.watching(seen.append):
        image = card_picture(card, shop, Words("en"), picture(mark() if callable(mark) else b""))
    assert all(text.fits for text in seen)
    path = tmp_path / "card.png"
    image.save(str(path))
    assert {data for _, data in read_codes(path)} == {card.number, card.code}


@pytest.mark.parametrize("number", ["ABC123", "MEMBER0000000012345678901234"])
def test_a_card_of_another_kind_has_a_code_128(tmp_path: Path, number: str) -> None:
    card = OwnCard(CardNumber(number), SIGNER.signed("card", number))
    path = tmp_path / "card.png"
    card_picture(card, "Elia Deli", Words("he")).save(str(path))
    assert {(kind, data) for kind, data in read_codes(path)} == {
        ("CODE-128", number), ("QR-Code", card.code),
    }  # fmt: skip


# -- the PDF -----------------------------------------------------------------------------------


def streams(pdf: bytes) -> bytes:
    """The contents of all compressed streams."""
    parts = re.findall(rb"/FlateDecode.*?stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    found = b""
    for part in parts:
        try:
            found += zlib.decompressobj().decompress(part)
        except zlib.error:
            continue
    return found


def test_the_pdf_has_text_as_text_and_codes_as_lines(qapp: QApplication) -> None:
    pdf = Papers().card_sheets(cards(12), "Elia Deli", "en", "a4", b"")
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 2, "twelve cards are two sheets"
    assert re.search(rb"/MediaBox \[0 0 59[56](\.\d+)? 84[12](\.\d+)?\]", pdf)
    assert b"/Subtype /Image" not in pdf
    assert b"/FontFile2" in pdf
    assert b"/ToUnicode" in pdf
    content = streams(pdf)
    assert len(re.findall(rb"T[jJ]\b", content)) > 12
    assert content.count(b" re\n") + content.count(b" l\n") > 12 * 95


def test_a_logo_is_the_only_picture_in_a_pdf(qapp: QApplication) -> None:
    pdf = Papers().card_sheets(cards(1), "Elia Deli", "el", "letter", logo())
    assert b"/Subtype /Image" in pdf
    assert re.search(rb"/MediaBox \[0 0 612(\.\d+)? 792(\.\d+)?\]", pdf)


# -- phones ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shop", "name", "language"),
    [("Elia Deli", "Eleni", "en"), ("מעדניית הזית", "דנה", "he"), (LONG, LONG, "el")],
)
@pytest.mark.parametrize("mark", [b"", logo])
def test_a_phones_picture_reads(
    tmp_path: Path, shop: str, name: str, language: str, mark: object
) -> None:
    (own,) = cards(1)
    card = PhoneCard(shop, name, own.number, own.code, language)
    path = tmp_path / "phone.png"
    seen: list[painting.PaintedText] = []
    with painting.watching(seen.append):
        image = phone_picture(card, picture(mark() if callable(mark) else b""))
    image.save(str(path))
    assert read_codes(path) == [("QR-Code", card.code)]
    assert all(text.fits or text.may_elide for text in seen)
    assert max(text.rect.bottom() for text in seen) <= image.height()


def test_a_pass_has_its_icon_in_three_sizes_and_the_logo_if_there_is_one(
    qapp: QApplication,
) -> None:
    plain = Papers().pass_pictures("Elia Deli", b"")
    sizes = {name: (picture(data) or QImage()).width() for name, data in plain.items()}
    assert sizes == {"icon.png": 29, "icon@2x.png": 58, "icon@3x.png": 87}
    marked = Papers().pass_pictures("Elia Deli", logo())
    assert {"logo.png", "logo@2x.png"} == marked.keys() - plain.keys()
    assert marked["icon.png"] != plain["icon.png"]


def test_papers_are_what_services_ask_for(qapp: QApplication) -> None:
    papers: PaperMaker = headless()
    (own,) = cards(1)
    card = PhoneCard("Elia Deli", "Eleni", own.number, own.code, "en")
    assert papers.phone_picture(card, b"").startswith(b"\x89PNG")
    assert picture(b"no picture") is None

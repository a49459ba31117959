"""Each language's own rules: its signs, its words, and the words that must never be said."""

from __future__ import annotations

import re
import unicodedata

import pytest

from tests.languages.reading import PRINTED, everything
from tools.messages import PLURALS

LANGUAGES = tuple(PLURALS)
SCRIPTS = {"el": "GREEK", "bg": "CYRILLIC", "hu": "LATIN", "pl": "LATIN", "he": "HEBREW"}
QUOTES = {"el": "«»", "bg": "„“", "hu": "„”", "pl": "„”", "he": '"״׳'}
LATIN_WORDS = {
    "barcode", "e-shop", "email", "enter", "id", "online", "pin", "qr", "sms", "ctrl",
    # what is written like this in mappings and on the command line
    "allow", "csv", "data", "dates", "debt", "decimal", "dmy", "drop", "duplicates", "encoding",
    "file", "from", "history", "import", "kinds", "languages", "lapsed", "main", "mdy", "merge",
    "points", "policy", "py", "report", "run", "undo", "utf",
    # names of systems, files and settings that a person meets while setting a till up
    "android", "apple", "arch", "baud", "bit", "c", "card", "com", "cryptography", "debian",
    "dialout", "digital", "dk", "folder", "gif", "google", "ip", "jpeg", "lp", "mb", "modem", "ms",
    "null", "pdf", "pem", "png", "prefix", "python", "rsa", "shop", "slips", "tab", "ubuntu",
    "url", "usb", "uucp", "wallet",
    # what stands in online stores' own offices, and in addresses
    "access", "api", "begin", "certificate", "consumer", "http", "https", "hub", "key", "name",
    "permalinks", "plugins", "post", "postgresql", "psycopg", "read", "secret", "set-back", "token",
    # what the owner of a hub types
    "a-z", "ca", "createrole", "database", "host", "owner", "port", "requirements", "sslrootcert",
    "till", "txt",
    "woocommerce", "wordpress", "write", "www", "shopify", "vendure", "medusa",
}  # fmt: skip

FORBIDDEN = {
    "el": ("αλλαγή ρέστ", "λύτρωσ", "ισορροπί", "ανατροφοδότησ", "σκανάρ", "δελτίο", "φιλοξενούμεν",
           "κύλινδρ", "συναίνεσ", "αξίωσ", "πίσω γραφεί", "κώδικ"),
    "bg": ("служебен бон", "лв", "промяна на дължим", "изкупува", "осребря", "баллы", "скидка",
           "чек", "бонус", "елемент", "gift", "член", "бележка за", "дневен отчет"),
    "hu": ("ügyfél", "mérleg", "megőrzés", "visszacsatol", "szkenner", "visszáru", "bizonylat",
           "blokk", "sztornó", "hozd", "nyomd", "írd"),
    "pl": ("zmiana gotówk", "odkup", "wykup", "poślizg", "odbiór paragon", "skrypt", "witaj",
           "łeś", "łaś", "raport dobow", "przetermin"),
    "he": ("מאזן", "הצעת מזומן", "פרס", "שינוי", "תלוש", "חשבונית", "/ה", ".ה ",
           "לחצו", "הקלידו", "סרקו", "חבר/", "מתבקש"),
}  # fmt: skip
"""Machine mistakes, fiscal words that our paper must not use, and wrong ways to address people."""

ALLOWED = {"he": ("דברי פרסומת",), "bg": ("чекмедж",)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_must_not_be_said_are_not_said(language):
    found = []
    for said in everything(language):
        text = said.text.casefold()
        for known in ALLOWED.get(language, ()):
            text = text.replace(known, "")
        found += [(word, said.text) for word in FORBIDDEN[language] if word in text]
    assert found == []


@pytest.mark.parametrize("language", ["el", "bg", "he"])
def test_letters_of_another_script_stand_only_in_names_of_things(language):
    """Look-alikes are caught too: a Latin "o" in a Greek word is a stranger."""
    strange = []
    for said in everything(language):
        bare = re.sub(r"\{\w+\}|F\d+", " ", said.text)
        for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", bare):
            scripts = {unicodedata.name(sign).split()[0] for sign in word if sign.isalpha()}
            if scripts != {SCRIPTS[language]} and word.casefold() not in LATIN_WORDS:
                strange.append((word, said.text))
    assert strange == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotation_marks_are_the_languages_own(language):
    marks = set('«»„“”‘‚"״׳') - set(QUOTES[language])
    assert [said.text for said in everything(language) if marks & set(said.text)] == []


def test_greek_asks_with_its_own_question_mark_and_writes_capitals_without_accents():
    texts = everything("el")
    assert [s.text for s in texts if "?" in s.text or "\u037e" in s.text] == []
    accented = set("ΆΈΉΊΌΎΏ")
    assert [s.text for s in texts if s.source.isupper() and accented & set(s.text)] == []


def test_sources_that_ask_are_asked_in_every_language():
    mark = {"el": ";"}
    for language in LANGUAGES:
        asking = mark.get(language, "?")
        silent = [
            s.text for s in everything(language) if s.source.endswith("?") and asking not in s.text
        ]
        assert silent == [], language


def test_a_hungarian_noun_is_singular_after_a_number_and_takes_no_suffix_from_a_value():
    texts = [said.text for said in everything("hu")]
    assert [text for text in texts if re.search(r"\{n\} \w*(ok|ek|ök|ak)\b", text)] == []
    assert [text for text in texts if re.search(r"\}-?[a-záéíóöőúüű]+", text)] == []
    assert [text for text in texts if re.search(r"\b[Aa]z? \{(?!n\})", text)] == []


def test_polish_never_guesses_whether_somebody_is_a_man():
    past = re.compile(r"\b\w+(łeś|łaś|łem|łam)\b")
    assert [said.text for said in everything("pl") if past.search(said.text)] == []


def test_a_polish_line_never_ends_in_a_word_of_one_letter():
    """On the screen such a word holds on to the next one; paper breaks lines by itself."""
    loose = re.compile(r"\b[wzoiauWZOIAU] ")
    screen = [said.text for said in everything("pl") if not set(said.places) & set(PRINTED)]
    assert [text for text in screen if loose.search(text)] == []


def test_hebrew_gives_no_orders_to_one_gender():
    """Infinitives and nouns instead: an order would be to a man or to a woman."""
    order = re.compile(r"\b(לחץ|לחצי|הקלד|סרוק|סרקי|נסה|נסי|בחר|בחרי|הזן|בדוק|בדקי|פתח|הכנס|חפש)\b")
    assert [said.text for said in everything("he") if order.search(said.text)] == []


def test_hebrew_starts_in_hebrew_and_holds_no_control_characters():
    """Lines put their first strong letter's direction first; a value may only lead a count."""
    texts = [said.text for said in everything("he")]
    assert [
        t for t in texts if set(t) & set("\u200e\u200f\u202a\u202b\u2066\u2067\u2068\u2069")
    ] == []
    late = [
        t
        for t in texts
        if not t.startswith("{n} ") and t != "Enter" and unicodedata.bidirectional(t[0]) != "R"
    ]
    assert late == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_composed(language):
    wrong = [s.text for s in everything(language) if unicodedata.normalize("NFC", s.text) != s.text]
    assert wrong == []

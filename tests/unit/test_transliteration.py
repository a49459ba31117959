"""Letters that a device lacks are written in Latin ones; nothing is dropped in our languages."""

import unicodedata
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from terminal.i18n import LOCALE_DIR
from terminal.transliteration import latin, shown_with

ALPHABETS = {
    "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
    "bg": "абвгдежзийклмнопрстуфхцчшщъьюяѝ",
    "hu": "aábcdeéfghiíjklmnoóöőpqrstuúüűvwxyz",
    "pl": "aąbcćdeęfghijklłmnńoóprsśtuwyzźż",
    "he": "אבגדהוזחטיכךלמםנןסעפףצץקרשת׳״",
}


def has(codec):
    return lambda char: len(char.encode(codec, "ignore")) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ευχαριστούμε", "Efcharistoume"),
        ("Αύριο αυτό, αυλή", "Avrio afto, avli"),
        ("Ναύπλιο, Εύβοια, ευ, Ηυλ", "Nafplio, Evvoia, ef, Ivl"),
        ("Μπάμπης μπαμπάς ΜΠΑΜΠΑΣ", "Bampis bampas BAMPAS"),
        ("κλαμπ", "klab"),
        ("Άγγελος, Σφίγξ, μελαγχολία, αγκώνας", "Angelos, Sfinx, melancholia, agkonas"),
        ("μαϊμού, άυλος, προϋπολογισμός", "maimou, aylos, proypologismos"),
        ("ΨΩΜΙ Ψωμί ΘΗΡΑ Θήρα Χ ΑΧ", "PSOMI Psomi THIRA Thira Ch ACH"),
        ("ΟΥΖΟ Ούζο", "OUZO Ouzo"),
        ("Λευκάδα, ΕΥΡΩ", "Lefkada, EVRO"),
    ],
)
def test_greek_is_written_as_on_greek_passports(text, expected):
    assert latin(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("България, БЪЛГАРИЯ, българия", "Bulgaria, BULGARIA, bulgaria"),
        ("София, Мария, РАКИЯ, приятел", "Sofia, Maria, RAKIA, priyatel"),
        ("щъркел, Шофьор, Йордан, Ямбол", "shtarkel, Shofyor, Yordan, Yambol"),
        ("ЖЪЛТ Щраус Юли Ценa ЧАЙ", "ZHALT Shtraus Yuli Tsena CHAY"),
        ("ѝ, па\u0300ра, Й", "i, para, Y"),
        ("Ёлка, Їжак, Љубав, ѣ", "Yolka, Yizhak, Ljubav, ya"),
        ("ѯ", "?"),
    ],
)
def test_bulgarian_is_written_by_the_transliteration_act(text, expected):
    assert latin(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("תודה שלום", "toda shlom"),
        ("ארבע, נעים, אלף", "arva, n'im, alf"),
        ("בירה כפר פיתה חלב", "bira kfr pita hlv"),
        ("ז'קט צ׳יפס ג’ינג׳י ריץ׳", "zhkt chifs jinji rich"),
        ("מע״מ ש״ח ה ע", 'm\'"m sh"h h a'),
        ("דוד חייל וו", "dod hyl v"),
        ("שָׂרָה בְּסֵדֶר תּוֹדָה שׁוּק", "sara bseder toda shuk"),
        ("מִיץ אֹכֶל קַו מַיִם", "mits okhel kav mayim"),
        ("סכּין", "skin"),
    ],
)
def test_hebrew_is_written_so_that_it_can_be_read_out(text, expected):
    assert latin(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ÁRVÍZTŰRŐ tükörfúrógép", "ARVIZTURO tukorfurogep"),
        ("Zażółć gęślą jaźń, ŁÓDŹ, Łódź", "Zazolc gesla jazn, LODZ, Lodz"),
        ("Straße Æ Øre", "Strasse Ae Ore"),
        ("9,80 € €9.80 ₪12 £5 12 zł 5€.", "9,80 EUR EUR 9.80 NIS 12 GBP 5 12 zl 5 EUR."),
        ("„Кафе“ – 250 г × 2 … « » ’", '"Kafe" - 250 g x 2 ... " " \''),
        ("№5 ½ x² ″", 'No 5 1/2 x2 "'),
        ("a\u00a0b\u202fc\td", "a b cd"),
        ("\u2066−5\u2069 \u2068name\u2069", "-5 name"),
        ("中文 ❤", "?? ?"),
        ("\u0301a", "a"),
    ],
)
def test_everything_else_keeps_what_it_can(text, expected):
    assert latin(text) == expected


@pytest.mark.parametrize("language", sorted(ALPHABETS))
def test_no_letter_of_our_languages_is_dropped_or_unknown(language):
    for letter in [each for small in ALPHABETS[language] for each in (small, small.upper())]:
        written = latin(letter)
        assert written.isascii()
        assert written
        assert "?" not in written, f"{letter} ({unicodedata.name(letter[0])})"


@pytest.mark.parametrize("language", ["el", "bg", "hu", "pl", "he"])
def test_no_text_of_the_till_gets_a_question_mark_that_nobody_wrote(language):
    path = Path(LOCALE_DIR) / language / "LC_MESSAGES" / "terminal.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    for message in catalogue:
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in texts:
            written = latin(text)
            assert written.isascii()
            assert written.count("?") == text.count("?"), text


def test_what_a_display_has_stays_and_no_word_is_in_two_scripts():
    greek = has("cp737")
    assert shown_with("Ευχαριστούμε «καφές» 9,80 €", greek) == 'Ευχαριστούμε "καφές" 9,80 EUR'
    assert shown_with("Ελένη пее żółty", greek) == "Ελένη pee zolty"
    cyrillic = has("cp866")
    assert shown_with("ѝ каза ѝв €5", cyrillic) == "и каза ив EUR 5"
    assert shown_with("Őszi cipő łódź", has("cp858")) == "Oszi cipo lodz"
    assert shown_with("Őszi łódź €5", has("cp852")) == "Őszi łódź EUR 5"
    assert shown_with("Καφές ΰ", greek) == "Καφές υ"
    assert shown_with("€5 Café", has("cp858")) == "€5 Café"


def test_decomposed_letters_are_those_that_people_see():
    assert shown_with("cafe\u0301", has("cp858")) == "café"
    assert latin("И\u0306од") == "Yod"

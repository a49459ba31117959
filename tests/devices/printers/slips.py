"""Slips to print: what a till hands to a printer, in six languages, without importing the till."""

from dataclasses import dataclass, replace

QR = "https://example.test/s/0197f2c4?k=Vm9sdW1l"
CARD = "2912345678906"


@dataclass(frozen=True, slots=True)
class Block:
    kind: str
    text: str = ""
    value: str = ""
    align: str = "start"
    bold: bool = False
    size: int = 1


@dataclass(frozen=True, slots=True)
class Slip:
    id: str
    language: str
    rtl: bool
    blocks: tuple[Block, ...]


RULE = Block("rule")

WORDS = {
    "en": (
        ("12 Sample Street", "NOT A FISCAL RECEIPT", "Thank you, see you soon!"),
        (
            ("Example Member", "Gold"),
            ("Total", "€43.40"),
            ("500 points", "−€5.00"),
            ("Paid", "€38.40"),
            ("1 point per €1", "+38"),
            ("Gold, ×1.5", "+19"),
            ("Birthday", "+50"),
            ("Points now", "1,891"),
            ("Points that expire at the end of the year unless used", "on 31/12: 120"),
        ),
    ),
    "el": (
        ("Οδός Δείγματος 12", "ΔΕΝ ΑΠΟΤΕΛΕΙ ΦΟΡΟΛΟΓΙΚΗ ΑΠΟΔΕΙΞΗ", "Χρόνια πολλά! «Ευχαριστούμε»"),
        (
            ("Παράδειγμα Μέλους", "Χρυσή"),
            ("Σύνολο", "43,40\u00a0€"),
            ("500 πόντοι", "−5,00\u00a0€"),
            ("Πληρωμή", "38,40\u00a0€"),
            ("1 πόντος ανά 1\u00a0€", "+38"),
            ("Χρυσή, ×1,5", "+19"),
            ("Γενέθλια", "+50"),
            ("Πόντοι τώρα", "1.891"),
            ("Πόντοι που λήγουν στο τέλος του χρόνου αν δεν εξαργυρωθούν", "στις 31/12: 120"),
        ),
    ),
    "bg": (
        (
            "ул. Примерна 12",
            "НЕ Е ФИСКАЛЕН БОН",
            "Благодарим! Дайте ѝ картата…",
        ),
        (
            ("Образец Примеров", "Сребърна"),
            ("Общо", "21,70\u00a0€"),
            ("500 точки", "−5,00\u00a0€"),
            ("Платено", "16,70\u00a0€"),
            ("1 точка на 1\u00a0€", "+21"),
            ("Сребърна, ×1,2", "+4"),
            ("Рожден ден", "+50"),
            ("Точки сега", "1\u00a0348"),
            ("Точки, които изтичат в края на годината, ако не се използват", "до 31.12.: 120"),
        ),
    ),
    "hu": (
        ("Minta utca 12.", "NEM ADÓÜGYI BIZONYLAT", "Boldog születésnapot! Őszintén: „űrhajó”"),
        (
            ("Minta Tag", "Arany"),
            ("Összesen", "14\u00a0926 Ft"),
            ("Kerekítés", "−1 Ft"),
            ("Fizetve", "14\u00a0925 Ft"),
            ("Alappont", "+37"),
            ("Arany, ×1,5", "+18"),
            ("Születésnap", "+50"),
            ("Pontok most", "1\u00a0889"),
            ("Az év végén lejáró pontok, ha addig nem használja fel őket", "12. 31-én: 120"),
        ),
    ),
    "pl": (
        ("ul. Przykładowa 12", "NIEFISKALNY", "Zażółć gęślą jaźń – zeskanuj w ciągu 14 dni"),
        (
            ("Gość", "bez karty"),
            ("Razem", "89,50\u00a0zł"),
            ("500 punktów", "−5,00\u00a0zł"),
            ("Zapłacono", "84,50\u00a0zł"),
            ("1 punkt za 1 zł", "+84"),
            ("Złota, ×1,5", "+42"),
            ("Urodziny", "+50"),
            ("Punkty teraz", "1\u202f389"),
            ("Punkty, które wygasną z końcem roku, jeśli nie będą użyte", "31.12: 120"),
        ),
    ),
    "he": (
        ("רחוב הדוגמה 12", "אינו מסמך חשבונאי", "יום הולדת שמח, דוגמה!"),
        (
            ("דוגמה לחבר", "זהב"),
            ("סה״כ", "₪173.60"),
            ("500 נקודות", "\u200e−₪20.00"),
            ("שולם", "₪153.60"),
            ("נקודה לכל ₪4", "+38"),
            ("זהב, פי 1.5", "+19"),
            ("יום הולדת", "+50"),
            ("נקודות עכשיו", "1,891"),
            ("נקודות שפוקעות בסוף השנה אם לא ישתמשו בהן עד אז בחנות או באתר", "ב־31.12: 120"),
        ),
    ),
}
LANGUAGES = tuple(WORDS)


def slip(language, number=1):
    """Return a slip with everything a slip can have, a good twenty lines long."""
    (address, mark, thanks), pairs = WORDS[language]
    blocks = (
        Block("text", "Elia Deli", align="center", bold=True, size=2),
        Block("text", address, align="center"),
        Block("text", mark, align="center", bold=True),
        RULE,
        *(Block("pair", *pair) for pair in pairs[:3]),
        Block("pair", *pairs[3], bold=True),
        RULE,
        *(Block("pair", *pair) for pair in pairs[4:7]),
        Block("pair", *pairs[7], bold=True, size=2),
        Block("pair", *pairs[8]),
        RULE,
        Block("text", thanks, align="center"),
        Block("feed"),
        Block("qr", QR, align="center"),
        Block("barcode", CARD, align="center"),
        Block("text", mark, align="center"),
        Block("text", f"# {number:04}", align="end"),
    )
    return Slip(f"0197f2c4-0000-7000-8000-{number:012}", language, language == "he", blocks)


def numbered(number):
    """Return a short slip that can be counted on paper."""
    short = slip("en", number)
    return replace(short, blocks=(Block("text", f"SLIP {number:04}"), *short.blocks[3:12]))

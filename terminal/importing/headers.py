"""Guessing which column is what from its name, in our six languages. A guess is always shown."""

import re

import msgspec

from terminal.folding import fold
from terminal.importing.mapping import HistoryColumns, MemberColumns

_WORDS = {
    "number": "id|member id|customer id|member no|member number|customer number|customer no|no|nr"
    "|κωδικος|κωδικος πελατη|κωδικος μελους|αριθμος μελους|α/α|клиентски номер|номер на клиент"
    "|код на клиент|код|номер|ugyfelszam|ugyfelkod|azonosito|sorszam|tagszam|numer klienta"
    "|id klienta|kod klienta|numer|מספר לקוח|מספר חבר|קוד לקוח|מזהה",
    "name": "name|full name|customer|member|customer name|member name|ονοματεπωνυμο|πελατης"
    "|ονομα πελατη|име и фамилия|клиент|трите имена|nev|teljes nev|ugyfel neve|imie i nazwisko"
    "|klient|nazwa klienta|שם מלא|שם לקוח|שם החבר",
    "given_name": "given name|first name|firstname|forename|ονομα|μικρο ονομα|име|собствено име"
    "|keresztnev|utonev|imie|שם פרטי|שם",
    "family_name": "family name|last name|lastname|surname|επωνυμο|επιθετο|фамилия|фамилно име"
    "|vezeteknev|csaladnev|nazwisko|שם משפחה|משפחה",
    "call_name": "nickname|call name|known as|υποκοριστικο|прякор|becenev|przezwisko|כינוי",
    "phone": "phone|phone number|mobile|mobile phone|cell|cell phone|telephone|tel|τηλεφωνο|κινητο"
    "|τηλ|κινητο τηλεφωνο|телефон|мобилен|gsm|мобилен телефон|telefon|telefonszam|mobil"
    "|numer telefonu|tel kom|komorka|telefon komorkowy|טלפון|נייד|טלפון נייד|סלולרי",
    "email": "email|e mail|mail|email address|e mail address|ηλεκτρονικο ταχυδρομειο|имейл"
    "|електронна поща|е поща|emailcim|e mail cim|adres e mail|adres email|poczta|דואר אלקטרוני"
    "|אימייל|מייל|דוא ל|דואל",
    "cards": "card|card no|card number|cards|loyalty card|barcode|ean|καρτα|αριθμος καρτας|καρτες"
    "|barcode καρτας|карта|номер на карта|баркод|kartya|kartyaszam|torzskartya|vonalkod|karta"
    "|numer karty|nr karty|kod kreskowy|כרטיס|מספר כרטיס|ברקוד",
    "birthday": "birthday|birth date|date of birth|birthdate|dob|born|γενεθλια|ημερομηνια γεννησης"
    "|ημ γεννησης|ημ/νια γεννησης|рожден ден|дата на раждане|роден|szuletesnap|szuletesi datum"
    "|szuletett|data urodzenia|urodziny|תאריך לידה|יום הולדת",
    "language": "language|lang|locale|γλωσσα|език|nyelv|jezyk|שפה",
    "joined": "joined|join date|member since|registered|registration date|created|created at"
    "|enrolled|sign up date|εγγραφη|ημερομηνια εγγραφης|ημ εγγραφης|μελος απο|регистриран"
    "|дата на регистрация|член от|csatlakozas|regisztracio|regisztralt|tagsag kezdete"
    "|data rejestracji|data dolaczenia|dolaczyl|תאריך הצטרפות|הצטרפות|תאריך רישום",
    "points": "points|balance|points balance|point balance|loyalty points|current points|ποντοι"
    "|υπολοιπο|υπολοιπο ποντων|точки|баланс|баланс точки|салдо|pont|pontok|egyenleg"
    "|pontegyenleg|punkty|saldo|saldo punktow|stan punktow|נקודות|יתרה|יתרת נקודות",
    "lapses": "expires|expiry|expiry date|expiration date|lapses|valid until|points expire|ληξη"
    "|ημερομηνια ληξης|ισχυουν εως|ληγουν|изтича|валидни до|дата на изтичане|lejarat|lejar"
    "|ervenyes|ervenyesseg|wazne do|data waznosci|wygasaja|תוקף|תאריך תפוגה|בתוקף עד|פג תוקף",
    "tier": "tier|level|status|tier name|επιπεδο|βαθμιδα|κατηγορια μελους|ниво|статус|szint"
    "|fokozat|poziom|דרגה|רמה|סטטוס",
    "segments": "segments|segment|tags|tag|group|groups|customer group|ομαδα|ετικετες|κατηγορια"
    "|група|сегмент|етикети|csoport|cimkek|szegmens|grupa|etykiety|tagi|קבוצה|תגיות|פלח",
    "spend": "spend|lifetime spend|total spent|total spend|total purchases|turnover|τζιρος"
    "|συνολο αγορων|συνολικες αγορες|оборот|общо покупки|forgalom|osszes vasarlas|obrot"
    "|suma zakupow|סך רכישות|סך הכל קניות",
    "note": "note|notes|comment|comments|remarks|σημειωση|σημειωσεις|σχολια|παρατηρησεις|бележка"
    "|бележки|забележка|коментар|megjegyzes|jegyzet|notatka|uwagi|komentarz|הערה|הערות",
    "consent_programme": "consent|programme consent|program consent|terms accepted|gdpr"
    "|gdpr consent|συγκαταθεση|αποδοχη ορων|съгласие|приети условия|hozzajarulas|elfogadta"
    "|zgoda|zgoda rodo|rodo|הסכמה|אישור תקנון",
    "consent_email": "email consent|newsletter|email marketing|accepts marketing|marketing email"
    "|ενημερωτικα|συγκαταθεση email|бюлетин|съгласие имейл|hirlevel|zgoda email"
    "|zgoda na newsletter|דיוור|אישור דיוור|ניוזלטר",
    "consent_text_message": "sms consent|sms|text consent|accepts sms|συγκαταθεση sms"
    "|съгласие sms|sms hozzajarulas|zgoda sms|אישור sms|מסרונים",
    "consent_profiling": "profiling|profiling consent|καταρτιση προφιλ|профилиране|profilalas"
    "|profilowanie|zgoda na profilowanie|פרופיל",
    "consent_date": "consent date|consent given|gdpr date|ημερομηνια συγκαταθεσης"
    "|дата на съгласие|hozzajarulas datuma|data zgody|תאריך הסכמה",
}
_HISTORY = {
    "member": f"{_WORDS['cards']}|{_WORDS['number']}|member|customer|πελατης|μελος|клиент|tag"
    "|ugyfel|klient|לקוח|חבר",
    "date": "date|day|when|date time|datetime|timestamp|transaction date|ημερομηνια|ημ/νια|дата"
    "|datum|idopont|data|data transakcji|תאריך|מועד",
    "points": f"{_WORDS['points']}|points earned|change|κινηση|движение|mozgas|zmiana|שינוי",
    "amount": "amount|total|value|sum|paid|ποσο|αξια|συνολο|сума|стойност|обща сума|osszeg|ertek"
    "|kwota|wartosc|suma|סכום|סך הכל",
    "kind": "kind|type|transaction type|action|ειδος|τυπος|вид|тип|операция|tipus|jelleg|muvelet"
    "|typ|rodzaj|operacja|סוג|פעולה",
    "reference": "reference|ref|receipt|receipt no|document|order|transaction id|invoice"
    "|παραστατικο|αποδειξη|αρ παραστατικου|документ|бон"
    "|номер на бон|bizonylat|bizonylatszam|nyugta|dokument"
    "|paragon|numer dokumentu|אסמכתא|חשבונית|קבלה",
}  # fmt: skip
_SEVERAL = ("cards", "segments")
_TRAILING_NUMBER = re.compile(r"\s*#?\d+$")


def plain(header: str) -> str:
    """A header as it is compared: folded, without signs around it."""
    return " ".join(fold(re.sub(r"[_:()\[\]#*]+", " ", header)).split())


def guess_members(header: tuple[str, ...]) -> MemberColumns:
    """Which column is what in a members' file; what is not recognised stays out."""
    return msgspec.convert(_guess(header, _WORDS), MemberColumns)


def guess_history(header: tuple[str, ...]) -> HistoryColumns:
    """Which column is what in a history's file."""
    return msgspec.convert(_guess(header, _HISTORY), HistoryColumns)


def _guess(header: tuple[str, ...], words: dict[str, str]) -> dict[str, object]:
    """Each field takes the first column that is called so, several where several may stand."""
    found: dict[str, object] = {}
    free = list(header)
    for field, names in words.items():
        known = {plain(name) for name in names.split("|")}
        hits = [column for column in free if _called(column, known, field in _SEVERAL)]
        if hits:
            found[field] = tuple(hits) if field in _SEVERAL else hits[0]
            free = [column for column in free if column not in _taken(found[field])]
    return found


def _called(column: str, known: set[str], several: bool) -> bool:
    name = plain(column)
    return name in known or (several and _TRAILING_NUMBER.sub("", name) in known)


def _taken(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)

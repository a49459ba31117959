"""Other letters in plain Latin ones, for devices that have no others.

Nothing is dropped: a letter that a device does not have is written the way its own country writes
names for foreigners. Sources:

- Greek: ELOT 743 transcription, adopted by the UN (resolution V/19 of 1987) and as the second table
  of ISO 843:1997: ου ou, αυ/ευ/ηυ av/ev/iv before vowels and voiced consonants, else af/ef/if;
  γγ ng, γξ nx, γχ nch, γκ gk; μπ b where a word begins or ends, else mp; a diaeresis parts a pair.
- Bulgarian: Transliteration Act of 2009 (the Streamlined System; UN resolution X/7 of 2012): щ sht,
  ъ a, ь y, -ия at the end of a word -ia, България Bulgaria.
- Hebrew: the Academy's simplified rules of 2006 (UN E/CONF.98/4/Add.2 of 2007): ו v, צ ts, ק k, א
  and ע an apostrophe inside a word. Points are read where there are any; without them ו and י
  inside a word are read as o and i, a ה or ע at its end as a, and ב כ פ are hard at its beginning.
- Everything else: the letter without its accents (Unicode's decomposition), ł as l, ß as ss …

A question mark that nobody wrote stands only for letters that none of these know.
"""

import re
import unicodedata
from collections.abc import Callable
from itertools import groupby

Holds = Callable[[str], bool]
"""Whether a device has a character."""

UNKNOWN = "?"

_ACUTE, _DIAERESIS, _DAGESH, _SIN_DOT = "\u0301", "\u0308", "\u05bc", "\u05c2"

_GREEK = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i",
    "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s",
    "ς": "s", "τ": "t", "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
_GREEK_PAIRS = {"ου": "ou", "γγ": "ng", "γξ": "nx", "γχ": "nch"}
_WITH_UPSILON = {"αυ": "a", "ευ": "e", "ηυ": "i"}
_UNVOICED = frozenset("θκξπσςτφχψ")

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i",
    "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sht", "ъ": "a",
    "ь": "y", "ю": "yu", "я": "ya", "ѝ": "i", "ы": "y", "э": "e", "ё": "yo", "є": "ye", "і": "i",
    "ї": "yi", "ґ": "g", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "ђ": "dj", "џ": "dzh",
    "ѕ": "dz", "ѣ": "ya", "ѫ": "a",
}  # fmt: skip

_HEBREW = {
    "ב": "v", "ג": "g", "ד": "d", "ה": "h", "ו": "v", "ז": "z", "ח": "h", "ט": "t", "י": "y",
    "כ": "kh", "ך": "kh", "ל": "l", "מ": "m", "ם": "m", "נ": "n", "ן": "n", "ס": "s", "פ": "f",
    "ף": "f", "צ": "ts", "ץ": "ts", "ק": "k", "ר": "r", "ש": "sh", "ת": "t", "װ": "v", "ױ": "oy",
    "ײ": "y", "׳": "'", "״": '"',
}  # fmt: skip
_HARD = {"ב": "b", "כ": "k", "פ": "p"}
_WITH_GERESH = {"ג": "j", "ז": "zh", "צ": "ch", "ץ": "ch"}
_BETWEEN = {"ו": "o", "י": "i"}
_SILENT = "אע"
_CARRIED = {"א": set("aeiou"), "ה": set("aeiou"), "ו": set("ou"), "י": set("ie")}
_POINTS = {
    "\u05b1": "e", "\u05b2": "a", "\u05b3": "o", "\u05b4": "i", "\u05b5": "e", "\u05b6": "e",
    "\u05b7": "a", "\u05b8": "a", "\u05b9": "o", "\u05ba": "o", "\u05bb": "u", "\u05c7": "o",
}  # fmt: skip

_LATIN = {
    "ł": "l", "đ": "d", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i",
}  # fmt: skip

_SYMBOLS = {
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "‹": "'",
    "›": "'", "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "־": "-", "…": "...", "×": "x",
    "·": "-", "•": "*", "→": "->", "←": "<-", "⁄": "/", "÷": ":", "°": "o", "®": "(R)",
    "©": "(C)", "±": "+-", "½": "1/2", "¼": "1/4", "¾": "3/4", "§": "par.", "´": "'", "¿": "?",
    "¡": "!", "׀": "|", "׃": ":", "‰": "o/oo", "✓": "v", "★": "*", "µ": "u",
    "″": '"', "′": "'",
}  # fmt: skip
_WORDS = {"€": "EUR", "£": "GBP", "₪": "NIS", "¥": "JPY", "₴": "UAH", "₺": "TRY", "№": "No"}
"""Signs that become words, and so stand apart from figures."""

_GERESH_TYPED = re.compile("(?<=[גזצץ])['’]")


def latin(text: str) -> str:
    """The text in ASCII."""
    return shown_with(text, str.isascii)


def shown_with(text: str, holds: Holds) -> str:
    """The text with the characters that ``holds``, and ASCII for what is not among them.

    Word by word: a word that can't be kept whole, or kept but for its accents, is all Latin, so
    that no word is in two scripts.
    """
    whole = unicodedata.normalize("NFC", _GERESH_TYPED.sub("׳", text))
    made = []
    for is_word, signs in groupby(_clusters(whole), _is_word):
        parts = list(signs)
        made.append(_word(parts, holds) if is_word else _others(parts, holds))
    return _spaced("".join(made))


def _clusters(text: str) -> list[str]:
    """Each character with the marks that stand on it; direction marks say nothing by themselves."""
    found: list[str] = []
    for char in text:
        kind = unicodedata.category(char)
        if kind.startswith("M") and found:
            found[-1] += char
        elif kind not in ("Cf", "Cc") and not kind.startswith("M"):
            found.append(char)
    return found


def _is_word(cluster: str) -> bool:
    return cluster[0] in "׳״" or unicodedata.category(cluster[0]).startswith("L")


def _word(clusters: list[str], holds: Holds) -> str:
    kept = [_kept(cluster, holds) for cluster in clusters]
    if all(kept):
        return "".join(kept)
    runs = (list(run) for _, run in groupby(clusters, _script))
    return "".join(_WAYS[_script(run[0])](run) for run in runs)


def _kept(cluster: str, holds: Holds) -> str:
    """The character, or it without its accents; "" where the device has neither."""
    base = unicodedata.normalize("NFD", cluster)[0]
    return next((char for char in (cluster, base) if all(map(holds, char))), "")


def _script(cluster: str) -> str:
    name = unicodedata.name(cluster[0], "").split(" ")[0]
    return name if name in _WAYS else ""


# -- Greek ---------------------------------------------------------------------------------------


def _greek(run: list[str]) -> str:
    parts = [unicodedata.normalize("NFD", cluster.lower()) for cluster in run]
    bases = [part[0] for part in parts]
    made, at = "", 0
    while at < len(run):
        pair = _greek_pair(parts, bases, at)
        length = 2 if pair else 1
        sound = pair or _GREEK.get(bases[at], UNKNOWN)
        made += _cased(sound, run, at, length)
        at += length
    return made


def _greek_pair(parts: list[str], bases: list[str], at: int) -> str:
    """Two letters that are one sound; "" where they are two."""
    pair, after = "".join(bases[at : at + 2]), "".join(bases[at + 2 : at + 3])
    if pair == "μπ":
        return "b" if at == 0 or not after else "mp"
    parted = _ACUTE in parts[at] or _DIAERESIS in "".join(parts[at + 1 : at + 2])
    if pair in _WITH_UPSILON and not parted:
        return _WITH_UPSILON[pair] + ("f" if not after or after in _UNVOICED else "v")
    return "" if parted else _GREEK_PAIRS.get(pair, "")


def _cased(sound: str, run: list[str], at: int, length: int) -> str:
    """The sound, large as its letters are: "Ψ" is Ps in Ψωμί and PS in ΨΩΜΙ."""
    if not run[at][0].isupper():
        return sound
    beside = run[at + 1 : at + 2] or run[:at][-1:]
    return sound.upper() if beside and beside[0][0].isupper() else sound.capitalize()


# -- Cyrillic ------------------------------------------------------------------------------------


def _cyrillic(run: list[str]) -> str:
    letters = [_cyrillic_letter(cluster.lower()) for cluster in run]
    sounds = [_CYRILLIC.get(letter, UNKNOWN) for letter in letters]
    word = "".join(letters)
    if word.endswith("ия"):
        sounds[-1] = "a"
    if word == "българия":
        sounds[1] = "u"
    return "".join(_cased(sound, run, at, 1) for at, sound in enumerate(sounds))


def _cyrillic_letter(cluster: str) -> str:
    """The letter without a stress mark; й and its like are letters of their own."""
    whole = unicodedata.normalize("NFC", cluster)
    return whole[0] if whole[0] in _CYRILLIC else unicodedata.normalize("NFD", whole)[0]


# -- Hebrew --------------------------------------------------------------------------------------


def _hebrew(run: list[str]) -> str:
    parts = [unicodedata.normalize("NFD", cluster) for cluster in run]
    made, at = "", 0
    while at < len(parts):
        sound, length = _hebrew_sound(parts, at)
        made += sound
        at += length
    return made


def _hebrew_sound(parts: list[str], at: int) -> tuple[str, int]:
    """What stands here, and how many letters it took."""
    letter, after = parts[at][0], "".join(part[0] for part in parts[at + 1 : at + 2])
    if after == "׳" and letter in _WITH_GERESH:
        return _WITH_GERESH[letter], 2
    if letter == after and letter in _BETWEEN:
        return _HEBREW[letter], 2
    if at and _vowel(parts[at - 1]) in _CARRIED.get(parts[at], ()):
        return "", 1  # it only carries the vowel that is written before it
    if letter in _BETWEEN and at and _vowel(parts[at - 1]):
        return _HEBREW[letter] + _vowel(parts[at]), 1
    return _hebrew_letter(parts[at], first=at == 0, last=not after) + _vowel(parts[at]), 1


def _vowel(part: str) -> str:
    """What the points of a letter say."""
    if part == "ו" + _DAGESH:
        return "u"
    return "".join(_POINTS.get(point, "") for point in part[1:])


def _hebrew_letter(part: str, *, first: bool, last: bool) -> str:
    """The consonant, or the vowel that it stands for in unpointed text."""
    letter = part[0]
    if letter in _SILENT:
        return _silent(part, first=first, last=last)
    if letter in _HARD and (first or _DAGESH in part):
        return _HARD[letter]
    if _SIN_DOT in part:
        return "s"
    if letter == "ו" and _vowel(part) in ("o", "u"):
        return ""
    if letter in _BETWEEN and not first:
        return _HEBREW[letter] if _vowel(part) else _BETWEEN[letter]
    return "a" if letter == "ה" and last and not first else _HEBREW.get(letter, UNKNOWN)


def _silent(part: str, *, first: bool, last: bool) -> str:
    if first or last:
        return "" if _vowel(part) else "a"
    return "'"


# -- the rest ------------------------------------------------------------------------------------


def _rest(run: list[str]) -> str:
    return "".join(_plain(cluster, run, at) for at, cluster in enumerate(run))


def _plain(cluster: str, run: list[str], at: int) -> str:
    """A Latin letter without its accents, or what stands for one."""
    if cluster[0].lower() in _LATIN:
        return _cased(_LATIN[cluster[0].lower()], run, at, 1)
    taken = "".join(char for char in unicodedata.normalize("NFKD", cluster) if char.isascii())
    return taken or UNKNOWN


def _others(clusters: list[str], holds: Holds) -> str:
    return "".join(_other(cluster[0], holds) for cluster in clusters)


def _other(char: str, holds: Holds) -> str:
    """A sign: itself, a word set apart by marks that ``_spaced`` reads, or the nearest of ASCII."""
    if holds(char):
        return char
    if char in _WORDS:
        return f"\x00{_WORDS[char]}\x00"
    if char in _SYMBOLS:
        return _SYMBOLS[char]
    return " " if char.isspace() else _plain(char, [char], 0)


def _spaced(text: str) -> str:
    """A word that was a sign stands apart from figures and letters, and once only."""
    apart = re.sub("(?<=[^\\s\x00])\x00(?=[A-Z])|(?<=[A-Za-z])\x00(?=\\w)", " ", text)
    return apart.replace("\x00", "")


_WAYS: dict[str, Callable[[list[str]], str]] = {
    "GREEK": _greek, "CYRILLIC": _cyrillic, "HEBREW": _hebrew, "": _rest,
}  # fmt: skip

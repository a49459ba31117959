"""Ways in which a scan of a card comes to harm between the paper and the till.

Each takes chance and two whole frames' worth of cards and answers the bytes on the line. What ends
in ``*_digits`` changes digits for digits: there a check digit has its limits.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

DIGITS = "0123456789"
ENDS = (b"\r", b"\r\n", b"\n", b"\t", b"\x03")
AIMS = ("]E0", "]E4", "]E3", "]C0", "]C1", "]A0", "]A1", "]F0", "]I0", "]I1", "]e0", "]d1", "]d2",
        "]Q1", "]Q3", "]L0", "]z0", "]X0", "]G0")  # fmt: skip
LAYOUTS = (
    str.maketrans("0", "ö"),  # Hungarian
    str.maketrans(DIGITS, "à&é\"'(-è_ç"),  # French
    str.maketrans(DIGITS, "é+ěščřžýáí"),  # Czech
    str.maketrans(DIGITS, "٠١٢٣٤٥٦٧٨٩"),  # Arabic-Indic: digits, but not a bar code's
    str.maketrans(DIGITS, "".join(chr(0xFF10 + i) for i in range(10))),  # full width
    str.maketrans(DIGITS, ")!@#$%^&*("),  # Shift held down
)


@dataclass(frozen=True, slots=True)
class Cards:
    """The card that was scanned, and the one after it."""

    one: str
    other: str


Spoil = Callable[[random.Random, Cards], bytes]


def whole(chance: random.Random, card: str) -> bytes:
    return (chance.choice(("", "]E0")) + card).encode() + chance.choice(ENDS)


def head_cut(chance: random.Random, cards: Cards) -> bytes:
    return chance.choice((b"", b"]E0")) + cards.one[chance.randint(1, 12) :].encode() + b"\r"


def tail_cut(chance: random.Random, cards: Cards) -> bytes:
    frame = chance.choice(("", "]E0")) + cards.one
    return frame[: -chance.randint(1, 12)].encode() + b"\r"


def both_cut(chance: random.Random, cards: Cards) -> bytes:
    first = chance.randint(1, 6)
    return cards.one[first : 13 - chance.randint(1, 6)].encode() + b"\r"


def middle_lost(chance: random.Random, cards: Cards) -> bytes:
    first = chance.randint(0, 11)
    rest = cards.one[:first] + cards.one[first + chance.randint(1, 12 - first) :]
    return (chance.choice(("", "]E0", "]C0")) + rest).encode() + b"\r"


def glued(chance: random.Random, cards: Cards) -> bytes:
    aims = [chance.choice(("", "]E0")) for _ in range(2)]
    return (aims[0] + cards.one + aims[1] + cards.other).encode() + b"\r"


def glued_to_a_piece(chance: random.Random, cards: Cards) -> bytes:
    piece = cards.other[: chance.randint(1, 12)]
    parts = [cards.one, piece] if chance.random() < 0.5 else [piece, cards.one]
    return (chance.choice(("", "]E0", "]C0", "]I0")) + "".join(parts)).encode() + b"\r"


def two_pieces(chance: random.Random, cards: Cards) -> bytes:
    """Together never as many digits as a card has: those are ``spliced_digits``."""
    first, second = chance.randint(1, 12), chance.randint(1, 12)
    if first + second == 13:
        second -= 1
    return (cards.one[:first] + cards.other[13 - second :]).encode() + b"\r"


def noise_put_in(chance: random.Random, cards: Cards) -> bytes:
    frame = bytearray(whole(chance, cards.one))
    for _ in range(chance.randint(1, 3)):
        frame.insert(chance.randrange(len(frame)), chance.randrange(256))
    return bytes(frame) + b"\r"


def digit_put_in(chance: random.Random, cards: Cards) -> bytes:
    number = list(cards.one)
    for _ in range(chance.randint(1, 3)):
        number.insert(chance.randint(0, len(number)), chance.choice(DIGITS))
    return (chance.choice(("", "]E0", "]C0", "]I0")) + "".join(number)).encode() + b"\r"


def byte_replaced(chance: random.Random, cards: Cards) -> bytes:
    frame = bytearray(whole(chance, cards.one))
    others = [byte for byte in range(256) if chr(byte) not in DIGITS]
    frame[chance.randrange(len(frame))] = chance.choice(others)
    return bytes(frame) + b"\r"


def bit_turned(chance: random.Random, cards: Cards) -> bytes:
    frame = bytearray(whole(chance, cards.one))
    frame[chance.randrange(len(frame))] ^= 1 << chance.randrange(8)
    return bytes(frame) + b"\r"


def wrong_speed(chance: random.Random, cards: Cards) -> bytes:
    """The same levels on the wire, sampled at another speed."""
    speeds = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
    sent, heard = chance.sample(speeds, 2)
    return resampled(whole(chance, cards.one) * 2, sent, heard) + b"\r"


def resampled(data: bytes, sent: int, heard: int) -> bytes:
    bits = [bit for byte in data for bit in (0, *((byte >> i) & 1 for i in range(8)), 1)]

    def level(at: float) -> int:
        place = int(at)
        return bits[place] if place < len(bits) else 1

    wide, at, got = sent / heard, 0.0, bytearray()
    while at < len(bits):
        if level(at):
            at += min(wide, 1.0) / 8
            continue
        got.append(sum(level(at + wide * (1.5 + i)) << i for i in range(8)))
        at += wide * 9.5
        while at < len(bits) and not level(at):  # a receiver waits for the line to come up again
            at += min(wide, 1.0) / 8
    return bytes(got)


def parity_as_data(chance: random.Random, cards: Cards) -> bytes:
    """Sent as 7E1 or 7O1, heard as 8N1: the parity is the eighth bit."""
    odd = chance.randrange(2)
    return bytes(
        byte | ((byte.bit_count() + odd) % 2) << 7 for byte in whole(chance, cards.one)
    ) + b"\r"  # fmt: skip


def one_digit(chance: random.Random, cards: Cards) -> bytes:
    return whole(chance, changed(chance, cards.one, 1))


def wrong_aim(chance: random.Random, cards: Cards) -> bytes:
    """A wrong kind, and more often than not half a card behind it."""
    number = cards.one[: chance.choice((13, 13, 12, 8, 10))]
    return (chance.choice(AIMS) + number).encode() + b"\r"


def swapped_case(chance: random.Random, cards: Cards) -> bytes:
    return whole(chance, cards.one).decode().swapcase().encode()


def doubled_signs(chance: random.Random, cards: Cards) -> bytes:
    """A key that bounces."""
    place = chance.randrange(13)
    return (cards.one[: place + 1] + cards.one[place:]).encode() + b"\r"


def layout(chance: random.Random, cards: Cards) -> bytes:
    return cards.one.translate(chance.choice(LAYOUTS)).encode() + b"\r"


def controls_inside(chance: random.Random, cards: Cards) -> bytes:
    """STX, ETX, CR or TAB in the middle: two pieces, or the second one alone."""
    place = chance.randint(1, 12)
    sign = chance.choice((b"\x02", b"\x03", b"\r", b"\t", b"\x00", b"\x1d", b"\x7f"))
    return cards.one[:place].encode() + sign + cards.one[place:].encode() + b"\r"


def pieces_that_are_codes(chance: random.Random, cards: Cards) -> bytes:
    """The cuts of a card that are whole codes themselves: every check digit in them holds."""
    cuts = [cards.one[a:b] for a in range(13) for b in range(a + 4, 14) if b - a < 13]
    right = [cut for cut in cuts if len(cut) in (8, 12) and _holds(cut)] or cuts
    return (chance.choice(("", "]E0", "]E4", "]C0", "]I0")) + chance.choice(right)).encode() + b"\r"


def _holds(digits: str) -> bool:
    return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits[::-1])) % 10 == 0


# -- digits for digits -----------------------------------------------------------------------------


def swapped_digits(chance: random.Random, cards: Cards) -> bytes:
    return whole(chance, transposed(chance, cards.one))


def two_digits(chance: random.Random, cards: Cards) -> bytes:
    return whole(chance, changed(chance, cards.one, 2))


def many_digits(chance: random.Random, cards: Cards) -> bytes:
    return whole(chance, changed(chance, cards.one, chance.randint(3, 6)))


def spliced_digits(chance: random.Random, cards: Cards) -> bytes:
    """The head of one scan and the tail of the next, together as long as one."""
    place = chance.randint(1, 12)
    return whole(chance, cards.one[:place] + cards.other[place:])


def lost_and_put_in_digits(chance: random.Random, cards: Cards) -> bytes:
    number = list(cards.one)
    number.pop(chance.randrange(13))
    number.insert(chance.randint(0, 12), chance.choice(DIGITS))
    return whole(chance, "".join(number))


def changed(chance: random.Random, number: str, count: int) -> str:
    digits = list(number)
    for place in chance.sample(range(13), count):
        digits[place] = chance.choice([d for d in DIGITS if d != digits[place]])
    return "".join(digits)


def transposed(chance: random.Random, number: str) -> str:
    places = [i for i in range(12) if number[i] != number[i + 1]]
    place = chance.choice(places)
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


NEVER: dict[str, Spoil] = {
    each.__name__: each
    for each in (
        head_cut, tail_cut, both_cut, middle_lost, glued, glued_to_a_piece, two_pieces,
        noise_put_in, digit_put_in, byte_replaced, bit_turned, wrong_speed, parity_as_data,
        one_digit, wrong_aim, swapped_case, doubled_signs, layout, controls_inside,
        pieces_that_are_codes,
    )
}  # fmt: skip
"""Of these no card in the world may become another."""

DIGITS_FOR_DIGITS: dict[str, Spoil] = {
    each.__name__: each
    for each in (swapped_digits, two_digits, many_digits, spliced_digits, lost_and_put_in_digits)
}
"""A check digit misses a tenth of these: what remains depends on how close the cards lie."""

"""A member's web coupons in words: what each is, where it stands, what can be done about it."""

from dataclasses import dataclass

from terminal.i18n import Words
from terminal.offers_told import last_day
from terminal.slip_writer import spaced
from terminal.web_coupons import WebCoupon, WebCouponState
from ui.viewmodels.notices import Tone
from ui.viewmodels.offer_names import reward_title

_LOOKS: dict[WebCouponState, tuple[str, Tone]] = {
    WebCouponState.GOOD: ("ticket", "accent"),
    WebCouponState.OVER: ("hourglass-medium", "warning"),
    WebCouponState.USED: ("check-circle", "positive"),
    WebCouponState.BACK: ("arrow-u-up-left", "neutral"),
}


@dataclass(frozen=True, slots=True)
class CouponRow:
    """A line. ``code`` is "" where its points can't be given back any more; ``sure`` says what
    that would do, while somebody is asked whether to."""

    title: str
    detail: str
    icon: str
    tone: Tone
    code: str = ""
    sure: str = ""


def back_told(coupon: WebCoupon, words: Words) -> str:
    """What giving the points back does, before it is done."""
    return words.n(
        "The coupon ends, in the web shop too, and {n} point goes back to the member. This can’t "
        "be undone.",
        "The coupon ends, in the web shop too, and {n} points go back to the member. This can’t "
        "be undone.",
        coupon.points,
    )


def coupon_row(coupon: WebCoupon, words: Words) -> CouponRow:
    """ "€5 off · C7K2 …", "Good until 16 Feb 2027"."""
    icon, tone = _LOOKS[coupon.state]
    name = reward_title(coupon.reward, coupon.program, words)
    code = words.isolate(spaced(coupon.code))
    cost = words.n("{n} point", "{n} points", coupon.points)
    open_one = coupon.state in (WebCouponState.GOOD, WebCouponState.OVER)
    return CouponRow(
        f"{name} · {code}", f"{_state(coupon, words)} · {cost}", icon, tone,
        coupon.code if open_one else "",
    )  # fmt: skip


def _state(coupon: WebCoupon, words: Words) -> str:
    t = words.t
    match coupon.state:
        case WebCouponState.USED:
            ref = words.isolate(coupon.ref or "–")
            return t("Used in {ref}", ref=ref)
        case WebCouponState.BACK:
            return t("Its points were given back")
        case WebCouponState.OVER:
            return t("Over: its points go back by themselves")
    return t("Good until {date}", date=last_day(coupon.ends, words)) if coupon.ends else t("Good")

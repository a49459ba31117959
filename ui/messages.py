"""What the terminal says when it refuses, when a device or the online store is away.

One sentence, in the cashier's language: what happened, then what to do.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from terminal.errors import TerminalError
from terminal.i18n import Words
from ui.issuing_words import ISSUING_REFUSALS
from ui.offer_words import why_not
from ui.sync_messages import sync_problem

__all__ = [
    "display_cause", "drawer_outcome", "printer_cause", "refusal", "scanner_cause", "sync_problem",
]  # fmt: skip

Details = Mapping[str, Any]


def refusal(error: TerminalError, words: Words) -> str:
    """The sentence for a refusal."""
    make = _REFUSALS.get(error.code) or _PROGRAM_REFUSALS.get(error.code)
    if make is None:
        return words.t("That can't be done now. Nothing was booked.")
    return make(words, error.details)


def _day(words: Words, moment: object) -> str:
    return words.day(moment) if isinstance(moment, datetime) else ""


_REFUSALS: dict[str, Callable[[Words, Details], str]] = {
    "unknown_card": lambda w, d: w.t("Unknown card. Enrol the customer or scan again."),
    "unknown_code": lambda w, d: (
        w.t("Not known here. A coupon that the web shop made itself is good there only.")
        if d.get("web")
        else w.t("Unknown code. Scan again or search for the product.")
    ),
    "unknown_article": lambda w, d: w.t("We do not have this article. Search for it by name."),
    "forged_code": lambda w, d: w.t("This code was not made by this shop. Don't accept it."),
    "invalid_card": lambda w, d: w.t("Not read cleanly. Scan again."),
    "torn_card": lambda w, d: w.t("Only a part of one of our cards was read. Scan it again."),
    "not_a_badge": lambda w, d: w.t("This code is used for something else. Take another badge."),
    "card_blocked": lambda w, d: w.t("This card is blocked. Ask the manager for a new one."),
    "card_taken": lambda w, d: w.t("Another member has this card. Take a new one."),
    "badge_taken": lambda w, d: w.t(
        "{name} wears this badge already. Take another one.", name=d.get("name", "")
    ),
    "unknown_member": lambda w, d: w.t("This member is not here any more. Search again."),
    "member_exists": lambda w, d: w.t(
        "This phone number or e-mail already has a card: {name}.", name=d.get("name", "")
    ),
    "name_missing": lambda w, d: w.t("A name is needed: the one the customer likes to hear."),
    "bad_phone": lambda w, d: w.t("This phone number is not complete."),
    "bad_email": lambda w, d: w.t("This e-mail address does not look right."),
    "consent_missing": lambda w, d: w.t(
        "Without the consent no card can be given. Read it out and ask."
    ),
    "not_enough_points": lambda w, d: w.t(
        "Not enough points. Balance: {points}. Needed: {needed}.",
        points=w.number(d["available"]),
        needed=w.number(d["asked"]),
    ),
    "points_just_spent": lambda w, d: w.t(
        "Points were just redeemed at another till. Left: {points}.",
        points=w.number(d["available"]),
    ),
    "offline_cap_reached": lambda w, d: (
        w.t(
            "The other tills can't be asked now. Of this member {points} points may be redeemed.",
            points=w.number(d["left"]),
        )
        if d["of"] == "member"
        else w.t(
            "The other tills can't be asked now. Today {points} points may still be redeemed here.",
            points=w.number(d["left"]),
        )
    ),
    "below_minimum": lambda w, d: w.t(
        "Points can be redeemed from {points}.", points=w.number(d["minimum"])
    ),
    "not_whole_blocks": lambda w, d: w.t(
        "Points are redeemed in steps of {points}.", points=w.number(d["block"])
    ),
    "over_redeem_cap": lambda w, d: w.t(
        "On this basket at most {points} points can be redeemed.", points=w.number(d["cap"])
    ),
    "guest_cannot_redeem": lambda w, d: w.t("Scan the member's card first."),
    "empty_basket": lambda w, d: w.t("The basket is empty. Scan a product."),
    "not_paid": lambda w, d: w.t(
        "Still to pay: {money}.", money=w.money(d["missing"], d["currency"])
    ),
    "decision_changed": lambda w, d: w.t("This sale is booked already. Start the next one."),
    "other_currency": lambda w, d: w.t("This price is in another currency. Correct it first."),
    "overpaid": lambda w, d: w.t("Only cash gives change. Correct the amount."),
    "unknown_sale": lambda w, d: w.t("This slip is not known here. Check the number."),
    "already_returned": lambda w, d: w.t(
        "This sale came back already, on {date}.", date=_day(w, d.get("returned_at"))
    ),
    "unknown_staff": lambda w, d: w.t("Nobody of that name works here any more."),
    "wrong_pin": lambda w, d: w.t("Wrong PIN. Attempts left: {count}", count=w.number(d["left"])),
    "pin_locked": lambda w, d: w.t(
        "Too many wrong attempts. Wait until {time}.", time=w.time(d["until"])
    ),
    "pin_too_weak": lambda w, d: w.t("A PIN has four to eight digits."),
    "not_allowed": lambda w, d: w.t("Only a manager can do this. Ask one to sign in."),
    "reason_missing": lambda w, d: w.t("Give a reason before saving."),
    "nothing_to_correct": lambda w, d: w.t("Type how many points to add or take."),
    "no_program": lambda w, d: w.t("No loyalty programme is in force. Set one up first."),
    "settings_broken": lambda w, d: w.t(
        "The settings can't be used: {problem}. Mend {path} and start again.",
        problem=d.get("problem", ""),
        path=d.get("path", ""),
    ),
    "store_trouble": lambda w, d: sync_problem(str(d.get("problem", "")), w),
    "store_there": lambda w, d: w.t("This online store is connected already."),
    "database_too_new": lambda w, d: w.t(
        "A newer version of this program wrote {path}. Install that version and start again.",
        path=d.get("path", ""),
    ),
    "database_broken": lambda w, d: w.t(
        "The database can't be opened: {problem}. Restore a backup of {path}.",
        problem=d.get("problem", ""),
        path=d.get("path", ""),
    ),
    "no_shop_here": lambda w, d: w.t(
        "There are no data of a till in {path}. Look at what --data says; a new shop begins with: "
        "main.py run",
        path=d.get("path", ""),
    ),
    "data_in_use": lambda w, d: _in_use(w, d),
    "disk_full": lambda w, d: w.t("The disk is full. Nothing was booked. Make room and try again."),
}


def _in_use(words: Words, details: Details) -> str:
    """Who holds the data: a till, or what keeps online stores told."""
    path = details.get("path", "")
    if details.get("name") == "sync":
        return words.t(
            "The till’s window or another sync keeps these data in step already. Leave it to that "
            "one, or close it first. Data: {path}",
            path=path,
        )
    return words.t(
        "The till is open already. Use its window, or close it first. Data: {path}", path=path
    )


def _program_broken(words: Words, details: Details) -> str:
    """The first thing wrong, and how much more there is."""
    problems = details.get("problems") or ("",)
    return words.t("The programme can't be used: {problem}", problem=problems[0])


def _program_date(words: Words, details: Details) -> str:
    return {
        "past": words.t("A programme can't begin in the past. Choose a later moment."),
        "taken": words.t("Another version begins at that moment. Choose another one."),
    }.get(str(details.get("why", "")), words.t("Say from when this version is to be in force."))


def _not_yet(words: Words, details: Details) -> str:
    day = _day(words, details.get("starts"))
    if day:
        return words.t("It can be used from {date} on.", date=day)
    return words.t("It can't be used yet: only with a later purchase.")


def _over(words: Words, details: Details) -> str:
    """``ended`` is the first moment at which it was no longer good."""
    ended = details.get("ended")
    if isinstance(ended, datetime):
        day = words.day(ended - timedelta(microseconds=1))
        return words.t("It could be used until {date}.", date=day)
    return words.t("Its time is over.")


def _handed_over(words: Words, details: Details) -> str:
    least, most = details.get("least"), details.get("most")
    if least is not None and details.get("asked", 0) < least:
        return words.t("At least {points} points can be handed over.", points=words.number(least))
    if most is not None:
        return words.t("At most {points} points can be handed over.", points=words.number(most))
    return words.t("So many points can't be handed over.")


def _claim(words: Words, details: Details) -> str:
    why = str(details.get("why", ""))
    until = details.get("until")
    if why == "over" and isinstance(until, datetime):
        day = words.day(until - timedelta(microseconds=1))
        return words.t("These points could be collected until {date}.", date=day)
    return {
        "taken": words.t("The points of this purchase are somebody's already."),
        "currency": words.t("This purchase was made in another currency: it gives no points."),
    }.get(why, words.t("Points of earlier purchases are not given here."))


_PROGRAM_REFUSALS: dict[str, Callable[[Words, Details], str]] = {
    "claim_refused": _claim,
    "unknown_voucher": lambda w, d: w.t("This coupon or gift card is not known here."),
    "voucher_over": _over,
    "voucher_not_yet": _not_yet,
    "voucher_used": lambda w, d: w.t("It was used already, as often as it may be."),
    "voucher_blocked": lambda w, d: w.t("It was reported lost or taken back. Don't accept it."),
    "not_your_voucher": lambda w, d: w.t("It belongs to another member. Scan their card first."),
    "coupon_not_here": lambda w, d: w.t(
        "This coupon is not known here. If it comes from the web shop, it is good there only."
    ),
    "reward_not_for_web": lambda w, d: w.t(
        "This reward can't be a web coupon: {reason}.", reason=why_not(d["why"], {}, w)
    ),
    "no_web_shop": lambda w, d: w.t("No web shop is connected that takes coupons."),
    "email_needed": lambda w, d: w.t(
        "A web coupon belongs to an e-mail address. Add the member's first."
    ),
    "not_enough_on_card": lambda w, d: w.t(
        "Only {amount} is left on it. Take the payment again.",
        amount=w.money(d["available"], d["currency"]),
    ),
    "offer_refused": lambda w, d: w.t(
        "An offer can't be used now: {reason}. Nothing was booked.",
        reason=why_not(str(d.get("why", "")), d, w, str(d.get("currency", ""))),
    ),
    "bad_line": lambda w, d: w.t("A line of the basket can't be sold like this. Correct it."),
    "program_broken": _program_broken,
    "program_in_force": lambda w, d: w.t(
        "This version is in force already. Make a new version of it."
    ),
    "program_refused": lambda w, d: w.t(
        "This programme contradicts itself. Look at what was found and correct it."
    ),
    "program_date_refused": _program_date,
    "no_such_campaign": lambda w, d: w.t("The programme has no rule or offer of this name."),
    "no_such_version": lambda w, d: w.t("There is no such version of the programme."),
    "unknown_game": lambda w, d: w.t("There is no such game any more."),
    "game_closed": lambda w, d: w.t("This game is not played today."),
    "play_limit_reached": lambda w, d: w.t("Played as often as the rules allow."),
    "unknown_play": lambda w, d: w.t("This play is not known here."),
    "wrong_answers": lambda w, d: w.t("Every question needs one answer."),
    "nothing_given": lambda w, d: w.t("No points for this, or they were given already."),
    "not_one_household": lambda w, d: w.t("Points go to members of the same household only."),
    "too_much_handed_over": _handed_over,
    "unknown_tier": lambda w, d: w.t("This level is not in the programme."),
    "unknown_ranking": lambda w, d: w.t("There is no such ranking."),
    "unknown_cause": lambda w, d: w.t("This good cause is not supported any more."),
    **ISSUING_REFUSALS,
    "own_referral": lambda w, d: w.t("Only a new friend counts, brought by somebody else."),
}


def printer_cause(cause: str, words: Words) -> str:
    """Why a slip waits, and what to do."""
    causes = {
        "paper_out": words.t(
            "The printer is out of paper. Put in a new roll: the slip will print by itself."
        ),
        "cover_open": words.t("The printer cover is open. Close it: printing will go on."),
        "cutter": words.t("The printer's cutter is stuck. Switch it off and on."),
        "offline": words.t("The printer waits for somebody. Press its feed button."),
        "busy": words.t("Another till is printing there. The slip prints by itself afterwards."),
        "none": words.t("No printer is set up. The slip is kept."),
        "bad_address": words.t("The printer's address can't be used. Set it up again."),
        "paper_low": words.t("The paper is nearly at its end. Have a new roll ready."),
        "too_old": words.t("It waited too long and was given up. Print a copy if it is wanted."),
        "interrupted": words.t("The till was switched off while it printed. Look at the printer."),
        "lost": words.t("The line to the printer broke off. Check the power and the cable."),
    }
    away = words.t("The printer does not answer. Check the power and the cable.")
    return causes.get(cause, away)


def scanner_cause(cause: str, words: Words) -> str:
    """Why nothing is scanned, and what to do."""
    causes = {
        "none": words.t("No scanner is set up."),
        "bad_address": words.t("The scanner's address can't be used. Set it up again."),
    }
    away = words.t("The scanner does not answer. Check its cable. Type the number meanwhile.")
    return causes.get(cause, away)


def display_cause(cause: str, words: Words) -> str:
    """Why the customer sees nothing, and what to do."""
    if cause == "bad_address":
        return words.t("The customer display's address can't be used. Set it up again.")
    return words.t("The customer display does not answer. Check its cable. Selling goes on.")


def drawer_outcome(outcome: str, words: Words) -> str:
    """Why the drawer stayed shut, and what to do; "" where it opened, or did a moment ago."""
    if outcome in ("kicked", "too_soon"):
        return ""
    if outcome == "too_late":
        return words.t("The drawer did not open in time. Open it by hand.")
    if outcome == "not_booked":
        return words.t("The drawer stays shut: who opens it could not be noted. Use its key.")
    return words.t("The drawer did not open. Use its key. {why}", why=printer_cause(outcome, words))

"""Refusals: what the terminal will not do, each with a stable code and its details.

The sentence a cashier reads is made from code and details in ``ui/messages.py``, in her language.
Anything that is not a ``TerminalError`` is a bug or a broken machine, never a refusal.
"""

import re
from typing import ClassVar


class TerminalError(Exception):
    """A refusal. ``code`` never changes; ``details`` are plain values for the sentence."""

    code: ClassVar[str] = "refused"

    def __init_subclass__(cls) -> None:
        """Every refusal's code is its name in snake case."""
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, **details: object) -> None:
        super().__init__(", ".join(f"{key}={value}" for key, value in details.items()))
        self.details = details


class UnknownCard(TerminalError):
    """No member has this card. Details: number."""


class InvalidCard(TerminalError):
    """Not a card number: a digit is wrong or missing. Details: number."""


class TornCard(InvalidCard):
    """The digits begin as one of our own cards, and are more or fewer. Details: number."""


class CardBlocked(TerminalError):
    """The card was reported lost or replaced. Details: number."""


class CardTaken(TerminalError):
    """Another member has this card. Details: number, member_id."""


class BadgeTaken(TerminalError):
    """A colleague wears this badge. Details: staff_id, name."""


class UnknownCode(TerminalError):
    """Neither a card nor a product nor a slip. Details: text; web (it may be a coupon that the web
    shop made itself)."""


class UnknownArticle(UnknownCode):
    """A good article number that the shop does not sell by. Details: text."""


class NotABadge(TerminalError):
    """This code is a card, an article, a voucher or the like. Details: text."""


class ForgedCode(TerminalError):
    """It looks like one of our signed codes, and is none."""


class UnknownMember(TerminalError):
    """No such member (any more). Details: member_id."""


class MemberExists(TerminalError):
    """Phone or e-mail belongs to a member already. Details: member_id, name."""


class NameMissing(TerminalError):
    """A member needs a name to be called by."""


class BadPhone(TerminalError):
    """Not a complete phone number. Details: phone."""


class BadEmail(TerminalError):
    """Not an e-mail address. Details: email."""


class ConsentMissing(TerminalError):
    """The programme's own consent was not given, so no card can be issued."""


class NotEnoughPoints(TerminalError):
    """Details: asked, available (points)."""


class PointsJustSpent(TerminalError):
    """Another till has redeemed them a moment ago. Details: asked, available (points)."""


class OfflineCapReached(TerminalError):
    """The other tills can't be asked, and no more may be redeemed unasked. Details: of ("member"
    or "day"), asked, left (points)."""


class BelowMinimum(TerminalError):
    """Fewer points than the programme lets a member redeem. Details: asked, minimum."""


class NotWholeBlocks(TerminalError):
    """Points are redeemed in whole blocks. Details: asked, block."""


class OverRedeemCap(TerminalError):
    """More than the programme lets be paid with points. Details: asked, cap (points)."""


class GuestCannotRedeem(TerminalError):
    """Points were asked for, but no member is attached to the sale."""


class EmptyBasket(TerminalError):
    """There is nothing to sell."""


class BadLine(TerminalError):
    """A line that can't be priced. Details: line (from 0), sku, why (quantity, price, fixed,
    tax), value."""


class NotPaid(TerminalError):
    """The tenders do not reach the total. Details: missing (minor units), currency."""


class Overpaid(TerminalError):
    """Only cash gives change. Details: over (minor units), currency."""


class DecisionChanged(TerminalError):
    """Another sale was booked under this id; nothing was booked now. Details: ref."""


class UnknownSale(TerminalError):
    """No sale with this reference. Details: ref."""


class ClaimRefused(TerminalError):
    """A sale can't be given to a member. Details: ref, why (closed: the shop does not do that;
    taken: it is somebody's; over: too late, with until; currency)."""


class AlreadyReturned(TerminalError):
    """The sale came back before. Details: ref, returned_at."""


class UnknownStaff(TerminalError):
    """Nobody of that name works here (any more)."""


class WrongPin(TerminalError):
    """Details: left (attempts)."""


class PinLocked(TerminalError):
    """Too many wrong PINs. Details: until (aware UTC)."""


class PinTooWeak(TerminalError):
    """A PIN is four to eight digits."""


class NotAllowed(TerminalError):
    """The person's role does not reach this far. Details: role, needed."""


class ReasonMissing(TerminalError):
    """A correction needs a reason that the next person understands."""


class NothingToCorrect(TerminalError):
    """A correction of zero points."""


class OtherCurrency(TerminalError):
    """Amounts of two currencies met. Details: currency, expected."""


class NoProgram(TerminalError):
    """No loyalty programme is in force at that time. Details: at."""


class ProgramInForce(TerminalError):
    """This version was in force already; a change is a new version. Details: code, version."""


class ProgramBroken(TerminalError):
    """A programme file can't be used. Details: problems (each with line, where and problem)."""

    def __str__(self) -> str:
        problems = self.details["problems"]
        return "\n".join(map(str, problems)) if isinstance(problems, tuple) else ""


class ProgramRefused(TerminalError):
    """A programme that can be read but must not be. Details: findings (see programs.checking)."""


class ProgramDateRefused(TerminalError):
    """A version begins when it can't. Details: why ("missing", "past", "unknown"), at."""


class NoSuchCampaign(TerminalError):
    """The programme has no rule, promotion or reward of this code. Details: campaign."""


class NoSuchVersion(TerminalError):
    """The shop has no programme of this version. Details: version."""


class SettingsBroken(TerminalError):
    """The settings file can't be used. Details: path, problem."""


class DatabaseTooNew(TerminalError):
    """A newer program wrote this database. Details: path, revision."""


class DatabaseBroken(TerminalError):
    """The file is not a database of ours or is damaged. Details: path, problem."""


class NoShopHere(TerminalError):
    """There are no data of a till in this folder, and nothing was made there. Details: path."""


class DataInUse(TerminalError):
    """Another instance works on the same data. Details: path, name (of the lock)."""


class DiskFull(TerminalError):
    """Nothing could be written; nothing was booked. Details: path."""


class UnknownGame(TerminalError):
    """The programme in force has no such game. Details: game (code)."""


class GameClosed(TerminalError):
    """The game is not played today. Details: game (code), starts, ends (days or None)."""


class PlayLimitReached(TerminalError):
    """The member has played often enough. Details: game (code), limit, per ("day" or "game")."""


class UnknownPlay(TerminalError):
    """No play of this id was ever offered. Details: play_id."""


class UnknownVoucher(TerminalError):
    """Neither a coupon nor a gift card of this shop. Details: code."""


class CouponNotHere(TerminalError):
    """A coupon's code that no book here has; where there is a web shop, it may be one of its own.
    Details: code."""


class VoucherOver(TerminalError):
    """Its time is over. Details: code, ended (aware UTC)."""


class VoucherNotYet(TerminalError):
    """Its time has not come. Details: code, starts (aware UTC, or None: in the next sale)."""


class VoucherUsed(TerminalError):
    """It was used as often as it may be. Details: code."""


class VoucherBlocked(TerminalError):
    """Reported lost, or taken back. Details: code."""


class NotYourVoucher(TerminalError):
    """It belongs to another member, or to members only. Details: code."""


class RewardNotForWeb(TerminalError):
    """This reward can't be a web coupon, or not now. Details: reward (code), why (not_for_web,
    not_now, not_for_you, used_up, budget_spent)."""


class NoWebShop(TerminalError):
    """No online store is connected that takes coupons."""


class EmailNeeded(TerminalError):
    """A web coupon belongs to an e-mail address, and the member has none. Details: member_id."""


class NotEnoughOnCard(TerminalError):
    """A gift card or store credit holds less. Details: code, asked, available, currency."""


class OfferRefused(TerminalError):
    """A reward or coupon can't be used in this sale. Details: code, why, and its own."""


class WrongAnswers(TerminalError):
    """A quiz needs one answer to each question. Details: asked, given."""


class NothingGiven(TerminalError):
    """The event gives no points (again). Details: happening."""


class NotOneHousehold(TerminalError):
    """Points are handed over within one household only."""


class TooMuchHandedOver(TerminalError):
    """Below the least or above the most that may be handed over. Details: asked, least, most."""


class UnknownTier(TerminalError):
    """No such level in the programme. Details: tier."""


class UnknownRanking(TerminalError):
    """No such ranking in the programme. Details: ranking."""


class UnknownCause(TerminalError):
    """No such good cause. Details: cause."""


class OwnReferral(TerminalError):
    """Nobody brings themselves, nor a friend who was here before."""


class NotSetUp(TerminalError):
    """Something the shop could issue needs settings first. Details: what (apple_pass, google_pass,
    cryptography, digital_link, own_cards), missing (names of settings)."""


class IssuerFileBroken(TerminalError):
    """A file that issuing needs can't be used. Details: path, why (missing, unreadable, not_pem,
    not_rsa, passphrase, other_key, expired, other_pass_type, other_intermediate, not_account,
    not_picture, not_key)."""


class NoCardNumbers(TerminalError):
    """So many numbers are not left in the shop's own range. Details: prefix, asked."""


class CardsPrintedBefore(TerminalError):
    """Cards from this serial number on were printed already. Details: first, next."""


class UnknownFileKind(TerminalError):
    """Nothing of that kind is made. Details: kind (a file's ending), known (the ones there are)."""


class FileNotWritten(TerminalError):
    """A file the shop asked for could not be written. Details: path, problem."""


class StoreTrouble(TerminalError):
    """An online store can't be used like this. Details: problem (a code of sync), where."""


class StoreThere(TerminalError):
    """This online store is connected already. Details: name, url."""

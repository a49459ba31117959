"""What the sync page says of messages and of tasks for a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from terminal.desk_tasks import TaskKind
from terminal.i18n import Words
from terminal.outbox import MessageKind, MessageStep, StepKind
from terminal.services.overview import TaskView
from ui.sync_messages import sync_problem

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a task. ``variant``: how its button looks."""

    code: str
    label: str
    variant: Literal["primary", "secondary", "quiet", "danger"] = "secondary"


@dataclass(frozen=True, slots=True)
class TaskText:
    """A task in words: what happened, what is safe, what is asked; both sides where there are."""

    title: str
    text: str
    sides: Pairs
    choices: tuple[Choice, ...]
    icon: str = "warning"


def kind_name(kind: MessageKind, words: Words) -> str:
    """What a message tells."""
    return {
        MessageKind.MEMBER: words.t("Member's data"),
        MessageKind.SALE: words.t("Sale"),
        MessageKind.RETURN: words.t("Return"),
        MessageKind.STANDING: words.t("Balance and tier"),
        MessageKind.COUPON: words.t("Coupon"),
        MessageKind.ERASE: words.t("Somebody to be forgotten"),
    }[kind]


def step_told(step: MessageStep, words: Words) -> str:
    """One step of a message's history."""
    t = words.t
    what = {
        StepKind.DEFERRED: t("tried, put off"),
        StepKind.BLOCKED: t("not sent, waits for you"),
        StepKind.RELEASED: t("sent again by hand"),
        StepKind.GIVEN_UP: t("given up"),
    }[step.kind]
    if not step.problem:
        return what
    said = f"{what}: {sync_problem(step.problem, words)}"
    return f"{said} ({words.isolate(step.where)})" if step.where else said


def field_name(field: str, words: Words) -> str:
    """A field of a member's profile."""
    t = words.t
    return {
        "given_name": t("First name"), "family_name": t("Family name"), "email": t("E-mail"),
        "phone": t("Phone"), "birthday": t("Birthday"), "town": t("Town"),
        "card": t("Loyalty card"),
        "marketing": t("Wants offers"), "call_name": t("Called"), "language": t("Language"),
    }.get(field, words.isolate(field.replace("_", " ")))  # fmt: skip


def task_told(view: TaskView, words: Words) -> TaskText:
    """A task in words."""
    maker = {
        TaskKind.PROFILE_CONFLICT: _conflict,
        TaskKind.DUPLICATE: _duplicate,
        TaskKind.OVERDRAW: _overdraw,
        TaskKind.DIFFERENCE: _difference,
        TaskKind.REFUND_UNCLEAR: _refund,
        TaskKind.CUSTOMER_GONE: _gone,
        TaskKind.ALSO_FORGET: _also_forget,
        TaskKind.TILL_CLONED: _cloned,
        TaskKind.TILL_RESTORED: _restored,
        TaskKind.COUPON_STUCK: _stuck,
    }[view.task.kind]
    return maker(view, words)


def _seen(words: Words) -> Choice:
    return Choice("seen", words.t("Seen to it"))


def _conflict(view: TaskView, words: Words) -> TaskText:
    t, said = words.t, view.task.details
    field = field_name(said.get("field", ""), words)
    return TaskText(
        t("{name}: two values for “{field}”", name=view.member, field=field),
        t("Both sides changed it since they last agreed. Nothing is overwritten before you say."),
        (
            (t("Here"), _value(said.get("field", ""), said.get("ours", ""), words)),
            (t("Online"), _value(said.get("field", ""), said.get("theirs", ""), words)),
        ),
        (Choice("ours", t("Keep ours")), Choice("theirs", t("Take theirs"))),
        "swap",
    )


def _value(field: str, value: str, words: Words) -> str:
    if field == "marketing":
        return words.t("Yes") if value == "yes" else words.t("No")
    return words.isolate(value) if value else "–"


def _duplicate(view: TaskView, words: Words) -> TaskText:
    t = words.t
    why = {
        "email": t("They have the same e-mail address."),
        "phone": t("They have the same phone number."),
        "card": t("They have the same card."),
        "account": t("They have the same account online."),
    }.get(view.task.details.get("why", ""), t("They look like the same person."))
    return TaskText(
        t("{one} and {other}: one person?", one=view.member, other=view.other or "–"),
        t("{why} Merged, points and cards come together; it can’t be undone.", why=why),
        ((t("First"), view.member), (t("Second"), view.other or "–")),
        (
            Choice("merge", t("Merge into the first")),
            Choice("into_other", t("Merge into the second")),
            Choice("two", t("They are two people"), "quiet"),
        ),
        "users",
    )


def _overdraw(view: TaskView, words: Words) -> TaskText:
    t, said = words.t, view.task.details
    points = _number(said.get("points", "0"), words)
    return TaskText(
        t("{name} redeemed {points} points too many", name=view.member, points=points),
        t(
            "It happened while tills were without a connection. The points are owed: the next ones "
            "pay for them first."
        ),
        ((t("Tills"), words.isolate(said.get("tills", "") or "–")),),
        (_seen(words),),
        "scales",
    )


def _double(said: Mapping[str, str], words: Words) -> TaskText:
    t, isolate = words.t, words.isolate
    return TaskText(
        t("Slip {ref} has two orders online", ref=isolate(said.get("ref", ""))),
        t("Cancel one of them in the online store. Its points count once."),
        (
            (t("First order"), isolate(said.get("ours", ""))),
            (t("Second order"), isolate(said.get("theirs", ""))),
        ),
        (_seen(words),),
        "scales",
    )


def _difference(view: TaskView, words: Words) -> TaskText:
    t, said = words.t, view.task.details
    if said.get("what") == "sale":
        return _double(said, words)
    if said.get("why") == "internal":
        return _put_aside(said, words)
    title = {
        "order": t("Order {order} was changed online", order=words.isolate(said.get("order", ""))),
        "returned_twice": t(
            "Slip {ref} was returned twice", ref=words.isolate(said.get("ref", ""))
        ),
    }.get(
        said.get("what", ""),
        t("{name}: both sides show different points", name=view.member or "–"),
    )
    return TaskText(
        title,
        t("Why is not known. What the till has counts; nothing was changed."),
        (
            (t("Here"), _amount(said.get("ours", ""), said, words)),
            (t("Online"), _amount(said.get("theirs", ""), said, words)),
        ),
        (Choice("tell", t("Tell it anew")), _seen(words)),
        "scales",
    )


def _put_aside(said: Mapping[str, str], words: Words) -> TaskText:
    t = words.t
    return TaskText(
        t("Something could not be shared with the other tills"),
        t("It stays on this till, and everything else goes on. Tell your support of it."),
        ((t("Kind"), words.isolate(said.get("what", "") or "–")),),
        (_seen(words),),
        "scales",
    )


def _refund(view: TaskView, words: Words) -> TaskText:
    t, said = words.t, view.task.details
    order = words.isolate(said.get("order", "") or said.get("ref", "") or "–")
    return TaskText(
        t("Money of order {order} was paid back online", order=order),
        t(
            "For which goods is not told. If goods came back, take them back here by the slip, so "
            "that the points follow."
        ),
        (
            (t("Amount"), _amount(said.get("amount", ""), said, words)),
            (t("Slip"), words.isolate(said.get("ref", "") or "–")),
        ),
        (_seen(words),),
        "arrow-u-up-left",
    )


def _gone(view: TaskView, words: Words) -> TaskText:
    t = words.t
    return TaskText(
        t("{name} was deleted in the online store", name=view.member),
        t("Here {name} is a member with points still. Was it meant?", name=view.member),
        (),
        (
            Choice("tell", t("Tell them anew")),
            Choice("leave", t("Leave it so")),
            Choice("erase", t("Forget them here too"), "danger"),
        ),
        "user-minus",
    )


def _also_forget(view: TaskView, words: Words) -> TaskText:
    t = words.t
    return TaskText(
        t("{name}: to be forgotten as well?", name=view.member),
        t(
            "Another record was merged into this one. At a till that had not heard of it, whoever "
            "it belonged to asked to be forgotten. If they are one person, forget this one too."
        ),
        (),
        (Choice("leave", t("Leave it so")), Choice("erase", t("Forget them here too"), "danger")),
        "user-minus",
    )


def _cloned(view: TaskView, words: Words) -> TaskText:
    t, said = words.t, view.task.details
    till = words.isolate(said.get("till", "") or view.task.subject_id)
    return TaskText(
        t("Two machines sell as till {till}", till=till),
        t(
            "One of them was copied from the other. Nothing is lost, but numbers of slips come "
            "twice: switch one off, and let it join anew under a name of its own."
        ),
        ((t("Machines"), words.isolate(said.get("machines", "") or "–")),),
        (_seen(words),),
        "copy",
    )


def _restored(view: TaskView, words: Words) -> TaskText:
    t, said = words.t, view.task.details
    till = words.isolate(said.get("till", "") or view.task.subject_id)
    return TaskText(
        t("Till {till} came back from an older backup", till=till),
        t("What it had told the others since then came back by itself. Count its drawer once."),
        (
            (t("It was at"), _number(said.get("from", ""), words)),
            (t("It came back at"), _number(said.get("to", ""), words)),
        ),
        (_seen(words),),
        "clock-counter-clockwise",
    )


def _stuck(view: TaskView, words: Words) -> TaskText:
    t, said = words.t, view.task.details
    code = words.isolate(said.get("code", "") or "–")
    text = {
        "used_twice": t("It was used here and online. One of the two was given for nothing."),
        "points_back": t("It was used in an order after its points had gone back."),
        "overdrawn": t("More was paid with it than was on it, on two tills."),
    }.get(
        said.get("why", ""),
        t("Its points could not go back by themselves. Correct them on the member’s page."),
    )
    order = said.get("order", "")
    sides = ((t("Order"), words.isolate(order)),) if order else ()
    return TaskText(t("Coupon {code} needs a look", code=code), text, sides, (_seen(words),),
                    "ticket")  # fmt: skip


def _number(text: str, words: Words) -> str:
    return words.number(int(text)) if text.lstrip("-").isdigit() else words.isolate(text or "–")


def _amount(text: str, said: Mapping[str, str], words: Words) -> str:
    """A number of points, or money where a currency stands beside it."""
    currency = said.get("currency", "")
    if currency and text.lstrip("-").isdigit():
        return words.money(int(text), currency)
    return _number(text, words)

"""What the report says of a row: a plain sentence, and what to do about it."""

from collections.abc import Callable, Mapping

from terminal.i18n import Words
from terminal.importing.problems import Finding

Told = tuple[str, str]
Details = Mapping[str, object]


def told(finding: Finding, words: Words) -> Told:
    """The sentence and the remedy ("" where there is nothing to do)."""
    make = _VALUES.get(finding.code) or _ROWS.get(finding.code) or _NOTES[finding.code]
    return make(words, finding.details)


_VALUES: dict[str, Callable[[Words, Details], Told]] = {
    "not_a_number": lambda w, d: (
        w.t("This is not a number."),
        w.t("Write digits only, for example 1234."),
    ),
    "not_whole": lambda w, d: (
        w.t("Points are whole numbers."),
        w.t("Round it in the file as the old programme would."),
    ),
    "too_large": lambda w, d: (
        w.t("This number is too large to be meant."),
        w.t("Check that the columns are not mixed up."),
    ),
    "too_many_decimals": lambda w, d: (
        w.t("This amount has more decimals than the currency."),
        w.t("Round it to {places} decimals, or set file.decimal in the mapping.", **d),
    ),
    "other_currency": lambda w, d: (
        w.t("This amount is in {found}, the shop's currency is {expected}.", **d),
        w.t("Convert the amounts in the file."),
    ),
    "shortened_number": lambda w, d: (
        w.t("The spreadsheet shortened this number, its last digits are lost."),
        w.t("Export again with the column formatted as text."),
    ),
    "not_a_date": lambda w, d: (
        w.t("This is not a day of the calendar."),
        w.t("Write it as 2026-03-31."),
    ),
    "ambiguous_date": lambda w, d: (
        w.t("This could be two different days."),
        w.t('Say in the mapping which comes first: file.dates = "dmy" or "mdy".'),
    ),
    "short_year": lambda w, d: (
        w.t("The year has two digits."),
        w.t("Write all four digits of the year."),
    ),
    "no_year": lambda w, d: (w.t("The year is missing."), w.t("Write it as 2026-03-31.")),
    "in_the_future": lambda w, d: (
        w.t("This day is still to come."),
        w.t("Check the year, and which comes first, day or month."),
    ),
    "long_ago": lambda w, d: (w.t("This is too long ago."), w.t("Check the year.")),
    "not_yes_no": lambda w, d: (
        w.t("This is neither yes nor no."),
        w.t("Write yes or no, or leave it empty."),
    ),
    "unknown_language": lambda w, d: (
        w.t("This language is not known."),
        w.t("Name it under languages in the mapping."),
    ),
    "unknown_kind": lambda w, d: (
        w.t("This kind of movement is not known."),
        w.t("Name it under history.kinds in the mapping."),
    ),
    "negative_earning": lambda w, d: (
        w.t("Earned points can't be negative."),
        w.t("Give points taken back another kind in the mapping."),
    ),
    "bad_phone": lambda w, d: (
        w.t("This phone number is not complete."),
        w.t("Complete it, or empty the cell."),
    ),
    "bad_email": lambda w, d: (
        w.t("This e-mail address does not look right."),
        w.t("Correct it, or empty the cell."),
    ),
    "bad_card": lambda w, d: (
        w.t("This is not a card number: a digit is wrong or missing."),
        w.t("Compare it with the card."),
    ),
}

_ROWS: dict[str, Callable[[Words, Details], Told]] = {
    "torn_quotes": lambda w, d: (
        w.t("The quotation marks in this row make no sense."),
        w.t("Export the file again, or double the quotation marks inside the text."),
    ),
    "wrong_width": lambda w, d: (
        w.t("The row has {found} cells, the table has {expected}.", **d),
        w.t("Put cells that contain the delimiter into quotation marks."),
    ),
    "unreadable": lambda w, d: (
        w.t("Some letters can't be read."),
        w.t("Save the file as UTF-8, or set file.encoding in the mapping."),
    ),
    "no_name": lambda w, d: (w.t("The member has no name."), w.t("Fill in a name.")),
    "nothing_to_know_by": lambda w, d: (
        w.t("There is nothing to know the member by."),
        w.t("Fill in a member number, card, phone number or e-mail."),
    ),
    "no_consent": lambda w, d: (
        w.t("This person did not agree to the programme."),
        w.t("Ask the person, and enrol them at the till."),
    ),
    "debt": lambda w, d: (
        w.t("The balance is negative."),
        w.t('Set it to zero, or allow debts: policy.debt = "allow".'),
    ),
    "lapsed": lambda w, d: (
        w.t("These points have lapsed already."),
        w.t('Give them a later date, or leave them out: policy.lapsed_points = "drop".'),
    ),
    "unknown_tier": lambda w, d: (
        w.t("The programme has no such level; its levels are: {tiers}.", **d),
        w.t("Use one of these, or empty the cell."),
    ),
    "twin_in_file": lambda w, d: (
        w.t("Line {line} has the same card, phone number or e-mail.", **d),
        w.t("Delete one of them, or set policy.duplicates in the mapping."),
    ),
    "twin": lambda w, d: (
        w.t("{name} has this card, phone number or e-mail already.", **d),
        w.t("Delete the row, or set policy.duplicates in the mapping."),
    ),
    "several_twins": lambda w, d: (
        w.t("Card, phone number and e-mail belong to different members."),
        w.t("Find out whose they are, and correct the row."),
    ),
    "card_blocked": lambda w, d: (
        w.t("This card is blocked here."),
        w.t("Give the member a new card, and leave this one out."),
    ),
    "changed_since": lambda w, d: (
        w.t("This row was imported before, with other values."),
        w.t("Undo the import first, or correct the member in the office."),
    ),
    "no_member": lambda w, d: (
        w.t("The row does not say whose it is."),
        w.t("Fill in the member."),
    ),
    "no_date": lambda w, d: (w.t("The row has no date."), w.t("Fill in the date.")),
    "nobody": lambda w, d: (
        w.t("No member is known by this."),
        w.t("Import the member first, or correct the row."),
    ),
    "spent": lambda w, d: (
        w.t("{spent} of these {points} points were spent since; the row was left.", **d),
        w.t("Undo again and take what is left, or leave it."),
    ),
}

_NOTES: dict[str, Callable[[Words, Details], Told]] = {
    "repeated": lambda w, d: (w.t("The same row as line {line}; taken once.", **d), ""),
    "skipped": lambda w, d: (w.t("{name} is a member already; the row was skipped.", **d), ""),
    "updated_points": lambda w, d: (
        w.t("{name} was brought up to date; the balance here stays.", **d),
        w.t('To add the points: policy.duplicates = "merge".'),
    ),
    "dropped_lapsed": lambda w, d: (w.t("These points have lapsed and were left out."), ""),
    "history_differs": lambda w, d: (
        w.t("The history adds up to {sum}, the balance is {stated}.", **d),
        w.t("An opening entry of {opening} makes up the difference.", **d),
    ),
    "took_what_was_left": lambda w, d: (
        w.t("{spent} of these {points} points were spent since and stay spent.", **d),
        "",
    ),
    "member_stays": lambda w, d: (
        w.t("Something was done with this member since; profile and cards stay."),
        w.t("Look at the member in the office."),
    ),
}

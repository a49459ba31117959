"""A programme's file: every mistake is named with its line, and what is written is read back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from terminal.errors import ProgramBroken
from terminal.programs import conditions, effects, model, policies
from terminal.programs.checking import review
from terminal.programs.file import UNDATED, Problem, read, write
from terminal.programs.locating import line_of, locate, path_text
from terminal.programs.starter import starter_program

EXAMPLES = sorted((Path(__file__).parents[2] / "docs" / "programme").glob("*.toml"))
HEAD = 'code = "Points"\ncurrency = "EUR"\n'
RULE = '[[rules]]\ncode = "a"\ngives = { kind = "per_money", points = 1, per = 100 }\n'


def problems(text: str) -> list[str]:
    with pytest.raises(ProgramBroken) as refused:
        read(text)
    return [str(problem) for problem in refused.value.details["problems"]]


# -- what can be read ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_are_read_pass_the_review_and_come_back_as_they_were(path):
    program = read(path.read_text("utf-8"))
    assert review(program) == []
    assert read(write(program)) == program
    assert write(read(write(program))) == write(program)


def test_there_are_three_examples():
    assert [path.stem for path in EXAMPLES] == ["bakery", "fashion", "starter"]


def test_a_programme_of_everything_comes_back_as_it_was():
    assert read(write(EVERYTHING)) == EVERYTHING


def test_what_is_redeemed_while_nobody_can_be_asked_is_bounded_unless_the_programme_says_no_limit():
    assert read(HEAD).offline == policies.Offline(per_member=1_000, per_day=10_000)
    own = read(f"{HEAD}offline = {{ per_member = 300 }}\n").offline
    assert own == policies.Offline(per_member=300, per_day=10_000)
    endless = read(f'{HEAD}offline = {{ per_member = "no limit", per_day = "no limit" }}\n')
    assert endless.offline == policies.Offline(per_member=None, per_day=None)
    assert read(write(endless)) == endless
    assert 'per_day = "no limit"' in write(endless)


def test_what_is_written_says_what_it_is():
    text = write(starter_program("HUF", datetime(2027, 1, 1, tzinfo=UTC)))
    assert "Amounts are in minor units: 100 is 1 HUF." in text
    assert "effective_from = 2027-01-01T02:00:00+02:00" in text
    assert "# Points as money: every `block` points are worth `value`.\n[redemption]" in text


def test_a_file_needs_no_version_and_no_moment():
    program = read(HEAD)
    assert (program.version, program.effective_from) == (1, UNDATED)
    assert "effective_from" not in write(program).replace("#", "")


@pytest.mark.parametrize(
    ("moment", "wanted"),
    [
        ("2026-12-01", datetime(2026, 11, 30, 22, tzinfo=UTC)),
        ("2026-12-01T08:30:00", datetime(2026, 12, 1, 6, 30, tzinfo=UTC)),
        ("2026-12-01T08:30:00+01:00", datetime(2026, 12, 1, 7, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_without_a_zone_is_the_shops_own(moment, wanted):
    assert read(f"{HEAD}effective_from = {moment}\n").effective_from == wanted


def test_days_and_times_may_be_written_the_way_toml_has_them():
    program = read(
        f"\ufeff{HEAD}{RULE}when = {{ starts = 2026-12-01, hours = [17:30:00, 19:00:00] }}\n"
    )
    assert program.rules[0].when == conditions.When(starts="2026-12-01", hours=("17:30", "19:00"))


def test_texts_with_quotes_tabs_and_strange_signs_survive():
    name = 'He said "Γειά\\σου"\t\n\x00 \U000e0001'
    program = model.Program(
        code="x", version=1, effective_from=UNDATED, currency="EUR",
        rules=(model.Rule(code="a", name=name, gives=effects.PerOrder(1)),),
    )  # fmt: skip
    assert read(write(program)).rules[0].name == name


# -- what is refused -----------------------------------------------------------------------------


def test_every_mistake_is_named_with_its_line_and_place():
    text = (
        'code = "Points"\ncurrency = "EUR"\ncolour = "red"\n\n[[rules]]\ncode = "a"\n'
        'gives = { kind = "per_mony", points = 1, per = 100 }\n\n[[rules]]\ncode = "b"\n'
        'gives.kind = "per_money"\ngives.points = -5\ngives.per = 100\n'
        'when.weekdays = [\n  "mon",\n  "tues",\n]\n'
    )
    assert problems(text)[1:] == [
        "line 7, rules[1].gives.kind: is not known: per_mony; did you mean per_money?",
        "line 12, rules[2].gives.points: must be at least 1, not -5",
        "line 16, rules[2].when.weekdays[2]: is not known: tues; did you mean tue?",
    ]
    assert problems(text)[0].startswith("line 3, colour: is not known here; known: code, version")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("rules = 3\n", "line 3, rules: must be a list"),
        ("[basis]\ntax = 3\n", "line 4, basis.tax: is not known: 3; known: excluded, included"),
        ("basis = 3\n", "line 3, basis: must be a table of keys and values"),
        ("[pending]\ndays = true\n", "line 4, pending.days: must be a whole number"),
        ("[pending]\ndays = 99999\n", "line 4, pending.days: must be at most 36600, not 99999"),
        ("[household]\nallowed = 1\n", "line 4, household.allowed: must be true or false"),
        ('effective_from = "soon"\n', "line 3, effective_from: must be a moment with its zone"),
        ("zone = 3\n", "line 3, zone: must be a text in quotation marks"),
        ("[redemption]\nblock = 1\nvalue = 1\n", "line 3, redemption: lacks minimum"),
        ('[[badges]]\ncode = "a b"\n', "line 4, badges[1].code: must be a code of letters, digits, "
         ". _ and -, not 'a b'"),
        ('[[badges]]\ncode = "a"\nname = 3\n',
         "line 5, badges[1].name: must be a text in quotation marks"),
        (f"{RULE}when.hours = ['9', '10:00']\n",
         "line 6, rules[1].when.hours[1]: must be a time such as 17:30, not '9'"),
        (f"{RULE}when.hours = ['09:00']\n", "line 6, rules[1].when.hours: must be a list of 2"),
        ('[[rules]]\ncode = "a"\ngives = 3\n', "line 5, rules[1].gives: must be a table with a "
         "kind: per_money, per_unit, per_order, multiply"),
        ('[[promotions]]\ncode = "a"\ngives = { kind = "steps", steps = [] }\n',
         "line 5, promotions[1].gives.steps: must not be empty"),
        ('[[games]]\ncode = "g"\nname = "g"\nout_of = 2\nprizes = []\nstarts = "2026-02-30"\n'
         'consolation = { code = "c", name = "c", weight = 2 }\n',
         "line 8, games[1].starts: must be a day of the calendar such as 2026-12-01"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_what_would_be_right(text, problem):
    assert problems(HEAD + text) == [problem]


def test_a_code_that_is_too_long_or_missing():
    assert problems(f'code = "{"x" * 41}"\ncurrency = "EUR"') == [
        "line 1, code: must have 1 to 40 characters"
    ]
    assert problems('currency = "EUR"\n') == ["line 1: lacks code"]
    assert problems('code = "x"\ncurrency = "euro"\n') == [
        "line 2, currency: must be a currency such as EUR, not 'euro'"
    ]


def test_odds_that_do_not_sum_are_the_games_problem():
    game = (
        '[[games]]\ncode = "wheel"\nname = "Wheel"\nout_of = 10\n'
        'prizes = [{ code = "ten", name = "10", weight = 3, points = 10 }]\n'
        'consolation = { code = "none", name = "none", weight = 6 }\n'
    )
    assert problems(HEAD + game) == [
        "line 3, games[1]: game 'wheel': the odds add up to 9 of 10 tickets: 1 missing"
    ]


@pytest.mark.parametrize(
    ("text", "line"), [("a = [1\n", 2), ("x =\n", 1), ("a = 1\na = 2\n", 2), ("\n\nx = @\n", 3)]
)
def test_what_is_not_toml_is_said_with_its_line(text, line):
    with pytest.raises(ProgramBroken, match=f"line {line}: not TOML: ") as refused:
        read(text)
    assert refused.value.details["problems"][0].line == line


def test_a_programme_without_tiers_or_zone_of_its_own_is_refused_as_a_whole():
    assert problems(HEAD + "tiers = []\n") == ["line 1: a programme has at least one tier"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('zone = "Athens"\n',
         "line 3, zone: no time zone is called Athens; did you mean Europe/Athens?"),
        ('zone = "Europe/Athina"\neffective_from = 2026-12-01\n',
         "line 3, zone: no time zone is called Europe/Athina; did you mean Europe/Athens?"),
        (RULE + RULE, "line 7, rules[2].code: a is the code of rules[1] already"),
        (RULE + '[[challenges]]\ncode = "a"\ncount = "visits"\ntarget = 3\npoints = 3\n',
         "line 7, challenges[1].code: a is the code of rules[1] already"),
        ('[[badges]]\ncode = "a"\n[[badges]]\ncode = "a"\n',
         "line 6, badges[2].code: a is the code of badges[1] already"),
        ('[[coupons]]\ncode = "a"\npublic = "TEN"\n[[coupons]]\ncode = "b"\npublic = "ten"\n',
         "line 8, coupons[2].public: ten is typed for coupon a already"),
        (RULE + 'needs.coupon = "PROMO"\n',
         "line 6, rules[1].needs.coupon: no coupon is called PROMO; there are none"),
        (RULE + 'who.tiers = ["gold"]\n',
         "line 6, rules[1].who.tiers[1]: no tier is called gold; known: member"),
        (RULE + 'who.badges = ["gold"]\n',
         "line 6, rules[1].who.badges[1]: no badge is called gold; there are none"),
        ('[[thresholds]]\ncode = "t"\npoints = 3\ncoupon = "c"\n',
         "line 6, thresholds[1].coupon: no coupon is called c; there are none"),
        ('[[rewards]]\ncode = "r"\ncost = 3\ngives = { kind = "donate", cause = "c", value = 1 }\n',
         "line 6, rewards[1].gives.cause: no cause is called c; there are none"),
        ('[[milestones]]\ncode = "m"\npoints = 3\nbadge = "b"\n',
         "line 6, milestones[1].badge: no badge is called b; there are none"),
        ('[[tiers]]\ncode = "t"\ngift = "cake"\n',
         "line 5, tiers[1].gift: no reward is called cake; there are none"),
        (RULE + "when.starts = 2026-05-01\nwhen.ends = 2026-04-30\n",
         "line 7, rules[1].when.ends: ends on 2026-04-30, before it starts on 2026-05-01"),
        (RULE + 'when.ends = "2026-02-30"\n',
         "line 6, rules[1].when.ends: there is no day 2026-02-30"),
        (RULE + 'when.hours = ["10:00", "10:00"]\n',
         "line 6, rules[1].when.hours: from 10:00 to 10:00 is no time at all"),
        (RULE + "who.ages = [30, 20]\n",
         "line 6, rules[1].who.ages: nobody is from 30 to 20 years old"),
        (RULE + 'who.segments = ["a"]\nwho.not_segments = ["a"]\n',
         "line 7, rules[1].who.not_segments: a is both asked for and left out"),
        (RULE + "needs.minimum = 5\nneeds.maximum = 4\n",
         "line 7, rules[1].needs.maximum: at least 5 and at most 4 is never"),
        (RULE + "limits.order_min = 5\nlimits.order_max = 4\n",
         "line 7, rules[1].limits.order_max: at least 5 and at most 4 is never"),
        ("[redemption]\nblock = 100\nvalue = 100\nminimum = 200\ncap_points = 100\n",
         "line 7, redemption.cap_points: at least 200 points and at most 100 is never"),
        ('[expiry]\nkind = "dates"\n',
         "line 3, expiry.dates: lapsing on dates needs dates, such as 12-31"),
        ('[expiry]\nkind = "dates"\ndates = ["02-29", "02-30"]\n',
         "line 5, expiry.dates[2]: there is no day 02-30"),
        ("[expiry]\nmonths = 0\n",
         "line 4, expiry.months: points that lapse after 0 months are never there"),
        ('[[challenges]]\ncode = "c"\ncount = "visits"\ntarget = 3\n',
         "line 3, challenges[1]: challenge c gives nothing: points, a coupon or a badge"),
        ('[[quizzes]]\ncode = "q"\npoints = 3\nquestions = []\n',
         "line 6, quizzes[1].questions: a quiz asks something"),
        ('[[quizzes]]\ncode = "q"\npoints = 3\n'
         'questions = [{ text = "?", answers = ["yes", "no"], right = 2 }]\n',
         "line 6, quizzes[1].questions[1].right: there is no answer 2 of 2 (counted from 0)"),
        (RULE + "name = { gr = 'Πόντοι' }\n",
         "line 6, rules[1].name.gr: is no language; known: en, el, bg, hu, pl, he"),
        (RULE + "name = {}\n", "line 6, rules[1].name: has no text in any language"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused(text, problem):
    assert problems(HEAD + text) == [problem]


def test_a_currency_nobody_can_count_is_refused_with_the_nearest():
    assert problems('code = "x"\ncurrency = "EUX"\n') == [
        "line 2, currency: EUX can't be counted here; did you mean EUR?"
    ]


def test_levels_rise_and_the_first_is_everybodys():
    tiers = (
        '[[tiers]]\ncode = "a"\nfrom_spend = 5\n[[tiers]]\ncode = "b"\nfrom_spend = 100\n'
        '[[tiers]]\ncode = "c"\nfrom_spend = 100\nvisits = 3\n[[tiers]]\ncode = "d"\n'
        '[[tiers]]\ncode = "e"\nvisits = 3\nneed = "two"\n'
    )
    assert problems(HEAD + tiers) == [
        "line 3, tiers[1]: the first level, a, is everybody's and needs nothing",
        "line 11, tiers[3].from_spend: level c must need more than the one below: 100 after 100",
        "line 13, tiers[4]: level d needs nothing, so everybody would have it",
        "line 15, tiers[5]: level e is reached by spending 0; say by_spend = false, or from_spend",
        "line 17, tiers[5].visits: level e must need more than the one below: 3 after 3",
        "line 18, tiers[5].need: level e needs two of money, points and visits",
    ]


def test_steps_rise_and_take_something_off():
    steps = (
        '[[promotions]]\ncode = "p"\ngives = { kind = "steps", steps = [\n'
        "  { minimum = 20, share = 1 },\n  { minimum = 10 },\n] }\n"
    )
    assert problems(HEAD + steps) == [
        "line 7, promotions[1].gives.steps[2]: a step takes off a share or an amount",
        "line 7, promotions[1].gives.steps[2].minimum: steps rise: 10 after 20",
    ]


def test_prizes_of_games_name_coupons_and_rewards_that_are_there():
    game = (
        '[[games]]\ncode = "g"\nname = "g"\nout_of = 3\nprizes = [\n'
        '  { code = "a", name = "a", weight = 1, coupon = "c" },\n'
        '  { code = "b", name = "b", weight = 1, reward = "r" },\n]\n'
        'consolation = { code = "n", name = "n", weight = 1 }\n'
    )
    assert problems(HEAD + game) == [
        "line 8, games[1].prizes[1].coupon: no coupon is called c; there are none",
        "line 9, games[1].prizes[2].reward: no reward is called r; there are none",
    ]


# -- places --------------------------------------------------------------------------------------


def test_every_way_of_writing_toml_has_its_lines():
    lines = locate(
        "# first\r\n"
        'a."b c".d = """\r\nmore = 1\r\n\\"x""""\r\n'
        "[ x . y ]\n'k' = '''\nq = 1\n'''  # said\n"
        '[[x.z]]\nn = 1\n[[x.z]]\nn = [ # none\n  { m = "}", o = [1, [2]] }, 3,\n]\n'
        "[x.z.w]\nv = 2026-12-01T00:00:00Z\nlast = 1"
    )
    assert lines["a", "b c", "d"] == 2
    assert (lines["x", "y"], lines["x", "y", "k"]) == (5, 6)
    assert (lines["x", "z"], lines["x", "z", 0], lines["x", "z", 1]) == (9, 9, 11)
    assert (lines["x", "z", 1, "n"], lines["x", "z", 1, "n", 0, "o", 1, 0]) == (12, 13)
    assert lines["x", "z", 1, "n", 1] == 13
    assert (lines["x", "z", 1, "w", "v"], lines["x", "z", 1, "w", "last"]) == (16, 17)


def test_a_place_that_is_not_in_the_file_is_the_nearest_around_it():
    lines = locate("[a]\nb = 1\n")
    assert line_of(lines, ("a", "b", 3)) == 2
    assert line_of(lines, ("c",)) == 1
    assert path_text(("rules", 1, "gives", "steps", 0)) == "rules[2].gives.steps[1]"
    assert str(Problem(3, "", "lacks code")) == "line 3: lacks code"


EVERYTHING = model.Program(
    code="All", version=7, effective_from=datetime(2026, 12, 1, 7, 30, 5, tzinfo=UTC),
    currency="PLN", zone="Europe/Warsaw",
    redemption=policies.Redemption(
        block=100, value=500, minimum=100, cap_points=900, not_categories=("outlet",)
    ),
    rules=(
        model.Rule(
            code="a", name={"en": "A", "pl": "Ą"}, gives=effects.PerMoney(1, 400, False),
            only=conditions.Selector(
                categories=("a category with a long name", "and another one that is long"),
                not_tags=("a tag that goes on and on", "b"),
            ),
            when=conditions.When(starts="2026-12-01", weekdays=("mon",), hours=("22:00", "02:00")),
            who=conditions.Who(tiers=("gold",), birthday=(3, 3), badges=("b",)),
            needs=conditions.Needs(minimum=5, coupon="c", tenders=("cash",), channels=("shop",)),
            limits=conditions.Limits(caps=(conditions.Cap(per="day", times=1),), budget_money=5),
            stop=True, group="g", basis=policies.Basis(tax="excluded", points_paid=True),
            expiry=policies.Expiry(kind="dates", dates=("12-31",)), active=False,
            pending=policies.Pending(until="release"),
        ),
        model.Rule(code="w", gives=effects.PerOrder(5), on="sign_up", qualifies=False),
        model.Rule(code="u", gives=effects.PerUnit(5, 2)),
        model.Rule(code="m", gives=effects.Multiply(200)),
    ),
    promotions=tuple(
        model.Promotion(code=f"p{n}", gives=gives, guests=True)
        for n, gives in enumerate((
            effects.MoneyOff(5), effects.PercentOff(500, 10), effects.Cheapest(),
            effects.FreeItem(), effects.Gift("bag", 5), effects.FixedPrice(0),
            effects.BuyGet(2, most=3),
            effects.Steps((effects.Step(0, 100), effects.Step(100, amount=10))),
            effects.GiveCoupon("c"),
        ))
    ),
    rewards=(model.Reward(code="r", cost=5, gives=effects.Donate("cause", 5)),),
    coupons=(model.CouponKind(code="c", public="C", uses=None, ends="2027-01-01"),),
    tiers=(policies.Tier("t"), policies.Tier("gold", 500, 150, gift="r", off=100)),
    tiering=policies.Tiering(window="anniversary", soft_landing=8_000),
    thresholds=(model.Threshold(code="full", points=10, coupon="c"),),
    milestones=(model.Milestone(code="m1", points=10, badge="b"),),
    badges=(model.Badge(code="b", name="B"),),
    challenges=(model.Challenge(code="ch", count="money", target=5, badge="b"),),
    rankings=(model.Ranking(code="rank"),),
    quizzes=(
        model.Quiz(
            code="q", points=5,
            questions=(model.Question(text="?", answers=("yes", {"en": "no"}), right=1),),
        ),
    ),
    causes=(model.Cause(code="cause"),),
    referral=model.Referral(points=5, caps=(conditions.Cap(per="year", points=50),)),
    earning=policies.Earning(rounding="ceil", order_max=50),
    returning=policies.Returning(clawback="clamp"),
    household=policies.Household(allowed=True, day_max=5),
    offline=policies.Offline(per_member=5, per_day=None),
)  # fmt: skip

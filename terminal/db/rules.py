"""What must be true of the books, as queries that find where it is not; ``verify`` asks them."""

from terminal.online import ONLINE_TILL

RULES = (
    (
        "wrong_net",
        "the sale's net is kept as {}, which is not its goods less what was taken off",
        """SELECT id, net FROM sales WHERE net <> (
            SELECT coalesce(sum(unit_price * quantity - discount), 0) FROM sale_lines
            WHERE sale_no = sales.no)""",
    ),
    (
        "wrong_discount",
        "the parts of the sale's lines that points paid are not the {} that it says",
        """SELECT id, redeemed_value FROM sales WHERE redeemed_value <> (
            SELECT coalesce(sum(points_paid), 0) FROM sale_lines WHERE sale_no = sales.no)""",
    ),
    (
        "wrong_line",
        "line {} has more taken off than it costs, or more by points than was taken off",
        """SELECT sales.id, place + 1 FROM sale_lines JOIN sales ON sales.no = sale_no
            WHERE discount > unit_price * quantity OR points_paid > discount OR points_paid < 0""",
    ),
    (
        "wrong_count",
        "{} is kept as what counts for levels, which is not the whole bill",
        "SELECT id, counted FROM sales WHERE counted <> net + redeemed_value",
    ),
    (
        "wrong_offers",
        "the sale's offers take off {}, which is not what its lines say",
        """SELECT id, off FROM (
            SELECT id, no, (
                SELECT coalesce(sum(json_extract(value, '$.amount')), 0)
                FROM json_each(sales.offers)) AS off FROM sales WHERE offers <> '[]')
            WHERE off <> (
                SELECT coalesce(sum(discount), 0) FROM sale_lines WHERE sale_no = no)""",
    ),
    (
        "wrong_payment",
        "tenders less change are {}, which is not what was to pay",
        """SELECT id, given - change FROM (
            SELECT id, change, net, rounding, (
                SELECT coalesce(sum(json_extract(value, '$.amount')), 0)
                FROM json_each(sales.tenders)) AS given FROM sales)
            WHERE given - change <> net + rounding""",
    ),
    (
        "wrong_redemption",
        "the ledger's redemptions for the sale are not the {} points it says",
        """SELECT id, points_redeemed FROM sales
            WHERE member_id IS NOT NULL AND points_redeemed <> -(
                SELECT coalesce(sum(points), 0) FROM ledger_entries
                WHERE source_id <> '' AND source_id = sales.id AND kind IN ('redeem', 'donate'))""",
    ),
    (
        "earned_twice",
        "{} entries of one kind of lot earn for one purchase",
        """SELECT source_id, count(*) FROM ledger_entries
            WHERE source_id <> '' AND kind = 'earn'
            GROUP BY source_id, member_id, lapses_at, usable_at, held HAVING count(*) > 1""",
    ),
    (
        "returned_twice",
        "more pieces of line {} came back than were sold",
        """SELECT id, place + 1 FROM (
            SELECT sales.id, place, quantity, (
                SELECT sum(CASE returns.lines WHEN '[]' THEN quantity ELSE (
                    SELECT coalesce(sum(json_extract(value, '$.quantity')), 0)
                    FROM json_each(returns.lines)
                    WHERE json_extract(value, '$.place') = place) END)
                FROM returns WHERE sale_id = sales.id) AS back
            FROM sales JOIN sale_lines ON sale_no = sales.no
            WHERE sales.id IN (SELECT sale_id FROM returns))
            WHERE back > quantity""",
    ),
    (
        "wrong_return",
        "{} of what counted for levels came back, which is more than there was",
        """SELECT sales.id, sum(returns.counted) FROM returns JOIN sales ON sales.id = sale_id
            GROUP BY sales.id HAVING sum(returns.counted) > max(sales.counted)""",
    ),
    (
        "wrong_card",
        "a gift card or store credit paid {} in the sale, which is not what left it",
        """WITH paid AS (
            SELECT sales.id AS sale, json_extract(value, '$.code') AS code,
                sum(json_extract(value, '$.amount')) AS amount
            FROM sales, json_each(sales.tenders)
            WHERE json_extract(value, '$.code') IN (SELECT code FROM vouchers) GROUP BY 1, 2)
            SELECT sale, amount FROM paid WHERE amount <> -(
                SELECT coalesce(sum(entry.amount), 0) FROM voucher_entries AS entry
                WHERE entry.code = paid.code AND source_id = sale AND kind = 'pay')""",
    ),
    (
        "wrong_total",
        "the rule gave {} times in sum, which is less than it gave to members",
        """WITH given AS (
            SELECT rule, sum(times) AS times, sum(points) AS points, sum(money) AS money
            FROM rule_uses GROUP BY rule)
            SELECT rule, total.times FROM rule_totals AS total JOIN given USING (rule)
            WHERE given.times > total.times OR given.points > total.points
                OR given.money > total.money""",
    ),
    (
        # The entries of a return that was heard of before its sale share the return's number.
        "number_twice",
        "the till gave one number to {} things; if another machine works under its name, give that "
        "one a code of its own; then settle the question about it on the sync page",
        f"""SELECT till || '-' || seq, count(*) FROM (
            SELECT till, seq FROM sales UNION ALL SELECT till, seq FROM returns
            UNION ALL SELECT till, seq FROM pending_returns
            UNION ALL SELECT till, seq FROM ledger_entries AS entry
                WHERE till <> '{ONLINE_TILL}' AND NOT EXISTS (
                    SELECT 1 FROM returns
                    WHERE id = entry.source_id AND till = entry.till AND seq = entry.seq))
            GROUP BY till, seq HAVING count(*) > 1""",  # noqa: S608 - a constant of ours
    ),
)
"""Code, words with a place for the second column, and a query of (subject, detail)."""

"""A till in a process of its own: ``python -m tests.stories.racer DATA TILL SALES``.

Waits for a line on its input before its first sale and before the others, sells to the one member
there is, redeeming whenever the rules allow it, and prints the reference of each sale and
``refused`` for each redemption that was not.
"""

import sys
from pathlib import Path

import main
from terminal import demo
from terminal.errors import TerminalError
from terminal.ids import MemberId, SaleId
from terminal.sales import Basket, Tender, TenderKind
from terminal.services.counter import SaleRequest
from terminal.services.models import MemberView
from terminal.services.suite import Services
from terminal.settings import OnlineStoreSettings, Settings, TillSettings

POINTS = 200


def sell(services: Services, view: MemberView, points: int) -> str:
    """One sale of a bottle of oil and two more things, exactly paid."""
    counter = services.counter
    basket = Basket("EUR")
    for product in demo.demo_products("en", "EUR")[:3]:
        basket = basket.add(product)
    # The view is as old as a customer's stay at the counter: what counts is looked at when booking.
    due = counter.quote(basket, view, points).net
    request = SaleRequest(
        id=SaleId(counter.new_id()), basket=basket, points=points, cashier_id="manager",
        member_id=MemberId(view.member.id), tenders=(Tender(TenderKind.CARD, due),),
    )  # fmt: skip
    return counter.sell(request).sale.ref


def run(folder: Path, till: str, sales: int) -> None:
    """All sales, as fast as they go."""
    settings = Settings(
        till=TillSettings(code=till), online_store=OnlineStoreSettings(kind="vendure")
    )
    backend = main.Backend(folder, settings)
    services = backend.open(exclusive=False)
    view = services.counter.member(services.office.search("")[0].member.id)
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(sales):
        if number == 1:  # a till that the machine keeps waiting is not too late for all the points
            sys.stdin.readline()
        try:
            print(sell(services, view, POINTS), flush=True)
        except TerminalError as refusal:
            print(f"refused {refusal.code}", flush=True)
            print(sell(services, view, 0), flush=True)
    backend.close()


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))

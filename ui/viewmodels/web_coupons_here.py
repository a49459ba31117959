"""The counter at which rewards become coupons for the web shop."""

from terminal.services.web_coupons import WebCouponDone
from ui.viewmodels.claiming import ClaimingViewModel


class WebCouponsHere(ClaimingViewModel):
    """Opens the choice for the member who is here, and takes in what was made."""

    @property
    def can_web_coupon(self) -> bool:
        """Whether the member has points for a reward that can be one."""
        return not self.busy and bool(self.web_coupon.can(self._here()))

    def open_web_coupon(self) -> None:
        """Choose a reward; one that is chosen for this sale is the first offered."""
        view = self._here()
        if view is None or not self.can_web_coupon or self._is_doubtful():
            return
        wanted = self.redeem.rewards if self.panel == "redeem" else ()
        self.web_coupon.start(view, wanted[0] if wanted else "")
        self._show("web_coupon")

    def make_web_coupon(self) -> None:
        """Enter in the panel."""
        self.web_coupon.confirm(self.cashier.id)

    def _web_coupon_made(self, done: WebCouponDone) -> None:
        if self.panel == "web_coupon":
            self.back()
        self._take_fresh(done.view)
        text = self.words.t("The coupon is on its way to the printer and to the web shop.")
        self._tell(text, "positive")
        self.slips.load()

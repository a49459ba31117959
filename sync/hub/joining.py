"""How a till joins: it logs in with the one-time code, and leaves with a password that nobody else
has ever seen, the owner included.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sync.errors import Misconfigured, Refused, Retryable
from sync.hub import addresses, codes, driver
from sync.hub.postgres import PostgresHub
from sync.hub.remote import Identity
from terminal.errors import TerminalError
from terminal.files import write_whole

PATIENCE = 20.0
"""Seconds for each thing that is asked while joining."""
CERTIFICATE = "hub-certificate.pem"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a till keeps: ``address`` and ``ca`` (a file, or "") in its settings, ``password`` among
    its secrets. ``last_seq``: the number that its facts go on from; 0 for a till that never was."""

    till: str
    address: str
    password: str = field(repr=False)
    ca: str
    hub: str
    last_seq: int


def join(
    code: str,
    me: Identity,
    *,
    folder: Path,
    clock: Callable[[], datetime],
    patience: float = PATIENCE,
    hostaddr: str = "",
) -> Credentials:
    """Use a code up. ``me.till`` "": whichever till the code is for. The certificate that came with
    it is written to ``folder``.

    Raises Refused: code_broken (mistyped), code_used, code_expired, code_replaced (there is a newer
    one), other_till (it is for another); Misconfigured; Retryable, and then the code is as good as
    it was.
    """
    invitation = codes.read(code)
    if me.till and me.till != invitation.till:
        raise Refused("other_till")
    me = replace(me, till=invitation.till)
    place = addresses.parse(invitation.address)
    ca = _kept(invitation.ca, folder)
    link = driver.till_link(
        place, invitation.secret, ca=ca, hostaddr=hostaddr, patience=patience, once=True
    )
    password = secrets.token_urlsafe(32)
    made = Credentials(invitation.till, str(place), password, ca, "", 0)
    try:
        verifier = link.verifier(password)
        hub, _till, last_seq = link.one(
            "SELECT * FROM loyalty.join_hub(%b::text, %b::text, %b::text, %b::text)",
            invitation.secret, verifier, me.instance, me.machine,
        )  # fmt: skip
        return replace(made, hub=hub, last_seq=last_seq)
    except Retryable:
        # Whether it was used up is unknown; whoever knows the new password is in.
        return replace(made, last_seq=_came_in(made, me, patience, hostaddr))
    except Misconfigured as problem:
        raise _said_no(problem, invitation, clock()) from None
    finally:
        link.close()


def _kept(pem: str, folder: Path) -> str:
    if not pem:
        return ""
    path = folder / CERTIFICATE
    try:
        write_whole(path, pem.encode("ascii"))
    except TerminalError as error:
        raise Misconfigured("certificate_file") from error
    return str(path)


def _came_in(made: Credentials, me: Identity, patience: float, hostaddr: str) -> int:
    hub = PostgresHub(made.address, made.password, ca=made.ca, patience=patience, hostaddr=hostaddr)
    try:
        return hub.hello(me).last_seq
    except Misconfigured:
        raise Retryable("broken_off") from None
    finally:
        hub.close()


def _said_no(
    problem: Misconfigured, invitation: codes.Invitation, now: datetime
) -> Misconfigured | Refused:
    """A password that is not taken was good once: the code was used or replaced, or its time is
    over, which the server does not tell apart."""
    if problem.problem != "wrong_key":
        return problem
    return Refused("code_expired" if now >= invitation.expires else "code_used")

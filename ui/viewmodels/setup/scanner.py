"""Find your scanner: three scans of the code on the page tell which line, and how it speaks."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from terminal.i18n import Words
from terminal.services.setup import SetupService
from terminal.services.setup_learning import (
    KEYBOARD,
    SCANS,
    TEST_CODE,
    Burst,
    Learner,
    Miss,
    Sample,
    Stroke,
    next_speed,
    read_burst,
    read_strokes,
)
from ui.tasks import Runs
from ui.viewmodels.setup.step import Mark, StepModel


class ScannerModel(StepModel):
    """Listens while it is in front. ``spoke``: a reader said something, whatever it was."""

    spoke = Signal()
    _burst = Signal(object)
    _plugged = Signal()

    def __init__(
        self, service: SetupService, runs: Runs, words: Words, parent: QObject | None = None
    ) -> None:
        super().__init__(service, runs, words, parent)
        self._learner = Learner()
        self._speeds: dict[str, list[int]] = {}
        self._extra: list[str] = []
        self._stays = self._beside = False
        self.typed_error = ""
        self._burst.connect(self._heard)
        self._plugged.connect(self.changed)

    # -- listening ---------------------------------------------------------------------------

    def enter(self) -> None:
        """Listen on everything."""
        self._say_what_is_set_up()
        devices, extra = self._service.devices, tuple(self._extra)
        # From the devices' threads: a signal carries it over, and none comes after hush.
        heard, changed = self._burst.emit, self._plugged.emit
        self._runs.run(lambda: devices.listen(heard, changed, extra), _done, self._refused)

    def _say_what_is_set_up(self) -> None:
        ports = [self._name(one.port) for one in self.settings.scanners]
        if ports and not self.result.title:
            t = self.words.t
            text = t("Scan the code to try it, or to put another in its place.")
            self.say(t("Set up now: {name}", name=", ".join(ports)), text, "accent")

    def _name(self, port: str) -> str:
        if port == KEYBOARD:
            return self.words.t("Scanner that types")
        found = next((one for one in self.found if port in (one.identity, one.address)), None)
        return found.name if found is not None else port

    def leave(self) -> None:
        """Let go of every line: a printer may be on one."""
        self._runs.run(self._service.devices.hush, _done, self._refused)

    def listen_to(self, address: str) -> None:
        """Listen to a line that was typed: a path or an address."""
        address = address.strip()
        if address and address not in self._extra:
            self._extra.append(address)
            self.enter()
            self.changed.emit()

    def again(self) -> None:
        """Forget what was learnt here and listen anew."""
        self._learner, self._speeds = Learner(), {}
        self.say("")

    def another(self) -> None:
        """Keep this reader and look for one more."""
        self._stays = True
        self.keep()

    # -- what was heard ----------------------------------------------------------------------

    def _heard(self, burst: Burst) -> None:
        if self._learner.source in ("", burst.address):
            self._take(read_burst(burst), burst.address)
            self.spoke.emit()

    def keyed(self, strokes: Sequence[Stroke]) -> None:
        """Keys came as quick as only a reader types, or a person typed the number."""
        if self._learner.source in ("", KEYBOARD):
            self._take(read_strokes(strokes), KEYBOARD)
            self.spoke.emit()

    def _take(self, told: Sample | Miss, source: str) -> None:
        if isinstance(told, str):
            self._missed(told, source)
        elif self._learner.take(told):
            self._read()

    def _missed(self, why: Miss, source: str) -> None:
        t = self.words.t
        if why == "garbage" and source != KEYBOARD:
            self._other_speed(source)
            return
        sentences = {
            "other": (
                t("That was another code."),
                t("The reader works. Scan the code on this page, so that nothing is left to luck."),
            ),
            "half": (
                t("Only a part arrived."),
                t("Hold the reader a little further away and scan the code on this page again."),
            ),
            "no_check_digit": (
                t("The last digit is missing."),
                t("The reader leaves the check digit out. Its manual has a code to switch it on."),
            ),
            "typed": (
                t("You typed the number."),
                t("That works too: a till without a scanner takes every number from the keys."),
            ),
        }
        title, text = sentences.get(why, sentences["half"])
        self.say(title, text, "accent" if why == "typed" else "warning")

    def _other_speed(self, source: str) -> None:
        t = self.words.t
        tried = self._speeds.setdefault(source, [next_speed([])])
        speed = next_speed(tried)
        tried.append(speed)
        self._service.devices.set_speed(source, speed)
        self.say(
            t("The speed was wrong. Scan again."),
            t("What came was garbled. Now it is read at {speed}.", speed=f"{speed} baud"),
            "warning",
        )

    def _read(self) -> None:
        learner, t = self._learner, self.words.t
        if learner.done:
            self.say(t("It reads, and nothing got lost"), self._arrived(), "positive")
        else:
            left = SCANS - len(learner.samples)
            text = self.words.n("Once more, please.", "{n} more times, please.", left)
            self.say(t("It reads."), text, "positive")

    def _arrived(self) -> str:
        last, t = self._learner.last, self.words.t
        told = {"code": code_face(TEST_CODE), "ms": self.words.number(last.took_ms)}
        if last.suffix == "none":
            return t("{code} arrived in {ms} ms and ends by silence, which works too.", **told)
        if last.suffix == "tab":
            return t("{code} arrived in {ms} ms and ends with Tab, which works too.", **told)
        if last.suffix == "etx":
            return t("{code} arrived in {ms} ms, framed by its own signs.", **told)
        return t("{code} arrived in {ms} ms and ends with Enter, as it should.", **told)

    # -- what it comes to --------------------------------------------------------------------

    @property
    def source(self) -> str:
        """The line of the reader that was found, ``keyboard``, or ""."""
        return self._learner.source

    @property
    def reads(self) -> int:
        """How often the code was read."""
        return min(len(self._learner.samples), SCANS)

    @property
    def done(self) -> bool:
        """Whether it was read often enough."""
        return self._learner.done

    @property
    def has_news(self) -> bool:
        """Whether a reader was found that is not kept yet."""
        return self._learner.done

    @property
    def marks(self) -> list[Mark]:
        """What is known of the reader by now."""
        learner, t = self._learner, self.words.t
        if not learner.samples:
            return []
        marks = [Mark(t("check digit right"))]
        if learner.source != KEYBOARD or learner.last.us_layout:
            marks.append(Mark(t("keyboard layout does not matter")))
        if learner.last.aim:
            marks.append(Mark(t("says what kind of code it is")))
        if learner.reads_qr:
            marks.append(Mark(t("reads QR codes too")))
        return marks

    @property
    def advice(self) -> str:
        """What would be better, where something would."""
        learner, t = self._learner, self.words.t
        if learner.source != KEYBOARD:
            return ""
        if learner.last.us_layout:
            return t(
                "It types as on an American keyboard. Digits are repaired; letters are safe only "
                "in COM mode (its manual has a code for that)."
            )
        return t(
            "It works. In COM mode (its manual has a code for that) it is safer: what it reads "
            "never lands in another window."
        )

    @property
    def port(self) -> str:
        """How the settings will name it."""
        source = self._learner.source
        found = next((one for one in self.found if one.address == source), None)
        return found.identity or found.address if found is not None else source

    def keep(self) -> None:
        """Keep the reader that was found."""
        if not self._learner.done or not self._begin():
            return
        made, beside = self._learner.settings(self.port), self._beside
        keep = self._service.keep_scanner
        self._runs.run(lambda: keep(made, another=beside), self._was_kept, self._refused)

    def _was_kept(self, settings: object) -> None:
        del settings
        self.busy, self._learner, self._speeds = False, Learner(), {}
        if not self._stays:
            self.say("")
            self.kept.emit()
            return
        self._stays, self._beside, t = False, True, self.words.t
        self.say(t("Kept."), t("Now scan the code with the other reader."), "positive")


def code_face(code: str) -> str:
    """An EAN-13 as it stands under its bars."""
    return f"{code[0]} {code[1:7]} {code[7:]}"


def _done(_: object) -> None:
    """Nothing to show."""

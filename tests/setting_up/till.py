"""A set-up over devices made of words and a real settings file, without a window."""

from terminal.i18n import Words
from terminal.services.setup import SetupService
from terminal.services.setup_learning import TEST_CODE
from terminal.settings import load
from tests.setting_up.fakes import Burst, FakeDevices, thing
from ui.tasks import Inline
from ui.viewmodels.setup.display import ScreenFace
from ui.viewmodels.setup.model import SetupModel

CODE = TEST_CODE.encode()
USB = "usb:0403:6001:A1"
PRINTER = '[printer]\ntarget = "tcp://192.0.2.7:9100"\n'


class Till:
    """A set-up over fake devices and a real settings file."""

    def __init__(self, folder, devices=None, text=""):
        self.path = folder / "settings.toml"
        self.path.write_text(text, "utf-8")
        self.devices = devices or FakeDevices(
            things=[thing("/dev/ttyUSB0", identity=USB, name="Reader"), thing("/dev/ttyS0")]
        )
        self.rested, self.applied = [], []
        self.service = SetupService(
            self.devices, self.path, load(self.path),
            rest=lambda: self.rested.append(1), applied=self.applied.append,
        )  # fmt: skip
        self.model = SetupModel(self.service, Inline(), Words(), [ScreenFace(1, "HDMI-2")])
        self.finished = []
        self.model.finished.connect(lambda: self.finished.append(1))

    @property
    def settings(self):
        return load(self.path)

    def at(self, step):
        self.model.start(step)
        return self.model.models[step]

    def scan(self, data=CODE + b"\r", times=1, **how):
        for _ in range(times):
            self.devices.heard(Burst(data, **how))

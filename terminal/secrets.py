"""Secrets: in the machine's keyring; where there is none, in a file only its owner can read.

Never in settings, logs or messages. ``place`` tells ``doctor`` which of the two it is.
"""

import json
import os
from pathlib import Path

from terminal.errors import SettingsBroken

SERVICE = "loyalty-terminal"


class Secrets:
    """Reads and keeps secrets by name. ``folder`` holds the file where there is no keyring."""

    def __init__(self, folder: Path, *, use_keyring: bool = True) -> None:
        self._file = folder / "secrets.json"
        self._scope = str(folder)
        self._use_keyring = use_keyring and _keyring_works()

    @property
    def place(self) -> str:
        """``keyring`` or the path of the file."""
        return "keyring" if self._use_keyring else str(self._file)

    def get(self, name: str) -> str | None:
        """The secret, or None where it was never set."""
        if self._use_keyring:
            import keyring

            return keyring.get_password(f"{SERVICE}:{self._scope}", name)
        return self._read().get(name)

    def put(self, name: str, secret: str) -> None:
        """Keep a secret."""
        if self._use_keyring:
            import keyring

            keyring.set_password(f"{SERVICE}:{self._scope}", name, secret)
            return
        self._write({**self._read(), name: secret})

    def _read(self) -> dict[str, str]:
        try:
            found = json.loads(self._file.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise SettingsBroken(path=str(self._file), problem="it can't be read") from error
        return {str(name): str(secret) for name, secret in found.items()}

    def _write(self, secrets: dict[str, str]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        half = self._file.with_suffix(".part")
        half.unlink(missing_ok=True)
        # Created with its mode, so that nobody else can read it even for a moment.
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(secrets, file)
        half.replace(self._file)


def _keyring_works() -> bool:
    """Whether a real keyring answers here (not the ``fail`` or ``null`` stand-ins)."""
    import keyring
    from keyring.backends import fail, null

    return not isinstance(keyring.get_keyring(), fail.Keyring | null.Keyring)

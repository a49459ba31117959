"""Secrets: in the machine's keyring; where there is none, in a file only its owner can read.

Never in settings, logs or messages. ``place`` tells ``doctor`` which of the two it is.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from terminal.errors import FileNotWritten, SettingsBroken
from terminal.files import write_whole

SERVICE = "loyalty-terminal"


class Secrets:
    """Reads and keeps secrets by name. ``folder`` holds the file where there is no keyring.

    Raises SettingsBroken where they can't be read, FileNotWritten where the file can't be.
    """

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

            with _answering():
                return keyring.get_password(f"{SERVICE}:{self._scope}", name)
        return self._read().get(name)

    def put(self, name: str, secret: str) -> None:
        """Keep a secret."""
        if self._use_keyring:
            import keyring

            with _answering():
                keyring.set_password(f"{SERVICE}:{self._scope}", name, secret)
            return
        self._write({**self._read(), name: secret})

    def drop(self, name: str) -> None:
        """Keep it no longer; one that is not there is gone already."""
        if self._use_keyring:
            import keyring
            from keyring.errors import PasswordDeleteError

            with _answering(), suppress(PasswordDeleteError):
                keyring.delete_password(f"{SERVICE}:{self._scope}", name)
            return
        kept = self._read()
        if kept.pop(name, None) is not None:
            self._write(kept)

    def _read(self) -> dict[str, str]:
        try:
            found = json.loads(self._file.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise SettingsBroken(path=str(self._file), problem="it can't be read") from error
        return {str(name): str(secret) for name, secret in found.items()}

    def _write(self, secrets: dict[str, str]) -> None:
        folder = self._file.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileNotWritten(path=str(folder), problem=str(error.strerror)) from error
        write_whole(self._file, json.dumps(secrets).encode("utf-8"), mode=0o600)


@contextmanager
def _answering() -> Iterator[None]:
    """A keyring that stays locked, or has gone."""
    from keyring.errors import KeyringError

    try:
        yield
    except KeyringError as error:
        raise SettingsBroken(path="keyring", problem="it can't be read") from error


def _keyring_works() -> bool:
    """Whether a real keyring answers here (not the ``fail`` or ``null`` stand-ins)."""
    import keyring
    from keyring.backends import fail, null

    return not isinstance(keyring.get_keyring(), fail.Keyring | null.Keyring)

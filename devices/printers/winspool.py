"""The Windows spooler through ctypes: RAW documents for `WindowsTransport`.

Written from the system's documentation (winspool.drv: OpenPrinterW, StartDocPrinterW, WritePrinter,
EndDocPrinter); it was never run, for there was no Windows to run it on.
"""

import ctypes
import sys
from ctypes import POINTER, byref, c_void_p, c_wchar_p
from ctypes.wintypes import BOOL, DWORD, HANDLE
from typing import Any


class _DocInfo(ctypes.Structure):
    _fields_ = (
        ("pDocName", c_wchar_p),
        ("pOutputFile", c_wchar_p),
        ("pDatatype", c_wchar_p),
    )


if sys.platform == "win32":

    def _system_library() -> Any:  # noqa: ANN401 - functions of a system library
        return ctypes.WinDLL("winspool.drv", use_last_error=True)

else:

    def _system_library() -> Any:  # noqa: ANN401 - there is none
        raise OSError("this is not Windows")


def _declared(library: Any) -> Any:  # noqa: ANN401 - functions of a system library
    for name, result, arguments in (
        ("OpenPrinterW", BOOL, (c_wchar_p, POINTER(HANDLE), c_void_p)),
        ("StartDocPrinterW", DWORD, (HANDLE, DWORD, POINTER(_DocInfo))),
        ("StartPagePrinter", BOOL, (HANDLE,)),
        ("WritePrinter", BOOL, (HANDLE, c_void_p, DWORD, POINTER(DWORD))),
        ("EndPagePrinter", BOOL, (HANDLE,)),
        ("EndDocPrinter", BOOL, (HANDLE,)),
        ("AbortPrinter", BOOL, (HANDLE,)),
        ("ClosePrinter", BOOL, (HANDLE,)),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class Winspool:
    """`Spooler` by the system; every refusal is an OSError with the system's number."""

    def __init__(self, library: Any = None) -> None:  # noqa: ANN401 - functions of a library
        self._library = _declared(library or _system_library())

    def open(self, name: str, /) -> int:
        """Open the printer."""
        handle = HANDLE()
        self._must("OpenPrinterW", name, byref(handle), None)
        return int(handle.value or 0)

    def start(self, handle: int, title: str, /) -> None:
        """Begin a RAW document and its page."""
        self._must("StartDocPrinterW", handle, 1, byref(_DocInfo(title, None, "RAW")))
        self._must("StartPagePrinter", handle)

    def write(self, handle: int, data: bytes, /) -> int:
        """Pass on data and return how much was taken."""
        written = DWORD()
        self._must("WritePrinter", handle, data, len(data), byref(written))
        return int(written.value)

    def end(self, handle: int, /) -> None:
        """End page and document."""
        self._must("EndPagePrinter", handle)
        self._must("EndDocPrinter", handle)

    def abort(self, handle: int, /) -> None:
        """Delete the document."""
        self._must("AbortPrinter", handle)

    def close(self, handle: int, /) -> None:
        """Give the handle back."""
        self._must("ClosePrinter", handle)

    def _must(self, name: str, *arguments: Any) -> None:  # noqa: ANN401 - passed through
        if not getattr(self._library, name)(*arguments):
            number = getattr(ctypes, "get_last_error", int)()
            raise OSError(number, f"{name} failed")

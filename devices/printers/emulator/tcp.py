"""The network interface: one client at a time, as printers on port 9100 have it."""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Callable

from devices.printers.emulator.channel import Channel
from devices.printers.emulator.links import READ, WRITE, Watch
from devices.printers.emulator.machine import Machine

_ABORT = struct.pack("ii", 1, 0)
_TAKE = 4096
_WINDOW = 8192
"""A small TCP window, as printers have: who sends without reading status learns soon that it is
full.
"""


class _Client:
    """One connection. `finished`: the client sent its last byte and may still wait for answers."""

    def __init__(self, sock: socket.socket, channel: Channel) -> None:
        self.sock = sock
        self.channel = channel
        self.finished = False

    def abort(self) -> None:
        """Close with a reset, as a printer that dies."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
        self.sock.close()


class TcpLink:
    """Listens on one port. A second client waits for the first to go, is refused or is served, as
    the machine's faults say.
    """

    def __init__(self, machine: Machine, address: tuple[str, int]) -> None:
        self._machine = machine
        self._clients: list[_Client] = []
        self._family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._placeholder = self._hold_port(address)
        if self._placeholder is not None:
            address = self._placeholder.getsockname()[:2]
        self._listener: socket.socket | None = self._first_listener(address)
        self.address: tuple[str, int] = self._listener.getsockname()[:2]
        self._channel = machine.open_channel()

    @property
    def _single(self) -> bool:
        return self._machine.faults.second != "serve"

    @property
    def look_again(self) -> bool:
        """A client that is not read from may vanish unseen."""
        return any(client.finished or not self._readable(client) for client in self._clients)

    def watches(self) -> list[Watch]:
        """Listen, read and write as far as faults and buffers allow."""
        watches: list[Watch] = []
        if self._listener is not None and not self._busy():
            watches.append((self._listener.fileno(), READ, self._accept))
        for client in self._clients:
            events = READ * self._readable(client) | WRITE * bool(client.channel.outbox)
            if events:
                watches.append((client.sock.fileno(), events, self._serving(client)))
        return watches

    def settle(self) -> None:
        """Listen or refuse, and let go of clients that are gone or must go."""
        faults = self._machine.faults
        self._die_if_due()
        if faults.unplugged or not self._machine.state.powered:
            self.cut_off()
        self._drop_vanished()
        self._keep_listening(self._accepting())

    def cut_off(self) -> None:
        """Reset every connection."""
        for client in list(self._clients):
            self._drop(client, abort=True)

    def close(self) -> None:
        """Close the port and all connections."""
        for client in list(self._clients):
            self._drop(client)
        self._keep_listening(wanted=False)
        if self._placeholder is not None:
            self._placeholder.close()

    def _listen(self, address: tuple[str, int]) -> socket.socket:
        listener = socket.socket(self._family, socket.SOCK_STREAM)
        try:
            if sys.platform != "win32":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _WINDOW)
            listener.bind(address)
            listener.listen(8)
            listener.setblocking(False)
        except OSError:
            listener.close()
            raise
        return listener

    def _first_listener(self, address: tuple[str, int]) -> socket.socket:
        try:
            return self._listen(address)
        except OSError:
            if self._placeholder is not None:
                self._placeholder.close()
            raise

    def _hold_port(self, address: tuple[str, int]) -> socket.socket | None:
        """Keep the port ours while nothing listens on it, so that refusing does not lose it."""
        if sys.platform != "linux":
            return None
        held = socket.socket(self._family, socket.SOCK_STREAM)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind(address)
        except OSError:
            held.close()
            raise
        return held

    def _accepting(self) -> bool:
        faults = self._machine.faults
        if faults.refuse or faults.unplugged or not self._machine.state.powered:
            return False
        return not (faults.second == "refuse" and self._busy())

    def _busy(self) -> bool:
        return self._single and any(self._served(client) for client in self._clients)

    def _served(self, client: _Client) -> bool:
        """Whether a client is still being talked to, or will get its last answers soon."""
        channel, online = client.channel, self._machine.state.online
        return not client.finished or bool(channel.outbox) or (channel.waiting > 0 and online)

    def _keep_listening(self, wanted: bool) -> None:
        if wanted and self._listener is None:
            self._listener = self._listen(self.address)
        elif not wanted and self._listener is not None:
            self._listener.close()
            self._listener = None

    def _readable(self, client: _Client) -> bool:
        faults = self._machine.faults
        return not (client.finished or faults.freeze) and client.channel.room > 0

    def _accept(self, _: int) -> None:
        if self._listener is None:
            return
        try:
            sock, _address = self._listener.accept()
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            return  # it gave up while it waited
        if self._single:
            for predecessor in list(self._clients):
                self._drop(predecessor)
        channel = self._channel if self._single else self._machine.open_channel()
        client = _Client(sock, channel)
        client.channel.outbox.clear()
        self._clients.append(client)
        self._machine.touch()

    def _serving(self, client: _Client) -> Callable[[int], None]:
        def serve(events: int) -> None:
            if client not in self._clients:
                return
            try:
                if events & WRITE:
                    self._write(client)
                if events & READ and self._readable(client):
                    self._read(client)
            except BlockingIOError:
                return
            except OSError:
                self._drop(client)

        return serve

    def _write(self, client: _Client) -> None:
        sent = client.sock.send(client.channel.outbox)
        del client.channel.outbox[:sent]

    def _read(self, client: _Client) -> None:
        faults = self._machine.faults
        left = _TAKE if faults.die_after is None else faults.die_after
        count = min(_TAKE, client.channel.room, left)
        if count == 0:
            return
        data = client.sock.recv(count)
        if not data:
            client.finished = True
            self._machine.touch()
            return
        client.channel.receive(data)
        if faults.die_after is not None:
            faults.die_after -= len(data)
            self._die_if_due()

    def _die_if_due(self) -> None:
        if self._machine.faults.die_after == 0:
            self._machine.faults.die_after = None
            self.cut_off()

    def _drop_vanished(self) -> None:
        """Close whom nothing more can be sent to, or who has everything that was still to come."""
        for client in list(self._clients):
            error = client.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            served = client.finished and not (client.channel.waiting or client.channel.outbox)
            if error or served:
                self._drop(client)

    def _drop(self, client: _Client, *, abort: bool = False) -> None:
        self._clients.remove(client)
        client.channel.outbox.clear()
        if abort:
            client.abort()
        else:
            client.sock.close()
        if client.channel is not self._channel:
            self._machine.forget_channel(client.channel)
        self._machine.touch()

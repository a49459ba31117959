"""What stands on a display of twenty signs."""

from devices.displays import DisplayState

CONNECTED, AWAY, STOPPED = DisplayState.CONNECTED, DisplayState.AWAY, DisplayState.STOPPED
BLANK = " " * 20


def pad(*lines):
    return tuple(line.ljust(20) for line in lines)

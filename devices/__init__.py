"""The hardware on the counter: scanners and printers, without Qt and without the programme.

Nothing here knows members, points or windows. Devices say what they saw through callbacks on
their own threads; whoever joins the packages brings that to the right thread.
"""

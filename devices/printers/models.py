"""Printers one meets on counters, as profiles. Nothing in here was tried on real paper.

Sources, all of which a shop's test sheet overrules:

- columns, dots, code page numbers and QR: the capability data of python-escpos 3.1 and of
  @point-of-sale/receipt-printer-encoder 4.0.1 (two authors). Where they disagree no number is kept
  and the language prints as a picture.
- Epson's command references: TM-T88II and III know neither `GS ( H` nor QR and have no Windows
  pages but 1252; whose page 18 is CP862 after one source and CP852 after the other.
- `GS ( H` and `DLE DC4` outside Epson's own printers are taken as absent until the set-up has seen
  them; clones (POS-58, POS-80, Sunmi) leave out commands and print them as letters.
- hand-shake: Epson, Citizen and Bixolon deliver DTR/DSR; small clones none.

Star printers speak Star's own language as delivered. Only set to ESC/POS emulation (memory switch
or the maker's utility) do they understand a job of ours, and even then their status is their own:
the profile therefore asks nothing back.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from devices.printers.profiles import (
    PAPER_58,
    PAPER_80,
    PAPER_80_42,
    CodePage,
    PrinterProfile,
    pages,
)

_LEGACY = pages(en=(19, "cp858"), bg=(17, "cp866"), hu=(18, "cp852"), pl=(18, "cp852"))
_CITIZEN = pages(en=(16, "cp1252"))
_CITIZEN_DOS = pages(en=(16, "cp1252"), bg=(7, "cp866"), hu=(6, "cp852"), pl=(6, "cp852"))
_BIXOLON = pages(
    en=(19, "cp858"),
    el=(24, "cp1253"),
    bg=(28, "cp1251"),
    hu=(47, "cp1250"),
    pl=(47, "cp1250"),
    he=(33, "cp1255"),
)
_BIXOLON_DOS = pages(
    en=(19, "cp858"),
    el=(29, "cp737"),
    bg=(17, "cp866"),
    hu=(18, "cp852"),
    pl=(18, "cp852"),
    he=(21, "cp862"),
)
_XPRINTER = pages(en=(19, "cp858"), el=(7, "cp1253"), bg=(23, "cp1251"))
_XPRINTER_DOS = pages(
    en=(19, "cp858"),
    el=(24, "cp737"),
    bg=(17, "cp866"),
    hu=(18, "cp852"),
    pl=(18, "cp852"),
)
_POS_58 = pages(
    en=(19, "cp858"),
    el=(90, "cp1253"),
    hu=(72, "cp1250"),
    pl=(72, "cp1250"),
    he=(32, "cp1255"),
)
_POS_80 = pages(en=(19, "cp858"), hu=(72, "cp1250"), pl=(72, "cp1250"), he=(32, "cp1255"))
_POS_58_DOS = pages(en=(19, "cp858"), bg=(17, "cp866"), hu=(18, "cp852"), pl=(18, "cp852"))
_SUNMI = pages(
    en=(19, "cp858"),
    el=(14, "cp737"),
    bg=(17, "cp866"),
    hu=(18, "cp852"),
    pl=(18, "cp852"),
    he=(36, "cp862"),
)
_STAR = pages(en=(32, "cp1252"), bg=(34, "cp1251"), hu=(33, "cp1250"), pl=(33, "cp1250"))
_STAR_DOS = pages(
    en=(4, "cp858"),
    el=(15, "cp737"),
    bg=(10, "cp866"),
    hu=(5, "cp852"),
    pl=(5, "cp852"),
    he=(13, "cp862"),
)

_EPSON = replace(PAPER_80, flow="dsrdtr")
_EPSON_180 = replace(PAPER_80_42, flow="dsrdtr")
_CLONE = replace(PAPER_80, process_id=False, automatic=False, real_time_drawer=False)
_SMALL = replace(PAPER_58, process_id=False, automatic=False, real_time_drawer=False, knife_mm=0)

PROFILES: Mapping[str, PrinterProfile] = MappingProxyType(
    {
        "80": PAPER_80,
        "80-42": PAPER_80_42,
        "58": PAPER_58,
        "epson-tm-t20": replace(_EPSON, name="Epson TM-T20II, III, IV"),
        "epson-tm-m30": replace(_EPSON, name="Epson TM-m30, II, III", flow=""),
        "epson-tm-t88": replace(_EPSON_180, name="Epson TM-T88V, VI, VII; TM-T70II"),
        "epson-tm-t88iv": replace(
            _EPSON_180,
            name="Epson TM-T88IV, TM-T70",
            pages=_LEGACY,
            windows_pages=pages(en=(16, "cp1252")),
            dos_pages=_LEGACY,
        ),
        "epson-tm-t88iii": replace(
            _EPSON_180,
            name="Epson TM-T88II, III",
            pages=pages(en=(16, "cp1252"), bg=(17, "cp866")),
            windows_pages=pages(en=(16, "cp1252")),
            dos_pages=pages(en=(16, "cp1252"), bg=(17, "cp866")),
            spare=CodePage(16, "cp1252"),
            process_id=False,
            native_qr=False,
        ),
        "epson-tm-p20": replace(PAPER_58, name="Epson TM-P20II", knife_mm=0),
        "citizen-ct-s": replace(
            _CLONE,
            name="Citizen CT-S310II, CT-S651 and their kin",
            pages=_CITIZEN_DOS,
            windows_pages=_CITIZEN,
            dos_pages=_CITIZEN_DOS,
            spare=CodePage(16, "cp1252"),
            automatic=True,
            real_time_drawer=True,
            flow="dsrdtr",
        ),
        "bixolon-srp": replace(
            PAPER_80_42,
            name="Bixolon SRP-350III and its kin",
            pages=_BIXOLON,
            windows_pages=_BIXOLON,
            dos_pages=_BIXOLON_DOS,
            process_id=False,
            flow="dsrdtr",
        ),
        "xprinter-80": replace(
            _CLONE,
            name="Xprinter 80 mm (XP-N160II, XP-T80Q)",
            pages=MappingProxyType({**_XPRINTER_DOS, **_XPRINTER}),
            windows_pages=_XPRINTER,
            dos_pages=_XPRINTER_DOS,
        ),
        "pos-80": replace(
            _CLONE,
            name="POS-80 clones without a name",
            pages=_POS_58_DOS,
            windows_pages=_POS_80,
            dos_pages=_POS_58_DOS,
        ),
        "pos-58": replace(
            _SMALL,
            name="POS-58, POS-5890 and their clones",
            pages=_POS_58_DOS,
            windows_pages=_POS_58,
            dos_pages=_POS_58_DOS,
            native_qr=False,
            native_barcodes=False,
        ),
        "sunmi-58": replace(
            _SMALL,
            name="Sunmi V2, P2 (58 mm)",
            pages=_SUNMI,
            windows_pages=pages(en=(16, "cp1252")),
            dos_pages=_SUNMI,
            drawer_pins=(),
        ),
        "sunmi-80": replace(
            _CLONE,
            name="Sunmi P3 Mix, T2 (80 mm)",
            pages=_SUNMI,
            windows_pages=pages(en=(16, "cp1252")),
            dos_pages=_SUNMI,
        ),
        "star-escpos": replace(
            _CLONE,
            name="Star TSP in ESC/POS emulation (see the notes)",
            pages=MappingProxyType({**_STAR_DOS, **_STAR}),
            windows_pages=_STAR,
            dos_pages=_STAR_DOS,
            spare=CodePage(4, "cp858"),
            answers_status=False,
        ),
    }
)

"""How the till looks: tokens, palettes, fonts, icons and the painting helpers.

No style sheets anywhere: Fusion and one ``QPalette`` per theme for the native parts, and painted
components that ask for a colour by role at paint time, so that a theme switch is a repaint.
"""

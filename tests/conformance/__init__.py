"""Cases collected from programmes of the field, what others got wrong included: one check a row."""

"""The face of the till: view models, views, theme, languages. Knows services and no wires."""

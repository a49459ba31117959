"""Tests of the theme and of the painted components."""

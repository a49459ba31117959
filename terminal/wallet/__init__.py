"""Cards for phones: a page and a picture anybody can keep, Apple's pass, Google's link.

All carry the same signed QR code, which the till reads off a screen like any card.
"""

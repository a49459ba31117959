"""Set-up of a checkout, from a bare machine to a running till or a passed test suite.

Only the standard library: this runs before anything is installed. Everything it makes lies in
the checkout (`.venv`, `build`, the test store's `node_modules`) except Debian packages. Each step
leaves a stamp with the digest of what it was made from, so a second run does nothing.
"""

"""WooCommerce: a shop that behaves as real ones were seen to, held against what was recorded.

``shop.Shop`` keeps customers, products, orders and coupons by WooCommerce's own rules, its oddities
first; ``server.Server`` puts it on the wire, https and http. ``exchanges/`` holds recorded requests
and answers of a real one (WordPress 6.8.3, WooCommerce 10.0.2); ``test_recorded`` asks ours the
same and compares. The adapter's stories and its contract run on it, and on a real shop if one is
named in the environment.
"""

"""The Shopify adapter, against a small shop that speaks Shopify's own schema."""

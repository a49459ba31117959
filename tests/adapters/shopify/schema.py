"""Shopify's own schema, built once a session; documents held against it."""

from __future__ import annotations

import gzip
import json
from functools import cache
from types import ModuleType

from graphql import GraphQLError, GraphQLSchema, build_client_schema, parse, validate

from bootstrap import shopify


@cache
def schema() -> GraphQLSchema:
    """As Shopify describes it. ``assume_valid``: it breaks a rule of its own on deprecation."""
    with gzip.open(shopify.prepare()) as file:
        told = json.load(file)
    return build_client_schema(told.get("data", told), assume_valid=True)


def mistakes(document: str) -> list[GraphQLError]:
    """What Shopify would have against a document."""
    return validate(schema(), parse(document))


def documents_of(module: ModuleType) -> dict[str, str]:
    """Every document in a module, by its name there."""
    return {
        name: text
        for name, text in vars(module).items()
        if name.isupper() and not name.startswith("_")
        if isinstance(text, str) and "{" in text
    }

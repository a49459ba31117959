"""The office: members with their page, and sync, beside a navigation of its own."""

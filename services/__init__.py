"""Use cases: one async function each, one transaction each. They commit first; sending is for their callers."""

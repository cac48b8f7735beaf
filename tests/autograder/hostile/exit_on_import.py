"""Leaves while it is being imported, before any function is there."""

raise SystemExit(0)

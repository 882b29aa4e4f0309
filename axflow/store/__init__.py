"""Keeping: entries, projects, timers, claims, keys and the outbox behind one protocol, changed in one transaction."""

"""The pure heart: what may happen to a project and what then holds. It reads no clock, no database and no network."""

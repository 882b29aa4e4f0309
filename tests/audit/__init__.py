"""Tests of what only reads."""

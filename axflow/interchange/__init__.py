"""Formats that other tools read and write: pictures as text, event logs, tables."""

from __future__ import annotations

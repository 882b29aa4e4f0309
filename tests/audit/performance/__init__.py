"""Time analysis."""

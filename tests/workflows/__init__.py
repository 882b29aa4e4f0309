"""What the shipped workflows promise."""

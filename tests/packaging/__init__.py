"""What a newcomer and an installer get."""

"""Looking at what happened: every command here only reads."""

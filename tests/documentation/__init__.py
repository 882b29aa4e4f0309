"""The pages of the project, run as their readers would run them."""

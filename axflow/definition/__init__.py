"""What a workflow is: the language, its models, reading and writing them, checking them before they are published."""

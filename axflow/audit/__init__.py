"""The auditor's room: looking back at what was recorded, proving it to others, measuring and questioning it."""

"""How roles are wired: one graph per file."""

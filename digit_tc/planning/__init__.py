"""Plans: connected chains of tool calls whose later arguments refer to earlier results."""

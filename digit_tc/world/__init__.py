"""The simulated world: a fold of events, its summary, and the answers it gives to tool calls."""

"""What answers calls in place of the simulation: a Python function, recorded calls, a live MCP tool."""

"""Live MCP servers: how they are named, and the connection to one."""

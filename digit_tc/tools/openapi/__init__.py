"""OpenAPI documents as tools: one for each operation."""

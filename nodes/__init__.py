"""The roles of a conversation, one per file."""

"""Checks of finished conversations by code: ours or recorded elsewhere."""

"""The saved records in the shapes that others read."""

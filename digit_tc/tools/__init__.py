"""Tool specifications: reading them, and understanding what flows from one to the next."""

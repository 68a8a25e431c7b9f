"""Realistic values for arguments and simulated results, drawn by what a schema leaf means."""

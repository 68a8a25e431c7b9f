"""Experiments: variants of a run on the same scenarios and seeds, and how they compare."""

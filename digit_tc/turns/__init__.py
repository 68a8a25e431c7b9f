"""Kinds of turns: what is planned, said and heard in a turn that is no plain task."""

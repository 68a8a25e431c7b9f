"""Courtesy, for conversations of digit-tc."""

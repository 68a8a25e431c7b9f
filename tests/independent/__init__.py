"""Instruments that judge generated traces from the trace alone.

They share no code with the program under test on purpose: a mistake in the program's own notion of
"this value was said" must not be able to hide in the thing that measures it.
"""

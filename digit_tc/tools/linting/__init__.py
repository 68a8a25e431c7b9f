"""What is wrong with a catalogue: where, how it was mended, and what its owner should do."""

"""Which tools a conversation has at hand: samplers, the mix of them, and what a dataset covers."""

"""Generation forwards, the baseline: a request is made from the tools alone, then calls are planned that serve it."""

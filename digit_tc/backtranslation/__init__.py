"""Back-translation without a model: what a request alone says about the arguments of its calls."""

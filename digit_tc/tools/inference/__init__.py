"""What specifications leave out, inferred from what they do say: types, what is required, what comes back."""

"""The tools that come with the package, one catalogue per file."""

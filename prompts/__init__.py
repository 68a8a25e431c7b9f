"""One prompt per file, and the function that renders one."""

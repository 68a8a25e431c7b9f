"""Values found in plain English: dates, times, numbers, addresses, identifiers, names and quoted text."""

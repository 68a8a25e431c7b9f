"""What a dataset is like, in figures: how deep its turns are, how varied its requests, whence its arguments come."""

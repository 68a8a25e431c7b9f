"""What `digit-tc new` writes: texts in which $name and $class stand for the name of a role or graph."""

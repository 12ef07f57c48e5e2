"""Planning programmes, and moving their money."""

"""HTML doors: reading for everybody, editing at the desk."""

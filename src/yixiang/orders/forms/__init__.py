"""What people type into orders, turned into what the commands take."""

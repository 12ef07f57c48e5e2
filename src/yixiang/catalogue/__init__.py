"""What is shared: instruments, facilities, platforms, test services, their prices and their time."""

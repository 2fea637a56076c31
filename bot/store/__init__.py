"""What is kept, in one SQLite file on one thread."""

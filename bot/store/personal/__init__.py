"""What personal data looks like: contacts, people, places and numbers, in the formats of many countries."""

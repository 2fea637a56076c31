"""A trilingual assistant for the International Agenda for Migration Management."""

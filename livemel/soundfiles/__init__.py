"""Sound files that are whole at every moment while they are written."""

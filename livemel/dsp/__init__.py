"""From samples to log-mel columns: numpy in, numpy out. No Qt, no threads, no clock."""

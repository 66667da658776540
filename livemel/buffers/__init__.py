"""Rings between the threads and processes. No Qt, no threads of their own, no clock."""

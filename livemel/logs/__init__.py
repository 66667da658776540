"""What went wrong, written down for a bug report: text in one small file, never sound, never the
name of a file that was opened. Whoever has something to say uses
`logging.getLogger("livemel.…")`; only a run of the program keeps it.
"""

"""Columns of files → files: .npy, .npz and .csv, streamed in constant memory. No Qt."""

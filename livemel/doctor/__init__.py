"""What this computer has of what livemel needs, and what to do about it. No Qt, no network."""

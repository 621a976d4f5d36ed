"""What the city's registers hold about whoever asks."""

"""Building what is handed out, and proving that it marks as it should."""

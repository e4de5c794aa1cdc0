"""What the bank knows and what the law says: limits, calendars, evidence, grounds, classes, guides, letters."""

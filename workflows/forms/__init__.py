"""What each step asks. A form checks answers and hands them to case actions; it changes nothing itself."""

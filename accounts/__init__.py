"""Who: staff, posts, branches, limits of authority, absence."""

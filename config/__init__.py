"""The project: settings, addresses, the admin site, the embedded database. Knows every app; no app knows it."""

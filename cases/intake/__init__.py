"""How complaints come in from elsewhere: files of other systems."""

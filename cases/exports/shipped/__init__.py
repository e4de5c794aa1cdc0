"""What goes into each bundle as it is. Nothing here imports anything of ours."""

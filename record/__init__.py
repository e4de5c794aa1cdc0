"""What nobody may alter: journal, sealed personal values and their keys, outbox, clock."""

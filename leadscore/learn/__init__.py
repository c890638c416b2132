"""Learns rule tables from what became of the leads that were scored."""

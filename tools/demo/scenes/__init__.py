"""Renders the demo's camera clips: real faces from public packages, painted masks, drawn places, known truth."""

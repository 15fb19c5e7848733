"""Entering for somebody else: what was answered on paper, and a test sat for a person who cannot use a device."""

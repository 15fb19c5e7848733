"""Questions coming in from files and going out again: bounded reading, imports that can be undone, exports."""

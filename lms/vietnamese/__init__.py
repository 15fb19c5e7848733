"""What Vietnamese text is: letters and tones, names, numbers, dates. Knows no Flask, database or clock."""

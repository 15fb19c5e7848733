"""How questions and exams did, by the published formulas. Pure: packed results in, figures out.

`flags` and `figures` are light; `results`, `analysis`, `ability`, `drift` and `alike` load numpy and are therefore
imported where they are used, never when the web process starts.
"""

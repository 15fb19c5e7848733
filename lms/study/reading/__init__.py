"""From the file of a resolution to its passages, and what follows from passages. Pure: no database, no Flask.

- `read_document` reads a file: sections, passages with stable ids, problems (`document.py`);
- `topics.suggest` says which topics a passage is probably about; `editions.compare` what changed between two editions;
  `figures.offer` drafts questions from the figures of a passage.
"""

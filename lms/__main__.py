"""`python -m lms`, the same as the command `lms`."""

from lms.cli import main

main()

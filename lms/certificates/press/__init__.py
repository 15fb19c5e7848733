"""The printing press of certificates: a design is laid out once by WeasyPrint, then only the texts that differ are set.

`skeleton` finds what differs in the HTML, `plate` lays out the rest once and knows where everything stands, `lines`
sets texts with WeasyPrint's own shaping, `files` writes the PDF. What does not fit a plate WeasyPrint renders itself.
"""

"""Names of elements and attributes in WordprocessingML and around it."""

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
PLACED = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
SHAPE = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
VML = "urn:schemas-microsoft-com:vml"
OFFICE = "urn:schemas-microsoft-com:office:office"
MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
WORD14 = "http://schemas.microsoft.com/office/word/2010/wordml"
PURE = "http://purl.org/dc/elements/1.1/"

# The same words in the strict form of the standard.
STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": MAIN.encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": RELATION.encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": MATH.encode(),
    b"http://purl.oclc.org/ooxml/drawingml/main": DRAWING.encode(),
    b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": PLACED.encode(),
}


def w(name: str) -> str:
    """The full name of a word of WordprocessingML."""
    return f"{{{MAIN}}}{name}"


def m(name: str) -> str:
    """The full name of a word of Office mathematics."""
    return f"{{{MATH}}}{name}"


VAL = w("val")
EMBED = f"{{{RELATION}}}embed"
LINK = f"{{{RELATION}}}link"
R_ID = f"{{{RELATION}}}id"

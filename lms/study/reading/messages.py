"""What is said about documents, by code. Refusals say what to do; warnings say what to look at."""

MESSAGES: dict[str, str] = {
    # the file cannot be read
    "document_unknown": "Documents can be read from .docx, .pdf, .html, .md and .txt. Open the file in its program, "
    "save it as .docx and upload that file.",
    "document_picture": "This is a picture. Ask for the document as a Word file or as a PDF with text, or type it off.",
    "document_empty": "There is no text in the file.",
    "document_too_long": "The document has more than {most} lines. Divide it into parts and upload each.",
    "pdf_scanned": "This PDF holds pictures of pages (a scan), so there is no text in it. Ask for the Word file, or "
    "have the text recognised by a program (OCR), check it and save it as .docx.",
    "pdf_encrypted": "The PDF is protected by a password. Save it without the password and upload it again.",
    "pdf_damaged": "The PDF is damaged or is no PDF. Open it, print it into a new PDF and upload that file.",
    "pdf_too_many_pages": "The PDF has more than {most} pages. Divide it into parts and upload each.",
    "html_damaged": "The web page cannot be read. Open it, copy its text into Word, save it as .docx and "
    "upload that file.",
    # doubtful reading
    "pdf_pages_without_text": "These pages have no text, probably they are pictures: {pages}. Check what is missing.",
    "pdf_columns": "Page {page} seems to have columns; check that its lines stand in the right order.",
    "document_legacy_text": "The text seems to be typed in an old code (TCVN3 or VNI), for example “{sample}”. Open "
    "the file in Word with its old font, save it as .docx and upload that file.",
    "document_footnotes": "Footnotes are not read; look whether a passage needs one.",
    "document_hidden": "Hidden text of the Word file is left out.",
    "document_tracked": "The Word file holds tracked changes; it is read as if all of them were accepted.",
    "document_table": "A table is read row by row as a list; compare it with the document.",
    "section_number": "“{label}” stands where “{expected}” was expected; it is kept as it is written.",
    "section_repeated": "“{label}” stands twice under the same heading; both are kept.",
    "no_sections": "No headings or numbers were recognised, so the text is cut at its paragraphs.",
    "document_title": "The title of the document was not recognised; please type it.",
}

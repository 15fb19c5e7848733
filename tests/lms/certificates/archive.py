"""What PDF/A-3b (ISO 19005-3) and tagging (ISO 14289-1) ask of our files, looked at object by object.

There is no validator among our tools (veraPDF is Java and in no registry of ours). These are the rules that our kind of
file can break: fonts, colours, transparency, metadata, attached files, forms and signatures, tags. Numbers are those of
the standard's clauses.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont
from lxml import etree

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
NAMESPACES = ("dc", "xmp", "pdf", "pdfaid", "rdf", "x", "xmpMM", "pdfuaid")  # that need no extension schema
FORBIDDEN_ACTIONS = {
    "/Launch",
    "/Sound",
    "/Movie",
    "/ResetForm",
    "/ImportData",
    "/JavaScript",
    "/SetState",
    "/Hide",
}
PAINTING = frozenset(
    ("f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "Tj", "TJ", "'", '"', "Do", "sh", "INLINE IMAGE")
)
DEEPEST = 28  # q inside each other (6.1.13)


def violations(data: bytes) -> list[str]:
    """Every rule that is broken, in plain words."""
    with pikepdf.Pdf.open(io.BytesIO(data)) as pdf:
        found = list(pdf.check_pdf_syntax())
        for rules in (_file, _metadata, _colours, _objects, _fonts, _attached, _form, _pages, _tags):
            found += rules(pdf, data)
    return found


def _file(pdf: Any, data: bytes) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[4-7]\r?\n%[\x80-\xff]{4}", data):
        yield "6.1.2: the header and its four high bytes"
    if "/Encrypt" in pdf.trailer or len(pdf.trailer.get("/ID", [])) != 2:
        yield "6.1.3: an ID and no encryption"
    for name in ("/OpenAction", "/AA", "/OCProperties", "/Requirements"):
        if name in pdf.Root:
            yield f"6.5: {name} in the catalogue"
    if not str(pdf.Root.get("/Lang", "")):
        yield "the language is not told"


def _metadata(pdf: Any, _data: bytes) -> Iterator[str]:
    raw = pdf.Root.Metadata.read_bytes()
    tree = etree.fromstring(raw)
    told = {str(node.tag): (node.text or "").strip() for node in tree.iter() if isinstance(node.tag, str)}
    for node in tree.iter(f"{RDF}Description"):
        told |= {str(name): str(value) for name, value in node.attrib.items()}
    if (told.get(f"{PDFAID}part"), told.get(f"{PDFAID}conformance")) != ("3", "B"):
        yield "6.6.4: the file does not say that it is PDF/A-3b"
    if b"encoding=" in raw[:200] or b"bytes=" in raw[:200]:
        yield "6.6.2: bytes or encoding in the packet's header"
    if foreign := {prefix for prefix in tree.nsmap if prefix not in NAMESPACES}:
        yield f"6.6.2: properties of unknown schemas {foreign}"
    title = "".join(text for node in tree.iter(f"{DC}title") for text in map(str, node.itertext())).strip()
    if not title or title != str(pdf.docinfo.get("/Title", "")):
        yield "the title in both sets of properties is not the same"


def _colours(pdf: Any, _data: bytes) -> Iterator[str]:
    intents = [each for each in pdf.Root.get("/OutputIntents", []) if str(each.S) == "/GTS_PDFA1"]
    if len(intents) != 1:
        yield "6.2.3: not one output intent"
        return
    profile = intents[0].DestOutputProfile
    icc = profile.read_bytes()
    if icc[36:40] != b"acsp" or icc[16:20] != b"RGB " or int(profile.N) != 3:
        yield "6.2.3: the output intent's profile is none for RGB"


def _objects(pdf: Any, _data: bytes) -> Iterator[str]:
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            continue
        if isinstance(item, pikepdf.Stream):
            filters = str(item.get("/Filter", ""))
            if "LZW" in filters or "Crypt" in filters or "/FFilter" in item or "/F" in item:
                yield "6.1.7: a stream from outside, or with LZW"
        if str(item.get("/S", "")) in FORBIDDEN_ACTIONS or "/JS" in item:
            yield f"6.5.1: an action {item.get('/S')}"
        if str(item.get("/Type", "")) == "/ExtGState" or "/ca" in item or "/CA" in item:
            if "/TR" in item or str(item.get("/TR2", "/Default")) != "/Default" or "/HTP" in item:
                yield "6.2.5: a transfer function"
            if str(item.get("/SMask", "/None")) != "/None" and not isinstance(item.SMask, pikepdf.Dictionary):
                yield "6.2.5: a soft mask that is none"
        if str(item.get("/Subtype", "")) == "/Image" and (item.get("/Interpolate") or "/Alternates" in item):
            yield "6.2.8: an image that is interpolated or has alternates"
        if str(item.get("/Subtype", "")) == "/Form" and {"/OPI", "/PS", "/Ref"} & set(item.keys()):
            yield "6.2.9: a form from outside"
    if "/DeviceCMYK" in str([str(each) for each in pdf.objects]):
        yield "6.2.4: CMYK without its intent"


def _fonts(pdf: Any, _data: bytes) -> Iterator[str]:
    fonts = [
        each
        for each in pdf.objects
        if isinstance(each, pikepdf.Dictionary) and str(each.get("/Type", "")) == "/Font"
    ]
    whole = [each for each in fonts if str(each.Subtype) not in ("/CIDFontType2", "/CIDFontType0")]
    if not whole:
        yield "no font at all"
    for font in whole:
        name = str(font.get("/BaseFont", "?"))
        if str(font.Subtype) != "/Type0":
            yield f"6.2.11: {name} is not embedded as ours are"
            continue
        inner = font.DescendantFonts[0]
        file = inner.FontDescriptor.get("/FontFile2") or inner.FontDescriptor.get("/FontFile3")
        if file is None:
            yield f"6.2.11.4: {name} is not in the file"
            continue
        if "/ToUnicode" not in font:
            yield f"6.2.11.7: {name} has no ToUnicode"
        if str(font.Encoding) != "/Identity-H" or str(inner.get("/CIDToGIDMap", "")) != "/Identity":
            yield f"6.2.11.3: {name} maps its glyphs otherwise"
        yield from _widths(name, inner, file.read_bytes())


def _widths(name: str, font: Any, file: bytes) -> Iterator[str]:
    """The widths in the PDF are those of the font's program (6.2.11.5)."""
    program = TTFont(io.BytesIO(file))
    metrics, order = program["hmtx"].metrics, program.getGlyphOrder()
    scale = 1000 / program["head"].unitsPerEm
    entries = list(font.W)
    while entries:
        first, widths, *entries = entries
        for glyph, width in enumerate(widths, int(first)):
            real = metrics[order[glyph]][0] * scale
            if abs(real - float(width)) > 1:
                yield f"6.2.11.5: glyph {glyph} of {name} is {real} wide, not {width}"


def _attached(pdf: Any, _data: bytes) -> Iterator[str]:
    for name in pdf.attachments:
        spec = pdf.attachments[name].obj
        if {"/F", "/UF", "/AFRelationship", "/EF"} - set(spec.keys()) or str(
            spec.AFRelationship
        ) == "/Unspecified":
            yield f"6.8: {name} does not say what it is to the file"
        if not re.fullmatch(r"/[a-z]+/[a-z.+-]+", str(spec.EF.F.get("/Subtype", ""))):
            yield f"6.8: {name} has no media type"
        if not any(each == spec for each in pdf.Root.get("/AF", [])):
            yield f"6.8: {name} is associated with nothing"


def _form(pdf: Any, _data: bytes) -> Iterator[str]:
    form = pdf.Root.get("/AcroForm", {})
    if form.get("/NeedAppearances") or "/XFA" in form:
        yield "6.4.1: a form without its looks"
    for page in pdf.pages:
        for each in page.obj.get("/Annots", []):
            flags = int(each.get("/F", 0))
            if not flags & 4 or flags & (1 | 2 | 32):
                yield "6.3.2: an annotation that is not printed"
            looks = each.get("/AP", {})
            if list(looks.keys()) != ["/N"] or not isinstance(looks.N, pikepdf.Stream):
                yield "6.3.3: an annotation without the one look it must have"
            if "/A" in each or "/AA" in each:
                yield "6.4.1: a field that acts"


def _pages(pdf: Any, _data: bytes) -> Iterator[str]:
    for page in pdf.pages:
        if {"/AA", "/PresSteps"} & set(page.obj.keys()):
            yield "6.5.2: a page that acts"
        yield from _drawing(page, tagged=True)
        for each in page.obj.get("/Annots", []):
            if "/AP" in each:
                yield from _drawing(each.AP.N, tagged=False)


def _drawing(drawn: Any, *, tagged: bool) -> Iterator[str]:
    """Every operator: what is painted is tagged or an ornament, every glyph is one of the font, q is not too deep."""
    deep, marked = 0, 0
    for step in pikepdf.parse_content_stream(drawn):
        op, operands = str(step.operator), list(step.operands)
        deep += (op == "q") - (op == "Q")
        marked += (op in ("BMC", "BDC")) - (op == "EMC")
        if deep > DEEPEST:
            yield "6.1.13: graphics states inside each other"
            return
        if tagged and op in PAINTING and not marked:
            yield f"7.1: {op} is neither tagged nor an ornament"
            return
        if op == "TJ" and any(
            b"\0\0" in _glyphs(bytes(each)) for each in operands[0] if not _is_number(each)
        ):
            yield "6.2.11.8: a letter that the font has not"
    if deep or marked:
        yield "an operator that is opened and not closed"


def _is_number(each: Any) -> bool:
    return not isinstance(each, pikepdf.String)


def _glyphs(text: bytes) -> list[bytes]:
    return [text[at : at + 2] for at in range(0, len(text), 2)]


def _tags(pdf: Any, _data: bytes) -> Iterator[str]:
    root = pdf.Root
    if not root.get("/MarkInfo", {}).get("/Marked") or "/StructTreeRoot" not in root:
        yield "the file is not tagged"
        return
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "7.1: the title is not shown in its place"
    marks = set()
    for page in pdf.pages:
        drawn = b"\n".join(each.read_bytes() for each in _streams(page.obj.Contents))
        found = re.findall(rb"/MCID (\d+)", drawn)
        if len(found) != len(set(found)):
            yield "7.1: two things under one mark"
        marks |= {int(each) for each in found}
    nodes = list(_nodes(root.StructTreeRoot.K))
    held = {int(kid) for node in nodes for kid in _kids(node) if isinstance(kid, int)}
    held |= {
        int(kid.MCID)
        for node in nodes
        for kid in _kids(node)
        if isinstance(kid, pikepdf.Dictionary) and "/MCID" in kid
    }
    if marks - held:
        yield f"7.1: {len(marks - held)} things on the page are not in the tree of tags"
    kinds = [str(node.S) for node in nodes]
    if "/H1" not in kinds:
        yield "7.4: no heading"
    for node in nodes:
        if str(node.S) == "/Figure" and not str(node.get("/Alt", "")).strip():
            yield "7.3: a figure without words in its place"


def _streams(contents: Any) -> list[Any]:
    return list(contents) if isinstance(contents, pikepdf.Array) else [contents]


def _kids(node: Any) -> list[Any]:
    kids = node.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _nodes(kids: Any) -> Iterator[Any]:
    for kid in list(kids) if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from _nodes(kid.get("/K", pikepdf.Array([])))

"""Files that mean harm or are broken: more than fifty, made here, each with its name for the test report."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

SCRIPT = "<script>alert(1)</script>"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="word/document.xml"/></Relationships>'
)


def zipped(members: Mapping[str, str | bytes], *, store: bool = False) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED if store else zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return target.getvalue()


def paragraphs(*texts: str) -> str:
    return "".join(f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>' for text in texts)


def docx(body: str, *, head: str = '<?xml version="1.0"?>', **members: str | bytes) -> bytes:
    """A Word file with this body; members by name with "/" written as "__"."""
    document = f'{head}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    extra = {name.replace("__", "/"): data for name, data in members.items()}
    return zipped({"[Content_Types].xml": TYPES, "_rels/.rels": RELS, "word/document.xml": document, **extra})


def question(stem: str = "Câu 1. Một?", options: tuple[str, ...] = ("A. Hai", "B. Ba", "Đáp án: A")) -> str:
    return paragraphs(stem, *options)


def png(width: int, height: int, data: bytes = b"\x00") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(data))
        + chunk(b"IEND", b"")
    )


def moodle(inner: str, head: str = "") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}<quiz>{inner}</quiz>'


def multichoice(stem: str, answer: str = "Đúng", files: str = "", name: str = "q") -> str:
    return (
        f'<question type="multichoice"><name><text>{name}</text></name><questiontext format="html"><text>'
        f"<![CDATA[{stem}]]></text>{files}</questiontext><single>true</single>"
        f'<answer fraction="100" format="html"><text><![CDATA[{answer}]]></text></answer>'
        '<answer fraction="0"><text>Sai</text></answer></question>'
    )


def embedded(data: bytes, name: str = "a.png") -> str:
    return f'<file name="{name}" path="/" encoding="base64">{base64.b64encode(data).decode()}</file>'


def qti(item: str, manifest: str = "", **members: str | bytes) -> bytes:
    listed = manifest or (
        '<?xml version="1.0"?><manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>'
        '<resource identifier="r" type="imsqti_item_xmlv2p2" href="item.xml"><file href="item.xml"/></resource>'
        "</resources></manifest>"
    )
    extra = {name.replace("__", "/"): data for name, data in members.items()}
    return zipped({"imsmanifest.xml": listed, "item.xml": item, **extra})


def item(prompt: str, head: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{head}<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="i"'
        ' title="t" adaptive="false" timeDependent="false"><responseDeclaration identifier="RESPONSE"'
        ' cardinality="single" baseType="identifier"><correctResponse><value>A</value></correctResponse>'
        f'</responseDeclaration><itemBody><choiceInteraction responseIdentifier="RESPONSE" maxChoices="1">'
        f'<prompt>{prompt}</prompt><simpleChoice identifier="A">x</simpleChoice><simpleChoice identifier="B">y'
        "</simpleChoice></choiceInteraction></itemBody></assessmentItem>"
    )


def sheet(rows: str, dimension: str = "A1:B2", strings: str = "") -> bytes:
    """An Excel file with these rows of XML."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rel = "http://schemas.openxmlformats.org/package/2006/relationships"
    types = TYPES.replace("/word/document.xml", "/xl/workbook.xml").replace(
        "wordprocessingml.document.main", "spreadsheetml.sheet.main"
    )
    return zipped(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": RELS.replace("word/document.xml", "xl/workbook.xml"),
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="S" sheetId="1" '
            'r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{rel}"><Relationship Id="rId1" Type="{office}/'
            'worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><dimension ref="{dimension}"/><sheetData>'
            f"{rows}</sheetData></worksheet>",
            "xl/sharedStrings.xml": strings or f'<sst xmlns="{main}"/>',
        }
    )


def bent(data: bytes) -> bytes:
    """One byte in the middle is another one."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]


def inline(*cells: str) -> str:
    letters = "ABCDEFGHIJ"
    told = "".join(
        f'<c r="{letters[n]}1" t="inlineStr"><is><t>{cell}</t></is></c>' for n, cell in enumerate(cells)
    )
    return f"<row r='1'>{told}</row>"


LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ESCAPED = SCRIPT.replace("<", "&lt;").replace(">", "&gt;")

FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    # bombs
    "word: one part grows two hundred times": ("a.docx", lambda: docx("<w:p/>" * 5_000_000)),
    "word: a million empty paragraphs": ("a.docx", lambda: docx("<w:p/>" * 150_000 + question())),
    "word: a text of nine megabytes": ("a.docx", lambda: docx(paragraphs("Câu 1. " + "chữ " * 2_000_000))),
    "word: too many parts": ("a.docx", lambda: zipped({f"word/{n}.xml": b"" for n in range(3_000)})),
    "excel: one part grows two hundred times": (
        "a.xlsx",
        lambda: sheet("<row><c><v>1</v></c></row>" * 2_000_000),
    ),
    "excel: the table claims a billion cells": (
        "a.xlsx",
        lambda: sheet(
            inline("x", "y") + "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>", "A1:XFD1048576"
        ),
    ),
    "qti: a zip in a zip in a zip": (
        "a.zip",
        lambda: zipped(
            {"imsmanifest.xml": "<manifest/>", "b.zip": zipped({"c.zip": zipped({"d": b"0" * 999_999})})}
        ),
    ),
    "qti: a bomb beside the item": ("a.zip", lambda: qti(item("x"), bomb=b"0" * 40_000_000)),
    "pdf-like: a stream without an end": (
        "a.pdf",
        lambda: b"%PDF-1.7\n1 0 obj<</Length 999999999>>stream\n" + b"x" * 99,
    ),
    # laughs, document types, external entities
    "word: billion laughs": ("a.docx", lambda: docx("<w:p><w:r><w:t>&j;</w:t></w:r></w:p>", head=LAUGHS)),
    "word: an external entity": (
        "a.docx",
        lambda: docx("<w:p><w:r><w:t>&f;</w:t></w:r></w:p>", head=EXTERNAL),
    ),
    "word: a document type in another encoding": (
        "a.docx",
        lambda: zipped(
            {
                "[Content_Types].xml": TYPES,
                "_rels/.rels": RELS,
                "word/document.xml": (LAUGHS + f'<w:document xmlns:w="{WORD}">&j;</w:document>').encode(
                    "utf-16"
                ),
            }
        ),
    ),
    "moodle: billion laughs": ("a.xml", lambda: moodle("&j;", LAUGHS).encode()),
    "moodle: an external entity": ("a.xml", lambda: moodle(multichoice("&f;"), EXTERNAL).encode()),
    "moodle: a parameter entity": (
        "a.xml",
        lambda: moodle("", '<!DOCTYPE q [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;]>').encode(),
    ),
    "qti: billion laughs in an item": ("a.zip", lambda: qti(item("&j;", LAUGHS))),
    "qti: an external entity in the manifest": (
        "a.zip",
        lambda: qti(item("x"), f'<?xml version="1.0"?>{EXTERNAL}<manifest>&f;</manifest>'),
    ),
    "excel: billion laughs in the strings": (
        "a.xlsx",
        lambda: sheet(inline("x"), strings=f"{LAUGHS}<sst>&j;</sst>"),
    ),
    "yaml: billion laughs by anchors": (
        "a.yaml",
        (
            "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + "".join(
                f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
            )
        ).encode,
    ),
    "yaml: a Python object": ("a.yaml", lambda: b"questions: !!python/object/apply:os.system ['true']\n"),
    # names and links
    "qti: a member climbs out": (
        "a.zip",
        lambda: zipped({"imsmanifest.xml": "<m/>", "../../etc/cron.d/x": "x"}),
    ),
    "qti: the manifest points outside": (
        "a.zip",
        lambda: qti(
            item("x"),
            '<manifest><resources><resource type="imsqti_item_xmlv2p2" href="../../../etc/passwd"/>'
            "</resources></manifest>",
        ),
    ),
    "qti: the manifest points to a host": (
        "a.zip",
        lambda: qti(
            item("x"),
            '<manifest><resources><resource type="imsqti_item_xmlv2p2" '
            'href="http://127.0.0.1:9/x.xml"/></resources></manifest>',
        ),
    ),
    "word: a member with an absolute name": ("a.docx", lambda: docx(question(), __etc__passwd=b"x")),
    "word: a picture linked from a file": (
        "a.docx",
        lambda: docx(
            '<w:p><w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:link="rId9"/>'
            "</w:drawing></w:r></w:p>" + question(),
            word___rels__document_xml_rels=RELS,
        ),
    ),
    "moodle: a picture from a host": (
        "a.xml",
        lambda: moodle(multichoice('<img src="http://127.0.0.1:9/a.png" alt="x">?')).encode(),
    ),
    # scripts in every field
    "word: scripts in stem and options": (
        "a.docx",
        lambda: docx(
            question(
                f"Câu 1. {ESCAPED}?", (f"A. {ESCAPED}", f"B. x{ESCAPED}", "Đáp án: A", f"Căn cứ: {ESCAPED}")
            )
        ),
    ),
    "moodle: scripts in every field": (
        "a.xml",
        lambda: moodle(
            multichoice(f"{SCRIPT}<img src=x onerror=alert(1)>Hỏi?", f"{SCRIPT}a", name=ESCAPED)
        ).encode(),
    ),
    "gift: scripts in every field": (
        "a.gift",
        lambda: f"::{SCRIPT}::{SCRIPT} hỏi {{={SCRIPT}a#{SCRIPT} ~b}}\n".replace(
            "=alert", "\\=alert"
        ).encode(),
    ),
    "aiken: scripts in every field": ("a.txt", f"{SCRIPT}\nA. {SCRIPT}\nB. b\nANSWER: A\n".encode),
    "excel: formulas and scripts in cells": (
        "a.xlsx",
        lambda: sheet(inline('=HYPERLINK("http://x")', ESCAPED, "+1+1", "@SUM(1)")),
    ),
    "csv: formulas": ("a.csv", "STT,Câu hỏi,A,B,Đáp án\n1,=1+1,@x,+y,A\n".encode),
    "qti: scripts in the prompt": ("a.zip", lambda: qti(item(f"{ESCAPED}<b>Hỏi?</b>"))),
    "moodle: a javascript link": (
        "a.xml",
        lambda: moodle(multichoice('<a href="javascript:alert(1)">Hỏi?</a>')).encode(),
    ),
    # truncated, of another kind, protected
    "word: cut off in the middle": ("a.docx", lambda: docx(question() * 50)[:900]),
    "word: cut off at the end": ("a.docx", lambda: docx(question() * 50)[:-30]),
    "word: one byte changed in the middle": (
        "a.docx",
        lambda: bent(docx(question() * 90)),
    ),
    "excel: cut off": ("a.xlsx", lambda: sheet(inline("x", "y"))[:300]),
    "word: a program": ("a.docx", lambda: b"MZ" + b"\x90" * 4_000),
    "word: a picture": ("a.docx", lambda: png(10, 10)),
    "word: an old .doc": ("a.doc", lambda: OLE + b"\x00" * 4_000),
    "word: protected by a password": (
        "a.docx",
        lambda: OLE + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 4_000,
    ),
    "excel: an old .xls that is none": ("a.xls", lambda: OLE + b"\xff" * 4_000),
    "excel: a Word file": ("a.xlsx", lambda: docx(question())),
    "word: an Excel file": ("a.docx", lambda: sheet(inline("x"))),
    "word: a zip of nothing": ("a.docx", lambda: zipped({})),
    "zip: only rubbish": ("a.zip", lambda: zipped({"a.txt": "x", "b/c.bin": b"\x00\xff"})),
    "nothing at all": ("a.txt", lambda: b""),
    "one byte": ("a.docx", lambda: b"P"),
    "text of zero bytes": ("a.txt", lambda: b"\x00" * 100_000),
    "text that is no UTF-8": ("a.txt", lambda: b"\xff\xfe\xfd\xfc" * 1_000),
    "text of control and direction signs": (
        "a.txt",
        ("Hỏi\u202e\u2066\x07?\nA. a\u200b\nB. b\nANSWER: A\n").encode,
    ),
    # depth and length
    "word: tables in tables": (
        "a.docx",
        lambda: docx("<w:tbl><w:tr><w:tc>" * 300 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 300),
    ),
    "moodle: elements in elements": ("a.xml", lambda: moodle("<a>" * 5_000 + "</a>" * 5_000).encode()),
    "moodle: HTML in HTML": (
        "a.xml",
        lambda: moodle(multichoice("<div>" * 5_000 + "x" + "</div>" * 5_000)).encode(),
    ),
    "yaml: lists in lists": ("a.yaml", ("[" * 20_000 + "]" * 20_000).encode),
    "aiken: one line of five megabytes": ("a.txt", lambda: b"x" * 5_000_000 + b"\nA. a\nB. b\nANSWER: A\n"),
    "aiken: a question with ten thousand options": (
        "a.txt",
        ("Hỏi?\n" + "A. a\n" * 10_000 + "ANSWER: A\n").encode,
    ),
    "gift: braces without an end": ("a.gift", lambda: b"{" * 50_000),
    "gift: back strokes without an end": ("a.gift", lambda: b"Hoi " + b"\\" * 50_001 + b"{=a ~b}"),
    "gift: blanks and tildes": ("a.gift", lambda: b"Hoi {" + b" ~" * 50_000 + b"}"),
    "text: question heads without an end": ("a.txt", ("Câu 1. " * 50_000).encode),
    "word: one paragraph of option letters": (
        "a.docx",
        lambda: docx(paragraphs("Câu 1. x", "A. B. C. D. " * 5_000)),
    ),
    # pictures
    "moodle: a picture of a billion dots": (
        "a.xml",
        lambda: moodle(
            multichoice('<img src="@@PLUGINFILE@@/a.png" alt="x">?', files=embedded(png(40_000, 40_000)))
        ).encode(),
    ),
    "moodle: a picture cut off": (
        "a.xml",
        lambda: moodle(
            multichoice('<img src="@@PLUGINFILE@@/a.png" alt="x">?', files=embedded(png(9, 9)[:40]))
        ).encode(),
    ),
    "moodle: a drawing with a script": (
        "a.xml",
        lambda: moodle(
            multichoice(
                '<img src="@@PLUGINFILE@@/a.svg" alt="x">?',
                files=embedded(b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "a.svg"),
            )
        ).encode(),
    ),
    "moodle: a picture that is a page": (
        "a.xml",
        lambda: moodle(
            multichoice(
                '<img src="@@PLUGINFILE@@/a.png" alt="x">?',
                files=embedded(b"GIF89a<html><script>alert(1)</script>"),
            )
        ).encode(),
    ),
    "moodle: base64 that is none": (
        "a.xml",
        lambda: moodle(
            multichoice("Hỏi?", files='<file name="a.png" path="/" encoding="base64">!!!</file>')
        ).encode(),
    ),
}

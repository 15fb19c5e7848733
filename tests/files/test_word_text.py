"""What a Word file says: looks through styles, numbers, changes, boxes, pictures, fonts; and files that are none."""

import contextlib
import random
from io import BytesIO

import docx
import pytest
from docx.shared import RGBColor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.files.package import PackageRefused
from lms.files.word import Paragraph, Run, Table, WordText, WordUnreadable, read_word
from lms.files.xml import XmlRefused
from tests.questions.word_files import PNG, numbering, p, package, parts_of, picture, run, styles, table, word


def paragraphs(*blocks: str, **parts: str) -> list[Paragraph]:
    return list(read_word(word(*blocks, **parts)).paragraphs())  # type: ignore[arg-type]


def first(*blocks: str, **parts: str) -> Run:
    return paragraphs(*blocks, **parts)[0].runs[0]


def labels(*blocks: str, numbering_xml: str, styles_xml: str = "") -> list[str]:
    return [found.label for found in paragraphs(*blocks, numbering_xml=numbering_xml, styles_xml=styles_xml)]


# Text


def test_runs_with_the_same_looks_are_one() -> None:
    assert paragraphs(p(run("Câ"), run("u 1")))[0].runs == (Run("Câu 1"),)


def test_breaks_tabs_and_hyphens_are_text() -> None:
    signs = "<w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:cr/><w:noBreakHyphen/><w:softHyphen/>"
    inner = f"<w:r>{signs}<w:t>d</w:t></w:r>"
    assert paragraphs(p(inner))[0].text == "a\tb\nc\n-d"


def test_text_is_composed_and_nothing_invisible_stays_even_across_runs() -> None:
    assert paragraphs(p(run("Ca\u0302"), run("\u0301u\u200b \u00ad1", "b")))[0].text == "Cấu 1"


def test_links_controls_tags_and_fields_give_their_text() -> None:
    inner = (
        f"<w:hyperlink>{run('một ')}</w:hyperlink><w:sdt><w:sdtContent>{run('hai ')}</w:sdtContent></w:sdt>"
        f"<w:smartTag>{run('ba ')}</w:smartTag><w:fldSimple w:instr='PAGE'>{run('bốn ')}</w:fldSimple>"
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK '
        '"x"</w:instrText><w:t>lệnh</w:t></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("năm")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert paragraphs(p(inner))[0].text == "một hai ba bốn năm"


def test_a_field_in_the_instruction_of_a_field_gives_nothing() -> None:
    begin, middle, end = (
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
    )
    inner = f"{begin}{begin}{middle}{run('trong')}{end}{middle}{run('ngoài')}{end}{run(' sau')}"
    assert paragraphs(p(inner))[0].text == "ngoài sau"


def test_tracked_changes_are_read_as_accepted() -> None:
    gone = "<w:del><w:r><w:delText>bớt</w:delText></w:r></w:del>"
    inner = f"<w:ins>{run('thêm')}</w:ins>{gone}<w:moveTo>{run(' đến')}</w:moveTo>"
    moved = f"<w:moveFrom>{run('đi')}</w:moveFrom>"
    text = read_word(word(p(inner + moved)))
    assert [found.text for found in text.paragraphs()] == ["thêm đến"]
    assert text.notes == ("tracked_changes_accepted",)


def test_a_deleted_end_of_paragraph_joins_it_to_the_next() -> None:
    found = paragraphs(p(run("một "), more="<w:rPr><w:del/></w:rPr>"), p(run("hai")))
    assert [paragraph.text for paragraph in found] == ["một hai"]


def test_hidden_text_is_kept_apart_and_told() -> None:
    text = read_word(word("Câu 1 ⟦v⟧(đáp án B)⟦/v⟧."))
    (found,) = text.paragraphs()
    assert found.text == "Câu 1 ."
    assert [one.text for one in found.runs if one.hidden] == ["(đáp án B)"]
    assert text.notes == ("hidden_text_left_out",)


def test_signs_of_picture_fonts_become_unicode_or_are_told() -> None:
    tick = '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'
    typed = run("\uf0fe", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>')
    odd = '<w:r><w:sym w:font="Wingdings" w:char="F021"/></w:r>'
    text = read_word(word(p(tick, typed, odd, run("x"))))
    assert next(text.paragraphs()).text == "✓☑x"
    assert text.notes == ("symbol_not_known",)


def test_equations_are_read_as_a_line() -> None:
    def part(name: str, inner: str) -> str:
        return f"<m:{name}>{inner}</m:{name}>"

    def letters(text: str) -> str:
        return f"<m:r><m:t>{text}</m:t></m:r>"

    fraction = part("f", part("num", letters("a+b")) + part("den", letters("2")))
    power = part("sSup", part("e", letters("x")) + part("sup", letters("2")))
    root = part("rad", part("e", letters("y")))
    assert paragraphs(p(part("oMath", fraction + power + root)))[0].text == "(a+b)/2x²√(y)"


def test_only_one_of_alternative_contents_is_read_and_text_boxes_stay_in_place() -> None:
    def box(text: str) -> str:
        return f"<w:txbxContent>{p(text)}</w:txbxContent>"

    inner = (
        f"<w:r><mc:AlternateContent><mc:Choice "
        f"Requires='wps'><w:drawing><wps:wsp><wps:txbx>{box('trong hộp')}</wps:txbx>"
        f"</wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{box('trong hộp')}"
        "</v:textbox></v:shape>"
        "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    old = f"<w:r><w:pict><v:shape><v:textbox>{box('hộp cũ')}</v:textbox></v:shape></w:pict></w:r>"
    text = read_word(word(p(run("trước"), inner), p(run("sau"), old)))
    assert [(found.text, found.index) for found in text.paragraphs()] == [
        ("trước", 1),
        ("trong hộp", 2),
        ("sau", 3),
        ("hộp cũ", 4),
    ]
    assert text.notes == ("text_box_read",)


def test_footnotes_headers_and_footers_are_not_merged() -> None:
    text = read_word(
        word(p(run("thân"), '<w:r><w:footnoteReference w:id="2"/></w:r>'), more={"word/header1.xml": "<x/>"})
    )
    assert [found.text for found in text.paragraphs()] == ["thân"]
    assert text.notes == ("footnotes_not_read",)


# Looks


def test_looks_are_read_from_the_run() -> None:
    assert first("⟦u⟧a⟦/u⟧").underline
    assert first("⟦b⟧a⟦/b⟧").bold
    assert first("⟦i⟧a⟦/i⟧").italic
    assert first("⟦s⟧a⟦/s⟧").raised
    assert first("⟦r⟧a⟦/r⟧").colour == "FF0000"
    assert first("⟦h⟧a⟦/h⟧").highlight == "FFFF00"
    assert first(p(run("a", '<w:shd w:val="clear" w:fill="00FF00"/>'))).highlight == "00FF00"
    assert first(p(run("a", '<w:u w:val="none"/>'))) == Run("a")


@pytest.mark.parametrize("colour", ["auto", "000000", "0D0D0D", "222222", "333333", "212529"])
def test_black_as_it_comes_is_no_colour(colour: str) -> None:
    assert first(p(run("a", f'<w:color w:val="{colour}"/>'))).colour == ""


def test_theme_colours_are_looked_up() -> None:
    theme = (
        '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:themeElements>'
        '<a:clrScheme name="x">'
        '<a:dk1><a:sysClr val="windowText" lastClr="000000"/></a:dk1><a:accent2><a:srgbClr val="C0504D"/></a:accent2>'
        "</a:clrScheme></a:themeElements></a:theme>"
    )
    blocks = (
        p(run("a", '<w:color w:themeColor="accent2"/>')),
        p(run("b", '<w:color w:val="C00000" w:themeColor="accent2"/>')),
        p(run("c", '<w:color w:val="123456" w:themeColor="text1"/>')),
    )
    found = read_word(package(parts_of(*blocks, theme_xml=theme))).paragraphs()
    assert [paragraph.runs[0].colour for paragraph in found] == ["C0504D", "C00000", ""]


STYLES = styles(
    "<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii='Calibri' "
    "w:hAnsi='Calibri'/></w:rPr></w:rPrDefault></w:docDefaults>"
    "<w:style w:type='paragraph' w:default='1' w:styleId='Normal'><w:name w:val='Normal'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='Base'><w:name w:val='Base'/><w:rPr><w:b/><w:color "
    "w:val='FF0000'/></w:rPr></w:style>"
    "<w:style w:type='paragraph' w:styleId='Right'><w:name w:val='Right'/><w:basedOn "
    "w:val='Base'/><w:rPr><w:u w:val='single'/></w:rPr></w:style>"
    "<w:style w:type='character' w:styleId='Strong'><w:name w:val='Strong'/><w:rPr><w:b/></w:rPr></w:style>"
    "<w:style w:type='character' w:styleId='Link'><w:name w:val='Hyperlink'/><w:rPr><w:u "
    "w:val='single'/></w:rPr></w:style>"
    "<w:style w:type='paragraph' w:styleId='Round'><w:name w:val='Round'/><w:basedOn "
    "w:val='Round2'/><w:rPr><w:i/></w:rPr></w:style>"
    "<w:style w:type='paragraph' w:styleId='Round2'><w:name w:val='Round2'/><w:basedOn w:val='Round'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='H1'><w:name w:val='heading 1'/><w:pPr><w:outlineLvl "
    "w:val='0'/></w:pPr></w:style>"
    "<w:style w:type='paragraph' w:styleId='H1b'><w:name w:val='Mục lớn'/><w:basedOn w:val='H1'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='Item'><w:name w:val='Item'/><w:pPr><w:numPr><w:numId "
    "w:val='1'/></w:numPr></w:pPr></w:style>"
    "<w:style w:type='paragraph' w:styleId='Item2'><w:name w:val='Item2'/><w:basedOn w:val='Item'/></w:style>"
)


def test_looks_are_inherited_through_styles_and_defaults() -> None:
    found = first(p(run("a"), style="Right"), styles_xml=STYLES)
    assert (found.bold, found.underline, found.colour, found.font) == (True, True, "FF0000", "Calibri")


def test_what_stands_at_the_run_wins_and_toggles_of_styles_cancel() -> None:
    inner = (run("a", '<w:b w:val="0"/><w:color w:val="auto"/>'), run("b", '<w:rStyle w:val="Strong"/>'))
    (found,) = paragraphs(p(*inner, style="Base"), styles_xml=STYLES)
    assert [(one.text, one.bold, one.colour) for one in found.runs] == [
        ("a", False, ""),
        ("b", False, "FF0000"),
    ]
    assert first(p(run("c", '<w:rStyle w:val="Strong"/>')), styles_xml=STYLES).bold


def test_links_are_not_underlined_by_anybody() -> None:
    assert not first(p(run("a", '<w:rStyle w:val="Link"/>')), styles_xml=STYLES).underline


def test_styles_in_a_circle_do_no_harm() -> None:
    assert first(p(run("a"), style="Round"), styles_xml=STYLES).italic


def test_headings_are_known_by_their_level_inherited_too() -> None:
    found = paragraphs(p("a", style="H1"), p("b", style="H1b"), "c", styles_xml=STYLES)
    assert [(one.outline, one.style) for one in found] == [(0, "heading 1"), (0, "Mục lớn"), (None, "Normal")]


def test_a_heading_style_without_a_level_is_known_by_its_name() -> None:
    named = styles("<w:style w:type='paragraph' w:styleId='H'><w:name w:val='heading 2'/></w:style>")
    assert paragraphs(p("a", style="H"), styles_xml=named)[0].outline == 1


# Numbers


def test_numbers_are_those_that_word_shows() -> None:
    lists = numbering([("decimal", "Câu %1."), ("upperLetter", "%2."), ("lowerRoman", "%1.%3)")])
    blocks = [p("x", num=(1, level)) for level in (0, 1, 1, 0, 1, 2, 2)]
    assert labels(*blocks, numbering_xml=lists) == ["Câu 1.", "A.", "B.", "Câu 2.", "A.", "2.i)", "2.ii)"]


def test_two_lists_on_one_pattern_count_on_unless_one_starts_anew() -> None:
    more = (
        '<w:num w:numId="8"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="9"><w:abstractNumId w:val="1"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    lists = numbering([("upperLetter", "%1.")], more=more)
    blocks = [p("x", num=(number, 0)) for number in (1, 1, 8, 9, 9)]
    assert labels(*blocks, numbering_xml=lists) == ["A.", "B.", "C.", "A.", "B."]


def test_a_list_can_come_from_the_style_and_be_taken_away() -> None:
    lists = numbering([("decimal", "%1)")])
    blocks = (
        p("a", style="Item"),
        p("b", style="Item2"),
        p("c", style="Item", num=(0, 0)),
        p("d", style="Item"),
    )
    assert labels(*blocks, numbering_xml=lists, styles_xml=STYLES) == ["1)", "2)", "", "3)"]


def test_a_list_that_points_to_a_list_style_is_that_list() -> None:
    inner = (
        '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="Linked"/></w:abstractNum>'
        '<w:abstractNum w:abstractNumId="2"><w:styleLink w:val="Linked"/><w:lvl w:ilvl="0"><w:numFmt '
        'w:val="upperRoman"/>'
        '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>'
    )
    style = styles(
        "<w:style w:type='numbering' w:styleId='Linked'><w:name w:val='Linked'/><w:pPr><w:numPr><w:numId "
        "w:val='2'/></w:numPr></w:pPr></w:style>"
    )
    lists = numbering(more=inner)
    assert labels(p("a", num=(1, 0)), p("b", num=(1, 0)), numbering_xml=lists, styles_xml=style) == [
        "I.",
        "II.",
    ]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("decimal", "28"),
        ("upperLetter", "BB"),
        ("lowerLetter", "bb"),
        ("upperRoman", "XXVIII"),
        ("decimalZero", "28"),
    ],
)
def test_every_form_of_number_is_written(form: str, expected: str) -> None:
    blocks = [p("x", num=(1, 0)) for _ in range(28)]
    assert labels(*blocks, numbering_xml=numbering([(form, "%1")]))[-1] == expected


def test_bullets_are_shown_as_signs() -> None:
    assert labels(p("x", num=(1, 0)), numbering_xml=numbering([("bullet", "\uf0b7")])) == ["•"]
    assert labels(p("x", num=(1, 0)), numbering_xml=numbering([("bullet", "-")])) == ["-"]


# Fonts before Unicode


def test_text_in_legacy_fonts_is_converted_by_run() -> None:
    def typed(text: str, font: str) -> str:
        return run(text, f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>')

    text = read_word(
        word(
            p(
                typed("Uû ban nh©n d©n", ".VnTime"),
                run(" và "),
                typed("Xin cha", "VNI-Times"),
                typed("øo", "VNI-Times"),
            )
        )
    )
    assert next(text.paragraphs()).text == "Uỷ ban nhân dân và Xin chào"
    assert text.notes == ("legacy_font",)
    assert paragraphs(p(typed("®¶ng", ".VnTimeH")))[0].text == "ĐẢNG"


def test_a_soft_hyphen_in_a_legacy_font_is_a_letter() -> None:
    font = '<w:rPr><w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/></w:rPr>'
    inner = f"<w:r>{font}<w:t>®</w:t><w:softHyphen/><w:t>îc</w:t></w:r>"
    assert paragraphs(p(inner))[0].text == "được"


# Tables and pictures


def test_tables_keep_their_cells_spans_and_merges() -> None:
    merged = "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>"
    wide = f"<w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>{p('a')}</w:tc>"
    raw = f"<w:tbl><w:tr>{wide}</w:tr><w:tr>{merged}<w:tc>{table(['trong'])}</w:tc></w:tr></w:tbl>"
    (found,) = read_word(word(raw)).blocks
    assert isinstance(found, Table)
    assert [[(cell.text, cell.columns_spanned, cell.merged_down) for cell in row] for row in found.rows] == [
        [("a", 2, False)],
        [("", 1, True), ("trong", 1, False)],
    ]


def test_pictures_are_named_by_their_bytes_with_words_and_place() -> None:
    text = read_word(word(p(run("a"), picture(alt="Bản đồ"), run("bc"), picture(alt=""))))
    (found,) = text.paragraphs()
    (name,) = text.pictures
    assert name.endswith(".png")
    assert text.pictures[name] == PNG
    assert found.images == ((name, "Bản đồ"), (name, ""))
    assert found.image_places == (1, 3)


def test_pictures_that_cannot_be_used_are_counted_and_told() -> None:
    linked = '<w:r><w:drawing><wp:inline><a:blip r:link="rId7"/></wp:inline></w:drawing></w:r>'
    data = word(
        p(picture("rId5"), linked, picture("rId6"), picture("rId404")),
        relations={
            "rId5": ("image", "media/a.emf"),
            "rId6": ("image", "file:///etc/passwd"),
            "rId7": ("image", "http://x/y.png"),
        },
        more={"word/media/a.emf": b"\x01\x00\x00\x00"},
    )
    text = read_word(data)
    assert next(text.paragraphs()).lost_pictures == 4
    assert text.pictures == {}
    assert set(text.notes) == {"picture_not_usable", "linked_picture_not_read"}


def test_a_picture_cannot_name_a_part_outside_the_package() -> None:
    data = word(p(picture("rId5")), relations={"rId5": ("image", "../../../../etc/passwd")})
    assert read_word(data).pictures == {}


def test_a_file_of_python_docx_is_read_like_python_docx_reads_it() -> None:
    made = docx.Document()
    made.core_properties.title = "Ngân  hàng"
    made.add_heading("PHẦN I", 1)
    paragraph = made.add_paragraph("Câu 1. ")
    paragraph.add_run("đỏ").font.color.rgb = RGBColor(255, 0, 0)
    made.add_paragraph("một", style="List Number")
    made.add_table(1, 2).cell(0, 1).text = "ô"
    saved = BytesIO()
    made.save(saved)
    text = read_word(saved.getvalue())
    assert text.title == "Ngân hàng"
    assert [found.text for found in text.blocks if isinstance(found, Paragraph)] == [
        one.text for one in made.paragraphs
    ]
    assert [found.label for found in text.blocks if isinstance(found, Paragraph)] == ["", "", "1."]
    assert [run.colour for run in list(text.paragraphs())[1].runs] == ["", "FF0000"]


# Files that are no Word documents


def refused(data: bytes) -> str:
    try:
        read_word(data)
    except (WordUnreadable, PackageRefused, XmlRefused) as found:
        return found.code
    return "read"


def test_files_of_other_kinds_are_refused_by_what_they_are() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    assert refused(b"") == "not_word"
    assert refused(b"%PDF-1.7") == "not_word"
    assert refused(ole) == "old_word"
    assert refused(ole + "EncryptedPackage".encode("utf-16-le")) == "encrypted"
    assert refused(b"{\\rtf1\\ansi}") == "rich_text"
    assert refused(package({"a.txt": "a"})) == "not_word"
    assert refused(package({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<a/>"})) == "not_word"
    assert refused(b"PK\x03\x04 broken") == "damaged"


def test_macros_damage_and_document_types_are_refused() -> None:
    parts = parts_of("a")
    macro = str(parts["[Content_Types].xml"]).replace(
        "officedocument.wordprocessingml.document.main", "ms-word.document.macroEnabled.main"
    )
    assert refused(package({**parts, "[Content_Types].xml": macro})) == "macro"
    assert refused(package({**parts, "word/document.xml": "<w:document"})) == "damaged"
    assert (
        refused(package({**parts, "word/document.xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}))
        == "xml_doctype"
    )
    assert refused(package({**parts, "word/styles.xml": "<!DOCTYPE x><x/>"})) == "xml_doctype"


def test_a_part_that_is_only_missing_does_not_stop_the_reading() -> None:
    parts = {
        name: content for name, content in parts_of("chữ").items() if name != "word/_rels/document.xml.rels"
    }
    assert next(read_word(package(parts)).paragraphs()).text == "chữ"


def test_the_strict_form_of_the_standard_is_read() -> None:
    parts = parts_of("⟦b⟧chữ⟦/b⟧")
    strict = {
        name: content.replace(
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
        if isinstance(content, str)
        else content
        for name, content in parts.items()
    }
    assert next(read_word(package(strict)).paragraphs()).runs == (Run("chữ", bold=True),)


RICH = parts_of(
    "Câu 1. ⟦u⟧a⟦/u⟧",
    p("x", num=(1, 0)),
    table(["a", "b"], ["c", "d"]),
    p(picture(alt="x")),
    p("y", style="Right"),
    numbering_xml=numbering([("decimal", "Câu %1."), ("upperLetter", "%2.")]),
    styles_xml=STYLES,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["word/document.xml", "word/numbering.xml", "word/styles.xml"]))
def test_changed_xml_is_read_or_refused_and_never_crashes(seed: int, part: str) -> None:
    chance = random.Random(seed)
    text = str(RICH[part])
    for _ in range(chance.randrange(1, 6)):
        tags = [at for at, sign in enumerate(text) if sign == "<"]
        start = chance.choice(tags)
        end = text.find(">", start) + 1
        what = chance.randrange(4)
        if what == 0:  # an element's tag away
            text = text[:start] + text[end:]
        elif what == 1:  # twice
            text = text[:end] + text[start:end] + text[end:]
        elif what == 2:  # a value that is none
            text = (
                text[:start]
                + text[start:end].replace('"1"', '"-99999999999"').replace('val="', 'val="%9')
                + text[end:]
            )
        else:  # elsewhere
            other = chance.choice(tags)
            text = text[:other] + text[start:end] + text[other:]
    try:
        found = read_word(package({**RICH, part: text}))
    except (WordUnreadable, XmlRefused, PackageRefused):
        return
    assert isinstance(found, WordText)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 4000))
def test_damaged_bytes_are_refused_and_never_crash(noise: bytes, at: int) -> None:
    data = bytearray(package(RICH))
    data[at : at + len(noise)] = noise
    with contextlib.suppress(WordUnreadable, XmlRefused, PackageRefused):
        assert isinstance(read_word(bytes(data)), WordText)

"""Numbers, fonts before Unicode, tables and pictures of Word files."""

from io import BytesIO

import docx
import pytest
from docx.shared import RGBColor

from lms.files.word import Paragraph, Table, read_word
from tests.files.word_texts import STYLES, paragraphs
from tests.questions.word_files import PNG, numbering, p, picture, run, styles, table, word


def labels(*blocks: str, numbering_xml: str, styles_xml: str = "") -> list[str]:
    return [found.label for found in paragraphs(*blocks, numbering_xml=numbering_xml, styles_xml=styles_xml)]


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

"""What a Word file says: looks through styles, numbers, changes, boxes, pictures, fonts; and files that are none."""

import pytest

from lms.files.word import Run, read_word
from tests.files.word_texts import STYLES, paragraphs
from tests.questions.word_files import p, package, parts_of, run, styles, word


def first(*blocks: str, **parts: str) -> Run:
    return paragraphs(*blocks, **parts)[0].runs[0]


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

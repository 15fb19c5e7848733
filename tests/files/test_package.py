"""Zip packages and XML from strangers: read when they are honest, refused by name when they are not."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.files import package, xml
from lms.files.package import PackageRefused, open_package
from lms.files.xml import XmlRefused, parse


def packed(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return target.getvalue()


def test_an_honest_package_is_read_by_name() -> None:
    found = open_package(packed({"a/b.xml": b"<a/>", "__MACOSX/a": b"x", ".DS_Store": b"x"}))
    assert dict(found) == {"a/b.xml": b"<a/>"}


def link() -> bytes:
    info = zipfile.ZipInfo("link")
    info.external_attr = 0o120777 << 16
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr(info, "/etc/passwd")
    return target.getvalue()


def encrypted() -> bytes:
    data = bytearray(packed({"a": b"secret"}))
    for at in (data.find(b"PK\x03\x04") + 6, data.find(b"PK\x01\x02") + 8):
        data[at] |= 1
    return bytes(data)


def lying(size: int = 10) -> bytes:
    """The directory says 10 bytes, the member holds 60 million."""
    data = bytearray(packed({"a": b"0" * 900_000}))
    at = data.find(b"PK\x01\x02") + 24
    data[at : at + 4] = size.to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_package"),
        (b"PK\x03\x04 and nothing more", "not_a_package"),
        (packed({"a": b"x" * 1000})[:-40], "not_a_package"),
        (packed({"../a": b""}), "package_bad_name"),
        (packed({"/etc/passwd": b""}), "package_bad_name"),
        (packed({"a\\..\\..\\b": b""}), "package_bad_name"),
        (packed({"C:/windows": b""}), "package_bad_name"),
        (link(), "package_bad_name"),
        (encrypted(), "package_encrypted"),
        (packed({"a": b"0" * 30_000_000}), "package_bomb"),
        (packed({str(n): b"" for n in range(2_001)}), "package_too_many"),
    ],
)
def test_a_hostile_package_is_refused_before_it_is_unpacked(data: bytes, code: str) -> None:
    with pytest.raises(PackageRefused) as refused:
        open_package(data)
    assert refused.value.code == code
    assert package.MESSAGES[code].format(**refused.value.params)


def test_a_directory_that_lies_about_sizes_is_found_out() -> None:
    found = open_package(lying())
    with pytest.raises(PackageRefused) as refused:
        found["a"]
    assert refused.value.code == "package_damaged"


def test_all_members_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_UNPACKED", 1_000)
    with pytest.raises(PackageRefused) as refused:
        open_package(packed({"a": b"x" * 600, "b": b"y" * 600}))
    assert refused.value.code == "package_too_large"


@given(st.binary(max_size=300))
def test_no_bytes_break_the_opener(data: bytes) -> None:
    codes = []
    try:
        dict(open_package(data))
    except PackageRefused as refused:
        codes.append(package.MESSAGES[refused.code].format(**refused.params))
    assert all(codes)


LAUGHS = b'<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;">]><a>&m;</a>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (LAUGHS, "xml_doctype"),
        (LAUGHS.decode().encode("utf-16"), "xml_doctype"),
        (LAUGHS.decode().encode("utf-16-le"), "xml_doctype"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "xml_doctype"),
        (b'<?xml version="1.0" encoding="utf-7"?>' + b"+ADwAIQ-DOCTYPE a+AD4- +ADw-a/+AD4-", "xml_doctype"),
        (b"<a>", "bad_xml"),
        (b"", "bad_xml"),
        (b"<a>&nbsp;</a>", "bad_xml"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "bad_xml"),
        (b"<a>" * 210 + b"</a>" * 210, "xml_too_deep"),
    ],
)
def test_hostile_or_broken_xml_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(XmlRefused) as refused:
        parse(data)
    assert refused.value.code == code
    assert xml.MESSAGES[code].format(**refused.value.params)


def test_broken_xml_names_its_line() -> None:
    with pytest.raises(XmlRefused) as refused:
        parse(b"<a>\n<b>\n</a>")
    assert refused.value.params["line"] == 3


def test_honest_xml_is_read_in_any_encoding() -> None:
    assert parse('<?xml version="1.0" encoding="utf-16"?><a>Hoà</a>'.encode("utf-16")).text == "Hoà"

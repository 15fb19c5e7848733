"""A Canvas quiz package (QTI 1.2): manifest, one quiz with a section for each topic, and pictures."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import quote

from lms.questions.formats.qti.build import document, in_namespace, legal, make, zipped
from lms.questions.formats.qti.quiz_bodies import FOLDER, WRITERS, lines, material, picture
from lms.questions.formats.qti.quiz_metadata import to_fields
from lms.questions.formats.qti.quiz_text import STIMULUS
from lms.questions.formats.qti.versions import XSI
from lms.questions.formats.qti.write import unique_identifiers
from lms.questions.question import Question
from lms.questions.reading import BankHeader, ReadQuestion
from lms.questions.truths import read_truth

if TYPE_CHECKING:
    from lxml.etree import _Element

_QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_QTI_SCHEMA = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2p1.xsd"
_PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_PACKAGE_SCHEMA = "http://www.imsglobal.org/xsd/imscp_v1p1.xsd"
_META = "http://canvas.instructure.com/xsd/cccv1p0"
_META_TYPE = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
_QUIZ = "quiz"


def write(header: BankHeader, questions: Sequence[ReadQuestion], held: Mapping[str, bytes]) -> bytes:
    """The package as a zip file. Raises ValueError when a picture that a question names is not in `held`."""
    return zipped(members(header, questions, held))


def members(
    header: BankHeader, questions: Sequence[ReadQuestion], held: Mapping[str, bytes]
) -> dict[str, bytes]:
    """The members of the package by name."""
    names = list(dict.fromkeys(image.name for read in questions for image in read.question.pictures))
    missing = [name for name in names if name not in held]
    if missing:
        raise ValueError(f"the bytes of the picture {missing[0]} are not given")
    return {
        "imsmanifest.xml": _manifest(names),
        f"{_QUIZ}/{_QUIZ}.xml": _quiz(header, questions),
        f"{_QUIZ}/assessment_meta.xml": _meta(header),
        **{f"web_resources/{FOLDER}/{name}": held[name] for name in names},
    }


def _manifest(pictures: Sequence[str]) -> bytes:
    quiz, meta = f"{_QUIZ}/{_QUIZ}.xml", f"{_QUIZ}/assessment_meta.xml"
    resources = [
        make(
            "resource",
            make("file", href=quiz),
            make("dependency", identifierref="quiz-meta"),
            identifier=_QUIZ,
            type="imsqti_xmlv1p2",
        ),
        make("resource", make("file", href=meta), identifier="quiz-meta", type=_META_TYPE, href=meta),
    ]
    for number, name in enumerate(pictures, 1):
        href = f"web_resources/{FOLDER}/{quote(name)}"
        file = make("file", href=href)
        resources.append(make("resource", file, identifier=f"picture-{number}", type="webcontent", href=href))
    told = make("metadata", make("schema", text="IMS Content"), make("schemaversion", text="1.1.3"))
    root = make("manifest", told, make("organizations"), make("resources", *resources), identifier="package")
    return _document(root, _PACKAGE, _PACKAGE_SCHEMA)


def _meta(header: BankHeader) -> bytes:
    title, kind = make("title", text=header.name or "Quiz"), make("quiz_type", text="assignment")
    return document(in_namespace(make("quiz", title, kind, identifier=_QUIZ), _META, {"xsi": XSI}))


def _quiz(header: BankHeader, questions: Sequence[ReadQuestion]) -> bytes:
    identifiers = unique_identifiers([read.id for read in questions])
    placed = zip(questions, identifiers, strict=True)
    root = make("section", ident="root_section")
    for number, (topic, group) in enumerate(groupby(placed, key=lambda pair: pair[0].topic), 1):
        items = [_item(read, identifier) for read, identifier in group]
        if topic:
            root.append(make("section", *items, ident=f"section-{number}", title=topic))
        else:
            root.extend(items)
    quiz = make("assessment", root, ident=_QUIZ, title=header.name or "Quiz")
    return _document(make("questestinterop", quiz), _QTI, _QTI_SCHEMA)


def _document(root: _Element, namespace: str, schema: str) -> bytes:
    named = in_namespace(root, namespace, {"xsi": XSI})
    named.set(f"{{{XSI}}}schemaLocation", f"{namespace} {schema}")
    return document(named)


# --------------------------------------------------------------------------------------------------- items


def _item(read: ReadQuestion, identifier: str) -> _Element:
    question = read.question
    kind, responses, rules, stem = WRITERS[question.type](question)
    presentation = make("presentation", material(_stem(question, stem)), *responses)
    outcomes = make(
        "outcomes", make("decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    )
    item = make(
        "item",
        make("itemmetadata", _metadata(read, identifier, kind)),
        presentation,
        make("resprocessing", outcomes, *rules),
        ident=identifier,
        title=f"{read.number}",
    )
    if question.explanation:
        told = material(lines(question.explanation))
        item.append(make("itemfeedback", make("flow_mat", told), ident="general_fb"))
    return item


def _metadata(read: ReadQuestion, identifier: str, kind: str) -> _Element:
    fields = [("question_type", kind)]
    if read.points is not None:
        fields.append(("points_possible", f"{read.points:f}"))
    if read.id != identifier:
        fields.append(("id", read.id))
    if _needs_own_type(read.question):
        fields.append(("own_type", read.question.type))
    fields += [("tag", tag) for tag in read.tags]
    fields += to_fields(read.question)
    return make("qtimetadata", *(_field(label, value) for label, value in fields))


def _field(label: str, value: str) -> _Element:
    entry = make("fieldentry")
    entry.text = legal(value)
    return make("qtimetadatafield", make("fieldlabel", text=label), entry)


def _needs_own_type(q: Question) -> bool:
    """Whether the words alone would make a question of true and false of it."""
    texts = {option.text for option in q.options} if q.type == "single_choice" else {p.right for p in q.pairs}
    return len(texts) == 2 and {read_truth(text) for text in texts} == {True, False}


def _stem(q: Question, text: str) -> str:
    stimulus = q.stimulus
    above = ""
    if stimulus:
        shown = "".join(map(picture, stimulus.images))
        key = html.escape(stimulus.key)
        above = f'<div class="{STIMULUS}" title="{key}">{lines(stimulus.text)}{shown}</div>'
    pictures = "".join(map(picture, q.images))
    return above + lines(text) + (f"<p>{pictures}</p>" if pictures else "")

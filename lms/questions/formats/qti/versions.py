"""What the versions of QTI differ in when they are written: namespaces, schemas, names of resource types."""

from __future__ import annotations

import re
from dataclasses import dataclass

XSI = "http://www.w3.org/2001/XMLSchema-instance"
XML = "http://www.w3.org/XML/1998/namespace"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of QTI as a package of it says it."""

    name: str
    namespace: str
    schema: str
    package_namespace: str
    package_schema: str
    package_title: str
    package_version: str
    suffix: str  # of resource types
    templates: str  # the address that the names of standard templates are put behind
    template_ending: str = ""

    @property
    def three(self) -> bool:
        return self.name == "3.0"

    def resource_type(self, kind: str) -> str:
        """The type of a resource: item, test or stimulus."""
        return f"imsqti_{kind}_xml{self.suffix}"

    def template(self, name: str) -> str:
        """The address of a standard template of response processing."""
        return f"{self.templates}/{name}{self.template_ending}"


def _two(minor: int, schema: str) -> Version:
    home = f"http://www.imsglobal.org/xsd/qti/qtiv2p{minor}"
    return Version(
        name=f"2.{minor}",
        namespace=f"http://www.imsglobal.org/xsd/imsqti_v2p{minor}",
        schema=f"{home}/{schema}",
        package_namespace="http://www.imsglobal.org/xsd/imscp_v1p1",
        package_schema=f"{home}/qtiv2p{minor}_imscpv1p2_v1p0.xsd",
        package_title=f"QTIv2.{minor} Package",
        package_version="1.0.0",
        suffix=f"v2p{minor}",
        templates=f"http://www.imsglobal.org/question/qti_v2p{minor}/rptemplates",
    )


TWO_ONE = _two(1, "imsqti_v2p1p2.xsd")
TWO_TWO = _two(2, "imsqti_v2p2p2.xsd")
THREE = Version(
    name="3.0",
    namespace="http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
    schema="https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd",
    package_namespace="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
    package_schema="https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqtiv3p0_imscpv1p2_v1p0.xsd",
    package_title="QTI Package",
    package_version="3.0.0",
    suffix="v3p0",
    templates="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates",
    template_ending=".xml",
)
_MINOR = re.compile(r"imsqti_v2p([12])")
VERSIONS = {version.name: version for version in (TWO_ONE, TWO_TWO, THREE)}


def format_of(root: str) -> str:
    """The name of the format whose file begins with an element of this name ("{namespace}name"): "qti22", "canvas"."""
    namespace, _brace, name = root.rpartition("}")
    if name == "questestinterop":
        return "canvas"
    if name.startswith("qti-"):
        return "qti3"
    minor = _MINOR.search(namespace)
    return f"qti2{minor[1] if minor else 1}"

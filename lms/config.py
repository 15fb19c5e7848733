"""Settings, read once from the environment and refused when wrong or half set.

Every setting is an environment variable `LMS_<NAME>`; docs/operations.md lists them with meaning and default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

# an address of mail as mail servers everywhere take it: no names around it, no letters with marks
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z0-9-]{{2,}}")
PROJECT = Path(__file__).resolve().parent.parent
LANGUAGES = ("vi", "en")
DATABASES = ("sqlite", "postgresql")
LEAST_SECRET = 32  # characters; 256 bits when they are hexadecimal pairs, see docs/operations.md
SETTINGS = (
    "LMS_SECRET_KEY",
    "LMS_SECRET_KEY_FALLBACKS",
    "LMS_DATA_DIR",
    "LMS_DATABASE_URL",
    "LMS_BASE_URL",
    "LMS_PROXIES",
    "LMS_LANGUAGE",
    "LMS_LOG_FORMAT",
    "LMS_SIGNING_KEY",
    "LMS_PDF_SIGNING_KEY",
    "LMS_PDF_SIGNING_PASSWORD",
    "LMS_PDF_SIGNING_ROOTS",
    "LMS_MAIL_HOST",
    "LMS_MAIL_PORT",
    "LMS_MAIL_TLS",
    "LMS_MAIL_USER",
    "LMS_MAIL_PASSWORD",
    "LMS_MAIL_FROM",
)
MOST_PROXIES = 5
MAIL_PORTS = {"starttls": 587, "tls": 465, "none": 25}  # by LMS_MAIL_TLS


class Told(Exception):
    """Something outside the program is wrong, and one sentence says what to do about it.

    `message` is an English msgid and `params` fill it, so that an edge can say it in the person's language;
    `str()` is the English sentence.
    """

    def __init__(self, message: str, /, **params: object) -> None:
        super().__init__(message.format(**params))
        self.message = message
        self.params = params


class SettingsError(Told):
    """A setting is missing, half set or wrong; the sentence names it and says what to set."""


@dataclass(frozen=True, slots=True)
class PdfSigning:
    """The key and certificates that sign PDFs (PKCS#12), and its password; never shown."""

    file: Path
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that takes our mail. `tls`: "starttls", "tls" (from the first byte) or "none"."""

    host: str
    port: int
    sender: str
    tls: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs from one installation to the next."""

    secret_key: str
    data_dir: Path
    database_url: str
    base_url: str
    proxies: int = 0  # reverse proxies in front, each of which adds an address to X-Forwarded-For
    secret_key_fallbacks: tuple[str, ...] = ()
    language: str = "vi"
    log_format: str = "json"
    signing_key: Path | None = None  # of the seals of certificates; None: one in the data folder
    pdf_signing: PdfSigning | None = None
    pdf_signing_roots: Path | None = None  # whose signatures in uploaded PDFs are trusted
    mail: MailServer | None = None  # without one mail waits
    testing: bool = False

    @property
    def secure_cookies(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).netloc


def read_settings(env: Mapping[str, str]) -> Settings:
    """Settings from `env` (usually `os.environ`). Raises SettingsError with one sentence that says what to do."""
    data_dir = Path(env.get("LMS_DATA_DIR") or "var").resolve()
    return Settings(
        secret_key=_secret(env),
        secret_key_fallbacks=_fallbacks(env),
        data_dir=data_dir,
        database_url=_database_url(env.get("LMS_DATABASE_URL") or f"sqlite:///{data_dir / 'lms.db'}"),
        base_url=_base_url(env.get("LMS_BASE_URL") or "http://127.0.0.1:8000"),
        proxies=_proxies(env.get("LMS_PROXIES") or "0"),
        language=_one_of("LMS_LANGUAGE", env.get("LMS_LANGUAGE") or "vi", LANGUAGES),
        log_format=_one_of("LMS_LOG_FORMAT", env.get("LMS_LOG_FORMAT") or "json", ("json", "console")),
        signing_key=_path(env.get("LMS_SIGNING_KEY")),
        pdf_signing=pdf_signing(env),
        pdf_signing_roots=_path(env.get("LMS_PDF_SIGNING_ROOTS")),
        mail=_mail(env),
    )


def unknown_settings(env: Mapping[str, str]) -> list[str]:
    """Variables that look like ours and are none: misspelt, or of another version."""
    return sorted(name for name in env if name.startswith("LMS_") and name not in SETTINGS)


def _secret(env: Mapping[str, str]) -> str:
    secret = env.get("LMS_SECRET_KEY", "")
    if len(secret) < LEAST_SECRET:
        raise SettingsError(
            "LMS_SECRET_KEY is missing or shorter than {least} characters. Set it to a random value that stays the "
            "same, for example the output of: python3 -c 'import secrets; print(secrets.token_hex(32))'",
            least=LEAST_SECRET,
        )
    return secret


def _proxies(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_PROXIES):
        raise SettingsError(
            "LMS_PROXIES must be the number of reverse proxies in front of the product, 0 to {most}, but is {value}.",
            most=MOST_PROXIES,
            value=repr(text),
        )
    return int(text)


def _fallbacks(env: Mapping[str, str]) -> tuple[str, ...]:
    keys = tuple(env.get("LMS_SECRET_KEY_FALLBACKS", "").split())
    if any(len(key) < LEAST_SECRET for key in keys):
        raise SettingsError(
            "LMS_SECRET_KEY_FALLBACKS holds a key shorter than {least} characters. Put former values of "
            "LMS_SECRET_KEY there, separated by blanks, or leave it unset.",
            least=LEAST_SECRET,
        )
    return keys


def _database_url(url: str) -> str:
    kind = url.split(":", 1)[0].split("+", 1)[0]
    if kind == "postgres":
        kind, url = "postgresql", "postgresql" + url.removeprefix("postgres")
    if kind not in DATABASES:
        raise SettingsError(
            "LMS_DATABASE_URL must start with sqlite:/// or postgresql://, but starts with {kind}. "
            "Leave it unset for the embedded SQLite file.",
            kind=repr(kind),
        )
    if kind == "sqlite" and not urlsplit(url).path.strip("/"):
        raise SettingsError(
            "LMS_DATABASE_URL names no file. Write sqlite:////folder/lms.db or leave it unset."
        )
    if kind == "postgresql" and not urlsplit(url).path.strip("/"):
        raise SettingsError(
            "LMS_DATABASE_URL names no database. Write postgresql://user:password@host/database."
        )
    if kind == "postgresql" and not url.startswith("postgresql+psycopg:"):
        url = "postgresql+psycopg:" + url.split(":", 1)[1]
    return url


def _base_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query:
        raise SettingsError(
            "LMS_BASE_URL must look like https://hoctap.example.vn, but is {value}.", value=repr(url)
        )
    return f"{parts.scheme}://{parts.netloc}"


def _path(text: str | None) -> Path | None:
    return Path(text).resolve() if text else None


def pdf_signing(env: Mapping[str, str]) -> PdfSigning | None:
    """The key that signs PDFs. Raises SettingsError when it is half set."""
    file, password = _path(env.get("LMS_PDF_SIGNING_KEY")), env.get("LMS_PDF_SIGNING_PASSWORD", "")
    if bool(file) != bool(password):
        given, wanted = ("KEY", "PASSWORD") if file else ("PASSWORD", "KEY")
        raise SettingsError(
            "LMS_PDF_SIGNING_{given} is set but LMS_PDF_SIGNING_{wanted} is not. Set both, the PKCS#12 file and its "
            "password, to sign certificates, or none of them to leave an empty signature field.",
            given=given,
            wanted=wanted,
        )
    return PdfSigning(file, password) if file else None


def _mail(env: Mapping[str, str]) -> MailServer | None:
    """The mail server, whole or not at all. A password never travels in clear to another machine."""
    host, sender = env.get("LMS_MAIL_HOST"), env.get("LMS_MAIL_FROM")
    tls, port = env.get("LMS_MAIL_TLS"), env.get("LMS_MAIL_PORT")
    user, password = env.get("LMS_MAIL_USER") or "", env.get("LMS_MAIL_PASSWORD") or ""
    if not any((host, sender, tls, port, user, password)):
        return None
    if not host or not sender:
        raise SettingsError(
            "For mail LMS_MAIL_HOST and LMS_MAIL_FROM must be set, but {missing} is not. Set both, or none of the "
            "settings LMS_MAIL_….",
            missing="LMS_MAIL_FROM" if host else "LMS_MAIL_HOST",
        )
    tls = _one_of("LMS_MAIL_TLS", tls or "starttls", tuple(MAIL_PORTS))
    _check_mail_password(
        user, password, clear=tls == "none" and host not in {"localhost", "127.0.0.1", "::1"}
    )
    return MailServer(host, _port(port or str(MAIL_PORTS[tls])), _sender(sender), tls, user, password)


def _check_mail_password(user: str, password: str, *, clear: bool) -> None:
    if bool(user) != bool(password):
        raise SettingsError("Set LMS_MAIL_USER and LMS_MAIL_PASSWORD together, or neither of them.")
    if not (user + password).isascii():
        raise SettingsError(
            "LMS_MAIL_USER and LMS_MAIL_PASSWORD may only hold letters without marks: mail servers take no others."
        )
    if user and clear:
        raise SettingsError(
            "With LMS_MAIL_TLS=none the password would travel in clear. Set it to starttls or tls, or leave out "
            "LMS_MAIL_USER and LMS_MAIL_PASSWORD."
        )


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65_536):
        raise SettingsError(
            "LMS_MAIL_PORT must be a number from 1 to 65535, but is {value}.", value=repr(text)
        )
    return int(text)


def _sender(text: str) -> str:
    if not ADDRESS.fullmatch(text):
        raise SettingsError(
            "LMS_MAIL_FROM must be an address such as hoctap@example.vn, but is {value}.", value=repr(text)
        )
    return text


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise SettingsError(
            "{name} must be one of {allowed}, but is {value}.",
            name=name,
            allowed=", ".join(allowed),
            value=repr(value),
        )
    return value

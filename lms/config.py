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
    "LMS_PDF_TOKEN_MODULE",
    "LMS_PDF_TOKEN_PIN",
    "LMS_PDF_TOKEN_PIN_FILE",
    "LMS_PDF_TOKEN",
    "LMS_PDF_TOKEN_CERTIFICATE",
    "LMS_PDF_TOKEN_CHAIN",
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
class TokenSigning:
    """The token (PKCS#11) that signs PDFs, and its PIN; never shown."""

    module: Path
    pin: str = field(repr=False)
    token: str = ""  # its label or serial number; "": the only one there is
    certificate: str = ""  # its label, or its id in hexadecimal digits; "": the only one with a key
    chain: Path | None = None  # PEM: certificates of those who vouch for it, where the token has them not


Signing = PdfSigning | TokenSigning


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
    pdf_signing: Signing | None = None
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


def pdf_signing(env: Mapping[str, str]) -> Signing | None:
    """The key or the token that signs PDFs. Raises SettingsError when it is half set, or both are."""
    file, password = _path(env.get("LMS_PDF_SIGNING_KEY")), env.get("LMS_PDF_SIGNING_PASSWORD", "")
    if bool(file) != bool(password):
        given, wanted = ("KEY", "PASSWORD") if file else ("PASSWORD", "KEY")
        raise SettingsError(
            "LMS_PDF_SIGNING_{given} is set but LMS_PDF_SIGNING_{wanted} is not. Set both, the PKCS#12 file and its "
            "password, to sign certificates, or none of them to leave an empty signature field.",
            given=given,
            wanted=wanted,
        )
    token = _token(env)
    if file and token:
        raise SettingsError(
            "LMS_PDF_SIGNING_KEY and LMS_PDF_TOKEN_MODULE are both set. Keep the one that is to sign certificates: the "
            "PKCS#12 file or the token."
        )
    return PdfSigning(file, password) if file else token


def _token(env: Mapping[str, str]) -> TokenSigning | None:
    module, pin = env.get("LMS_PDF_TOKEN_MODULE", ""), env.get("LMS_PDF_TOKEN_PIN", "")
    pin_file = env.get("LMS_PDF_TOKEN_PIN_FILE", "")
    rest = [name for name in SETTINGS if name.startswith("LMS_PDF_TOKEN") and env.get(name)]
    if not rest:
        return None
    if not module or bool(pin) == bool(pin_file):
        raise SettingsError(
            "To sign with a token set LMS_PDF_TOKEN_MODULE, the library of its maker, and its PIN: in "
            "LMS_PDF_TOKEN_PIN, or in a file that LMS_PDF_TOKEN_PIN_FILE names, one of both. Given is only {names}.",
            names=", ".join(rest),
        )
    return TokenSigning(
        module=Path(module),
        pin=pin or _pin(Path(pin_file).resolve()),
        token=env.get("LMS_PDF_TOKEN", ""),
        certificate=env.get("LMS_PDF_TOKEN_CERTIFICATE", ""),
        chain=_path(env.get("LMS_PDF_TOKEN_CHAIN")),
    )


def _pin(file: Path) -> str:
    try:
        pin = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        pin = ""
    if not pin:
        raise SettingsError(
            "LMS_PDF_TOKEN_PIN_FILE names {file}, which cannot be read or is empty. Put the token's PIN there, alone, "
            "readable by the product's user only.",
            file=str(file),
        )
    return pin


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

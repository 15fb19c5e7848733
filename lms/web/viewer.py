"""Who is looking: the signed-in person as the views and templates know them, or nobody."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask_login import current_user


@dataclass(frozen=True, slots=True)
class Grant:
    """A role over a unit and all below it."""

    role: str
    unit_id: int


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in person. `sign_in_id` is what the session cookie holds."""

    sign_in_id: str
    person_id: int
    name: str
    unit: str = ""
    must_change_password: bool = False
    language: str = "vi"
    theme: str = "auto"
    text_size: int = 100
    grants: tuple[Grant, ...] = field(default=())

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What Flask-Login puts into the cookie: the sign-in, so that ending it ends the session at once."""
        return self.sign_in_id

    def has(self, role: str) -> bool:
        return any(grant.role == role for grant in self.grants)

    def units(self, role: str) -> tuple[int, ...]:
        """The units over whose subtrees the person has the role."""
        return tuple(grant.unit_id for grant in self.grants if grant.role == role)


def viewer() -> Viewer:
    """The signed-in person. Only for pages whose permission asks for one; raises TypeError elsewhere."""
    user = current_user._get_current_object()
    if not isinstance(user, Viewer):
        raise TypeError("this page's permission admits people who are not signed in")
    return user


def someone() -> Viewer | None:
    """The signed-in person, or None."""
    user = current_user._get_current_object()
    return user if isinstance(user, Viewer) else None

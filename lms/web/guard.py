"""The guard at every door: a route says who may use it, or the application is not built.

`Door` is a Blueprint whose routes are declared with a permission. The wrapper it puts around a view goes through
the same steps each time: permit, run the view, commit what it did (or roll back when it raised), answer. What a
person may not see is looked up through what they may see, so that it is "not found"; only a missing role is
"not permitted".
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, abort, jsonify, redirect, request, url_for
from flask.sansio.app import App
from flask.typing import ResponseReturnValue

from lms.web import edge
from lms.web.viewer import someone

View = Callable[..., ResponseReturnValue]
DECLARED = "lms_permissions"  # app.extensions key: endpoint -> Permission


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may use a route: everybody, anybody signed in, holders of a role, or whoever the statement itself admits."""

    kind: str
    roles: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join((self.kind, *self.roles))


PUBLIC = Permission("public")
SIGNED_IN = Permission("signed in")
STATEMENT = Permission("statement")  # the hot path: its one SQL statement checks sign-in, ownership and time


def role(*roles: str) -> Permission:
    """Holders of one of the roles over any unit; the view narrows to the units."""
    return Permission("role", roles)


class Door(Blueprint):
    """A blueprint that knows who may use each of its routes."""

    def __init__(self, name: str, import_name: str, **options: Any) -> None:
        super().__init__(name, import_name, **options)
        self.permissions: dict[str, Permission] = {}

    def page(
        self, rule: str, *, may: Permission, methods: tuple[str, ...] = ("GET",), **options: Any
    ) -> Callable[[View], View]:
        """Declare a route and who may use it."""

        def declare(view: View) -> View:
            self.permissions[f"{self.name}.{view.__name__}"] = may
            self.add_url_rule(rule, view.__name__, _guarded(view, may), methods=list(methods), **options)
            return view

        return declare

    def register(self, app: App, options: dict[str, Any]) -> None:
        super().register(app, options)
        app.extensions.setdefault(DECLARED, {}).update(self.permissions)


def check_declared(app: Flask, also_public: tuple[str, ...] = ()) -> None:
    """Fail the build when a route has no declared permission. Raises RuntimeError naming the endpoints."""
    declared = app.extensions.setdefault(DECLARED, {})
    declared.update(dict.fromkeys(also_public, PUBLIC))
    missing = sorted({r.endpoint for r in app.url_map.iter_rules()} - set(declared))
    if missing:
        raise RuntimeError(f"routes without a declared permission: {', '.join(missing)}")


def _guarded(view: View, may: Permission) -> View:
    if may is STATEMENT:
        return view

    @functools.wraps(view)
    def guarded(**params: Any) -> ResponseReturnValue:
        refusal = _refuse(may)
        return refusal if refusal is not None else edge.commit_after(view, params)

    return guarded


def _refuse(may: Permission) -> ResponseReturnValue | None:
    if may is PUBLIC:
        return None
    person = someone()
    if person is None:
        return _ask_to_sign_in()
    if person.must_change_password and request.endpoint not in (
        "accounts.change_password",
        "accounts.sign_out",
    ):
        return redirect(url_for("accounts.change_password"))
    if may.kind == "role" and not any(person.has(name) for name in may.roles):
        abort(403)
    return None


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.is_json or request.accept_mimetypes.best == "application/json":
        return jsonify(error="signed_out"), 401
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=here))


def check_roles(app: Flask, known: tuple[str, ...]) -> None:
    """Fail the build when a route names a role that does not exist. Raises RuntimeError naming the endpoint."""
    for endpoint, permission in app.extensions[DECLARED].items():
        for name in permission.roles:
            if name not in known:
                raise RuntimeError(f"{endpoint} asks for the unknown role {name!r}")

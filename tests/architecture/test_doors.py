"""Every route, asked by everybody, with own and foreign ids, by every method.

The table of routes is generated from the application; a new route is covered without anybody remembering it. What
is expected follows from the declared permission: nobody signed in is sent to sign in, a wrong role is refused, a
foreign or missing id is not found, and no answer is ever a server error.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from lms.app import create_app
from lms.config import Settings
from lms.courses.models import Enrolment
from lms.kit import clock
from lms.kit.db import Database
from lms.web.guard import DECLARED, PUBLIC, SIGNED_IN, STATEMENT, Door, Permission, check_declared
from tests.cast import PEOPLE, Cast
from tests.conftest import ClientOf

OWNED = {
    "unit_id",
    "person_id",
    "attempt_id",
    "certificate_id",
    "job_id",
    "enrolment_id",
}  # variables of somebody's own
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
NOWHERE = {
    "int": 987654321,
    "default": "khong-co",
    "string": "khong-co",
    "path": "khong-co",
    "any": "khong-co",
}
ROLES = {"lan": set(), "dung": {"officer"}, "binh": {"officer"}, "tuan": {"trainer"}, "an": {"administrator"}}


def rules_of(app: Flask) -> Iterator[tuple[Rule, Permission]]:
    declared: dict[str, Permission] = app.extensions[DECLARED]
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in ("static", "bootstrap.static"):
            yield rule, declared[rule.endpoint]


def url_of(app: Flask, rule: Rule, values: dict[str, Any]) -> str:
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values, method=_method(rule))


def _method(rule: Rule) -> str:
    return "GET" if "GET" in (rule.methods or ()) else "POST"


def missing_ids(rule: Rule) -> dict[str, Any]:
    """Values for the rule's variables that name nothing."""
    values: dict[str, Any] = {}
    for name, converter in rule._converters.items():
        kind = (
            type(converter)
            .__name__.lower()
            .removesuffix("converter")
            .replace("integer", "int")
            .replace("unicode", "string")
        )
        values[name] = NOWHERE.get(kind, "khong-co")
    return values


def test_every_route_declares_who_may_use_it(app: Flask) -> None:
    assert len(list(rules_of(app))) > 50


def test_a_route_without_a_declaration_fails_the_build(settings: Settings) -> None:
    app = create_app(settings)
    door = Door("loose", __name__)
    door.add_url_rule("/loose", "loose", lambda: "open to everybody")
    app._got_first_request = False
    app.register_blueprint(door)
    with pytest.raises(RuntimeError, match=r"loose\.loose"):
        check_declared(app)


def allowed(permission: Permission, person: str | None) -> bool:
    if permission in (PUBLIC, STATEMENT):
        return True
    if person is None:
        return False
    return permission == SIGNED_IN or bool(set(permission.roles) & ROLES[person])


EVERY_METHOD = (
    None,
    "an",
)  # who also asks by methods that nobody declared: these answer before anybody is looked at


def test_everybody_asks_every_route_with_ids_that_name_nothing(app: Flask, client_of: ClientOf) -> None:
    wrong: list[str] = []
    declared = {
        (rule.rule, method): permission for rule, permission in rules_of(app) for method in rule.methods or ()
    }
    urls = {rule.rule: rule for rule, _permission in rules_of(app) if rule.endpoint != "accounts.sign_out"}
    for person in (None, *ROLES):
        client = client_of(person)
        for rule in urls.values():
            url = url_of(app, rule, missing_ids(rule))
            for method in METHODS:
                if person not in EVERY_METHOD and (rule.rule, method) not in declared:
                    continue
                answer = client.open(url, method=method)
                permission = declared.get((rule.rule, method))
                fault = _fault(rule, permission, person, answer.status_code)
                if fault:
                    wrong.append(f"{person} {method} {url}: {answer.status_code}, {fault}")
    assert not wrong, "\n".join(wrong)


def _fault(rule: Rule, permission: Permission | None, person: str | None, status: int) -> str | None:
    """What is wrong with this answer; None when it is what the declared permission promises."""
    if status >= 500:
        return "a server error"
    if permission is None:
        return None if status in (301, 302, 308, 404, 405) else "a method nobody declared"
    if not allowed(permission, person):
        expected = (302, 401) if person is None else (403,)
        return None if status in expected else f"expected {expected}"
    if rule.arguments and permission is not PUBLIC and status not in (302, 400, 401, 404):
        return "nothing is there: expected 404"
    return None


def test_what_belongs_to_another_part_of_the_tree_is_not_found(
    app: Flask, cast: Cast, client_of: ClientOf, database: Database
) -> None:
    """Officer Bình of ward B and candidate Hoa ask for everything of Lan in ward A by its real ids."""
    foreign = _things_of_lan(database, cast)
    wrong: list[str] = []
    asked = 0
    for person in ("binh", "hoa"):
        client = client_of(person)
        for rule, permission in rules_of(app):
            if permission is PUBLIC or not set(rule.arguments) & OWNED:
                continue
            values = {
                **missing_ids(rule),
                **{name: foreign[name] for name in rule.arguments if name in foreign},
            }
            for method in sorted({"GET", "POST"} & set(rule.methods or ())):
                answer = client.open(url_of(app, rule, values), method=method)
                asked += 1
                if answer.status_code not in (400, 403, 404):
                    wrong.append(f"{person} {method} {rule.rule}: {answer.status_code}")
    assert asked > 40
    assert not wrong, "\n".join(wrong)


def _things_of_lan(database: Database, cast: Cast) -> dict[str, Any]:
    """Ids by the names that routes use: an attempt under way, a certificate, a unit, a course, an exam, a job."""
    from lms.attempts import actions as attempts
    from lms.attempts.rules import receipt_key
    from lms.certificates import actions as certificates
    from lms.kit.jobs import ask_for
    from tests.lms.certificates.test_certificates import let_pass
    from tests.stage import second_exam, stage

    now = clock.now()
    with database.writing() as session:
        played = stage(session, cast, now)
        other = second_exam(session, played, now)
        lan = cast.people["lan"]
        attempt_id = attempts.start(session, other, lan, key=receipt_key("x" * 40), now=now)
        job_id = ask_for(session, "report", {}, by=lan, now=now).id
    let_pass(database, played, lan)
    with database.writing() as session:
        made = certificates.issue(session, played.exam_id, lan, base_url="http://localhost", by=None, now=now)
        assert made
        enrolment = session.scalars(
            select(Enrolment).where(Enrolment.course_id == played.course_id, Enrolment.person_id == lan)
        ).one()
        return {
            "unit_id": cast.units["cell_a1"],
            "person_id": lan,
            "attempt_id": attempt_id,
            "certificate_id": made.id,
            "job_id": job_id,
            "enrolment_id": enrolment.id,
            "course_id": played.course_id,
            "exam_id": played.exam_id,
        }


def test_the_cast_of_this_test_is_the_cast_of_all(cast: Cast) -> None:
    assert set(ROLES) <= set(PEOPLE)

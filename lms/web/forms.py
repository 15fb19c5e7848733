"""Forms that people fill in: the base with its protection against foreign posts, and one-click posts."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm


class Form(FlaskForm):  # type: ignore[misc]
    """Base of every form. Messages are English msgids, translated where the field is drawn."""

    class Meta:
        locales = False  # WTForms' own sentences are replaced by ours

    def problems(self) -> dict[str, list[str]]:
        """Messages by field name, for the error summary."""
        return {name: [str(m) for m in messages] for name, messages in self.errors.items() if name}

    def put_problem(self, field: str, message: str) -> None:
        """Add a message found by a rule after the form's own checks."""
        found: Any = self[field]
        found.errors = [*found.errors, message]


class Post(Form):
    """Nothing but the token: for buttons."""

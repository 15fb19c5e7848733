"""The policy, pure: what overrides come to, what holds for one person, deadlines that move, codes and networks."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.exams import policy
from lms.exams.policy import Different, Policy, Span

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
USUAL = Policy(
    opens_at=NOW - timedelta(hours=1), closes_at=NOW + timedelta(hours=5), minutes=30, attempts_allowed=2
)

moments = st.integers(-600, 600).map(lambda minutes: NOW + timedelta(minutes=minutes))
differents = st.builds(
    Different,
    st.integers(0, 90),
    st.integers(0, 5),
    st.none() | moments,
    st.none() | moments,
)
stages = st.none() | st.builds(Span, st.just("Giai đoạn 1"), moments, moments)


@given(st.lists(differents, max_size=5), st.randoms(use_true_random=False))
def test_overrides_come_to_the_same_in_any_order_and_however_often(
    several: list[Different], shuffle: random.Random
) -> None:
    mixed = several + [one for one in several if shuffle.random() < 0.5]
    shuffle.shuffle(mixed)
    assert policy.combined(mixed) == policy.combined(several)
    assert policy.combined([policy.combined(several)]) == policy.combined(several)


@given(st.lists(differents, min_size=1, max_size=5))
def test_of_each_field_the_most_favourable_counts_and_nothing_adds_up(several: list[Different]) -> None:
    found = policy.combined(several)
    assert found.extra_minutes in [one.extra_minutes for one in several]
    for one in several:
        assert found.extra_minutes >= one.extra_minutes
        assert found.extra_attempts >= one.extra_attempts
        assert one.opens_at is None or (found.opens_at is not None and found.opens_at <= one.opens_at)
        assert one.closes_at is None or (found.closes_at is not None and found.closes_at >= one.closes_at)


def test_two_overrides_do_not_add_up() -> None:
    several = [Different(extra_minutes=10, extra_attempts=1), Different(extra_minutes=20)]
    held = policy.for_person(USUAL, None, policy.combined(several), USUAL.closes_at)
    assert (held.minutes, held.attempts_allowed) == (50, 3)


@given(stages, differents)
def test_a_stage_only_cuts_and_an_override_stands_in_place_of_both(
    stage: Span | None, different: Different
) -> None:
    held = policy.for_person(USUAL, stage, different, USUAL.closes_at)
    assert held.opens_at == (
        different.opens_at or max(USUAL.opens_at, stage.opens_at if stage else USUAL.opens_at)
    )
    assert held.closes_at == (
        different.closes_at or min(USUAL.closes_at, stage.closes_at if stage else USUAL.closes_at)
    )
    assert held.last_closing >= USUAL.closes_at
    assert policy.for_person(USUAL, None, Different(), USUAL.closes_at).opens_at == USUAL.opens_at


@given(stages, differents, moments)
def test_the_deadline_is_never_beyond_the_closing_that_holds(
    stage: Span | None, different: Different, started: datetime
) -> None:
    held = policy.for_person(USUAL, stage, different, USUAL.closes_at)
    assert policy.deadline(held, started) <= held.closes_at
    assert policy.deadline(replace(held, minutes=0), started) == held.closes_at


def test_extra_minutes_mean_nothing_where_an_attempt_lasts_until_the_closing() -> None:
    whole = replace(USUAL, minutes=0)
    assert policy.for_person(whole, None, Different(extra_minutes=20), whole.closes_at).minutes == 0
    (refused,) = policy.override_refusals(
        Different(extra_minutes=20), whole, (whole.opens_at, whole.closes_at), NOW
    )
    assert refused.field == "extra_minutes"


@given(moments, moments, moments)
def test_nobody_who_works_is_left_with_less_than_two_minutes(
    present: datetime, before: datetime, after: datetime
) -> None:
    moved = policy.moved_deadline(present, before, after, NOW)
    if after >= before:
        assert moved == present + (after - before)
    else:
        assert min(present, NOW + policy.AT_LEAST) <= moved <= present
    assert policy.moved_deadline(present, before, before, NOW) == present


def test_what_an_invigilator_gave_stays_when_an_override_comes_and_goes() -> None:
    present, before = (
        NOW + timedelta(minutes=40),
        NOW + timedelta(minutes=30),
    )  # ten minutes were given by hand
    after = before + timedelta(minutes=15)
    longer = policy.moved_deadline(present, before, after, NOW)
    assert longer == NOW + timedelta(minutes=55)
    assert policy.moved_deadline(longer, after, before, NOW) == present


@pytest.mark.parametrize(
    "typed", ["hội trường A 7", "HỘI TRƯỜNG A7", " hội  trường a 7 ", "ho\u0323\u0302i trươ\u0300ng A7"]
)
def test_case_and_blanks_of_an_access_code_do_not_matter(typed: str) -> None:
    held = replace(USUAL, access_code="Hội trường A7")
    assert policy.code_fits(held, typed)


@pytest.mark.parametrize("typed", ["", " ", "hoi truong a7", "hội trường a8", "x" * 5000])
def test_another_access_code_does_not_fit(typed: str) -> None:
    assert not policy.code_fits(replace(USUAL, access_code="Hội trường A7"), typed)


@pytest.mark.parametrize(
    ("networks", "address", "fits"),
    [
        ([], "", True),
        ([], "203.0.113.9", True),
        (["10.1.2.0/24"], "10.1.2.255", True),
        (["10.1.2.0/24"], "10.1.3.0", False),
        (["10.1.2.0/24", "192.168.1.7/32"], "192.168.1.7", True),
        (["10.1.2.0/24"], "::ffff:10.1.2.9", True),
        (["2001:db8::/32"], "2001:db8::1", True),
        (["2001:db8::/32"], "10.1.2.1", False),
        (["10.1.2.0/24"], "", False),
        (["10.1.2.0/24"], "unix:", False),
    ],
)
def test_where_an_attempt_may_begin(networks: list[str], address: str, fits: bool) -> None:
    assert policy.network_fits(networks, address) is fits


def test_networks_are_read_as_people_write_them() -> None:
    assert policy.read_networks("10.1.2.7/24, 192.168.1.7\n10.1.2.0/24") == ["10.1.2.0/24", "192.168.1.7/32"]
    assert policy.read_networks("  \n") == []
    with pytest.raises(policy.NetworkUnreadable, match="phòng"):
        policy.read_networks("phòng họp")


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({}, []),
        ({"good_percent": Decimal(40)}, ["good_percent"]),
        ({"excellent_percent": Decimal(70)}, ["good_percent"]),
        ({"wait_minutes": 5, "attempts_allowed": 1}, ["wait_minutes"]),
        ({"release": "after_attempt", "release_score": "after_close"}, ["release", "release_explanation"]),
        ({"release_answers": "never"}, ["release", "release_explanation"]),
        (
            {"release_answers": "never", "release": "never", "release_explanation": "never"},
            [],
        ),
    ],
)
def test_what_contradicts_itself_is_refused_at_its_field(
    changed: dict[str, object], fields: list[str]
) -> None:
    assert [refusal.field for refusal in policy.refusals(replace(USUAL, **changed))] == fields  # type: ignore[arg-type]


def test_an_override_that_gives_nothing_or_lies_outside_the_course_is_refused() -> None:
    course = (NOW - timedelta(days=1), NOW + timedelta(days=1))

    def fields(different: Different) -> list[str]:
        return [refusal.field for refusal in policy.override_refusals(different, USUAL, course, NOW)]

    assert fields(Different()) == [""]
    assert fields(Different(closes_at=NOW + timedelta(days=2))) == ["closes_at"]
    assert fields(Different(closes_at=NOW)) == ["closes_at"]
    assert fields(Different(opens_at=USUAL.closes_at)) == ["opens_at"]
    assert fields(Different(opens_at=NOW, closes_at=NOW + timedelta(hours=9))) == []

"""Record linkage: floors on the labelled pairs, and what holds of any records."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.dataset import tables
from pipeline.dataset.candidates import LIMIT
from pipeline.dataset.identity import KEYS, Identity, columns, identity, keys, stored
from pipeline.dataset.known import known
from pipeline.dataset.linkage import NEW, Linked, link
from pipeline.dataset.matching import compare
from pipeline.parse import parse
from pipeline.source import from_bytes
from pipeline.vacancy_id import vacancy_id
from tests.bench.linkage import Pair, by_id, by_linking, by_title, pairs, score

# Linking on each half of the labelled pairs: recall of merging, and of merging or listing.
_FLOORS = {"dev": (0.95, 0.98), "eval": (0.88, 0.95)}
_TEXT = (
    "A degree in law or social science is needed",
    "Three years of casework with displaced families",
    "Fluent English",
)
_ABOUT: dict[str, Any] = {
    "organization": "OSCE",
    "title": "Community Liaison Adviser",
    "mission": "OSCE Mission in Kosovo",
    "duty_station": "Prizren",
    "country": "XK",
    "grade": "S2",
    "issue_date": date(2025, 3, 3),
    "closing_date": date(2025, 3, 24),
}


@cache
def _labelled() -> list[Pair]:
    return pairs()


def _one(number: int, position: int = 1, positions: int = 1, **values: Any) -> Identity:
    """A record of the notice with this number."""
    text = values.pop("text", _TEXT)
    record = {
        "notice_id": f"{number:064x}",
        "position": position,
        "positions": positions,
        "source": "board.example",
        "source_uri": values.pop("source_uri", f"https://board.example/{number}"),
        **_ABOUT,
        "qualifications": [{"text": each} for each in text],
        **values,
    }
    return identity(record)


def _linked(items: list[Identity], linked: Linked) -> list[Identity]:
    """The records with the ids that they were given."""
    return [_with_id(item, linked) for item in items]


def _with_id(item: Identity, linked: Linked) -> Identity:
    given_link = linked.links[item.notice_id, item.position]
    return replace(item, vacancy_id=given_link.vacancy_id, id_basis=given_link.id_basis)


def _ids(items: list[Identity], linked: Linked) -> list[str]:
    return [linked.links[item.notice_id, item.position].vacancy_id for item in items]


def test_there_are_enough_labelled_pairs() -> None:
    splits = Counter(pair.split for pair in _labelled())
    assert sum(splits.values()) >= 200
    assert min(splits.values()) >= 100
    assert Counter(pair.label for pair in _labelled())["different"] >= 100


@pytest.mark.parametrize("split", ["dev", "eval"])
def test_floors(split: str) -> None:
    some = [pair for pair in _labelled() if pair.split == split]
    counts = score(some, by_linking)
    assert counts.right == counts.merged, "a wrong merge"
    recall, found = _FLOORS[split]
    assert counts.right / counts.same >= recall
    assert counts.found / counts.same >= found
    assert counts.idle <= 2
    assert counts.again_found == counts.again
    for baseline in (by_id, by_title):
        assert score(some, baseline).right < counts.right


def test_every_pair_that_belongs_together_shares_a_key() -> None:
    for pair in _labelled():
        if pair.label != "different":
            first, second = keys(pair.a), keys(pair.b)
            assert any(first[name] is not None and first[name] == second[name] for name in KEYS), pair.number


def test_comparison_is_symmetric() -> None:
    for pair in _labelled():
        assert compare(pair.a, pair.b) == compare(pair.b, pair.a), pair.number


@cache
def _every() -> list[Identity]:
    """All records of the labelled pairs, each of a notice of its own but for positions of one notice."""
    found: list[Identity] = []
    for pair in _labelled():
        together = pair.a.notice_id == pair.b.notice_id
        for side, item in enumerate((pair.a, pair.b)):
            notice = pair.number * 2 + (0 if together else side)
            found.append(replace(item, notice_id=f"{notice:064x}"))
    return found


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**6))
def test_the_order_of_new_records_is_of_no_account(seed: int) -> None:
    chance = random.Random(seed)
    items = chance.sample(_every(), 150)
    shuffled = chance.sample(items, len(items))
    first, second = link(items, []), link(shuffled, [])
    assert first.links == second.links
    assert first.pairs == second.pairs
    assert first.readvertised == second.readvertised


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**6))
def test_ids_once_given_stay(seed: int) -> None:
    chance = random.Random(seed)
    items = chance.sample(_every(), 150)
    notices = sorted({item.notice_id for item in items})
    early = set(chance.sample(notices, len(notices) // 2))
    before = [item for item in items if item.notice_id in early]
    known = _linked(before, link(before, []))
    after = link(items, known)  # those of before come in again
    assert _ids(before, after) == [item.vacancy_id for item in known]
    assert after.links == link(items[::-1], known[::-1]).links


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 4),
            st.sampled_from([None, "KOS000911", "KOS000912"]),
            st.sampled_from(["Community Liaison Adviser", "Driver", None]),
            st.sampled_from(["Prizren", "Peja", None]),
        ),
        max_size=12,
    )
)
def test_positions_of_one_notice_are_never_merged(rows: list[tuple[int, str | None, str | None, str | None]]) -> None:
    items = []
    counts: Counter[int] = Counter()
    for notice, requisition_id, title, station in rows:
        counts[notice] += 1
        items.append(_one(notice, counts[notice], 12, requisition_id=requisition_id, title=title, duty_station=station))
    linked = link(items, [])
    for notice in counts:
        of_it = _ids([item for item in items if int(item.notice_id, 16) == notice], linked)
        assert len(set(of_it)) == len(of_it)
    assert all(link_.vacancy_id for link_ in linked.links.values())


def test_the_first_record_of_a_vacancy_gives_its_id() -> None:
    original = _one(1, requisition_id="KOS000911")
    copy = _one(2, grade="S-2")
    linked = link([copy, original], [])
    assert linked.links[original.notice_id, 1].rule == NEW
    assert _ids([original, copy], linked) == [original.own_id] * 2
    assert {each.id_basis for each in linked.links.values()} == {"requisition_id"}


def test_a_copy_that_fits_two_vacancies_joins_neither() -> None:
    posts = [_one(1, requisition_id="KOS000911"), _one(2, requisition_id="KOS000912")]
    copy = _one(3)
    linked = link([*posts, copy], [])
    assert len(set(_ids([*posts, copy], linked))) == 3
    own = linked.links[copy.notice_id, 1].vacancy_id
    likely = {frozenset((pair["vacancy_id"], pair["other_vacancy_id"])) for pair in linked.pairs}
    assert likely == {frozenset((own, post.own_id)) for post in posts}


def test_a_vacancy_that_one_of_its_copies_contradicts_is_not_joined() -> None:
    original, copy = _one(1, requisition_id="KOS000911"), _one(2)
    known = _linked([original, copy], link([original, copy], []))
    other = _one(3, requisition_id="KOS000912")  # alone with the copy it would be the same
    assert compare(other, copy).verdict == "same"
    assert link([other], known).links[other.notice_id, 1].vacancy_id not in {item.vacancy_id for item in known}


def test_a_post_advertised_again_under_its_number_is_a_new_vacancy() -> None:
    old = _one(1, requisition_id="KOS000911")
    new = _one(2, requisition_id="KOS000911", issue_date=date(2025, 5, 5), closing_date=date(2025, 5, 26))
    last = _one(3, requisition_id="KOS000911", issue_date=date(2025, 7, 7), closing_date=date(2025, 7, 28))
    linked = link([last, old, new], [])
    first, second, third = _ids([old, new, last], linked)
    assert len({first, second, third}) == 3
    assert linked.readvertised == {second: first, third: second}
    assert linked.links[last.notice_id, 1].readvertises == second


def test_what_the_id_cannot_tell_apart_gets_an_id_of_its_own() -> None:
    one, other = _one(1, grade="P-3"), _one(2, grade="P-4")
    assert one.own_id == other.own_id
    assert len(set(_ids([one, other], link([one, other], [])))) == 2


def test_two_positions_do_not_share_a_copy() -> None:
    posts = [
        _one(1, 1, 2, requisition_id=None, grade=None, title="Data Entry Clerk", duty_station=None),
        _one(1, 2, 2, requisition_id=None, grade=None, title="Data Entry Clerk", duty_station=None),
    ]
    copy = _one(2, title="Data Entry Clerk", grade=None, duty_station=None)
    assert len(set(_ids([*posts, copy], link([*posts, copy], [])))) == 3


def test_a_key_that_very_many_share_costs_no_more() -> None:
    start = date(2024, 1, 1)
    known = []
    for number in range(3000):
        day = start + timedelta(days=number % 90)
        item = _one(number, title="Driver", requisition_id=f"KOS{number:06}", closing_date=day, issue_date=None)
        known.append(replace(item, vacancy_id=item.own_id, id_basis="requisition_id"))
    new = [_one(9000 + number, title="Driver", closing_date=start + timedelta(days=number)) for number in range(20)]
    linked = link(new, known)
    assert linked.comparisons <= len(new) * LIMIT * len(KEYS)
    assert len(linked.pairs) <= 5 * len(new)


def test_a_hot_key_still_finds_the_copy() -> None:
    known = []
    for number in range(1000):
        day = date(2024, 1, 1) + timedelta(days=number)
        item = _one(number, requisition_id=f"KOS{number:06}", closing_date=day, issue_date=day - timedelta(days=20))
        known.append(replace(item, vacancy_id=item.own_id, id_basis="requisition_id"))
    wanted = known[617]
    copy = _one(9999, closing_date=wanted.closing_date, issue_date=wanted.issue_date)
    assert link([copy], known).links[copy.notice_id, 1].vacancy_id == wanted.vacancy_id


def test_what_is_looked_up_links_as_all_that_is_known(tmp_path: Path) -> None:
    """However many records share a title, only those near to a new one are looked up, and they decide alike."""
    rows, every = [], []
    for number in range(1200):
        day = date(2024, 1, 1) + timedelta(days=number // 3) if number % 7 else None
        about = {"closing_date": day, "issue_date": None, "country": ("XK", None)[number % 2]}
        item = _one(number, title="Driver", requisition_id=f"KOS{number:06}" if number % 3 else None, **about)
        every.append(replace(item, vacancy_id=item.own_id, id_basis="requisition_id"))
        rows.append({**columns(every[-1]), "rule": NEW, "score": 1.0, "parser_version": "0"})
    tables.append(tmp_path, "links", rows)
    days = [date(2024, 1, 1) + timedelta(days=37 * number) for number in range(12)]
    new = [_one(9000 + number, title="Driver", closing_date=day) for number, day in enumerate([*days, None])]
    found = list(known(tmp_path, new, {("none", 1)}))
    assert len(found) < len(every)
    assert len(list(known(tmp_path, new[:1], ()))) <= 2 * LIMIT
    assert link(new, found) == link(new, every)
    assert list(known(tmp_path, new[:1], {(item.notice_id, 1) for item in every})) == []


def test_an_identity_survives_storage() -> None:
    for item in _every():
        row = columns(item)
        assert set(KEYS) <= set(row)
        assert stored(row) == item


def test_nothing_is_known_of_an_empty_record() -> None:
    items = [
        identity({"notice_id": f"{n:064x}", "position": 1, "positions": 1, "source": "s", "source_uri": "-"})
        for n in (1, 2)
    ]
    linked = link(items, [])
    assert len(set(_ids(items, linked))) == 2
    assert {each.id_basis for each in linked.links.values()} == {"notice"}
    assert linked.pairs == []


def test_the_id_is_the_one_that_the_parser_prints() -> None:
    text = (
        "Vacancy notice\nOrganization: OSCE\nPosition title: Archive Assistant\nVacancy number: SEC009911\n"
        "Duty station: Vienna\nClosing date: 4 May 2025\n\nRequirements\n- Secondary education\n- Fluent English\n"
    )
    record = parse(from_bytes(text.encode())).records[0]
    values = record.model_dump()
    assert values["requisition_id"] == "SEC009911"
    assert identity(values).own_id == record.vacancy_id == vacancy_id(values, record.notice_id)
    assert vacancy_id({"organization": "OSCE", "requisition_id": "SEC009911"}) == "99882f32-3e62-5161-8518-2dd3cf1f72eb"


def test_a_record_read_again_is_found_by_what_it_says_now() -> None:
    before = _one(1, title=None, closing_date=None, requisition_id="KOS000911")
    known = _linked([before], link([before], []))
    again = _one(1, requisition_id="KOS000912")
    copy = _one(2, requisition_id="KOS000912")
    linked = link([copy, again], known)
    assert set(_ids([again, copy], linked)) == {known[0].vacancy_id}

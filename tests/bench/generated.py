"""Generated vacancies for measurements of cost: as various as real ones, as many as wanted, the same every time.

Organization, place, pay and the like are those of the project's own notices.  Title, number, dates and every word of
the text are drawn anew for each vacancy, so that texts compress as texts do and titles are as common as titles are:
some very, most rarely.  Ten thousand are made as notices; larger datasets are these over and over under other names,
each repetition two months before the other, so that titles recur over the years and days do not.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.batch import parse_all
from pipeline.parse import ParsedNotice
from pipeline.source import Source, read
from pipeline.vacancy_id import vacancy_id
from schemas.vacancy import Vacancy
from tests.corpora import FIXTURES

FOLDER = "/inbox"
_RANKS = ("", "", "", "Senior ", "Associate ", "Assistant ", "Chief ", "Deputy ")
_SUBJECTS = (
    "Programme Finance Procurement Human_Rights Logistics Security Election Media Legal Gender Protection Nutrition"
    " Political Monitoring Communications Civil_Affairs Archives Customs Transport Water Fisheries Forensic Census"
    " Border Energy Climate Trade Statistics Translation Radio Survey Harbour Ballistics"
).split()
_ROLES = "Officer Assistant Adviser Specialist Analyst Coordinator Manager Clerk Expert Inspector Editor".split()
_APART = 60  # days between two repetitions
_DATES = ("issue_date", "closing_date")
_IDS = ("notice_id", "vacancy_id", "own_id")
_NUMBERS = ("requisition_id", "id_key")
_PLACES = ("source_uri", "address_key")
_DATED = ("day_key", "place_key")


def place(number: int) -> str:
    """Where the notice of this number lies."""
    return f"{FOLDER}/{number % 997:03}/{number}.txt"


def notices(numbers: Sequence[int], *, edition: int = 0) -> Iterator[ParsedNotice]:
    """Notices as parsed, one position each; ``edition`` varies what they say."""
    for number in numbers:
        yield _notice(number, edition)


@cache
def models() -> tuple[ParsedNotice, ...]:
    """The project's own notices of one position."""
    outcomes = parse_all(read([FIXTURES]))
    return tuple(each for each in outcomes if isinstance(each, ParsedNotice) and len(each.records) == 1)


@cache
def _words() -> tuple[str, ...]:
    return tuple(sorted({word for model in models() for word in model.text.split()}))


def _notice(number: int, edition: int) -> ParsedNotice:
    chance = random.Random(f"{number} {edition}")
    model = models()[number % len(models())]
    text = f"{number} {edition}\n{_drawn(model.text, chance)}"
    digest = hashlib.sha256(text.encode()).hexdigest()
    source = Source(text.encode(), digest, place(number), "generated", datetime.now(UTC))
    record = _record(model.records[0], number, edition, digest, chance)
    return ParsedNotice(digest, source, text, text, model.language, (), (record,))


def _record(model: Vacancy, number: int, edition: int, digest: str, chance: random.Random) -> Vacancy:
    closing = date.today() + timedelta(days=10 + number % 50 + edition)
    needs = [need.model_copy(update={"text": _drawn(need.text, chance)}) for need in model.qualifications]
    values: dict[str, Any] = {
        "notice_id": digest,
        "source": "generated",
        "source_uri": place(number),
        "title": _title(number),
        "requisition_id": f"GEN{number:08}" if number % 10 < 7 else None,
        "issue_date": closing - timedelta(days=21),
        "closing_date": closing,
        "closing_at": None,
        "start_date": None,
        "qualifications": needs,
    }
    told = {**model.model_dump(), **values}
    return model.model_copy(update={**values, "vacancy_id": vacancy_id(told, digest)})


def _title(number: int) -> str:
    chance = random.Random(number)
    subject, role = (some[int(len(some) * chance.random() ** 2)] for some in (_SUBJECTS, _ROLES))
    return f"{chance.choice(_RANKS)}{subject.replace('_', ' ')} {role}"


def _drawn(text: str, chance: random.Random) -> str:
    """As many words, drawn from those of all notices."""
    return " ".join(chance.choices(_words(), k=len(text.split())))


def repeated(rows: pa.Table, number: int) -> pa.Table:
    """Rows of a table under other names: those of the repetition of this number, from 1."""
    for name in rows.column_names:
        column = _repeated(name, rows[name], number)
        rows = rows.set_column(rows.column_names.index(name), rows.schema.field(name), column)
    return rows


def _repeated(name: str, column: pa.ChunkedArray, number: int) -> pa.ChunkedArray:
    if name in _IDS:
        column = pc.binary_replace_slice(column, 9, 12, f"{number:03x}")  # ids stay as spread as they are
    elif name in _NUMBERS:
        column = pc.binary_join_element_wise(column, str(number), "-")
    elif name in _PLACES:
        column = pc.replace_substring(column, FOLDER, f"{FOLDER}/{number}", max_replacements=1)
    elif name in _DATES:
        column = _earlier(column, number)
    elif name in _DATED:
        day = _earlier(pc.utf8_slice_codeunits(column, 0, 10).cast(pa.date32()), number)
        column = pc.binary_join_element_wise(day.cast(pa.string()), pc.utf8_slice_codeunits(column, 10), "")
    return column.cast(pa.string()) if name in (*_IDS, *_NUMBERS, *_PLACES, *_DATED) else column


def _earlier(days: pa.ChunkedArray, number: int) -> pa.ChunkedArray:
    return pc.subtract(days.cast(pa.int32()), pa.scalar(_APART * number, pa.int32())).cast(pa.date32())

"""Text repair: damage goes, clean text stays, offsets lead back."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from texts import KINDS, LANGUAGES

from pipeline.damage import DAMAGES, Table, table, tables
from pipeline.repair import Repaired, explain, repair, repair_lines

SHORT = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAMES = [each.name for each in tables()]

# Notices mix languages: any run of the sentences, and of the words of one sentence.
sentences = st.lists(st.sampled_from(sorted(LANGUAGES.values())), min_size=1, max_size=3).map(" ".join)
damaged = st.tuples(sentences, st.sampled_from(NAMES), st.sampled_from([None, "", "?", "\ufffd"])).map(
    lambda drawn: table(drawn[1]).garble(drawn[0], lost=drawn[2])
)
anything = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="ÃÂâ€™œ“”žŸ¢£©\x80\x9d\xa0\xad &;<>/\\\"':?¿apmsltigb#x-\n\r\ufffd๐โ—\u200b", max_size=60),
    damaged,
)


def survives(text: str, by: Table) -> bool:
    """Whether no byte of the text shares its character with another."""
    return all(by.byte_of[by.shown[byte]] == byte for byte in text.encode() if byte >= 0x80)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_clean_text_is_not_edited(language: str) -> None:
    done = repair(LANGUAGES[language])
    assert done.edits == ()
    assert done.warnings == ()


@SHORT
@given(sentences)
def test_clean_texts_together_are_not_edited(text: str) -> None:
    assert repair(text).edits == ()


@pytest.mark.parametrize(
    "text",
    [
        "возачка дозвола „Г“ категорије, „А“, „Ж“ и „ПРС“",
        "Die Buchstaben „Ä“, „Ö“; Kategorie „Ä“ (Ärzte), „TÄÄLLÄ“",
        "»PÅ« er et ord, »Ш« и „Δ“",
        "if a<b then c>d, rated <b or >c",
        "Gen?ve, M\ufffdllr, x\ufffdpartement",
        "Буква â і â",
    ],
)
def test_what_might_be_damage_stays(text: str) -> None:
    assert repair(text).text == text


@pytest.mark.parametrize(
    ("clean", "damaged", "mended"),
    [
        ("Кандидат должен иметь высшее образование ", "driverБ─≥s", "driver’s"),
        ("ОБСЕ во Скопје, ОЕБС ", "вЂ™s", "’s"),
        ("Об’єднання в ОБСЄ. Щонайменше п’ять років. ", "driverâ€™s", "driver’s"),
        ("Äpfel für Ärzte. ", "fÃ¼r KÃ¶ln", "für Köln"),
    ],
)
def test_clean_text_beside_damage_stays(clean: str, damaged: str, mended: str) -> None:
    assert repair(clean + damaged).text == clean + mended
    assert repair(f"{damaged} {clean}").text == f"{mended} {clean}"


@pytest.mark.parametrize("name", NAMES)
def test_every_table_undone(name: str) -> None:
    by = table(name)
    wrong = [
        language for language, text in LANGUAGES.items() if survives(text, by) and repair(by.garble(text)).text != text
    ]
    assert wrong == []


@SHORT
@given(sentences, st.sampled_from(NAMES))
def test_lossless_garbling_undone(text: str, name: str) -> None:
    by = table(name)
    assume(survives(text, by))
    assert repair(by.garble(text)).text == text


@pytest.mark.parametrize("layers", [2, 3])
@pytest.mark.parametrize("name", ["cp1252", "latin-1", "cp1250", "cp1251", "mac-roman", "cp437", "cp874+cp1252"])
def test_layers_undone(name: str, layers: int) -> None:
    for kind in ("curly quotes", "accented latin", "cyrillic"):
        raw = KINDS[kind]
        for _ in range(layers):
            raw = table(name).garble(raw)
        assert repair(raw).text == KINDS[kind]


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(["cp1252", "cp1251", "mac-roman"], 2)))
def test_layers_of_two_tables(first: str, second: str) -> None:
    text = KINDS["curly quotes"]
    assert repair(table(second).garble(table(first).garble(text))).text == text


def test_part_of_a_notice_damaged() -> None:
    clean, broken = LANGUAGES["french"], LANGUAGES["serbian latin"]
    for name in ("cp1252", "cp1250", "mac-roman", "cp874"):
        assert repair(f"{clean}\n{table(name).garble(broken)}\n{clean}").text == f"{clean}\n{broken}\n{clean}"


def test_several_damages_in_one_notice() -> None:
    one, two = LANGUAGES["german"], LANGUAGES["russian"]
    raw = table("cp1252").garble(one) + "\r\n" + table("cp866").garble(two)
    assert repair(raw).text == f"{one}\n{two}"


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_damages(damage: object) -> None:
    before, after = damage.before, damage.after  # type: ignore[attr-defined]
    assert repair(before).text == after


@SHORT
@given(anything)
def test_repairing_twice_changes_nothing_more(text: str) -> None:
    for restore_lost in (True, False):
        once = repair(text, restore_lost=restore_lost).text
        assert repair(once, restore_lost=restore_lost).text == once


def ranges(done: Repaired) -> list[tuple[int, int]]:
    return [done.to_raw(at, at + 1) for at in range(len(done.text))]


@SHORT
@given(anything)
def test_map_is_monotone_and_covers(raw: str) -> None:
    done = repair(raw)
    assert done.to_raw(0, len(done.text)) == (0, len(raw))
    mapped = ranges(done)
    for (start, end), (later, _) in itertools.pairwise(mapped):
        assert 0 <= start <= end <= len(raw)
        assert start <= later
    removed = {at for edit in done.edits if not edit.after for at in range(edit.start, edit.end)}
    covered = {at for start, end in mapped for at in range(start, end)}
    assert covered | removed == set(range(len(raw)))


@SHORT
@given(anything)
def test_edits_make_the_text(raw: str) -> None:
    done = repair(raw)
    parts, at = [], 0
    for edit in done.edits:
        assert at <= edit.start <= edit.end <= len(raw)
        assert raw[edit.start : edit.end] == edit.before
        assert edit.damage
        parts += [raw[at : edit.start], edit.after]
        at = edit.end
    assert "".join(parts) + raw[at:] == done.text


@SHORT
@given(anything, st.data())
def test_spans_map_to_what_they_came_from(raw: str, data: st.DataObject) -> None:
    done = repair(raw)
    start = data.draw(st.integers(0, len(done.text)))
    end = data.draw(st.integers(start, len(done.text)))
    low, high = done.to_raw(start, end)
    assert 0 <= low <= high <= len(raw)
    if not done.edits:
        assert (low, high) == (start, end)


def test_span_beside_an_edit_is_exact() -> None:
    raw = "The Missionâ€™s\u200b budget"
    done = repair(raw)
    at = done.text.index("budget")
    assert raw[slice(*done.to_raw(at, at + 6))] == "budget"
    at = done.text.index("Mission")
    assert raw[slice(*done.to_raw(at, at + 9))] == "Missionâ€™s"


def test_no_span_outside_the_text() -> None:
    with pytest.raises(IndexError):
        repair("abc").to_raw(2, 5)


GUESSES = [
    # text as it came, text as it was, whether it is said to be a guess
    (
        'The programme â€" funded by the OSCE â€" runs 2024â€"2026',
        "The programme – funded by the OSCE – runs 2024–2026",
        None,
    ),
    ("libertÃ , cittÃ ;", "libertà, città;", None),
    ("â€FachkrÃ¤fteâ€œ", "„Fachkräfte“", None),
    ("The Ã¢Â€Âœopen dayÃ¢Â€Â\x9d", "The “open day”", False),
    ("ÐœÐ¸Ñ\x81Ð¸Ñ\x8f ÐžÐ'Ð¡Ð•", "Мисия ОБСЕ", None),
    ("medium-\nand long-term, Sozial-\nund Gesundheit", "medium- and long-term, Sozial- und Gesundheit", False),
    ("the departmentโs projects and the driverโs license", "the department’s projects and the driver’s license", False),
    ("called โFightingโ โ and the โNextโ one", "called “Fighting” – and the “Next” one", False),
    ("between 2025โ2028, the teamsโ work", "between 2025–2028, the teams’ work", False),
    (
        "The trainersâ fees â if any â and the Missionâs rules",
        "The trainers’ fees – if any – and the Mission’s rules",
        None,
    ),
    ("offices in PriÅ¡tina and KiÄevo and Å½elino", "offices in Priština and Kičevo and Želino", None),
    ("SlovenÄ\ufffdina, ÄŒeÅ¡tina", "Slovenčina, Čeština", None),
]


@pytest.mark.parametrize(("raw", "text", "guess"), GUESSES)
def test_lost_bytes_restored(raw: str, text: str, guess: bool | None) -> None:
    done = repair(raw)
    assert done.text == text
    if guess is not None:
        assert {edit.guess for edit in done.edits} == {guess}


def test_what_cannot_be_told_stays_and_is_said() -> None:
    raw = "cafÃ© Ã©tÃ© and à¤�x"
    done = repair(raw)
    assert done.text == "café été and à¤�x"
    assert done.warnings


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("SlovenÄ\ufffdina", "Sloven\ufffdina"),  # byte replaced
        ("voilÃ\xa0 la MissionÃ©e", "voilà la Missionée"),  # all bytes there
        ("â€œbb+â€? and â€œbbâ€?", "“bb+\ufffd and “bb\ufffd"),  # replaced by a question mark
        ("caf\ufffd, the employer?s car", "caf\ufffd, the employer?s car"),
        ("the departmentโs work on โrulesโ", "the department\ufffds work on \ufffdrules\ufffd"),  # bytes dropped
    ],
)
def test_nothing_is_restored_that_bytes_do_not_say(raw: str, text: str) -> None:
    done = repair(raw, restore_lost=False)
    assert done.text == text
    assert bool(done.warnings) == ("\ufffd" in text)
    assert not any(edit.guess for edit in done.edits)
    assert repair(done.text, restore_lost=False).text == text


def test_lines_are_kept() -> None:
    raw = "Title\r\n\r\n\u2022 one\r\n\u2022 two\u00a0three\r\n"
    assert repair(raw).text == "Title\n\n• one\n• two three\n"


def test_explain_shows_every_edit() -> None:
    done = repair("the Missionâ€™s caf\u00c3\u00a9")
    assert len(explain(done).split("\n")) == len(done.edits) == 2
    assert "’" in explain(done)
    assert explain(repair("clean")) == "no damage found"


def test_json_lines() -> None:
    lines = [json.dumps({"text": "the Missionâ€™s"}), "", json.dumps({"text": "clean"})]
    first, second = (json.loads(line) for line in repair_lines(lines))
    assert first["text"] == "the Mission’s"
    assert first["edits"] == [
        {"start": 11, "end": 14, "before": "â€™", "after": "’", "damage": "utf-8 as cp1252", "guess": False}
    ]
    assert second == {"text": "clean", "edits": []}


@pytest.mark.parametrize("line", ["{", "[]", '{"text": 1}', "3"])
def test_no_json_line(line: str) -> None:
    with pytest.raises(ValueError, match="line 1"):
        list(repair_lines([line]))


@pytest.mark.parametrize("text", ["à\U000f0000", "Срок Ð Ñƒ \U000f0001 Ã x", "Cafà \U000f7fff â€™"])
def test_private_characters_of_the_text_itself_stay(text: str) -> None:
    own = [char for char in text if "\U000f0000" <= char <= "\U000f7fff"]
    assert [char for char in repair(text).text if "\U000f0000" <= char <= "\U000f7fff"] == own
    assert [char for char in repair(f"{text} Mission's é").text if "\U000f0000" <= char <= "\U000f7fff"] == own

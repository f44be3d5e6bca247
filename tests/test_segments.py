"""Facts, sections, items and positions: how a notice is taken apart before any field is read."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors._doc import facts, items, sections
from pipeline.nlp import load


def stated(text: str) -> list[tuple[str, str]]:
    doc = load()(text)
    return [(f.field, doc.text[f.start : f.end]) for f in facts(doc) if f.field not in ("other", "unknown")]


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_the_doc_is_the_text(text: str) -> None:
    assert load()(text).text == text


@pytest.mark.parametrize(
    ("arrangement", "text", "want"),
    [
        ("label and value", "Grade: P-3", [("grade", "P-3")]),
        ("blank before the colon", "Grade : P-3", [("grade", "P-3")]),
        ("no blank behind it", "Closing Date:3 May 2026", [("closing_date", "3 May 2026")]),
        ("capitals", "DUTY STATION: OSH", [("duty_station", "OSH")]),
        ("value on the next line", "Duty station\n\nOsh\n", [("duty_station", "Osh")]),
        ("colon, value on the next line", "Closing date:\n3 May 2026\n", [("closing_date", "3 May 2026")]),
        ("empty value", "Grade:\nDuty Station: Osh", [("duty_station", "Osh")]),
        ("empty values over one another", "Location\n\nGrade\n\nP-3\n", [("grade", "P-3")]),
        ("value before label", "KOS000111 Requisition #", [("requisition_id", "KOS000111")]),
        (
            "labels under their values, in one block",
            "Osh\n\nBIS000777\nRequisition #\nFeb 3, 2031\nPost Date\nOne\nNumber of posts\n\nPlease note this.",
            [("requisition_id", "BIS000777"), ("issue_date", "Feb 3, 2031"), ("posts", "One")],
        ),
        (
            "labels over their values, in one block",
            "Requisition #\nBIS000777\nPost Date\nFeb 3, 2031\nNumber of posts\nOne\n\nPlease note this.",
            [("requisition_id", "BIS000777"), ("issue_date", "Feb 3, 2031"), ("posts", "One")],
        ),
        (
            "two labels with their values in a row",
            "Post title | Nurse | Level | G-4\nDuty station | Osh | Post number | 61530",
            [("title", "Nurse"), ("grade", "G-4"), ("duty_station", "Osh"), ("requisition_id", "61530")],
        ),
        ("bullet", "  • Reference Code: VN-12", [("requisition_id", "VN-12")]),
        ("number", "(3) Duty Station: Osh", [("duty_station", "Osh")]),
        ("Markdown", "| **Grade** | P-3 |", [("grade", "P-3")]),
        ("bold in Markdown", "**Grade:** P-3", [("grade", "P-3")]),
        ("padded columns", "Grade                P-3", [("grade", "P-3")]),
        ("dotted leaders", "Location ........... Osh", [("duty_station", "Osh")]),
        ("tab", "Grade\tP-3", [("grade", "P-3")]),
        ("label over two lines", "- Duty\nStation: Osh", [("duty_station", "Osh")]),
        ("remark in brackets", "Closing date (midnight Osh time): 3 May 2026", [("closing_date", "3 May 2026")]),
        ("word that qualifies", "Anticipated Start Date: 3 May 2026", [("start_date", "3 May 2026")]),
        ("no accents", "Date de cloture : 3 mai 2026", [("closing_date", "3 mai 2026")]),
        ("Cyrillic Serbian from the Latin list", "Рок за пријаву: 3. мај 2026.", [("closing_date", "3. мај 2026.")]),
        ("figure behind a bare label", "Grade G10", [("grade", "G10")]),
        (
            "run-on with colons",
            "Issued by: OSCE Secretariat Grade: P4 Issue Date: Mar 19, 2025 Closing Date: Apr 16, 2025",
            [
                ("organization", "OSCE Secretariat"),
                ("grade", "P4"),
                ("issue_date", "Mar 19, 2025"),
                ("closing_date", "Apr 16, 2025"),
            ],
        ),
        (
            "run-on without colons",
            "Primary Location Mons Application Deadline 26-Nov-2023 Posting Date 06-Nov-2023 Schedule All",
            [
                ("duty_station", "Mons"),
                ("closing_date", "26-Nov-2023"),
                ("issue_date", "06-Nov-2023"),
                ("schedule", "All"),
            ],
        ),
        (
            "glued",
            "Senior BankerRequisition ID36999Office CountryGeorgiaOffice CityTbilisiContract TypeFixed Term",
            [
                ("requisition_id", "36999"),
                ("country", "Georgia"),
                ("duty_station", "Tbilisi"),
                ("contract_type", "Fixed Term"),
            ],
        ),
    ],
)
def test_facts(arrangement: str, text: str, want: list[tuple[str, str]]) -> None:
    assert stated(text) == want


def test_no_fact_in_a_sentence() -> None:
    """A word of the inventory inside a sentence is no label."""
    assert stated("The office keeps a level head: nobody has ever seen it otherwise.") == []


def kinds(text: str) -> list[str]:
    return [s.kind for s in sections(load()(text)) if s.heading_end > s.heading_start]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Necessary Qualifications", "requirements"),
        ("Minimum Qualifications and Experience", "requirements"),
        ("Required Skills and Experience", "requirements"),
        ("Education Requirements", "education"),
        ("2. LANGUAGE REQUIREMENTS", "languages"),
        ("## What you bring", "requirements"),
        ("What we expect of everybody", "requirements"),
        ("Desirable qualifications:", "desirable"),
        ("Compétences linguistiques", "languages"),
        ("Требования к кандидатам", "requirements"),
        ("Потребне квалификације", "requirements"),
        ("Hvordan søke", None),
        ("Experience in drafting reports;", None),
    ],
)
def test_headings(heading: str, kind: str | None) -> None:
    assert kinds(f"A notice\n\n{heading}\nText below the heading.\n") == ([kind] if kind else [])


def test_sections_cover_the_text_once() -> None:
    text = "Officer\nBackground\nThe river.\nRequirements\n- A boat.\nSimilar jobs\nSailor\n"
    found = list(sections(load()(text)))
    assert [s.kind for s in found] == ["head", "background", "requirements", "debris"]
    assert all(left.end <= right.heading_start for left, right in itertools.pairwise(found))


def test_an_advert_in_the_middle_does_not_end_the_section() -> None:
    doc = load()("Requirements\n- A boat;\nDiscover How to Get a Job in the UN in 2025!\n- An oar.\n")
    assert [doc.text[i.start : i.end] for i in items(doc)] == ["A boat", "An oar"]


def listed(text: str) -> list[str]:
    doc = load()("Requirements\n" + text)
    return [doc.text[i.start : i.end] for i in items(doc)]


@pytest.mark.parametrize(
    ("glue", "text", "want"),
    [
        ("bullets", "- A boat;\n- An oar.", ["A boat", "An oar"]),
        ("capitals", "A BOAT IS REQUIRED. AN OAR TOO", ["A BOAT IS REQUIRED", "AN OAR TOO"]),
        ("numbers", "2.1 A boat\n2.2 An oar\n3 Years at sea", ["A boat", "An oar", "3 Years at sea"]),
        ("semicolons", "A boat;An oar;Patience.", ["A boat", "An oar", "Patience"]),
        ("no sign at all", "A sailing schoolRegular, active sailing", ["A sailing school", "Regular, active sailing"]),
        ("full stops", "Knowledge of boats.Ability to row.", ["Knowledge of boats", "Ability to row"]),
        ("a glued heading", "Technical SkillsRowing on rivers", ["Technical Skills", "Rowing on rivers"]),
        ("names stay whole", "JavaScript, PowerPoint and PostgreSQL", ["JavaScript, PowerPoint and PostgreSQL"]),
        ("abbreviations stay whole", "Boats, e.g. Canoes and rafts", ["Boats, e.g. Canoes and rafts"]),
        ("brackets stay whole", "Boats (canoes; rafts) of all kinds", ["Boats (canoes; rafts) of all kinds"]),
        (
            "wrapped lines",
            "- Five years on\nrivers and lakes;\n- An oar",
            ["Five years on\nrivers and lakes", "An oar"],
        ),
    ],
)
def test_items(glue: str, text: str, want: list[str]) -> None:
    assert listed(text) == want


def test_desirable_items_are_desired() -> None:
    doc = load()("Requirements\nMandatory:\n- A boat;\nDesirable:\n- An oar.\n")
    assert [(doc.text[i.start : i.end], i.requirement) for i in items(doc)] == [
        ("A boat", "required"),
        ("An oar", "desired"),
    ]


def entries(text: str) -> list[list[tuple[str, str]]]:
    doc = load()(text)
    spans = doc.spans["positions"]
    return [
        [(f.field, text[f.start : f.end]) for f in facts(doc) if p.start_char <= f.start < p.end_char] for p in spans
    ]


def test_positions_in_a_list_with_counts() -> None:
    text = "Posts:\n- EOM/X Driver – 2 positions\n- EOM/X Legal Analyst – 1 position\n"
    assert entries(text) == [
        [("title", "EOM/X Driver"), ("posts", "2")],
        [("title", "EOM/X Legal Analyst"), ("posts", "1")],
    ]


def test_positions_with_references() -> None:
    text = "Posts:\n  • GEO RO 11 - Reporting Officer\n  • GEO MO 27 - Monitor\nApply soon.\n"
    assert entries(text) == [
        [("requisition_id", "GEO RO 11"), ("title", "Reporting Officer")],
        [("requisition_id", "GEO MO 27"), ("title", "Monitor")],
    ]


def test_positions_in_a_table() -> None:
    text = "Job titles / Ref. / Location\nHead of Office* / UAC 03 / Kyiv\nAdviser (3 positions) / UAD 31-33 / Lviv\n"
    assert entries(text) == [
        [("title", "Head of Office"), ("requisition_id", "UAC 03"), ("duty_station", "Kyiv")],
        [("title", "Adviser"), ("posts", "3"), ("requisition_id", "UAD 31-33"), ("duty_station", "Lviv")],
    ]


def test_whole_notices_one_after_another() -> None:
    text = (
        "Job Title: Driver\nDuty Station: Osh\nClosing Date: 3 May 2026\n\n"
        "Job Title: Cook\nDuty Station: Naryn\nClosing Date: 4 May 2026\n\nHow to apply\nBy post.\n"
    )
    found = entries(text)
    assert [dict(entry)["title"] for entry in found] == ["Driver", "Cook"]
    assert [dict(entry)["duty_station"] for entry in found] == ["Osh", "Naryn"]
    assert all("apply" not in dict(entry) for entry in found)


def test_facts_of_a_group_apply_to_its_positions_only() -> None:
    text = (
        "Advance team positions:\n- Driver – 1 position\n"
        "Core team positions:\n- Cook – 1 position\n- Guard – 2 positions\n"
        "Deadline for advance team positions: 3 May 2026\nDeadline for core team positions: 4 May 2026\n"
    )
    doc = load()(text)
    assert [s.id_ for s in doc.spans["scopes"] if s.text.startswith("Deadline")] == ["1", "2,3"]


@pytest.mark.parametrize(
    "text",
    [
        "Duties\n1. Drives the car.\n2. Repairs the car.\n3. Washes it.\n",
        "Job Title: Driver\nSupervisor: Head of Office\nGrade: G2\n",
        "Requirements\n- Two positions of trust\n- 3 years in one position\n",
    ],
)
def test_one_position(text: str) -> None:
    assert entries(text) == []

"""One module per field of the record; an underscore marks a shared reader.

``EXTRACTORS`` is the order in which fields are chosen, which is the order of the record's columns; a field may look at
those before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractors import (
    apply_email,
    apply_url,
    closing_date,
    closing_time,
    closing_timezone,
    contract_type,
    country,
    department,
    duration_months,
    duty_station,
    education_fields,
    education_level,
    experience_routes,
    experience_years,
    grade,
    grade_scale,
    issue_date,
    languages,
    mission,
    nationality_excluded,
    nationality_required,
    notice_language,
    organization,
    posts,
    qualifications,
    requisition_id,
    salary,
    schedule,
    start_approximate,
    start_date,
    start_text,
    title,
)

if TYPE_CHECKING:
    from schemas.finding import Extractor

EXTRACTORS: tuple[Extractor, ...] = (
    title,
    organization,
    mission,
    department,
    requisition_id,
    grade,
    grade_scale,
    contract_type,
    schedule,
    posts,
    duty_station,
    country,
    issue_date,
    closing_date,
    closing_time,
    closing_timezone,
    start_date,
    start_text,
    start_approximate,
    duration_months,
    salary,
    education_level,
    education_fields,
    experience_years,
    experience_routes,
    languages,
    qualifications,
    nationality_required,
    nationality_excluded,
    apply_url,
    apply_email,
    notice_language,
)

# Fields that hold a list: what a position's own entry states adds to what all positions share.
LISTS = frozenset(
    {
        "education_fields",
        "experience_routes",
        "languages",
        "qualifications",
        "nationality_required",
        "nationality_excluded",
    }
)

"""The record: one parsed position, and its value types.

Codes follow ISO 3166-1 alpha-2 (countries, with XK for Kosovo), ISO 4217 (currencies), ISO 639-1 and 639-3
(languages), ISO 8601 (dates), the IANA time zone database and the CEFR.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

SCHEMA_VERSION = "2.0.0"

CountryCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]


class ContractType(StrEnum):
    """Legal form of the engagement."""

    FIXED_TERM = "fixed_term"
    SECONDMENT = "secondment"
    CONSULTANCY = "consultancy"
    TEMPORARY = "temporary"
    INTERNSHIP = "internship"
    VOLUNTEER = "volunteer"
    SERVICE_CONTRACT = "service_contract"
    PERMANENT = "permanent"


class Schedule(StrEnum):
    """Working time."""

    FULL_TIME = "full_time"
    PART_TIME = "part_time"


class EducationLevel(StrEnum):
    """Levels of education, lowest first."""

    SECONDARY = "secondary"
    VOCATIONAL = "vocational"
    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTORATE = "doctorate"


class Requirement(StrEnum):
    """Whether candidates must have it or had better have it."""

    REQUIRED = "required"
    DESIRED = "desired"


class QualificationKind(StrEnum):
    """What a qualification is about."""

    EDUCATION = "education"
    EXPERIENCE = "experience"
    LANGUAGE = "language"
    CERTIFICATION = "certification"
    LICENCE = "licence"
    SKILL = "skill"
    KNOWLEDGE = "knowledge"
    COMPETENCY = "competency"
    ELIGIBILITY = "eligibility"
    OTHER = "other"


class Part(BaseModel):
    """A value of the record; immutable and closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Salary(Part):
    """Pay as stated: ``min`` and ``max`` are equal for a single figure; ``currency`` is ISO 4217."""

    min: Decimal
    max: Decimal
    currency: CurrencyCode
    period: Literal["hour", "day", "week", "month", "year"]
    basis: Literal["gross", "net"] | None = None
    approximate: bool = False
    step: int | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Salary:
        if not 0 < self.min <= self.max:
            raise ValueError(f"salary range {self.min} to {self.max} is not a positive range")
        return self


class Language(Part):
    """A language that candidates must or should know; ``group`` is shared by alternatives joined with "or"."""

    language: LanguageCode
    name: str
    requirement: Requirement
    level: str | None = None
    cefr: Literal["A1", "A2", "B1", "B2", "C1", "C2"] | None = None
    group: str | None = None


class Qualification(Part):
    """One bullet or clause of the requirements."""

    text: str
    kind: QualificationKind
    requirement: Requirement


class ExperienceRoute(Part):
    """A combination of degree and years that qualifies; ``years`` includes any addition for a lower degree."""

    education_level: EducationLevel | None
    years: float


class Evidence(Part):
    """Where a value stands: offsets into the source text as decoded, before repair; ``quote`` is that slice."""

    field: str
    start: int
    end: int
    quote: str
    rule: str
    confidence: Annotated[float, Field(ge=0, le=1)]


class Vacancy(BaseModel):
    """One advertised position."""

    model_config = ConfigDict(extra="forbid")

    vacancy_id: str
    notice_id: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    position: Annotated[int, Field(ge=1)]
    positions: Annotated[int, Field(ge=1)]
    source: str
    source_uri: str
    title: str | None = None
    organization: str | None = None
    mission: str | None = None
    department: str | None = None
    requisition_id: str | None = None
    grade: str | None = None
    grade_scale: str | None = None
    contract_type: ContractType | None = None
    schedule: Schedule | None = None
    posts: Annotated[int, Field(ge=1)] | None = None
    duty_station: str | None = None
    country: CountryCode | None = None
    issue_date: date | None = None
    closing_date: date | None = None
    closing_time: Annotated[str, Field(pattern=r"^[0-2]\d:[0-5]\d$")] | None = None
    closing_timezone: str | None = None
    closing_at: datetime | None = None
    start_date: date | None = None
    start_text: str | None = None
    start_approximate: bool | None = None
    duration_months: float | None = None
    salary: Salary | None = None
    education_level: EducationLevel | None = None
    education_fields: list[str] = []
    experience_years: float | None = None
    experience_routes: list[ExperienceRoute] = []
    languages: list[Language] = []
    qualifications: list[Qualification] = []
    nationality_required: list[CountryCode] = []
    nationality_excluded: list[CountryCode] = []
    apply_url: str | None = None
    apply_email: str | None = None
    states: dict[str, str] = {}
    notice_language: str | None = None
    warnings: list[str] = []
    evidence: list[Evidence] = []
    schema_version: str = SCHEMA_VERSION

    @model_validator(mode="after")
    def _numbered(self) -> Vacancy:
        if self.position > self.positions:
            raise ValueError(f"position {self.position} of {self.positions}")
        return self

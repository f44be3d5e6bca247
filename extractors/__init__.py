"""One module per field of the record; an underscore marks a shared reader."""
import importlib

_ORDER = ["notice_language","title","organization","mission","department","requisition_id","grade","grade_scale","contract_type","schedule","posts","duty_station","country","issue_date","closing_date","closing_time","closing_timezone","start_date","start_text","start_approximate","duration_months","salary","education_level","education_fields","experience_years","experience_routes","languages","qualifications","nationality_required","nationality_excluded","apply_url","apply_email"]
def _load():
    found=[]
    for n in _ORDER:
        try: found.append(importlib.import_module("extractors."+n))
        except ModuleNotFoundError: pass
    return tuple(found)
EXTRACTORS = _load()
LISTS = frozenset({"education_fields","experience_routes","languages","qualifications","nationality_required","nationality_excluded"})

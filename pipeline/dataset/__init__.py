"""The dataset on disk: what runs write, what people read, and how the two are kept apart.

``DATASET/raw`` holds the bytes of every notice, ``DATASET/tables`` the Delta tables that runs write, ``DATASET/latest``
the published snapshot.  The modules, in the order in which a run uses them: ``runs`` (lock, what was left over),
``observe`` (what lies in the inputs), ``raw``, ``rows`` and ``parsed`` (notices as they were read), ``linkage`` and
``merge`` (copies become one vacancy), ``history`` (what has changed: ``sightings``, ``changes``), ``gate`` (may it be
published), ``snapshot`` (publish).
"""

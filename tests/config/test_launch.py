"""What `start` works out from its options before anything runs."""

import os
import socket
import subprocess
import sys

import pytest
from django.core.management import CommandError

from config import launch
from tests.servers import free_port

HOLD = """
import fcntl, os, sys, time
fcntl.flock(os.open(sys.argv[1], os.O_RDWR), fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


def test_without_options_the_system_is_for_this_machine_alone():
    added = launch.environment([], {})

    assert added == {"SITE_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]"}


def test_the_options_become_facts_of_the_deployment(tmp_path):
    added = launch.environment(["--host", "10.1.2.3", "--port", "9000", "--var", str(tmp_path), "--no-demo"], {})

    assert added == {
        "SITE_URL": "http://10.1.2.3:9000",
        "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1],10.1.2.3",
        "VAR_DIR": str(tmp_path),
    }


def test_what_the_environment_says_already_holds():
    given = {"SITE_URL": "https://help.example", "ALLOWED_HOSTS": "help.example"}

    assert launch.environment(["--host", "0.0.0.0"], given) == {}


def test_listening_everywhere_answers_to_the_names_of_this_machine_only():
    added = launch.environment(["--host", "0.0.0.0"], {})

    assert added["SITE_URL"] == f"http://{socket.gethostname()}:8000"
    assert socket.gethostname() in added["ALLOWED_HOSTS"].split(",")
    assert "*" not in added["ALLOWED_HOSTS"]


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "٨٠٠٠x", ""])
def test_a_port_that_is_none_is_refused(port, capsys):
    with pytest.raises(SystemExit):
        launch.environment([f"--port={port}"], {})

    assert "is no port" in capsys.readouterr().err


def test_a_state_folder_that_cannot_be_made_is_refused(tmp_path, capsys):
    (tmp_path / "file").touch()

    with pytest.raises(SystemExit):
        launch.environment(["--var", str(tmp_path / "file" / "var")], {})

    assert "cannot be made" in capsys.readouterr().err


def test_a_busy_port_is_said_to_be_busy():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(CommandError, match=f"Port {port} is in use"):
            launch.listening_address("127.0.0.1", port)


def test_a_host_name_becomes_an_address():
    assert launch.listening_address("localhost", free_port()) in {"127.0.0.1", "::1"}


@pytest.mark.parametrize("host", ["203.0.113.7", "no.such.name.invalid"])
def test_a_host_that_is_not_this_machine_is_refused(host):
    with pytest.raises(CommandError, match="is no address of this machine"):
        launch.listening_address(host, free_port())


def test_the_lock_says_who_holds_it_and_where(tmp_path):
    launch.take_lock(tmp_path, "http://127.0.0.1:8000", say=print)

    with pytest.raises(CommandError, match=rf"already runs .* \(process {os.getpid()}, http://127.0.0.1:8000\)"):
        launch.take_lock(tmp_path, "http://127.0.0.1:9000", say=print)


@pytest.mark.processes
def test_a_system_that_was_killed_is_given_time_to_end(tmp_path):
    os.close(launch.take_lock(tmp_path, "http://127.0.0.1:8000", say=print))
    file, said = tmp_path / "run" / "start.lock", []
    file.write_text("4194304 http://127.0.0.1:8000")  # a number above the largest process
    with subprocess.Popen([sys.executable, "-c", HOLD, file], stdout=subprocess.PIPE) as last:
        last.stdout.readline()  # it holds the lock now

        lock = launch.take_lock(tmp_path, "http://127.0.0.1:8000", say=lambda line: (said.append(line), last.kill()))

    assert lock
    assert len(said) == 1


def test_the_server_is_asked_under_a_name_it_answers_to():
    assert launch.health("0.0.0.0", 80, ["*"]) == {"host": "127.0.0.1", "port": 80, "name": "localhost"}
    assert launch.health("10.1.2.3", 80, [".example", "x"]) == {"host": "10.1.2.3", "port": 80, "name": "example"}

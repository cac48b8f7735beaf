"""`autograder slurm` on a cluster of one node, set up for this run and taken down after it.

    python benchmarks/slurm.py [--submissions 200] [--isolation sandbox]

Needs Linux, root, and Debian's packages `slurm-wlm` and `munge`; changes nothing of how they are
configured, and listens on loopback only. Submits generated submissions as a job array and the job
that joins the parts, waits for both, grades the same locally, and compares the gradebooks. Exits
with 1 when they differ or a job has failed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from throughput import write_submissions

from autograder.isolation import strongest
from autograder.layout import Layout

PER_TASK = 100
READY_SECONDS = 60.0
CONFIGURATION = """\
ClusterName=benchmark
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
SlurmctldPort={controller}
SlurmdPort={daemon}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MailProg=/bin/true
ReturnToService=2
NodeName=node NodeHostname={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=all Nodes=node Default=YES MaxTime=INFINITE State=UP
"""


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextlib.contextmanager
def one_node(folder: Path) -> Iterator[dict[str, str]]:
    """Start a cluster, yield the environment for its commands, and end it."""
    host = platform.node().partition(".")[0]
    for name in ("state", "spool"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.write_bytes(secrets.token_bytes(1024))
    key.chmod(0o400)
    configuration = folder / "slurm.conf"
    configuration.write_text(
        CONFIGURATION.format(
            host=host,
            folder=folder,
            cpus=os.cpu_count(),
            controller=free_port(),
            daemon=free_port(),
        )
    )
    environment = os.environ | {"SLURM_CONF": str(configuration)}
    daemons: list[Sequence[str]] = [
        (
            *("munged", "--foreground", "--force", "--num-threads=2"),
            *(f"--key-file={key}", f"--socket={folder}/munge.socket"),
            *(f"--pid-file={folder}/munged.pid", f"--log-file={folder}/munged.log"),
            f"--seed-file={folder}/munged.seed",
        ),
        ("slurmctld", "-D", "-i", "-f", str(configuration)),
        ("slurmd", "-D", "-N", "node", "-f", str(configuration)),
    ]
    with contextlib.ExitStack() as running:
        for command in daemons:
            log = running.enter_context((folder / f"{command[0]}.out").open("wb"))
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            running.callback(_end, process)
        deadline = time.monotonic() + READY_SECONDS
        while "idle" not in _said(["sinfo", "--noheader", "--format=%T"], environment):
            if time.monotonic() > deadline:
                for command in daemons:
                    print((folder / f"{command[0]}.out").read_text("utf-8", "replace")[-2000:])
                raise SystemExit("the cluster did not start")
            time.sleep(0.5)
        yield environment


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _said(command: Sequence[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.stdout


def main() -> int:
    """Run both ways, compare, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--isolation", choices=["sandbox", "user", "limits"])
    options = parser.parse_args()
    layout = Layout.find(Path(__file__).parent)
    level = options.isolation or strongest(layout)[0]
    autograder = [sys.executable, "-m", "autograder"]
    common = ["--course", str(layout.root), "--isolation", level]
    with tempfile.TemporaryDirectory(prefix="slurm-") as temporary:
        folder = Path(temporary)
        submissions, cluster, local = folder / "submissions", folder / "cluster", folder / "local"
        submissions.mkdir()
        write_submissions(layout, submissions, options.submissions)
        (folder / "slurm").mkdir()
        with one_node(folder / "slurm") as environment:
            print(_said(["sinfo", "--version"], environment).strip(), flush=True)
            began = time.perf_counter()
            command = [*autograder, "slurm", str(submissions), "--out", str(cluster), *common]
            command += ["--per-task", str(PER_TASK)]
            said = subprocess.run(
                command, env=environment, check=True, stdout=subprocess.PIPE, text=True
            ).stdout
            print(said, flush=True)
            last = said.partition("and job ")[2].partition(",")[0]
            follower = ["sbatch", "--wait", f"--dependency=afterany:{last}", "--output=/dev/null"]
            subprocess.run([*follower, "--wrap=true"], env=environment, check=True)
            seconds = time.perf_counter() - began
            states = _said(["scontrol", "--oneliner", "show", "jobs"], environment)
        for log in sorted((cluster / "slurm").glob("*.log")):
            print(f"{log.name}: {log.read_text('utf-8', 'replace').strip().splitlines()[-1:]}")
        failed = states.count("JobState=") - states.count("JobState=COMPLETED")
        began = time.perf_counter()
        run = [*autograder, "grade", str(submissions), "--out", str(local), *common]
        subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
        alone = time.perf_counter() - began
        gradebooks = {(place / "gradebook.csv").read_bytes() for place in (cluster, local)}
        pages = [
            {path.relative_to(place): path.read_bytes() for path in place.glob("*/results.json")}
            for place in (cluster, local)
        ]
    print(f"{os.cpu_count()} cores, {platform.system()}, isolation {level}")
    print(f"{options.submissions} submissions by Slurm: {seconds:.0f} s; locally: {alone:.0f} s")
    print(f"jobs that failed: {failed}")
    print(f"the same gradebook: {len(gradebooks) == 1}; the same results: {pages[0] == pages[1]}")
    return 0 if len(gradebooks) == 1 and pages[0] == pages[1] and not failed else 1


if __name__ == "__main__":
    sys.exit(main())

"""Runs the programs of the benchmarks in turn and writes what they measured as a table; started by benchmarks/run.

Each row has an aim: the ratio of Espalier's best figure to that of its best peer, or a limit. The programs of a row take turns,
with large pages for all, and the medians over the rounds are compared. They stay open from round to round, so that starting and
compiling take place once, unless the row is about just that, or their memory would not suffice for all at a time.
"""

import argparse
import datetime
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from importlib import metadata

from report import around, plot, plotted, read, write, write_document
from rows import Programs, Row, earlier_rows, growth, rows

LARGE_PAGES = {"MALLOC_ARENA_MAX": "1", "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "THP_MEM_ALLOC_ENABLE": "1"}


def failure(process, errors, seconds, seconds_at_most):
    """Returns the error that says why a program that has ended gave nothing."""
    if seconds >= seconds_at_most:
        return RuntimeError(f"it took longer than {seconds_at_most:.0f} s")
    lines = [line.strip() for line in errors.read().splitlines() if line.strip()]
    return RuntimeError(lines[-1][:200] if lines else f"exit code {process.returncode}")


def run(program, measure, seconds_at_most):
    """Runs a program once and returns what is measured; raises RuntimeError with the reason where it fails or takes too long."""
    with tempfile.TemporaryFile("w+") as errors, tempfile.TemporaryFile("w+") as printed:
        start = time.perf_counter()
        process = subprocess.Popen(
            program.command, stdin=subprocess.DEVNULL, stdout=printed, stderr=errors, env=os.environ | LARGE_PAGES
        )
        guard = threading.Timer(seconds_at_most, process.kill)
        guard.start()
        _, status, usage = os.wait4(process.pid, 0)
        guard.cancel()
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        errors.seek(0)
        if process.returncode != 0:
            raise failure(process, errors, seconds, seconds_at_most)
        if measure == "seconds":
            return seconds
        if measure == "memory":
            return usage.ru_maxrss / 1024
        figures = dict(line.split("\t")[:2] for line in printed.read().splitlines() if "\t" in line)
        if program.figure not in figures:
            raise RuntimeError(f"it printed no line for {program.figure}")
        return float(figures[program.figure])


class OpenProgram:
    """A process that measures once when it starts and again at each line that it is sent."""

    def __init__(self, program, seconds_at_most):
        self.program = program
        self.seconds_at_most = seconds_at_most
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [*program.command, "--turns", "true"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env=os.environ | LARGE_PAGES,
            text=True,
        )
        self.asked = True

    def turn(self):
        """Measures once more and returns the figure; raises RuntimeError with the reason where that fails or takes too long."""
        start = time.perf_counter()
        guard = threading.Timer(self.seconds_at_most, self.process.kill)
        guard.start()
        try:
            if not self.asked:
                self.process.stdin.write("\n")
                self.process.stdin.flush()
            self.asked = False
            for line in self.process.stdout:
                name, tab, figure = line.partition("\t")
                if tab and name == self.program.figure:
                    return float(figure)
        except BrokenPipeError:
            pass  # it has ended; its errors say why
        finally:
            guard.cancel()
        seconds = time.perf_counter() - start
        self.process.wait()
        self.errors.seek(0)
        raise failure(self.process, self.errors, seconds, self.seconds_at_most)

    def close(self):
        try:
            self.process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.errors.close()


def measure_row(row, options):
    """Measures all programs of a row in turn; one that fails is left out and its reason kept."""
    rounds = min(options.rounds, row.rounds or options.rounds)
    stay_open = row.measure == "figure" and row.together and rounds > 1
    running = {}

    def measure(program):
        if not (stay_open and program.takes_turns):
            return run(program, row.measure, options.limit)
        if program.name not in running:
            running[program.name] = OpenProgram(program, options.limit)
        return running[program.name].turn()

    try:
        for number in range(rounds):
            for program in row.programs:
                if program.name in row.skipped:
                    continue
                try:
                    row.values.setdefault(program.name, []).append(measure(program))
                except (RuntimeError, OSError) as failure:
                    row.skipped[program.name] = str(failure)
                    row.values.pop(program.name, None)
            print(f"{row.name}: round {number + 1} of {rounds}", file=sys.stderr, flush=True)
    finally:
        for program in running.values():
            program.close()


def export_model(make, side, folder):
    """Writes the model that ONNX Runtime runs; where that fails, its rows say so."""
    saved, exported = str(folder / "b0.safetensors"), str(folder / "b0.onnx")
    for command in (make.java("RandomModel", str(side), saved), [make.launcher, "export", saved, "--output", exported]):
        subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def machine():
    model = platform.processor() or platform.machine()
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    java = subprocess.run(["java", "-version"], capture_output=True, text=True).stderr.splitlines()
    versions = {"Python": platform.python_version(), "Java": java[0] if java else "?"}
    for package in ("keras", "tensorflow-cpu", "torch", "timm", "onnxruntime"):
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = "missing"
    return {"processor": model, "cores": os.cpu_count(), "system": platform.platform(), "versions": versions}


def take_over(row, earlier):
    """Gives a row what an earlier run measured; returns whether it did."""
    found = next((each for each in earlier.get("rows", []) if each["name"] == row.name), None)
    if found:
        row.values, row.skipped = found["values"], found["skipped"]
    return found is not None


def measure_growth(quantity, programs, options):
    """Returns the points of a plot: engine, value of the quantity, and figure."""
    points = []
    for engine, x, program in programs:
        # Trainings on files pass over thousands of images in one round.
        rounds = 3 if program.takes_turns else 1
        row = Row(f"growth, {quantity} {x}, {engine}", plotted(quantity), [program], rounds=rounds)
        measure_row(row, options)
        if program.name in row.values:
            points.append((engine, x, statistics.median(row.values[program.name])))
        else:
            print(f"{row.name}: {row.skipped[program.name]}", file=sys.stderr)
    return points


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True)
    parser.add_argument("--rows", default="", help="only rows whose name contains this text")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--image-size", type=int, help="instead of the sizes of the rows, for a quick try")
    parser.add_argument("--limit", type=float, default=1800, help="seconds after which a program is stopped and left out")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("benchmarks-output"))
    parser.add_argument("--resume", action="store_true", help="measure only what the output folder does not have yet")
    parser.add_argument("--before", type=pathlib.Path, help="jars of an earlier build of the benchmarks, to compare with")
    parser.add_argument("--document", type=pathlib.Path, help="a document whose table and plots are replaced")
    options = parser.parse_args()
    if options.document:
        around(options.document)  # before an hour of measuring
    options.output.mkdir(parents=True, exist_ok=True)
    earlier = read(options.output) if options.resume else {}
    about = machine() | {"date": datetime.date.today().isoformat(), "rounds": options.rounds}
    different = [name for name in ("processor", "cores", "versions", "rounds") if earlier and earlier[name] != about[name]]
    if different:
        sys.exit(f"{options.output} was measured with other {', '.join(different)}; measure into another folder.")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make = Programs(options, folder)
        points = earlier.get("growth", {})
        beside_peers, beside_earlier = rows(make), earlier_rows(make)
        table = beside_peers + beside_earlier
        known = [row for row in table if take_over(row, earlier)]
        possible = table if options.before else beside_peers
        chosen = [row for row in possible if options.rows in row.name and row not in known]
        if any(program.name == "ONNX Runtime" for row in chosen for program in row.programs):
            export_model(make, options.image_size or 224, folder)

        def done():
            return [row for row in table if row.values or row.skipped]

        # After each row, so that a run that is cut short keeps what it measured.
        for row in chosen:
            measure_row(row, options)
            write(options.output, about, done(), points, {})
        for quantity, programs in growth(make).items():
            if options.rows in f"growth, {quantity}" and quantity not in points:
                measured = measure_growth(quantity, programs, options)
                if measured:
                    points[quantity] = measured
                write(options.output, about, done(), points, {})
    plots = {}
    for quantity, measured in points.items():
        try:
            plots[quantity] = plot(quantity, measured, options.output)
        except ImportError as failure:
            print(f"no plot of {quantity}: {failure}", file=sys.stderr)
    print(write(options.output, about, done(), points, plots))
    if options.document:
        write_document(options.document, about, done(), points, plots, options.output)


if __name__ == "__main__":
    main()

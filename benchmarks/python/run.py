"""Runs the programs of the benchmarks in turn and writes what they measured as a table; started by benchmarks/run.

Each row has an aim: the ratio of Espalier's best figure to that of its best peer, or a limit. The programs of a row take turns,
with large pages for all, and the medians over the rounds are compared. They stay open from round to round, so that starting and
compiling take place once, unless the row is about just that, or their memory would not suffice for all at a time.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import random
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from dataclasses import dataclass, field
from importlib import metadata

LARGE_PAGES = {"MALLOC_ARENA_MAX": "1", "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "THP_MEM_ALLOC_ENABLE": "1"}
OURS = "Espalier"

START_UP = "images, start-up"  # of the plots of growth, the one of seconds


@dataclass
class Program:
    """A command of a row. Figures are read from its lines of a name, a tab and a number; one that takes turns can print several."""

    name: str
    command: list
    figure: str = ""
    takes_turns: bool = False

    @property
    def ours(self):
        return self.name.startswith(OURS)


@dataclass
class Row:
    """What is measured: the figure that programs print, or the seconds or the peak memory of their process.

    Programs that take turns are open together unless told otherwise.
    """

    name: str
    unit: str
    programs: list
    aim: float | None = None
    limit: float | None = None
    measure: str = "figure"
    together: bool = True
    values: dict = field(default_factory=dict)
    skipped: dict = field(default_factory=dict)

    @property
    def less_is_better(self):
        return self.measure != "figure"

    def best(self, ours):
        medians = [statistics.median(v) for name, v in self.values.items() if name.startswith(OURS) == ours]
        if not medians:
            return None
        return min(medians) if self.less_is_better else max(medians)

    def ratio(self):
        """How Espalier's best compares with the best peer; None where one is missing."""
        ours, peer = self.best(True), self.best(False)
        return ours / peer if ours and peer else None

    def met(self):
        if self.limit is not None:
            ours = self.best(True)
            return None if ours is None else ours <= self.limit
        ratio = self.ratio()
        if ratio is None or self.aim is None:
            return None
        return ratio <= self.aim if self.less_is_better else ratio >= self.aim


class Programs:
    """Makes the commands of the programs."""

    def __init__(self, options, folder):
        root = pathlib.Path(options.root)
        self.classes = str(root / "benchmarks/target/benchmarks/lib/*")
        self.python = root / "benchmarks/python"
        self.launcher = str(root / "espalier")
        self.options = options
        self.folder = folder

    def settings(self, batch, side, steps=None, warm_up=3):
        steps = self.options.steps if steps is None else steps
        side = self.options.image_size or side
        return ["--batch-size", str(batch), "--image-size", str(side), "--steps", str(steps), "--warm-up", str(warm_up)]

    def java(self, name, *arguments):
        command = ["java", "-XX:+UseParallelGC", "-Xmx2g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", self.classes]
        return command + [f"dev.espalier.benchmarks.{name}", *arguments]

    def espalier(self, engine, case, settings, *more, note=""):
        command = self.java("EfficientNetSpeed", "--engine", engine, "--case", case, *settings, *more)
        return Program(f"{OURS}, {engine}{note}", command, case, takes_turns=True)

    def keras(self, case, settings, *more):
        script = str(self.python / "efficientnet_speed.py")
        return Program("Keras", [sys.executable, script, "--case", case, *settings, *more], case, takes_turns=True)

    def torch(self, case, settings, compiled=False, more=()):
        script = str(self.python / "efficientnet_pytorch_speed.py")
        command = [sys.executable, script, "--case", case, *settings, *(["--compile"] if compiled else []), *more]
        return Program("torch.compile" if compiled else "PyTorch", command, case, takes_turns=True)

    def onnxruntime(self, settings):
        model = str(self.folder / "b0.onnx")
        script = str(self.python / "onnxruntime_speed.py")
        return Program("ONNX Runtime", [sys.executable, script, model, *settings], "inference", takes_turns=True)

    def data(self, engine, images, epochs=1, steps=0):
        """A training on image files, or its start alone; the files are written once."""
        folder = self.folder / f"images-{images}"
        if not folder.exists():
            write_images(folder, images)
        command = self.java("DataGrowth", str(folder), engine, str(epochs), str(steps))
        return Program(f"{OURS}, {engine}", command, "seconds to the first step" if steps else "images per second")

    def command(self, *arguments):
        return Program(OURS, [self.launcher, *arguments])


def rows(make):
    """The rows of the table, in its order."""
    engines = ("tensorflow", "pytorch")
    table = []

    def all_programs(case, settings):
        ours = [make.espalier(engine, case, settings) for engine in engines]
        return [*ours, make.keras(case, settings), make.torch(case, settings), make.torch(case, settings, compiled=True)]

    for batch in (16, 64):
        settings = make.settings(batch, 224)
        row = Row(f"training B0, batch {batch}", "images/s", all_programs("training", settings), aim=1.3)
        row.together = batch < 64
        table.append(row)
    settings = make.settings(16, 224)
    precision = ("--precision", "bfloat16")
    programs = [make.espalier(engine, "training", settings, *precision) for engine in engines]
    programs += [make.keras("training", settings, *precision), make.torch("training", settings, more=precision)]
    programs.append(make.torch("training", settings, compiled=True, more=precision))
    row = Row("training B0 in bfloat16, batch 16", "images/s", programs, aim=1.3)
    if not has_bfloat16():
        row.skipped = {program.name: "the processor has no avx512_bf16" for program in programs}
    table.append(row)
    case = "frozen-base training"
    table.append(Row("frozen-base training B0, batch 16", "images/s", all_programs(case, make.settings(16, 224)), aim=1.3))
    for batch in (1, 16, 64):
        # Single images are so fast that a JVM is still compiling after a few; a server answers thousands.
        steps, warm_up = (30 * make.options.steps, 300) if batch == 1 else (make.options.steps, 3)
        settings = make.settings(batch, 224, steps, warm_up)
        ours = [make.espalier(engine, "inference", settings) for engine in ("onnxruntime", *engines)]
        ours.append(make.espalier("onnxruntime", "inference", settings, "--spinning", "true", note=" (spinning)"))
        peers = [make.onnxruntime(settings), make.keras("inference", settings), make.torch("inference", settings)]
        table.append(Row(f"inference B0, batch {batch}", "images/s", [*ours, *peers], aim=1.0))
    for model, side in (("efficientnet-b2", 260), ("efficientnet-b4", 380), ("efficientnetv2-b0", 224), ("efficientnetv2-s", 384)):
        settings = make.settings(8, side, warm_up=2)
        ours = [make.espalier(engine, "training", settings, "--model", model) for engine in engines]
        table.append(
            Row(f"training {model}, batch 8", "images/s", [*ours, make.keras("training", settings, "--model", model)], aim=1.2)
        )
    settings = make.settings(32, 224, steps=4, warm_up=1)
    programs = [*(make.espalier(engine, "training", settings) for engine in engines)]
    programs += [make.keras("training", settings), make.torch("training", settings)]
    table.append(Row("peak memory of training B0, batch 32", "MB", programs, aim=0.8, measure="memory"))
    settings = make.settings(16, 224, steps=1, warm_up=0)
    programs = [*(make.espalier(engine, "training", settings) for engine in engines), make.keras("training", settings)]
    table.append(Row("start to the first training step of B0", "s", programs, aim=0.5, measure="seconds"))
    table.append(Row("espalier --help", "s", [make.command("--help")], limit=0.35, measure="seconds"))
    summary = [make.command("summary", "--model", "efficientnet-b0")]
    summary.append(
        Program(
            "Keras",
            [sys.executable, "-c", "import keras; keras.applications.EfficientNetB0(weights=None).summary()"],
        )
    )
    table.append(Row("summary of B0", "s", summary, limit=0.35, measure="seconds"))
    return table


def growth(make):
    """How cost grows: plots over one quantity, by engine. A program is made when its turn comes, because some first write their images."""
    engines = ("tensorflow", "pytorch")

    def training(values, options):
        return ((engine, x, make.espalier(engine, "training", *options(x))) for engine in engines for x in values)

    def data(values, options):
        return ((engine, x, make.data(engine, **options(x))) for engine in engines for x in values)

    return {
        "batch size": training((1, 4, 16, 64, 128), lambda batch: [make.settings(batch, 96)]),
        "classes": training((10, 100, 1000, 10000), lambda classes: [make.settings(16, 96), "--classes", str(classes)]),
        "threads": training(
            range(1, (os.cpu_count() or 1) + 1), lambda threads: [make.settings(16, 96), "--threads", str(threads)]
        ),
        "epochs": data((1, 5, 20), lambda epochs: {"images": 2000, "epochs": epochs}),
        "images": data((1000, 10000, 100000), lambda images: {"images": images}),
        START_UP: data((1000, 10000, 100000), lambda images: {"images": images, "steps": 1}),
    }


def write_images(folder, count):
    """Writes images of noise, 32 pixels wide and high, in a folder for each of ten classes."""
    noise = random.Random(1)

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0))
    for number in range(count):
        own = folder / f"class-{number % 10}"
        own.mkdir(parents=True, exist_ok=True)
        rows = b"".join(b"\0" + noise.randbytes(96) for _ in range(32))
        png = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")
        (own / f"{number:06}.png").write_bytes(png)
    return folder


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
    stay_open = row.measure == "figure" and row.together and options.rounds > 1
    running = {}

    def measure(program):
        if not (stay_open and program.takes_turns):
            return run(program, row.measure, options.limit)
        if program.name not in running:
            running[program.name] = OpenProgram(program, options.limit)
        return running[program.name].turn()

    try:
        for number in range(options.rounds):
            for program in row.programs:
                if program.name in row.skipped:
                    continue
                try:
                    row.values.setdefault(program.name, []).append(measure(program))
                except (RuntimeError, OSError) as failure:
                    row.skipped[program.name] = str(failure)
                    row.values.pop(program.name, None)
            print(f"{row.name}: round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
    finally:
        for program in running.values():
            program.close()


def export_model(make, side, folder):
    """Writes the model that ONNX Runtime runs; where that fails, its rows say so."""
    saved, exported = str(folder / "b0.safetensors"), str(folder / "b0.onnx")
    for command in (make.java("RandomModel", str(side), saved), [make.launcher, "export", saved, "--output", exported]):
        subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def has_bfloat16():
    """Whether the processor multiplies in bfloat16; on others it is slower than float32."""
    try:
        return "avx512_bf16" in pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        return False


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


def number(value, unit):
    return f"{value:.2f}" if unit == "s" else f"{value:.1f}" if unit == "images/s" else f"{value:.0f}"


def markdown(about, table, plots):
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    lines = [
        f"Measured on {about['date']} on {about['processor']}, {about['cores']} cores, {about['system']}; {versions}.",
        f"Medians of {about['rounds']} rounds in turn, large pages for all.",
        "",
        "| | unit | Espalier | best peer | ratio | aim | met |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    skipped = []
    for row in table:
        cells = []
        for ours in (True, False):
            medians = {n: statistics.median(v) for n, v in row.values.items() if n.startswith(OURS) == ours}
            best = row.best(ours)
            name = next((n for n, v in medians.items() if v == best), None)
            label = "" if name in (None, OURS) else f" ({name.removeprefix(OURS + ', ')})"
            cells.append("–" if best is None else number(best, row.unit) + label)
        ratio = row.ratio()
        aim = f"≤ {row.limit} s" if row.limit is not None else f"{'≤' if row.less_is_better else '≥'} {row.aim}"
        met = {True: "yes", False: "no", None: "–"}[row.met()]
        lines.append(
            f"| {row.name} | {row.unit} | {cells[0]} | {cells[1]} | {'–' if ratio is None else f'{ratio:.2f}'} | {aim} | {met} |"
        )
        skipped += [f"- {row.name}: {name}: {reason}" for name, reason in row.skipped.items()]
    if skipped:
        lines += ["", "Not measured:", "", *skipped]
    for name, file in plots.items():
        lines += ["", f"![{plotted(name)} by {name.removesuffix(', start-up')}]({file})"]
    return "\n".join(lines) + "\n"


def plotted(quantity):
    return "seconds to the first step" if quantity == START_UP else "images per second"


def plot(quantity, points, folder):
    """Draws what is measured over a quantity, a line for each engine; returns the name of the file."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 4))
    for engine in dict.fromkeys(engine for engine, _, _ in points):
        line = [(x, y) for name, x, y in points if name == engine]
        axes.plot(*zip(*line), marker="o", label=engine)
    axes.set_xlabel(quantity.removesuffix(", start-up"))
    axes.set_ylabel(plotted(quantity))
    if quantity not in ("threads", "epochs"):
        axes.set_xscale("log", base=2 if quantity == "batch size" else 10)
    axes.set_ylim(bottom=0)
    axes.legend()
    file = f"growth-{quantity.replace(',', '').replace(' ', '-')}.svg"
    figure.savefig(folder / file, bbox_inches="tight")
    pyplot.close(figure)
    return file


def write(output, about, table, points, plots):
    """Writes the table as Markdown and JSON, and returns the Markdown."""
    text = markdown(about, table, plots)
    (output / "table.md").write_text(text, encoding="utf-8")
    content = about | {
        "rows": [
            {
                "name": row.name,
                "unit": row.unit,
                "values": row.values,
                "skipped": row.skipped,
                "ratio": row.ratio(),
                "aim": row.limit if row.limit is not None else row.aim,
                "met": row.met(),
            }
            for row in table
        ],
        "growth": points,
    }
    (output / "table.json").write_text(json.dumps(content, indent=2), encoding="utf-8")
    return text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True)
    parser.add_argument("--rows", default="", help="only rows whose name contains this text")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--image-size", type=int, help="instead of the sizes of the rows, for a quick try")
    parser.add_argument("--limit", type=float, default=1800, help="seconds after which a program is stopped and left out")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("benchmarks-output"))
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make = Programs(options, folder)
        table = [row for row in rows(make) if options.rows in row.name]
        if any(program.name == "ONNX Runtime" for row in table for program in row.programs):
            export_model(make, options.image_size or 224, folder)
        about = machine() | {"date": datetime.date.today().isoformat(), "rounds": options.rounds}
        for row in table:
            measure_row(row, options)
            write(options.output, about, table, {}, {})  # a run that is cut short keeps what it measured
        points = {}
        for quantity, programs in growth(make).items():
            if options.rows not in f"growth, {quantity}":
                continue
            for engine, x, program in programs:
                row = Row(f"growth, {quantity} {x}, {engine}", plotted(quantity), [program])
                measure_row(row, options)
                if program.name in row.values:
                    points.setdefault(quantity, []).append((engine, x, statistics.median(row.values[program.name])))
                else:
                    print(f"{row.name}: {row.skipped[program.name]}", file=sys.stderr)
    plots = {}
    for quantity, measured in points.items():
        try:
            plots[quantity] = plot(quantity, measured, options.output)
        except ImportError as missing:
            print(f"no plot of {quantity}: {missing}", file=sys.stderr)
    print(write(options.output, about, table, points, plots))


if __name__ == "__main__":
    main()

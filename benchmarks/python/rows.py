"""What benchmarks/run measures: the rows of the table, the plots of growth, and the commands of their programs."""

import os
import pathlib
import random
import statistics
import struct
import sys
import zlib
from dataclasses import dataclass, field

OURS = "Espalier"

START_UP = "images, start-up"  # of the plots of growth, the one of seconds


@dataclass
class Program:
    """A command of a row. Figures are read from its lines of a name, a tab and a number; one that takes turns can print several."""

    name: str
    command: list
    figure: str = ""
    takes_turns: bool = False


@dataclass
class Row:
    """What is measured: the figure that programs print, or the seconds or the peak memory of their process.

    Programs that take turns are open together unless told otherwise; rounds limits those of the whole run.
    """

    name: str
    unit: str
    programs: list
    aim: float | None = None
    limit: float | None = None
    measure: str = "figure"
    together: bool = True
    rounds: int | None = None
    values: dict = field(default_factory=dict)
    skipped: dict = field(default_factory=dict)

    @property
    def less_is_better(self):
        return self.measure != "figure"

    def medians(self, ours):
        """The names and medians of Espalier's programs or of the peers, the best first."""
        medians = [(name, statistics.median(v)) for name, v in self.values.items() if name.startswith(OURS) == ours]
        return sorted(medians, key=lambda each: each[1], reverse=not self.less_is_better)

    def best(self, ours):
        medians = self.medians(ours)
        return medians[0][1] if medians else None

    def spread(self):
        """By how much the rounds of the best programs differ, as a fraction of their median; None for a single round."""
        best = [medians[0] for medians in (self.medians(True), self.medians(False)) if medians]
        spreads = [(max(self.values[n]) - min(self.values[n])) / median for n, median in best if len(self.values[n]) > 1]
        return max(spreads, default=None)

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

    def settings(self, batch, side, share=1.0, warm_up=3):
        """Options of a program; share is that of the steps, smaller where a step takes long."""
        steps = max(1, round(self.options.steps * share))
        side = self.options.image_size or side
        return ["--batch-size", str(batch), "--image-size", str(side), "--steps", str(steps), "--warm-up", str(warm_up)]

    def java(self, name, *arguments, classes=None):
        command = ["java", "-XX:+UseParallelGC", "-Xmx2g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"]
        return [*command, "-cp", classes or self.classes, f"dev.espalier.benchmarks.{name}", *arguments]

    def espalier(self, engine, case, settings, *more):
        command = self.java("EfficientNetSpeed", "--engine", engine, "--case", case, *settings, *more)
        return Program(f"{OURS}, {engine}", command, case, takes_turns=True)

    def earlier(self, engine, case, settings):
        """The same program of an earlier build, whose jars are in the folder that --before names."""
        classes = f"{self.options.before}/*"
        command = self.java("EfficientNetSpeed", "--engine", engine, "--case", case, *settings, classes=classes)
        return Program("before", command, case)

    def keras(self, case, settings, *more):
        script = str(self.python / "efficientnet_speed.py")
        return Program("Keras", [sys.executable, script, "--case", case, *settings, *more], case, takes_turns=True)

    def torch(self, case, settings, compiled=False, more=()):
        script = str(self.python / "efficientnet_pytorch_speed.py")
        command = [sys.executable, script, "--case", case, *settings, *(["--compile"] if compiled else []), *more]
        return Program("torch.compile" if compiled else "PyTorch", command, case, takes_turns=True)

    def plain_djl(self, engine, case, settings):
        return Program("DJL", self.java("PlainDjlSpeed", "--engine", engine, "--case", case, *settings), case)

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

    def command(self, *arguments, name=OURS):
        return Program(name, [self.launcher, *arguments])

    def first_command(self, engine, name):
        """The first command of the README."""
        output = str(self.folder / f"runs-{engine}")
        return self.command("fine-tune", "--engine", engine, "--output", output, name=name)


def rows(make):
    """The rows of the table, in its order."""
    engines = ("tensorflow", "pytorch")
    table = []

    def all_programs(case, settings):
        ours = [make.espalier(engine, case, settings) for engine in engines]
        return [*ours, make.keras(case, settings), make.torch(case, settings), make.torch(case, settings, compiled=True)]

    for batch in (16, 64):
        settings = make.settings(batch, 224, share=16 / batch, warm_up=3 if batch == 16 else 1)
        programs = all_programs("training", settings)
        table.append(Row(f"training B0, batch {batch}", "images/s", programs, aim=1.3, together=batch < 64))
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
        share, warm_up = (15, 300) if batch == 1 else (min(1, 32 / batch), 3)
        settings = make.settings(batch, 224, share, warm_up)
        ours = [make.espalier(engine, "inference", settings) for engine in ("onnxruntime", *engines)]
        peers = [make.onnxruntime(settings), make.keras("inference", settings), make.torch("inference", settings)]
        table.append(Row(f"inference B0, batch {batch}", "images/s", [*ours, *peers], aim=1.0))
    models = (
        ("efficientnet-b2", 260, 0.5),
        ("efficientnet-b4", 380, 0.2),
        ("efficientnetv2-b0", 224, 1),
        ("efficientnetv2-s", 384, 0.2),
    )
    for model, side, share in models:
        settings = make.settings(8, side, share, warm_up=1)
        ours = [make.espalier(engine, "training", settings, "--model", model) for engine in engines]
        table.append(
            Row(f"training {model}, batch 8", "images/s", [*ours, make.keras("training", settings, "--model", model)], aim=1.2)
        )
    settings = make.settings(32, 224, share=0.25, warm_up=1)
    programs = [*(make.espalier(engine, "training", settings) for engine in engines)]
    programs += [make.keras("training", settings), make.torch("training", settings)]
    # Memory differs little from round to round.
    table.append(Row("peak memory of training B0, batch 32", "MB", programs, aim=0.8, measure="memory", rounds=3))
    settings = make.settings(16, 224, share=0, warm_up=0)
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
    settings = make.settings(4, 224, share=0.2, warm_up=1)
    programs = [make.espalier("mxnet", "training", settings), make.plain_djl("MXNet", "training", settings)]
    table.append(Row("training B0 on MXNet, batch 4", "images/s", programs, aim=1.5))
    programs = [make.first_command("mxnet", f"{OURS}, mxnet"), make.first_command("tensorflow", "the same on TensorFlow")]
    # It takes minutes.
    table.append(Row("the README's first command on MXNet", "s", programs, aim=2.5, measure="seconds", rounds=1))
    return table


def earlier_rows(make):
    """Rows that compare Espalier with an earlier build of it, for which --before is needed."""
    settings = make.settings(1, 224, 15, 300)
    return [
        Row(
            f"inference B0, batch 1, {title}",
            "images/s",
            [make.espalier(engine, "inference", settings), make.earlier(engine, "inference", settings)],
            aim=1.7,
            together=False,
        )
        for engine, title in (("tensorflow", "TensorFlow"), ("pytorch", "PyTorch"))
    ]


def growth(make):
    """How cost grows: plots over one quantity, by engine. A program is made when its turn comes, because some first write their images."""
    engines = ("tensorflow", "pytorch")

    def training(values, options):
        return ((engine, x, make.espalier(engine, "training", *options(x))) for engine in engines for x in values)

    def data(values, options):
        return ((engine, x, make.data(engine, **options(x))) for engine in engines for x in values)

    return {
        "batch size": training((1, 4, 16, 64, 128), lambda batch: [make.settings(batch, 96, share=min(1, 16 / batch))]),
        "classes": training((10, 100, 1000, 10000), lambda classes: [make.settings(16, 96), "--classes", str(classes)]),
        "threads": training(
            range(1, (os.cpu_count() or 1) + 1), lambda threads: [make.settings(16, 224), "--threads", str(threads)]
        ),
        "epochs": data((1, 5, 20), lambda epochs: {"images": 1000, "epochs": epochs}),
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


def has_bfloat16():
    """Whether the processor multiplies in bfloat16; on others it is slower than float32."""
    try:
        return "avx512_bf16" in pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        return False

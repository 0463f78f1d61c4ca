"""What benchmarks/run writes: the table as Markdown and JSON, the plots, and the part of a document that is made of them."""

import json
import shutil

from rows import OURS, START_UP

BEGIN, END = "<!-- Made by benchmarks/run. -->", "<!-- The end of what benchmarks/run made. -->"
NAMES = {"tensorflow": "TensorFlow", "pytorch": "PyTorch", "onnxruntime": "ONNX Runtime", "mxnet": "MXNet"}


def number(value, unit):
    return f"{value:.2f}" if unit == "s" else f"{value:.1f}" if unit == "images/s" else f"{value:.0f}"


def label(name):
    """Returns the name of a program as a reader of the table says it."""
    for engine, title in NAMES.items():
        name = name.replace(engine, title)
    return name.removeprefix(OURS).removeprefix(", ")


def cell(row, ours):
    return ", ".join(f"{number(median, row.unit)} {label(name)}".rstrip() for name, median in row.medians(ours)) or "–"


def markdown(about, table, points, plots, folder=""):
    """Returns the table, what was not measured, and how cost grows, with plots from a folder."""
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    lines = [
        f"Measured on {about['date']} on {about['processor']}, {about['cores']} cores, {about['system']}; {versions}.",
        f"Medians of {about['rounds']} rounds in turn, large pages for all. Spread is the difference between the best and the worst "
        "round of the two programs that are compared, in percent of the median.",
        "",
        "| | unit | Espalier | peers | ratio | aim | met | spread |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    skipped = []
    for row in table:
        ratio, spread = row.ratio(), row.spread()
        aim = f"≤ {row.limit} s" if row.limit is not None else f"{'≤' if row.less_is_better else '≥'} {row.aim}"
        met = {True: "yes", False: "no", None: "–"}[row.met()]
        cells = [row.name, row.unit, cell(row, True), cell(row, False), "–" if ratio is None else f"{ratio:.2f}", aim, met]
        cells.append("–" if spread is None else f"{100 * spread:.0f} %")
        lines.append("| " + " | ".join(cells) + " |")
        skipped += [f"- {row.name}: {label(name) or OURS}: {reason}" for name, reason in row.skipped.items()]
    if skipped:
        lines += ["", "Not measured:", "", *skipped]
    for quantity, measured in points.items():
        values = list(dict.fromkeys(x for _, x, _ in measured))
        lines += ["", f"| {quantity.removesuffix(', start-up')} | " + " | ".join(f"{x:,}" for x in values) + " |"]
        lines.append("| --- |" + " --- |" * len(values))
        for engine in dict.fromkeys(engine for engine, _, _ in measured):
            by_value = {x: y for name, x, y in measured if name == engine}
            unit = "s" if quantity == START_UP else "images/s"
            cells = [number(by_value[x], unit) if x in by_value else "–" for x in values]
            lines.append(f"| {plotted(quantity)}, {label(engine)} | " + " | ".join(cells) + " |")
        if quantity in plots:
            lines += ["", f"![{plotted(quantity)} by {quantity.removesuffix(', start-up')}]({folder}{plots[quantity]})"]
    return "\n".join(lines) + "\n"


def plotted(quantity):
    return "seconds to the first step" if quantity == START_UP else "images per second"


def plot(quantity, points, folder):
    """Draws what is measured over a quantity, a line for each engine; returns the name of the file."""
    import matplotlib

    matplotlib.use("Agg")
    # The same figures give the same file.
    matplotlib.rcParams |= {"svg.hashsalt": "Espalier", "svg.fonttype": "none"}
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 4))
    for engine in dict.fromkeys(engine for engine, _, _ in points):
        line = [(x, y) for name, x, y in points if name == engine]
        axes.plot(*zip(*line), marker="o", label=label(engine))
    axes.set_xlabel(quantity.removesuffix(", start-up"))
    axes.set_ylabel(plotted(quantity))
    if quantity != "threads":
        axes.set_xscale("log")
    values = sorted({x for _, x, _ in points})
    axes.set_xticks(values, [f"{x:,}" for x in values])
    axes.minorticks_off()
    axes.set_ylim(0, 1.1 * max((y for _, _, y in points), default=1))
    axes.legend(loc="lower right")
    file = f"growth-{quantity.replace(',', '').replace(' ', '-')}.svg"
    figure.savefig(folder / file, bbox_inches="tight", metadata={"Date": None})
    pyplot.close(figure)
    return file


def write(output, about, table, points, plots):
    """Writes the table as Markdown and JSON, and returns the Markdown."""
    text = markdown(about, table, points, plots)
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


def read(output):
    """Returns what an earlier run has written, or an empty dictionary."""
    file = output / "table.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def around(document):
    """Returns what stands before and after the part of a document that a run makes."""
    text = document.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise SystemExit(f"{document}: the lines {BEGIN} and {END} must be there once.")
    before, rest = text.split(BEGIN)
    return before, rest.split(END)[1]


def write_document(document, about, table, points, plots, output):
    """Replaces the part of a document that a run made, and copies the plots of an output folder beside it."""
    before, after = around(document)
    folder = document.parent / "plots"
    folder.mkdir(exist_ok=True)
    for file in plots.values():
        shutil.copy(output / file, folder)
    made = markdown(about, table, points, plots, f"{folder.name}/")
    document.write_text(f"{before}{BEGIN}\n\n{made}\n{END}{after}", encoding="utf-8")

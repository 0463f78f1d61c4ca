package dev.espalier.cli.doctor;

import dev.espalier.cli.doctor.Diagnosis.EngineState;
import java.util.ArrayList;
import java.util.List;

/** Formats a diagnosis as text. */
public final class DiagnosisText {
  private static final int LABEL = 14;

  private final List<String> lines = new ArrayList<>();

  private DiagnosisText() {}

  /** Returns the lines to print. */
  public static List<String> of(Diagnosis diagnosis) {
    DiagnosisText text = new DiagnosisText();
    text.machine(diagnosis);
    diagnosis.engines().forEach(text::engine);
    text.section("Plugins");
    diagnosis.plugins().forEach(plugin -> text.line(plugin.id(), plugin.location()));
    text.section("Settings");
    diagnosis
        .settings()
        .forEach(
            one ->
                text.lines.add(
                    "  "
                        + one.name()
                        + " = "
                        + (one.value().isEmpty() ? "(nothing)" : one.value())
                        + "  ("
                        + one.origin()
                        + ")"));
    text.section("Problems");
    diagnosis
        .problems()
        .forEach(
            one -> {
              one.problem().lines().forEach(line -> text.lines.add("  " + line));
              text.lines.add("    " + one.remedy());
            });
    if (diagnosis.problems().isEmpty()) {
      text.lines.add("  none");
    }
    return text.lines;
  }

  private void machine(Diagnosis diagnosis) {
    Machine machine = diagnosis.machine();
    lines.add("Espalier " + diagnosis.espalier());
    line("Java", machine.java());
    line("", machine.javaHome() + ", heap up to " + machine.heapMegabytes() + " MB");
    line("System", machine.system());
    line("Processor", machine.processors() + " usable" + prefixed(", ", machine.processor()));
    line("", String.join(" ", machine.vectors()));
    line("Memory", machine.memoryMegabytes() == 0 ? "" : machine.memoryMegabytes() + " MB");
    line("Allocator", machine.allocator());
    line(
        "Cache folder",
        machine.cacheFolder() + (machine.cacheWritable() ? "" : " (cannot be written)"));
  }

  private void engine(EngineState engine) {
    section("Engine " + engine.name() + (engine.usable() ? "" : ": not usable"));
    lines.add("  " + engine.explanation());
    if (!engine.remedy().isEmpty()) {
      lines.add("  " + engine.remedy());
    }
    line("library", engine.location() == null ? "" : engine.location());
    line("devices", String.join(", ", engine.devices()));
    line("capabilities", String.join(", ", engine.capabilities()));
    line("for a GPU", engine.graphicsCards());
  }

  private void section(String title) {
    lines.add("");
    lines.add(title);
  }

  /** Adds a line unless the text is empty. */
  private void line(String label, String text) {
    if (!text.isEmpty()) {
      lines.add("  " + label + " ".repeat(Math.max(1, LABEL - label.length())) + text);
    }
  }

  private static String prefixed(String prefix, String text) {
    return text.isEmpty() ? "" : prefix + text;
  }
}

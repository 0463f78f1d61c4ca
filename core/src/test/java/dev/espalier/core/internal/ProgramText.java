package dev.espalier.core.internal;

import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes a program so that a test can compare it as a whole. */
public final class ProgramText {
  private final Map<Tensor, String> names = new HashMap<>();
  private final StringBuilder text = new StringBuilder();

  private ProgramText() {}

  /** Returns a line for each operation, output and update; tensors are numbered in order. */
  public static String of(Program program) {
    ProgramText writer = new ProgramText();
    program.graph().nodes().forEach(writer::write);
    program
        .outputs()
        .forEach(
            output ->
                writer.line("output " + output.name() + " = " + writer.name(output.tensor())));
    program
        .updates()
        .forEach(
            update ->
                writer.line(
                    "update " + update.variable().name() + " = " + writer.name(update.value())));
    return writer.text.toString();
  }

  private void write(Node node) {
    String arguments = node.inputs().stream().map(this::name).collect(Collectors.joining(", "));
    for (Tensor output : node.outputs()) {
      names.put(output, "t" + names.size());
    }
    String results = node.outputs().stream().map(this::name).collect(Collectors.joining(", "));
    line(results + " = " + describe(node.op()) + (arguments.isEmpty() ? "" : " " + arguments));
  }

  private static String describe(Op op) {
    if (op instanceof Op.Input input) {
      return "input " + input.name();
    }
    if (op instanceof Op.ReadVariable read) {
      return "read " + read.variable().name();
    }
    if (op instanceof Op.Constant constant) {
      return "constant "
          + (constant.value().elementCount() == 1
              ? (float) constant.value().item()
              : constant.value().type());
    }
    if (op instanceof Op.Cast cast) {
      return "Cast " + cast.dataType();
    }
    if (op instanceof Op.Reshape reshape) {
      return "Reshape" + reshape.shape();
    }
    return op.primitive();
  }

  private String name(Tensor tensor) {
    return names.getOrDefault(tensor, "?");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}

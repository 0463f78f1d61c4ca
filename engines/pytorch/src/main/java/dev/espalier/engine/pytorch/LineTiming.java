package dev.espalier.engine.pytorch;

import dev.espalier.engine.pytorch.ScriptLine.Memory;
import dev.espalier.engine.pytorch.ScriptLine.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The statements around the lines of a script that measure them. PyTorch's interpreter runs one
 * operator after the other and frees arguments with their last use, so that two readings of the
 * clock enclose what an operator costs. Use an instance once.
 */
final class LineTiming {
  private static final String CLOCK = "ops.prim.TimePoint()";

  private final Set<Value> used;
  private final Set<Value> integers = new HashSet<>();
  private final List<ScriptLine> lines = new ArrayList<>();
  private final List<String> numbers = new ArrayList<>();

  /**
   * Prepares to measure.
   *
   * @param used the values that are taken or returned; operators leave others undefined
   */
  LineTiming(Set<Value> used) {
    this.used = used;
  }

  /** Returns the statements to run before a line. */
  List<String> before(ScriptLine line) {
    return isMeasured(line) ? List.of("start" + lines.size() + " = " + CLOCK) : List.of();
  }

  /** Returns the statements to run after a line. */
  List<String> after(ScriptLine line) {
    if (!isMeasured(line)) {
      return List.of();
    }
    int index = lines.size();
    lines.add(line);
    List<String> statements = new ArrayList<>();
    statements.add("end" + index + " = " + CLOCK);
    String bytes = "0";
    if (ownsMemory(line)) {
      for (Value result : line.results().stream().filter(used::contains).toList()) {
        String size = "size" + numbers.size() + "_" + result;
        statements.add(
            size + " = torch.mul(torch.numel(" + result + "), torch.element_size(" + result + "))");
        if (bytes.equals("0")) {
          bytes = size;
        } else {
          String sum = "sum" + size;
          statements.add(sum + " = torch.add(" + bytes + ", " + size + ")");
          bytes = sum;
        }
      }
    }
    numbers.addAll(List.of("start" + index, "end" + index, bytes));
    return statements;
  }

  private static boolean isMeasured(ScriptLine line) {
    return line.memory() != Memory.CALLERS;
  }

  private boolean ownsMemory(ScriptLine line) {
    if (isInteger(line)) {
      integers.addAll(line.results());
      return false;
    }
    return line.memory() != Memory.VIEW && line.memory() != Memory.PART;
  }

  /** Returns whether a line computes an integer, which is the size of a batch or a multiple. */
  private boolean isInteger(ScriptLine line) {
    return line.operator().equals("size")
        || (line.operator().equals("mul")
            && !line.values().isEmpty()
            && integers.containsAll(line.values()));
  }

  /** Returns the expression of all measurements, after the last line. */
  String result() {
    return numbers.stream().collect(Collectors.joining(", ", "torch.tensor([", "], dtype=4)"));
  }

  /** Returns the measured lines. */
  List<ScriptLine> lines() {
    return List.copyOf(lines);
  }
}

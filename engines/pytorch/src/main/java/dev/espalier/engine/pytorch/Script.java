package dev.espalier.engine.pytorch;

import dev.espalier.engine.pytorch.ScriptLine.Memory;
import dev.espalier.engine.pytorch.ScriptLine.Value;
import dev.espalier.engine.pytorch.ScriptWriter.Caller;
import dev.espalier.engine.pytorch.ScriptWriter.Named;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A complete script: a class with two functions. {@code prepare} computes what depends only on
 * variables that the program does not update, such as the weights of a frozen base with its batch
 * normalization folded in; {@code forward} computes everything else, in each run.
 *
 * @param source source code of the class {@code Program}
 * @param layers the layer for each line of the source, starting at 1
 * @param preparesAnything whether {@code prepare} has anything to compute
 * @param timed the lines that {@code forward} measures, in order
 */
record Script(
    String source, Map<Integer, String> layers, boolean preparesAnything, List<ScriptLine> timed) {
  /** How many numbers each measured line has: when it starts and ends, and the bytes it stores. */
  static final int MEASUREMENTS = 3;

  Script {
    layers = Map.copyOf(layers);
    timed = List.copyOf(timed);
  }

  /**
   * Returns the script that computes the wanted values. Lines that none of them depends on are
   * pruned, and a line overwrites its argument in place if nothing else needs it afterwards.
   *
   * @param updated whether the program updates the variable at an index
   */
  static Script of(List<ScriptLine> lines, List<Value> wanted, IntPredicate updated) {
    return new Writing(lines, wanted, updated, false).write();
  }

  /**
   * Returns the script that also measures its lines: a last result has {@link #MEASUREMENTS} for
   * each of the lines {@link #timed()}, int64; the times in nanoseconds.
   */
  static Script timed(List<ScriptLine> lines, List<Value> wanted, IntPredicate updated) {
    return new Writing(lines, wanted, updated, true).write();
  }

  /** Writes the source code. Use an instance once. */
  private static final class Writing {
    private static final String CLASS =
        """
        class Program(Module):
          __parameters__ = []
          __buffers__ = []
        """;

    private final List<ScriptLine> lines;
    private final List<Value> wanted;
    private final IntPredicate updated;
    private final BitSet live;
    private final BitSet fixed = new BitSet();
    private final StringBuilder source = new StringBuilder();
    private final Map<Integer, String> layers = new HashMap<>();
    private final @Nullable LineTiming timing;
    private int number;

    Writing(List<ScriptLine> lines, List<Value> wanted, IntPredicate updated, boolean measuring) {
      this.lines = lines;
      this.wanted = wanted;
      this.updated = updated;
      this.live = needed(wanted, Set.of());
      this.timing = measuring ? new LineTiming(used()) : null;
    }

    /** Returns the values that lines take or the script returns; others may be undefined. */
    private Set<Value> used() {
      Set<Value> used = new HashSet<>(wanted);
      live.stream().forEach(i -> used.addAll(lines.get(i).values()));
      return used;
    }

    Script write() {
      findFixed();
      Set<Value> prepared = prepared();
      add(CLASS);
      add("  def prepare(self: __torch__.Program,\n" + parameters("variables", "constants"));
      function(needed(prepared, Set.of()), List.copyOf(prepared), Map.of(), null);
      add(
          "  def forward(self: __torch__.Program,\n"
              + parameters("inputs", "variables", "constants", "prepared"));
      Map<Value, String> names = new LinkedHashMap<>();
      prepared.forEach(value -> names.put(value, "prepared[" + names.size() + "]"));
      function(needed(wanted, prepared), wanted, names, timing);
      return new Script(
          source.toString(),
          layers,
          !prepared.isEmpty(),
          timing == null ? List.of() : timing.lines());
    }

    private static String parameters(String... lists) {
      return Stream.of(lists)
          .map(list -> "      " + list + ": List[Tensor]")
          .collect(Collectors.joining(",\n", "", ") -> List[Tensor]:\n"));
    }

    /** Finds the lines whose results are the same in each run. */
    private void findFixed() {
      for (int i = live.nextSetBit(0); i >= 0; i = live.nextSetBit(i + 1)) {
        ScriptLine line = lines.get(i);
        fixed.set(
            i,
            line.memory() == Memory.CALLERS
                ? isFixed(line)
                : line.values().stream().allMatch(value -> fixed.get(value.line())));
      }
    }

    private boolean isFixed(ScriptLine line) {
      int index = (Integer) java.util.Objects.requireNonNull(line.arguments().get(0));
      return switch (Caller.valueOf(line.operator())) {
        case INPUTS -> false;
        case VARIABLES -> !updated.test(index);
        case CONSTANTS -> true;
      };
    }

    private boolean isFree(int i) {
      ScriptLine line = lines.get(i);
      return line.memory() == Memory.CALLERS
          || (line.memory() == Memory.VIEW
              && line.values().stream().allMatch(value -> isFree(value.line())));
    }

    /** Returns the fixed values that are used by the caller or by lines that vary between runs. */
    private Set<Value> prepared() {
      Set<Value> asked = new LinkedHashSet<>();
      for (int i = live.nextSetBit(0); i >= 0; i = live.nextSetBit(i + 1)) {
        if (!fixed.get(i)) {
          asked.addAll(lines.get(i).values());
        }
      }
      asked.addAll(wanted);
      asked.removeIf(value -> !fixed.get(value.line()) || isFree(value.line()));
      return asked;
    }

    /**
     * Returns the lines that compute {@code results}, except what {@code given} already provides.
     */
    private BitSet needed(Collection<Value> results, Set<Value> given) {
      BitSet needed = new BitSet();
      results.stream()
          .filter(value -> !given.contains(value))
          .forEach(value -> needed.set(value.line()));
      for (int i = lines.size() - 1; i >= 0; i--) {
        if (needed.get(i)) {
          lines.get(i).values().stream()
              .filter(value -> !given.contains(value))
              .forEach(value -> needed.set(value.line()));
        }
      }
      return needed;
    }

    private void function(
        BitSet chosen,
        List<Value> results,
        Map<Value, String> names,
        @Nullable LineTiming measured) {
      names.forEach((value, element) -> add("    " + value + " = " + element + "\n"));
      Overwriting overwriting = new Overwriting(lines, chosen, results);
      for (int i = chosen.nextSetBit(0); i >= 0; i = chosen.nextSetBit(i + 1)) {
        ScriptLine line = lines.get(i);
        String left =
            line.results().stream().map(Value::toString).collect(Collectors.joining(", "));
        String assignment = left + " = " + call(line, overwriting.argument(i));
        if (measured != null) {
          measured.before(line).forEach(this::statement);
        }
        layers.put(number + 1, line.layer());
        statement(assignment);
        if (measured != null) {
          measured.after(line).forEach(this::statement);
        }
      }
      if (measured == null) {
        statement("return " + text(results));
      } else {
        statement("measured = " + measured.result());
        statement(
            "return "
                + Stream.concat(results.stream().map(Value::toString), Stream.of("measured"))
                    .toList());
      }
    }

    private void statement(String text) {
      add("    " + text + "\n");
    }

    private void add(String text) {
      source.append(text);
      number += Math.toIntExact(text.lines().count());
    }

    private static String call(ScriptLine line, int overwritten) {
      if (line.memory() == Memory.CALLERS) {
        return line.operator().toLowerCase(Locale.ROOT) + text(line.arguments());
      }
      List<@Nullable Object> arguments = new ArrayList<>(line.arguments());
      String operator = line.operator();
      if (overwritten >= 0 && line.memory() == Memory.GRADIENT) {
        Object gradient = arguments.get(0);
        arguments.add(new Named("grad_input", gradient == null ? "" : gradient));
      } else if (overwritten >= 0) {
        java.util.Collections.swap(arguments, 0, overwritten);
        operator += "_";
      }
      return arguments.stream()
          .map(Writing::text)
          .collect(Collectors.joining(", ", "torch." + operator + "(", ")"));
    }

    private static String text(@Nullable Object argument) {
      if (argument == null) {
        return "None";
      }
      if (argument instanceof Boolean bool) {
        return bool ? "True" : "False";
      }
      if (argument instanceof Float number) {
        return Double.toString(number);
      }
      if (argument instanceof Double number) {
        return number == Double.NEGATIVE_INFINITY ? "float(\"-inf\")" : number.toString();
      }
      if (argument instanceof List<?> list) {
        return list.stream().map(Writing::text).collect(Collectors.joining(", ", "[", "]"));
      }
      if (argument instanceof Named named) {
        return named.name() + "=" + text(named.value());
      }
      return argument instanceof String string ? "\"" + string + "\"" : argument.toString();
    }
  }

  /** Determines which lines may overwrite an argument in place. */
  private static final class Overwriting {
    private static final int CALLERS = -1;

    private final List<ScriptLine> lines;
    private final Map<Value, Integer> owners = new HashMap<>();
    private final Map<Integer, Integer> lastUses = new HashMap<>();
    private final Set<Integer> parts = new HashSet<>();
    private final Map<Integer, Integer> overwritten = new HashMap<>();

    Overwriting(List<ScriptLine> lines, BitSet chosen, List<Value> results) {
      this.lines = lines;
      for (int i = chosen.nextSetBit(0); i >= 0; i = chosen.nextSetBit(i + 1)) {
        place(i, lines.get(i));
      }
      results.forEach(value -> lastUses.put(owner(value), Integer.MAX_VALUE));
      // In this order, because a result that overwrites an argument occupies its memory and
      // outlives it.
      for (int i = chosen.nextSetBit(0); i >= 0; i = chosen.nextSetBit(i + 1)) {
        choose(i, lines.get(i));
      }
    }

    /** Records in which memory the results of a line are stored and which memory it reads. */
    private void place(int i, ScriptLine line) {
      line.values().forEach(value -> lastUses.merge(owner(value), i, Math::max));
      boolean shares = line.memory() == Memory.VIEW || line.memory() == Memory.PART;
      for (Value result : line.results()) {
        int owner =
            line.memory() == Memory.CALLERS
                ? CALLERS
                : shares ? owner(line.values().get(0)) : result.id();
        owners.put(result, owner);
        if (line.memory() == Memory.PART) {
          parts.add(result.id());
        } else if (shares && parts.contains(line.values().get(0).id())) {
          parts.add(result.id());
        }
      }
    }

    private int owner(Value value) {
      return owners.getOrDefault(value, CALLERS);
    }

    private void choose(int i, ScriptLine line) {
      int candidates =
          switch (line.memory()) {
            case FIRST, GRADIENT -> 1;
            case EITHER -> 2;
            case OWN, VIEW, PART, CALLERS -> 0;
          };
      for (int k = 0; k < candidates; k++) {
        if (line.arguments().get(k) instanceof Value argument && isFree(argument, i)) {
          overwritten.put(i, k);
          return;
        }
      }
    }

    private boolean isFree(Value argument, int line) {
      int owner = owner(argument);
      return owner != CALLERS
          && !parts.contains(argument.id())
          // Two different views of the same memory must not meet while one of them is written.
          && lines.get(line).values().stream()
              .allMatch(value -> value.equals(argument) || owner(value) != owner)
          && lastUses.getOrDefault(owner, CALLERS) == line;
    }

    /** Returns the index of the argument that a line overwrites, -1 if none. */
    int argument(int line) {
      return overwritten.getOrDefault(line, -1);
    }
  }
}

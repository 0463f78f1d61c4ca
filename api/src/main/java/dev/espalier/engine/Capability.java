package dev.espalier.engine;

import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import java.util.EnumSet;
import java.util.Set;

/**
 * What an engine may or may not be able to do. An engine declares its set ({@link
 * Engine#capabilities()}); {@link Engine#require} refuses what it lacks before anything is compiled
 * or trained.
 */
public enum Capability {
  /** Programs with {@link dev.espalier.graph.Op.Gradients}. */
  TRAINING("train"),
  /** More than one session at a time. */
  CONCURRENT_SESSIONS("hold more than one session at a time"),
  /** Two runs with equal inputs and thread counts give equal bits. */
  DETERMINISTIC("give equal bits in equal runs"),
  /** {@link Executable#profile}, on processors. */
  PROFILING("measure the time of each operator");

  private final String ability;

  Capability(String ability) {
    this.ability = ability;
  }

  /** Returns what an engine must be able to do to run a program. */
  public static Set<Capability> neededBy(Program program) {
    Set<Capability> needed = EnumSet.noneOf(Capability.class);
    if (program.graph().nodes().stream().anyMatch(node -> node.op() instanceof Op.Gradients)) {
      needed.add(TRAINING);
    }
    return needed;
  }

  /** Returns words that stand after "can", such as {@code train}. */
  String ability() {
    return ability;
  }
}

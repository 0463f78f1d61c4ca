package dev.espalier.engine.tensorflow;

import dev.espalier.engine.lowering.NativeProgram;
import dev.espalier.engine.lowering.WriteCounts;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Variable;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Result;

/**
 * A program that is run for a slice of a batch, by several threads at a time, each of which
 * computes all operators of its slice. It has a TensorFlow session of its own, because other
 * sessions divide each operator among the threads of the process. What it computes of variables
 * alone is computed in the session of the variables, when they have changed.
 */
final class SlicePart implements NativeProgram {
  private final TensorFlowSession session;
  private final Program program;
  private final Supplier<SessionGraph> graphs;
  private @Nullable Prepared prepared;

  /** How often any variable had been written when the values were last compared. */
  private long writesSeen;

  /** For each variable that values are computed of, how often it had been written. */
  private Map<Variable, Long> writes = Map.of();

  /** What is prepared at the first run, which a program for single images never has. */
  private record Prepared(
      FixedValues parts, TensorFlowProgram values, SessionGraph graph, LoweredProgram lowered) {}

  /**
   * Creates a part.
   *
   * @param program updates no variables
   * @param graphs creates empty graphs, of which a thread that runs one computes all operators
   */
  SlicePart(TensorFlowSession session, Program program, Supplier<SessionGraph> graphs) {
    this.session = session;
    this.program = program;
    this.graphs = graphs;
  }

  @Override
  public Map<String, HostArray> run(Map<String, HostArray> inputs) {
    Prepared current = upToDate();
    return GraphRun.of(
        current.graph(), current.lowered(), program, inputs, org.tensorflow.Session.Runner::run);
  }

  /** Returns the program with the current values of variables, which no run changes. */
  private synchronized Prepared upToDate() {
    Prepared current = prepared();
    WriteCounts counts = session.writes();
    if (counts.total() != writesSeen) {
      Map<Variable, Long> now = new HashMap<>();
      current.parts().values().variables().forEach(each -> now.put(each, counts.of(each)));
      if (!now.equals(writes)) {
        assign(current);
        writes = now;
      }
      writesSeen = counts.total();
    }
    return current;
  }

  private Prepared prepared() {
    Prepared known = prepared;
    if (known == null) {
      FixedValues parts = FixedValues.of(program);
      SessionGraph graph = graphs.get();
      known = new Prepared(parts, session.add(parts.values()), graph, graph.add(parts.program()));
      prepared = known;
    }
    return known;
  }

  private void assign(Prepared current) {
    try (Result result = session.tensors(current.values())) {
      org.tensorflow.Session.Runner runner = current.graph().runner();
      for (int i = 0; i < current.parts().variables().size(); i++) {
        VariableStore.Handle handle =
            current.graph().variables().handle(current.parts().variables().get(i));
        runner.feed(handle.placeholder(), result.get(i)).addTarget(handle.write());
      }
      runner.run().close();
    } catch (EspalierException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError e) {
      throw Failures.run(program.name(), current.lowered().scopes(), e);
    }
  }

  @Override
  public synchronized void close() {
    Prepared known = prepared;
    prepared = null;
    if (known != null) {
      known.values().close();
      known.graph().close();
    }
  }
}

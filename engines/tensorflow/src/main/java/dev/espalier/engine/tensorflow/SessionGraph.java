package dev.espalier.engine.tensorflow;

import dev.espalier.engine.tensorflow.internal.XlaCompiler;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.proto.ConfigProto;

/**
 * A TensorFlow graph with the session that runs it. Programs can be added while it is in use,
 * because TensorFlow extends the graph before each run, but nothing can be removed: {@link
 * TensorFlowSession} replaces the graph when too much of it belongs to closed programs.
 */
final class SessionGraph implements AutoCloseable {
  private final Graph graph = new Graph();
  private final ConfigProto config;
  private final Session session;
  private final String device;
  private final boolean onProcessor;
  private final VariableStore variables;
  private int programs;

  /**
   * Creates an empty graph.
   *
   * @param device where to place operations, empty if TensorFlow sees only one device
   */
  SessionGraph(ConfigProto config, String device, boolean onProcessor) {
    this.config = config;
    this.device = device;
    this.onProcessor = onProcessor;
    this.variables = new VariableStore(new GraphWriter(graph, "variables", device));
    this.session = new Session(graph, false, config);
  }

  VariableStore variables() {
    return variables;
  }

  Session.Runner runner() {
    return session.runner();
  }

  LoweredProgram add(Program program) {
    // The counter keeps scopes unique if two programs have the same name.
    String root = GraphTarget.sanitized(program.name()) + "." + programs++;
    GraphWriter tf = new GraphWriter(graph, root, device);
    LoweredProgram lowered = new GraphTarget(program, variables, tf, root, onProcessor).add();
    if (tf.compiles()) {
      XlaCompiler.start(this::compileOne);
    }
    return lowered;
  }

  /** Runs the smallest graph with a compiled kernel. */
  private void compileOne() {
    try (Graph small = new Graph();
        Session running = new Session(small, false, config);
        Tensor one = HostTransfer.toTensor(HostArray.scalar(1f))) {
      GraphWriter tf = new GraphWriter(small, "compiler", device);
      Output<?> input = tf.op("Placeholder").attr("dtype", one.dataType()).output();
      Output<?> result = tf.kernel().apply(tf, "Neg", input);
      running.runner().feed(input, one).fetch(result).run().close();
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}

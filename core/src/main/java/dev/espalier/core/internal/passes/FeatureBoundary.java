package dev.espalier.core.internal.passes;

import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.Variable;
import dev.espalier.graph.internal.RowByRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The place where a program can be divided into a part whose values for a sample never change while
 * it trains, the features, and the rest. The part is as large as possible: it ends where trainable
 * weights, random numbers, targets, or the other samples of the batch come in. Immutable.
 */
public final class FeatureBoundary {
  /** Prefix of the names under which features are returned by one program and fed to the other. */
  private static final String FEATURE = "feature/";

  /** Prefix of the names of features that a program with mixed precision computes in 16 bits. */
  private static final String HALF_FEATURE = FEATURE + "half/";

  private static final String RANDOM = "random/";

  private final Program program;
  private final Map<Tensor, Kind> kinds;
  private final Map<Tensor, String> crossing;
  private final Map<Tensor, Node> producers = new HashMap<>();
  private final Set<Variable> fixed = new LinkedHashSet<>();
  private final @Nullable String obstacle;

  /** What the value of a tensor depends on. */
  private enum Kind {
    /** On constants and variables that do not change. */
    CONSTANT,
    /** On these and, row by row, on the sample. */
    FEATURE,
    /** On anything else. */
    VARYING
  }

  private FeatureBoundary(
      Program program, Set<String> samples, Set<Variable> changing, Set<Tensor> halved) {
    this.program = program;
    this.kinds = kinds(program, samples, changing, Set.of());
    program
        .graph()
        .nodes()
        .forEach(node -> node.outputs().forEach(output -> producers.put(output, node)));
    this.crossing = crossing(halved);
    collectFixed();
    this.obstacle = findObstacle(samples, changing);
  }

  /**
   * Finds the boundary in a program.
   *
   * @param samples names of the inputs that are the same whenever a sample is used
   * @param changing variables that training changes
   * @param halved tensors that are computed in 16 bits, so that the rest continues in 16 bits
   */
  public static FeatureBoundary of(
      Program program, Set<String> samples, Set<Variable> changing, Set<Tensor> halved) {
    return new FeatureBoundary(program, samples, changing, halved);
  }

  private static Map<Tensor, Kind> kinds(
      Program program, Set<String> samples, Set<Variable> changing, Set<String> random) {
    Map<Tensor, Kind> kinds = new HashMap<>();
    Set<Tensor> differentiated = differentiated(program);
    for (Node node : program.graph().nodes()) {
      // Between the parts there are no gradients.
      Kind kind =
          node.outputs().stream().anyMatch(differentiated::contains)
              ? Kind.VARYING
              : kind(node, kinds, samples, changing, random);
      node.outputs().forEach(output -> kinds.put(output, kind));
    }
    return kinds;
  }

  /** Returns what gradients are computed with respect to, such as images that a step attacks. */
  private static Set<Tensor> differentiated(Program program) {
    Set<Tensor> differentiated = new HashSet<>();
    for (Node node : program.graph().nodes()) {
      if (node.op() instanceof Op.Gradients) {
        differentiated.addAll(node.inputs().subList(1, node.inputs().size()));
      }
    }
    return differentiated;
  }

  private static Kind kind(
      Node node,
      Map<Tensor, Kind> kinds,
      Set<String> samples,
      Set<Variable> changing,
      Set<String> random) {
    Op op = node.op();
    if (op instanceof Op.Input input) {
      boolean perSample = samples.contains(input.name()) || random.contains(input.name());
      return perSample && RowByRow.isBatch(node.output().shape()) ? Kind.FEATURE : Kind.VARYING;
    }
    if (op instanceof Op.ReadVariable read) {
      return changing.contains(read.variable()) ? Kind.VARYING : Kind.CONSTANT;
    }
    List<Kind> inputs = node.inputs().stream().map(kinds::get).toList();
    if (inputs.contains(Kind.VARYING)) {
      return Kind.VARYING;
    }
    if (!inputs.contains(Kind.FEATURE)) {
      return op instanceof Op.Gradients ? Kind.VARYING : Kind.CONSTANT;
    }
    return RowByRow.computes(node, tensor -> kinds.get(tensor) == Kind.FEATURE)
        ? Kind.FEATURE
        : Kind.VARYING;
  }

  /** Returns whether a name is one under which features are returned and fed. */
  public static boolean isFed(String name) {
    return name.startsWith(FEATURE);
  }

  /** Returns whether an input is fed random numbers. */
  public static boolean isRandom(String input) {
    return input.startsWith(RANDOM);
  }

  /** Returns whether an input is fed features that were computed in 16 bits. */
  static boolean isHalfFeature(String input) {
    return input.startsWith(HALF_FEATURE);
  }

  /** Returns the features that the rest uses, each with the name under which it is fed. */
  private Map<Tensor, String> crossing(Set<Tensor> halved) {
    Set<Tensor> used = new LinkedHashSet<>();
    for (Node node : program.graph().nodes()) {
      if (kinds.get(node.output()) == Kind.VARYING) {
        used.addAll(node.inputs());
      }
    }
    program.outputs().forEach(output -> used.add(output.tensor()));
    program.updates().forEach(update -> used.add(update.value()));
    Map<Tensor, String> names = new LinkedHashMap<>();
    for (Tensor tensor : used) {
      if (kinds.get(tensor) == Kind.FEATURE) {
        names.put(
            tensor,
            producer(tensor).op() instanceof Op.Input input
                ? input.name()
                : (halved.contains(tensor) ? HALF_FEATURE : FEATURE) + names.size());
      }
    }
    return names;
  }

  private Node producer(Tensor tensor) {
    Node node = producers.get(tensor);
    if (node == null) {
      throw new IllegalStateException("nothing computes " + tensor);
    }
    return node;
  }

  private void collectFixed() {
    Set<Tensor> needed = new HashSet<>(crossing.keySet());
    List<Node> nodes = program.graph().nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (node.outputs().stream().anyMatch(needed::contains)) {
        needed.addAll(node.inputs());
        if (node.op() instanceof Op.ReadVariable read) {
          fixed.add(read.variable());
        }
      }
    }
  }

  /**
   * Returns the first place where random numbers come in, if the features would otherwise comprise
   * more weights.
   */
  private @Nullable String findObstacle(Set<String> samples, Set<Variable> changing) {
    Set<String> random = new HashSet<>();
    program.inputs().keySet().stream().filter(FeatureBoundary::isRandom).forEach(random::add);
    if (random.isEmpty()) {
      return null;
    }
    Map<Tensor, Kind> without = kinds(program, samples, changing, random);
    String first = null;
    boolean wanted = false;
    for (Node node : program.graph().nodes()) {
      Tensor output = node.output();
      if (without.get(output) == Kind.FEATURE && kinds.get(output) == Kind.VARYING) {
        first = first == null && !(node.op() instanceof Op.Input) ? node.scope() : first;
        wanted |= node.inputs().stream().anyMatch(this::readsWeight);
      }
    }
    return wanted ? first : null;
  }

  /** Returns whether a constant is, or is computed from, a weight. */
  private boolean readsWeight(Tensor tensor) {
    if (kinds.get(tensor) != Kind.CONSTANT) {
      return false;
    }
    Node node = producer(tensor);
    return node.op() instanceof Op.ReadVariable read
        ? read.variable().role() == Variable.Role.WEIGHT
        : node.inputs().stream().anyMatch(this::readsWeight);
  }

  /** Returns whether computing the features takes weights, so that keeping them saves work. */
  public boolean hasWeights() {
    return fixed.stream().anyMatch(variable -> variable.role() == Variable.Role.WEIGHT);
  }

  /** Returns the variables from which features are computed. */
  public Set<Variable> fixed() {
    return Set.copyOf(fixed);
  }

  /**
   * Returns the layer whose random numbers cut frozen layers off, as {@code name (Type)}, or null.
   */
  public @Nullable String obstacle() {
    return obstacle;
  }

  /** Returns the number of elements of the features of one sample. */
  public long elements() {
    return crossing.keySet().stream()
        .mapToLong(tensor -> tensor.shape().withoutBatch().elementCount())
        .sum();
  }

  /** Returns the layers that compute the features, each as {@code name (Type)}. */
  public List<String> layers() {
    return crossing.keySet().stream().map(tensor -> producer(tensor).scope()).distinct().toList();
  }

  /** Returns the first layer with trainable or random values, or an empty text. */
  public String next() {
    for (Node node : program.graph().nodes()) {
      if (kinds.get(node.output()) == Kind.VARYING
          && node.inputs().stream().anyMatch(crossing::containsKey)) {
        return node.scope();
      }
    }
    return "";
  }

  /** Returns the program that computes the features; inputs that the rest takes are not outputs. */
  public Program features() {
    List<Program.Output> outputs = new ArrayList<>();
    crossing.forEach(
        (tensor, name) -> {
          if (!(producer(tensor).op() instanceof Op.Input)) {
            outputs.add(new Program.Output(name, tensor));
          }
        });
    return new DeadCodeElimination()
        .apply(new Program("features", program.graph(), outputs, List.of()));
  }

  /** Returns the program that is fed the features and does the rest. */
  public Program rest() {
    return fed(program, crossing);
  }

  /**
   * Returns a program that is fed some tensors instead of computing them, without what is then not
   * needed any more.
   *
   * @param tensors each with the name of the input that it becomes
   */
  public static Program fed(Program program, Map<Tensor, String> tensors) {
    GraphRewriter rewriter = new GraphRewriter(program);
    Program divided =
        rewriter.rewrite(
            node -> {
              rewriter.copy(node);
              for (Tensor output : node.outputs()) {
                String name = tensors.get(output);
                if (name != null) {
                  rewriter.replace(output, rewriter.ops().input(name, output.type()));
                }
              }
            });
    return new DeadCodeElimination().apply(divided);
  }
}

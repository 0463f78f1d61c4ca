package dev.espalier.core.internal.engine;

import dev.espalier.core.internal.passes.FeatureBoundary;
import dev.espalier.core.internal.program.Feeds;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.Variable;
import dev.espalier.graph.internal.RowByRow;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A program divided into the frozen base of a model, which computes each sample by itself and has
 * no trainable variables, and the rest: the head, the loss, gradients and updates. Immutable.
 *
 * @param base computes what the rest is fed, from inputs of the program
 * @param rest gives the outputs of the program and updates its variables; null for a program that
 *     computes features to cache, which is all base
 */
record FrozenBase(Program base, @Nullable Program rest) {
  /** What the rest is fed must be this many times smaller than what the base computes. */
  private static final int SMALLER = 4;

  /**
   * Divides a program that trains or evaluates a model with trainable layers on a frozen base.
   *
   * @return null if the base has no weights, or is not worth dividing: the rest would be fed nearly
   *     as much as the base computes; or if it computes in 16 bits
   */
  static @Nullable FrozenBase of(Program program) {
    if (computesFeatures(program)) {
      return isHalf(program) ? null : new FrozenBase(program, null);
    }
    Set<Variable> changing = changing(program);
    if (changing.isEmpty() || program.inputs().keySet().stream().anyMatch(FeatureBoundary::isFed)) {
      return null;
    }
    Set<String> samples =
        program.inputs().keySet().stream()
            .filter(FrozenBase::belongsToSample)
            .collect(Collectors.toUnmodifiableSet());
    FeatureBoundary boundary = FeatureBoundary.of(program, samples, changing, Set.of());
    if (!boundary.hasWeights()) {
      return null;
    }
    Program features = boundary.features();
    long fed = boundary.elements() * DataType.FLOAT32.bytes();
    return isHalf(features) || SMALLER * fed > largest(features)
        ? null
        : new FrozenBase(
            new Program(
                "frozen base of " + program.name(),
                features.graph(),
                features.outputs(),
                features.updates()),
            boundary.rest());
  }

  /** Returns whether a program computes features to cache, which the head is trained on. */
  private static boolean computesFeatures(Program program) {
    return !program.outputs().isEmpty()
        && program.updates().isEmpty()
        && program.outputs().stream().allMatch(output -> FeatureBoundary.isFed(output.name()));
  }

  /** Random numbers of a layer of the base, such as stochastic depth, belong to a sample, too. */
  private static boolean belongsToSample(String input) {
    return Feeds.ofSample(input) || FeatureBoundary.isRandom(input);
  }

  /** Returns the variables that this program, or another of the same training, updates. */
  private static Set<Variable> changing(Program program) {
    Set<Variable> changing = new HashSet<>();
    for (Node node : program.graph().nodes()) {
      if (node.op() instanceof Op.ReadVariable read && read.variable().trainable()) {
        changing.add(read.variable());
      }
    }
    program.updates().forEach(update -> changing.add(update.variable()));
    return changing;
  }

  private static Stream<Tensor> tensors(Program program) {
    return program.graph().nodes().stream().flatMap(node -> node.outputs().stream());
  }

  private static boolean isHalf(Program program) {
    return tensors(program).anyMatch(tensor -> tensor.dataType().isHalf());
  }

  /** Returns the bytes of the largest value that is computed for one sample. */
  private static long largest(Program program) {
    return tensors(program)
        .filter(tensor -> RowByRow.isBatch(tensor.shape()))
        .mapToLong(
            tensor -> tensor.shape().withoutBatch().elementCount() * tensor.dataType().bytes())
        .max()
        .orElse(0);
  }
}

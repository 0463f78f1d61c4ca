package dev.espalier.core.internal.passes;

import dev.espalier.engine.Precision;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.internal.RowByRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets a program compute in 16 bits. Convolutions and matrix products with weights do, and what
 * follows them element by element, until an operation that needs float32: softmax, logarithms, sums
 * and means. Means and variances of batches, losses, metrics, gradients of weights and the
 * optimizer's arithmetic stay float32, as do all variables, inputs and outputs.
 *
 * <p>An operation of values in both types computes in float32 if a float32 one depends on samples;
 * weights, constants and random numbers are cast to 16 bits.
 */
public final class MixedPrecision {
  private final Program program;
  private final DataType half;
  private final Ops ops = new Ops();
  private final Set<Tensor> ofSamples = new HashSet<>();
  private final Set<Tensor> differentiated = new HashSet<>();
  private final Set<Tensor> ofGradients = new HashSet<>();

  /** The values that operations gave, by the tensor of the old program. */
  private final Map<Tensor, Tensor> given = new HashMap<>();

  private final Map<Tensor, Tensor> casts = new HashMap<>();
  private final Set<Tensor> halved = new HashSet<>();

  private MixedPrecision(Program program, DataType half) {
    this.program = program;
    this.half = half;
    for (Node node : program.graph().nodes()) {
      if (isOfSample(node.op()) || node.inputs().stream().anyMatch(ofSamples::contains)) {
        ofSamples.addAll(node.outputs());
      }
      if (node.op() instanceof Op.Gradients) {
        differentiated.addAll(node.inputs());
      }
      if (node.op() instanceof Op.Gradients
          || node.inputs().stream().anyMatch(ofGradients::contains)) {
        ofGradients.addAll(node.outputs());
      }
    }
  }

  /**
   * Returns a program with the same inputs, outputs and updates that computes in a precision; the
   * given one for float32.
   */
  public static Program apply(Program program, Precision precision) {
    DataType half = half(precision);
    return half == null ? program : new MixedPrecision(program, half).rewritten();
  }

  /** Returns the tensors of a program that are computed in 16 bits. */
  public static Set<Tensor> halved(Program program, Precision precision) {
    DataType half = half(precision);
    if (half == null) {
      return Set.of();
    }
    MixedPrecision pass = new MixedPrecision(program, half);
    pass.rewritten();
    return Set.copyOf(pass.halved);
  }

  private static @Nullable DataType half(Precision precision) {
    DataType type = precision.type();
    return type != null && type.isHalf() ? type : null;
  }

  private static boolean isOfSample(Op op) {
    return op instanceof Op.Input input
        && RowByRow.isBatch(input.type().shape())
        && !FeatureBoundary.isRandom(input.name());
  }

  private static boolean isHalfFeature(Op op) {
    return op instanceof Op.Input input && FeatureBoundary.isHalfFeature(input.name());
  }

  private Program rewritten() {
    program.graph().nodes().forEach(this::visit);
    List<Program.Output> outputs =
        program.outputs().stream()
            .map(output -> new Program.Output(output.name(), original(output.tensor())))
            .toList();
    List<Program.Update> updates =
        program.updates().stream()
            .map(update -> new Program.Update(update.variable(), original(update.value())))
            .toList();
    return new Program(program.name(), ops.toGraph(), outputs, updates);
  }

  private void visit(Node node) {
    ops.within(
        node.scope(),
        () -> {
          boolean inHalf = computesInHalf(node);
          List<Tensor> inputs =
              node.inputs().stream()
                  .map(
                      input -> inHalf && !staysFloat(node, input) ? inHalf(input) : original(input))
                  .toList();
          List<Tensor> outputs = GraphRewriter.add(ops, node.op(), inputs);
          for (int i = 0; i < outputs.size(); i++) {
            Tensor value = outputs.get(i);
            keep(node.outputs().get(i), isHalfFeature(node.op()) ? ops.cast(value, half) : value);
          }
          return outputs;
        });
  }

  private void keep(Tensor old, Tensor value) {
    boolean isHalf = value.dataType().isHalf();
    if (isHalf) {
      halved.add(old);
    }
    // What gradients are taken of has to be float32, and what follows has to depend on that.
    given.put(
        old, isHalf && differentiated.contains(old) ? ops.cast(value, DataType.FLOAT32) : value);
  }

  private boolean computesInHalf(Node node) {
    Op op = node.op();
    List<Tensor> floats =
        node.inputs().stream().filter(input -> input.dataType() == DataType.FLOAT32).toList();
    boolean anyHalf = floats.stream().anyMatch(halved::contains);
    if (op instanceof Op.Conv2d
        || op instanceof Op.DepthwiseConv2d
        || op instanceof Op.Conv2dTranspose) {
      return ofSamples.contains(node.inputs().get(0));
    }
    if (op instanceof Op.MatMul) {
      return anyHalf || floats.stream().filter(this::isActivation).count() == 1;
    }
    if (op instanceof Op.BatchNormTraining || op instanceof Op.BatchNormInference) {
      return halved.contains(node.inputs().get(0));
    }
    boolean precise =
        floats.stream().anyMatch(input -> ofSamples.contains(input) && !halved.contains(input));
    return anyHalf && !precise && follows(op);
  }

  /**
   * Returns whether a factor is computed from samples. Products of two such factors may count for a
   * metric, those of none regularize weights, and those of gradients belong to an optimizer: they
   * all stay float32.
   */
  private boolean isActivation(Tensor factor) {
    return ofSamples.contains(factor) && !ofGradients.contains(factor);
  }

  /** Returns whether an operation computes in the type of its inputs. */
  private static boolean follows(Op op) {
    if (op instanceof Op.Unary unary) {
      return unary.function().allowsHalf();
    }
    if (op instanceof Op.Binary binary) {
      return binary.function().allowsHalf();
    }
    return op instanceof Op.MaxPool2d
        || op instanceof Op.Reshape
        || op instanceof Op.Transpose
        || op instanceof Op.Concat
        || op instanceof Op.Pad
        || op instanceof Op.Slice
        || op instanceof Op.StopGradient;
  }

  /** Returns whether an operation that computes in 16 bits takes an input as it is. */
  private static boolean staysFloat(Node node, Tensor input) {
    boolean normalization =
        node.op() instanceof Op.BatchNormTraining || node.op() instanceof Op.BatchNormInference;
    return input.dataType() != DataType.FLOAT32 || (normalization && input != node.inputs().get(0));
  }

  private Tensor known(Tensor old) {
    Tensor value = given.get(old);
    if (value == null) {
      throw new IllegalStateException("nothing computes " + old);
    }
    return value;
  }

  private Tensor inHalf(Tensor old) {
    Tensor value = known(old);
    return value.dataType().isHalf()
        ? value
        : casts.computeIfAbsent(old, any -> ops.cast(value, half));
  }

  private Tensor original(Tensor old) {
    Tensor value = known(old);
    return value.dataType().isHalf()
        ? casts.computeIfAbsent(old, any -> ops.cast(value, DataType.FLOAT32))
        : value;
  }
}

package dev.espalier.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Capability;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The output of each primitive agrees with plain Java, and its gradients with central differences
 * in double precision, with all sizes known and with an unknown batch size.
 */
public interface PrimitiveContract extends EngineFixture {
  /** Relative to the largest element of an array. */
  double TOLERANCE = 2e-5;

  /** Relative to the largest element of a gradient. */
  double GRADIENT_TOLERANCE = 2e-4;

  /** Each primitive, forward and, if the engine can train, backward. */
  @TestFactory
  default Stream<DynamicTest> primitivesGiveWhatPlainJavaGives() {
    return PrimitiveCases.all().stream()
        .flatMap(
            primitive -> {
              DynamicTest known =
                  DynamicTest.dynamicTest(primitive.toString(), () -> check(primitive, false));
              DynamicTest unknown =
                  DynamicTest.dynamicTest(
                      primitive + ", unknown batch size", () -> check(primitive, true));
              return !primitive.batched().isEmpty() ? Stream.of(known, unknown) : Stream.of(known);
            });
  }

  /** The cases cover all primitives. */
  @Test
  default void noPrimitiveIsLeftOut() {
    Set<String> covered =
        PrimitiveCases.all().stream()
            .map(primitive -> primitive.op().primitive())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> expected = new TreeSet<>();
    for (Class<?> type : Op.class.getPermittedSubclasses()) {
      expected.add(type.getSimpleName());
    }
    // These have no meaning outside a program; ProgramContract covers them.
    expected.removeAll(Set.of("Input", "ReadVariable", "Gradients"));
    expected.removeAll(Set.of("Unary", "Binary", "Compare", "Reduce"));
    Arrays.stream(Op.UnaryFunction.values()).map(Enum::name).forEach(expected::add);
    Arrays.stream(Op.BinaryFunction.values()).map(Enum::name).forEach(expected::add);
    Arrays.stream(Op.Comparison.values()).map(Enum::name).forEach(expected::add);
    Arrays.stream(Op.Reduction.values())
        .map(reduction -> "REDUCE_" + reduction)
        .forEach(expected::add);
    assertThat(covered).isEqualTo(expected);
  }

  private void check(PrimitiveCase primitive, boolean unknownBatch) {
    Ops ops = new Ops();
    List<Tensor> tensors = new ArrayList<>();
    Map<String, HostArray> feeds = new LinkedHashMap<>();
    for (int i = 0; i < primitive.inputs().size(); i++) {
      HostArray array = primitive.inputs().get(i);
      TensorType type = array.type();
      if (unknownBatch && primitive.batched().contains(i)) {
        type = type.withShape(type.shape().with(0, Shape.UNKNOWN));
      }
      tensors.add(ops.input("x" + i, type));
      feeds.put("x" + i, array);
    }
    List<Tensor> outputs = new ArrayList<>(ops.apply(primitive.op(), tensors));
    int values = outputs.size();
    List<ReferenceArray> in = primitive.inputs().stream().map(ReferenceArray::of).toList();
    List<ReferenceArray> expected = ReferencePrimitives.apply(primitive.op(), in);
    HostArray seed = PrimitiveCase.spaced(expected.get(0).shape(), -1.13, 1.31);
    List<Integer> differentiable = new ArrayList<>();
    if (primitive.differentiable() && engine().capabilities().contains(Capability.TRAINING)) {
      for (int i = 0; i < tensors.size(); i++) {
        if (tensors.get(i).dataType() == DataType.FLOAT32) {
          differentiable.add(i);
        }
      }
      feeds.put("seed", seed);
      outputs.addAll(
          PrimitiveGradients.asked(
              ops, outputs.get(0), differentiable.stream().map(tensors::get).toList(), seed));
    }
    Map<String, HostArray> results = run(ops, outputs, feeds);
    for (int i = 0; i < values; i++) {
      assertClose("output " + i, result(results, i), expected.get(i), TOLERANCE);
    }
    for (int i = 0; i < differentiable.size(); i++) {
      int input = differentiable.get(i);
      ReferenceArray gradient =
          PrimitiveGradients.expected(primitive.op(), in, input, ReferenceArray.of(seed));
      assertClose("gradient " + input, result(results, values + i), gradient, GRADIENT_TOLERANCE);
    }
  }

  private Map<String, HostArray> run(Ops ops, List<Tensor> outputs, Map<String, HostArray> feeds) {
    try (Session session = openSession();
        Executable executable = session.compile(EngineFixture.program("primitive", ops, outputs))) {
      return executable.run(feeds);
    }
  }

  private static HostArray result(Map<String, HostArray> results, int index) {
    return Objects.requireNonNull(results.get("y" + index));
  }

  private static void assertClose(
      String what, HostArray actual, ReferenceArray expected, double tolerance) {
    assertThat(actual.type()).as(what).isEqualTo(expected.type());
    double scale = 1;
    for (int i = 0; i < expected.count(); i++) {
      if (Double.isFinite(expected.at(i))) {
        scale = Math.max(scale, Math.abs(expected.at(i)));
      }
    }
    double allowed = expected.type().dataType() == DataType.FLOAT32 ? tolerance * scale : 0;
    for (int i = 0; i < expected.count(); i++) {
      assertThat(actual.at(i))
          .as("%s at %s", what, Arrays.toString(ReferenceArray.index(expected.shape(), i)))
          .isCloseTo(expected.at(i), org.assertj.core.data.Offset.offset(allowed));
    }
  }
}

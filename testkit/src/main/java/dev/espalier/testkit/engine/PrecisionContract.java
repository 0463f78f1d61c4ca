package dev.espalier.testkit.engine;

import static dev.espalier.testkit.engine.ErrorAssertions.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Executable;
import dev.espalier.engine.PrecisionSupport;
import dev.espalier.engine.PrecisionSupport.Level;
import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * An engine computes every primitive that allows floating-point numbers of 16 bits in the types
 * that it declares, and their gradients, within their precision, and rejects programs with others.
 */
public interface PrecisionContract extends EngineFixture {
  /** Both types of 16 bits: what they give, or how they are rejected. */
  @TestFactory
  default Stream<DynamicTest> typesOf16BitsKeepTheirPrecisionOrAreRefused() {
    return Stream.of(DataType.BFLOAT16, DataType.FLOAT16)
        .flatMap(
            type ->
                support(type).level() == Level.UNSUPPORTED
                    ? Stream.of(DynamicTest.dynamicTest(type + ", refused", () -> refuses(type)))
                    : cases(type));
  }

  private PrecisionSupport support(DataType type) {
    return engine().precision(type, Device.cpu());
  }

  private Stream<DynamicTest> cases(DataType type) {
    Set<String> seen = new HashSet<>();
    return PrimitiveCases.all().stream()
        .filter(primitive -> isModerate(primitive) && !halves(primitive, type).isEmpty())
        // One case of each primitive, and all convolutions, whose kernels differ by their settings.
        .filter(
            primitive ->
                seen.add(primitive.op().primitive()) || primitive.op() instanceof Op.Conv2d)
        .map(
            primitive ->
                DynamicTest.dynamicTest(type + ", " + primitive, () -> check(primitive, type)));
  }

  private static boolean isModerate(PrimitiveCase primitive) {
    return primitive.inputs().stream()
        .allMatch(
            array ->
                IntStream.range(0, array.elementCount())
                    .allMatch(i -> Math.abs(array.at(i)) < 1000));
  }

  private void refuses(DataType type) {
    Ops ops = new Ops();
    Tensor x = ops.input("x", TensorType.float32(3));
    Tensor y = ops.cast(ops.negate(ops.cast(x, type)), DataType.FLOAT32);
    try (Session session = openSession()) {
      assertFails(
          ErrorCode.UNSUPPORTED_CAPABILITY,
          () -> session.compile(EngineFixture.program("half", ops, List.of(y))),
          type.name().toLowerCase(Locale.ROOT),
          support(type).reason());
    }
  }

  /** Returns the inputs that can have a type of 16 bits: all of float32, the first, or none. */
  private static List<Integer> halves(PrimitiveCase primitive, DataType type) {
    List<Integer> floats =
        IntStream.range(0, primitive.inputs().size())
            .filter(i -> primitive.inputs().get(i).dataType() == DataType.FLOAT32)
            .boxed()
            .toList();
    if (floats.isEmpty() || primitive.op() instanceof Op.Cast) {
      return List.of();
    }
    return Stream.of(floats, floats.subList(0, 1))
        .filter(some -> isAllowed(primitive, some, type))
        .findFirst()
        .orElse(List.of());
  }

  private static boolean isAllowed(PrimitiveCase primitive, List<Integer> halves, DataType type) {
    List<TensorType> types = new ArrayList<>();
    for (int i = 0; i < primitive.inputs().size(); i++) {
      TensorType given = primitive.inputs().get(i).type();
      types.add(halves.contains(i) ? given.withDataType(type) : given);
    }
    try {
      primitive.op().infer(types);
      return true;
    } catch (EspalierException e) {
      return false;
    }
  }

  private void check(PrimitiveCase primitive, DataType type) {
    List<Integer> halves = halves(primitive, type);
    Ops ops = new Ops();
    Map<String, HostArray> feeds = new LinkedHashMap<>();
    List<Tensor> fed = new ArrayList<>();
    List<Tensor> arguments = new ArrayList<>();
    List<ReferenceArray> exact = new ArrayList<>();
    for (int i = 0; i < primitive.inputs().size(); i++) {
      HostArray array = primitive.inputs().get(i);
      Tensor input = ops.input("x" + i, array.type());
      feeds.put("x" + i, array);
      fed.add(input);
      arguments.add(halves.contains(i) ? ops.cast(input, type) : input);
      ReferenceArray values = ReferenceArray.of(array);
      exact.add(halves.contains(i) ? rounded(values, type) : values);
    }
    List<Tensor> outputs = new ArrayList<>();
    for (Tensor output : ops.apply(primitive.op(), arguments)) {
      outputs.add(output.dataType().isHalf() ? ops.cast(output, DataType.FLOAT32) : output);
    }
    List<ReferenceArray> expected =
        new ArrayList<>(ReferencePrimitives.apply(primitive.op(), exact));
    int values = outputs.size();
    if (primitive.differentiable() && engine().capabilities().contains(Capability.TRAINING)) {
      HostArray seed = PrimitiveCase.spaced(expected.get(0).shape(), -1.13, 1.31);
      feeds.put("seed", seed);
      List<Tensor> wanted = halves.stream().map(fed::get).toList();
      outputs.addAll(PrimitiveGradients.asked(ops, outputs.get(0), wanted, seed));
      halves.forEach(
          input ->
              expected.add(
                  PrimitiveGradients.expected(
                      primitive.op(), exact, input, rounded(ReferenceArray.of(seed), type))));
    }
    try (Session session = openSession();
        Executable executable = session.compile(EngineFixture.program("half", ops, outputs))) {
      Map<String, HostArray> results = executable.run(feeds);
      // A few roundings of each number, since TensorFlow adds up in 16 bits; gradients take more.
      double rounding = type == DataType.BFLOAT16 ? 0x1p-8 : 0x1p-11;
      for (int i = 0; i < outputs.size(); i++) {
        HostArray result = Objects.requireNonNull(results.get("y" + i));
        assertClose(
            primitive + ", value " + i, result, expected.get(i), (i < values ? 4 : 8) * rounding);
      }
    }
  }

  private static void assertClose(
      String what, HostArray actual, ReferenceArray expected, double tolerance) {
    double scale = 0;
    double largest = 0;
    for (int i = 0; i < expected.count(); i++) {
      scale = Math.max(scale, Math.abs(expected.at(i)));
      largest = Math.max(largest, Math.abs(actual.at(i) - expected.at(i)));
    }
    assertThat(largest).as(what).isLessThanOrEqualTo(tolerance * Math.max(scale, 0.5));
  }

  /** Returns normal numbers rounded to the nearest of a type. */
  private static ReferenceArray rounded(ReferenceArray array, DataType type) {
    int bits = type == DataType.BFLOAT16 ? 16 : 13;
    return ReferenceArray.generate(
        new TensorType(DataType.FLOAT32, array.shape()),
        i -> {
          double ulp = Math.scalb((double) Math.ulp((float) array.at(i)), bits);
          return Math.rint(array.at(i) / ulp) * ulp;
        });
  }
}

package dev.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Types of 16 bits stand between casts, and only where a primitive allows them. */
class HalfPrecisionTest {
  private static final Size2d ONE = Size2d.square(1);
  private final Ops ops = new Ops();
  private final Tensor x = ops.input("x", TensorType.float32(-1, 4, 4, 2));

  private static void assertRefused(String problem, ThrowingCallable code) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(code)
        .withMessageContaining(problem)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SHAPE_MISMATCH));
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void convolutionsNormalizationsAndWhatMovesElementsKeepTheType(DataType type) {
    Tensor half = ops.cast(x, type);
    Tensor kernel = ops.cast(ops.input("k", TensorType.float32(3, 3, 2, 5)), type);
    Tensor y = ops.conv2d(half, kernel, ONE, Padding.SAME, ONE);
    Tensor parameter = ops.input("gamma", TensorType.float32(5));
    List<Tensor> normalized = ops.batchNormTraining(y, parameter, parameter, 0.001f);

    assertThat(y.dataType()).isEqualTo(type);
    assertThat(normalized)
        .extracting(Tensor::dataType)
        .containsExactly(type, DataType.FLOAT32, DataType.FLOAT32);
    assertThat(ops.reshape(ops.add(y, y), Shape.of(-1, 80)).dataType()).isEqualTo(type);
    assertThat(ops.cast(y, DataType.FLOAT32).dataType()).isEqualTo(DataType.FLOAT32);
  }

  @Test
  void whatNeedsFloat32RefusesThem() {
    Tensor half = ops.cast(x, DataType.BFLOAT16);

    assertRefused("Cast it to float32 first", () -> ops.mean(half, 1, 2));
    assertRefused("Cast it to float32 first", () -> ops.softmax(half));
    assertRefused("Cast it to float32 first", () -> ops.exp(half));
    assertRefused("Cast it to float32 first", () -> ops.divide(half, half));
    assertRefused("Cast it to float32 first", () -> ops.compare(Op.Comparison.GREATER, half, half));
    assertRefused("not defined", () -> ops.cast(half, DataType.INT32));
    assertRefused("Cast one to the type of the other", () -> ops.add(half, x));
    Tensor kernel = ops.input("k", TensorType.float32(3, 3, 2, 5));
    assertRefused(
        "Cast one to the type of the other",
        () -> ops.conv2d(half, kernel, ONE, Padding.SAME, ONE));
  }

  @Test
  void theHostNeverHasThem() {
    TensorType half = new TensorType(DataType.FLOAT16, Shape.of(2));

    assertRefused("exist only inside programs", () -> ops.input("half", half));
    assertRefused("exist only inside programs", () -> HostArray.filled(half, 0));
    assertRefused(
        "exist only inside programs",
        () ->
            ops.read(
                new Variable(
                    "half",
                    half,
                    Variable.Role.WEIGHT,
                    true,
                    (type, shape, random) -> HostArray.filled(half, 0))));
  }
}

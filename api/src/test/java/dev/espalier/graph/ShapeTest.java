package dev.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ShapeTest {
  private static final Shape IMAGES = Shape.of(-1, 224, 200, 3);

  @Test
  void textIsThatOfKeras() {
    assertThat(IMAGES).hasToString("(None, 224, 200, 3)");
    assertThat(Shape.of(5)).hasToString("(5,)");
    assertThat(Shape.scalar()).hasToString("()");
  }

  @Test
  void axesCountFromEitherEnd() {
    assertThat(IMAGES.size(1)).isEqualTo(224);
    assertThat(IMAGES.size(-1)).isEqualTo(3);
    assertThat(IMAGES.normalizeAxis(-4)).isZero();
    assertRefused(
        () -> IMAGES.size(4),
        "Axis 4 does not exist in the shape (None, 224, 200, 3). It has 4 axes. [ESP-101]");
    assertRefused(() -> IMAGES.size(-5), null);
  }

  @Test
  void batchIsTheFirstAxis() {
    assertThat(IMAGES.withoutBatch()).isEqualTo(Shape.of(224, 200, 3));
    assertThat(IMAGES.withoutBatch().batched()).isEqualTo(IMAGES);
    assertThat(Shape.of(2).withBatch(8)).isEqualTo(Shape.of(8, 2));
    assertThat(IMAGES.isStatic()).isFalse();
    assertRefused(() -> Shape.scalar().withoutBatch(), null);
  }

  @Test
  void elementsAreCountedWhenAllSizesAreKnown() {
    assertThat(Shape.of(2, 3, 4).elementCount()).isEqualTo(24);
    assertThat(Shape.scalar().elementCount()).isEqualTo(1);
    assertThat(Shape.of(0, 3).elementCount()).isZero();
    assertThat(Shape.of(100_000, 100_000).elementCount()).isEqualTo(10_000_000_000L);
    int huge = Integer.MAX_VALUE;
    assertThat(Shape.of(huge, huge, 0).elementCount()).isZero();
    assertThatThrownBy(() -> Shape.of(huge, huge, 3).elementCount())
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("has too many elements to count");
    assertRefused(
        IMAGES::elementCount,
        "The number of elements of (None, 224, 200, 3) is not known. Give the batch size first,"
            + " with withBatch. [ESP-101]");
  }

  @Test
  void sizesBelowTheUnknownAreRefused() {
    assertThatThrownBy(() -> Shape.of(2, -2))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageStartingWith("A shape cannot have the size -2 in [2, -2].");
  }

  @Test
  void shapesAreValues() {
    int[] sizes = {2, 3};
    Shape shape = Shape.of(sizes);
    sizes[0] = 9;
    shape.toArray()[0] = 9;
    assertThat(shape).isEqualTo(Shape.of(List.of(2, 3))).hasSameHashCodeAs(Shape.of(2, 3));
    assertThat(shape.with(0, 7)).isEqualTo(Shape.of(7, 3)).isNotEqualTo(shape);
    assertThat(shape.sizes()).containsExactly(2, 3);
    assertThatThrownBy(() -> shape.sizes().set(0, 1))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.SHAPE_MISMATCH);
              if (message != null) {
                assertThat(e).hasMessage(message);
              }
            });
  }
}

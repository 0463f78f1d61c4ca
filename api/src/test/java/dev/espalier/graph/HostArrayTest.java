package dev.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostArrayTest {
  private static final HostArray FLOATS = HostArray.wrap(Shape.of(2, 2), 1, 2, 3, 4.5f);

  @Test
  void elementsStandInRowMajorOrder() {
    assertThat(FLOATS.at(3)).isEqualTo(4.5);
    assertThat(FLOATS.rows(1, 2)).isEqualTo(HostArray.wrap(Shape.of(1, 2), 3, 4.5f));
    assertThat(FLOATS.reshape(Shape.of(4)).shape()).isEqualTo(Shape.of(4));
    assertThat(FLOATS).hasToString("HostArray float32(2, 2)");
  }

  @Test
  void rowsThatAreNotThereAreRefused() {
    for (int[] range : new int[][] {{1, 3}, {-1, 1}, {2, 1}, {0, Integer.MAX_VALUE}}) {
      assertThatThrownBy(() -> FLOATS.rows(range[0], range[1]))
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
          .hasMessageStartingWith(
              "An array of shape (2, 2) has no rows from " + range[0] + " to " + range[1] + ".");
    }
  }

  @Test
  void rowsOfEveryTypeAreCopies() {
    assertThat(HostArray.wrapInts(Shape.of(3), 1, 2, 3).rows(0, 2))
        .isEqualTo(HostArray.wrapInts(Shape.of(2), 1, 2));
    assertThat(HostArray.wrapBytes(Shape.of(2, 1), (byte) 1, (byte) 2).rows(1, 2).at(0))
        .isEqualTo(2);
    assertThat(FLOATS.rows(1, 1).elementCount()).isZero();
  }

  @Test
  void bytesCountFromZeroTo255() {
    HostArray bytes = HostArray.wrapBytes(Shape.of(2), (byte) 200, (byte) -1);
    assertThat(bytes.at(0)).isEqualTo(200);
    assertThat(bytes.at(1)).isEqualTo(255);
    assertThat(HostArray.filled(new TensorType(DataType.UINT8, Shape.of(1)), 200).at(0))
        .isEqualTo(200);
  }

  @Test
  void filledArraysRoundToTheirType() {
    assertThat(HostArray.filled(TensorType.float32(2), .5).toFloats()).containsExactly(.5f, .5f);
    assertThat(HostArray.filled(new TensorType(DataType.INT32, Shape.of(1)), 2.7).toInts())
        .containsExactly(3);
    assertThat(HostArray.filled(new TensorType(DataType.BOOL, Shape.of(1)), 1))
        .isEqualTo(HostArray.wrapBooleans(Shape.of(1), (byte) 1));
  }

  @Test
  void shapeMustHoldAllElements() {
    assertThatThrownBy(() -> HostArray.wrap(Shape.of(3), 1, 2))
        .isInstanceOf(EspalierException.class)
        .hasMessage("2 elements do not fill the shape (3,). It takes 3. [ESP-101]");
    assertThatThrownBy(() -> FLOATS.reshape(Shape.of(3))).isInstanceOf(EspalierException.class);
  }

  @Test
  void accessorsAreOfOneType() {
    assertThatThrownBy(FLOATS::ints)
        .isInstanceOf(EspalierException.class)
        .hasMessage("The array holds FLOAT32, not INT32. Use the accessor for FLOAT32. [ESP-101]");
    assertThatThrownBy(FLOATS::bytes).isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> HostArray.scalar(1).toFloats()).isInstanceOf(EspalierException.class);
  }

  @Test
  void viewsAndCopiesLeaveTheArrayAlone() {
    FLOATS.toFloats()[0] = 9;
    assertThat(FLOATS.at(0)).isEqualTo(1);
    assertThatThrownBy(() -> FLOATS.floats().put(0, 9)).isInstanceOf(ReadOnlyBufferException.class);
    assertThat(HostArray.wrapInts(Shape.of(1), 4).ints().get(0)).isEqualTo(4);
    assertThat(HostArray.wrapBooleans(Shape.of(1), (byte) 1).bytes().get(0)).isEqualTo((byte) 1);
  }

  @Test
  void singleNumbersAreTakenOut() {
    assertThat(HostArray.scalar(2.5f).item()).isEqualTo(2.5);
    assertThat(HostArray.scalar(3).item()).isEqualTo(3);
    assertThatThrownBy(FLOATS::item)
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("An array of shape (2, 2) is not a scalar.");
  }

  @Test
  void equalityIsOfTypeAndBits() {
    assertThat(FLOATS)
        .isEqualTo(HostArray.wrap(Shape.of(2, 2), 1, 2, 3, 4.5f))
        .hasSameHashCodeAs(HostArray.wrap(Shape.of(2, 2), 1, 2, 3, 4.5f))
        .isNotEqualTo(HostArray.wrap(Shape.of(4), 1, 2, 3, 4.5f))
        .isNotEqualTo(HostArray.wrap(Shape.of(2, 2), 1, 2, 3, 4));
    assertThat(HostArray.scalar(Float.NaN)).isEqualTo(HostArray.scalar(Float.NaN));
    assertThat(HostArray.scalar(0f)).isNotEqualTo(HostArray.scalar(-0f));
    assertThat(HostArray.scalar(1)).isNotEqualTo(HostArray.scalar(1f));
  }

  @Test
  void aViewIsEqualToTheArrayOfItsElements() {
    float[] values = {0, -0f, Float.NaN, 1.5f, 2, 3};
    ByteBuffer bytes = ByteBuffer.allocateDirect(32).order(ByteOrder.LITTLE_ENDIAN).position(8);
    bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    HostArray view = HostArray.view(Shape.of(2, 3), bytes.asFloatBuffer());
    HostArray array = HostArray.wrap(Shape.of(2, 3), values);
    assertThat(view).isEqualTo(array).hasSameHashCodeAs(array).hasToString(array.toString());
    assertThat(array).isEqualTo(view);
    assertThat(view.toFloats()).containsExactly(values);
    assertThat(view.at(3)).isEqualTo(1.5);
    assertThat(view.rows(1, 2)).isEqualTo(array.rows(1, 2));
    assertThat(view.reshape(Shape.of(6))).isEqualTo(array.reshape(Shape.of(6)));
    assertThat(view.floats().get(4)).isEqualTo(2);
    assertThat(view.floats().isReadOnly()).isTrue();
  }

  @Test
  void aViewTellsZeroFromMinusZero() {
    HostArray zero = HostArray.view(Shape.of(1), FloatBuffer.wrap(new float[] {0}));
    HostArray minusZero = HostArray.view(Shape.of(1), FloatBuffer.wrap(new float[] {-0f}));
    assertThat(zero).isNotEqualTo(minusZero).isEqualTo(HostArray.wrap(Shape.of(1), 0));
  }

  @Test
  void aViewIsOfTheRemainingElements() {
    FloatBuffer values = FloatBuffer.wrap(new float[] {1, 2, 3, 4}).position(1).limit(3);
    HostArray view = HostArray.view(Shape.of(2), values);
    values.position(3);
    assertThat(view.toFloats()).containsExactly(2, 3);
    assertThat(view.floats().remaining()).isEqualTo(2);
    assertThatThrownBy(() -> HostArray.view(Shape.of(2), FloatBuffer.allocate(3)))
        .hasMessageContaining("3 elements do not fill the shape (2,)");
  }

  @Test
  void elementsAreCopiedFromWhereTheyAreStored() {
    FloatBuffer elements = FloatBuffer.wrap(new float[] {1, 2, 3, 4, 5});
    HostArray stored = HostArray.stored(Shape.of(5), elements::asReadOnlyBuffer);
    for (HostArray array : List.of(stored, HostArray.wrap(Shape.of(5), 1, 2, 3, 4, 5))) {
      float[] copy = new float[4];
      FloatBuffer target = FloatBuffer.wrap(copy, 1, 3);
      array.copyTo(target, 2);
      assertThat(copy).containsExactly(0, 3, 4, 5);
      assertThat(target.hasRemaining()).isFalse();
      assertThatThrownBy(() -> array.copyTo(FloatBuffer.allocate(3), 3))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(array.rows(1, 3).toFloats()).containsExactly(2, 3);
    }
    assertThat(stored.floats().isReadOnly()).isTrue();
    assertThat(stored.at(4)).isEqualTo(5);
  }
}

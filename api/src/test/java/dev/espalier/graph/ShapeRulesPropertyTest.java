package dev.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.EspalierException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Shape rules against the arithmetic they stand for. */
class ShapeRulesPropertyTest {
  private final Ops ops = new Ops();

  private Tensor floats(int... sizes) {
    TensorType type = TensorType.float32(sizes);
    return ops.input(type.toString(), type);
  }

  @Property(tries = 300)
  void validWindowsAreAllThatFit(
      @ForAll @IntRange(min = 1, max = 40) int size,
      @ForAll @IntRange(min = 1, max = 7) int window,
      @ForAll @IntRange(min = 1, max = 4) int stride) {
    int positions = 0;
    for (int start = 0; start + window <= size; start += stride) {
      positions++;
    }
    Assume.that(positions > 0);
    assertThat(Padding.VALID.outputSize(size, window, stride)).isEqualTo(positions);
    assertThat(Padding.VALID.before(size, window, stride)).isZero();
    assertThat(Padding.VALID.after(size, window, stride)).isZero();
  }

  @Property(tries = 300)
  void samePaddingIsJustEnoughForOneWindowAtEachStride(
      @ForAll @IntRange(min = 1, max = 40) int size,
      @ForAll @IntRange(min = 1, max = 7) int window,
      @ForAll @IntRange(min = 1, max = 4) int stride) {
    int before = Padding.SAME.before(size, window, stride);
    int after = Padding.SAME.after(size, window, stride);
    int positions = Padding.SAME.outputSize(size, window, stride);
    assertThat(positions).isEqualTo((int) Math.ceil((double) size / stride));
    assertThat(after - before).isBetween(0, 1);
    if (before + after > 0) {
      // With the padding, VALID gives the same number of positions and wastes nothing.
      assertThat((positions - 1) * stride + window).isEqualTo(size + before + after);
    }
  }

  @Property(tries = 200)
  void convolutionAndPoolAgreeOnSpatialSizes(
      @ForAll @IntRange(min = 1, max = 30) int height,
      @ForAll @IntRange(min = 1, max = 30) int width,
      @ForAll @IntRange(min = 1, max = 5) int window,
      @ForAll @IntRange(min = 1, max = 3) int stride,
      @ForAll Padding padding) {
    Tensor x = floats(-1, height, width, 2);
    Tensor kernel = floats(window, window, 2, 4);
    Size2d strides = Size2d.square(stride);
    Size2d one = Size2d.square(1);
    if (padding == Padding.VALID && (height < window || width < window)) {
      assertThatThrownBy(() -> ops.conv2d(x, kernel, strides, padding, one))
          .isInstanceOf(EspalierException.class);
      return;
    }
    Shape conv = ops.conv2d(x, kernel, strides, padding, one).shape();
    Shape pool = ops.maxPool2d(x, Size2d.square(window), strides, padding).shape();
    Shape depthwise =
        ops.depthwiseConv2d(x, floats(window, window, 2, 1), strides, padding).shape();
    assertThat(conv)
        .isEqualTo(
            Shape.of(
                -1,
                padding.outputSize(height, window, stride),
                padding.outputSize(width, window, stride),
                4));
    assertThat(pool).isEqualTo(conv.with(3, 2)).isEqualTo(depthwise);
  }

  @Property(tries = 200)
  void explicitPaddingAndValidEqualSame(
      @ForAll @IntRange(min = 1, max = 30) int size,
      @ForAll @IntRange(min = 1, max = 5) int window,
      @ForAll @IntRange(min = 1, max = 3) int stride) {
    int before = Padding.SAME.before(size, window, stride);
    int after = Padding.SAME.after(size, window, stride);
    Assume.that(before + after > 0);
    Tensor x = floats(-1, size, size, 1);
    Tensor padded = ops.pad2d(x, before, after, before, after);
    Tensor kernel = floats(window, window, 1, 1);
    Size2d strides = Size2d.square(stride);
    Size2d one = Size2d.square(1);
    assertThat(ops.conv2d(padded, kernel, strides, Padding.VALID, one).shape())
        .isEqualTo(ops.conv2d(x, kernel, strides, Padding.SAME, one).shape());
  }

  @Property(tries = 300)
  void aConvolutionOfATransposedConvolutionHasAsManyPositionsAsItsInput(
      @ForAll @IntRange(min = 1, max = 12) int size,
      @ForAll @IntRange(min = 1, max = 6) int window,
      @ForAll @IntRange(min = 1, max = 4) int stride,
      @ForAll Padding padding) {
    Size2d strides = Size2d.square(stride);
    Tensor large =
        ops.conv2dTranspose(
            floats(-1, size, size, 2), floats(window, window, 3, 2), strides, padding);
    Shape small =
        ops.conv2d(large, floats(window, window, 3, 2), strides, padding, Size2d.square(1)).shape();
    assertThat(small).isEqualTo(Shape.of(-1, size, size, 2));
  }

  @Property(tries = 200)
  void dilationWidensTheWindow(
      @ForAll @IntRange(min = 12, max = 30) int size,
      @ForAll @IntRange(min = 1, max = 4) int window,
      @ForAll @IntRange(min = 1, max = 3) int dilation) {
    Size2d one = Size2d.square(1);
    Shape shape =
        ops.conv2d(
                floats(-1, size, size, 1),
                floats(window, window, 1, 1),
                one,
                Padding.VALID,
                Size2d.square(dilation))
            .shape();
    assertThat(shape.size(1)).isEqualTo(size - (window - 1) * dilation);
  }

  @Property(tries = 200)
  void reshapeToOneOpenSizeKeepsTheElements(
      @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 1, max = 6) Integer> sizes,
      @ForAll @IntRange(min = 1, max = 6) int first) {
    Shape source = Shape.of(sizes);
    Tensor x = floats(source.toArray());
    if (source.elementCount() % first == 0) {
      Shape target = ops.reshape(x, Shape.of(first, -1)).shape();
      assertThat(target.elementCount()).isEqualTo(source.elementCount());
      assertThat(ops.reshape(ops.reshape(x, target), source).shape()).isEqualTo(source);
    } else {
      assertThatThrownBy(() -> ops.reshape(x, Shape.of(first, -1)))
          .isInstanceOf(EspalierException.class);
    }
  }

  @Property(tries = 200)
  void reshapeOfABatchKeepsWholeSamples(
      @ForAll @Size(min = 1, max = 3) List<@IntRange(min = 1, max = 6) Integer> sizes) {
    Shape sample = Shape.of(sizes);
    Tensor x = floats(sample.batched().toArray());
    int elements = Math.toIntExact(sample.elementCount());
    Tensor flat = ops.reshape(x, Shape.of(-1, elements));
    assertThat(flat.shape()).isEqualTo(Shape.of(-1, elements));
    assertThat(ops.reshape(flat, sample.batched()).shape()).isEqualTo(sample.batched());
    assertThatThrownBy(() -> ops.reshape(x, Shape.of(-1, elements + 1)))
        .isInstanceOf(EspalierException.class);
  }

  @Provide
  Arbitrary<int[]> broadcastable() {
    return Arbitraries.integers()
        .between(1, 5)
        .list()
        .ofMinSize(0)
        .ofMaxSize(4)
        .map(list -> list.stream().mapToInt(Integer::intValue).toArray());
  }

  @Property(tries = 300)
  void broadcastIsTheLargerOfEachAxisInEitherOrder(
      @ForAll("broadcastable") int[] whole, @ForAll @IntRange(min = 0, max = 15) int ones) {
    // A part of a shape in which some axes are 1 always fits the whole.
    int[] part = Arrays.copyOfRange(whole, Math.min(ones % 3, whole.length), whole.length);
    for (int i = 0; i < part.length; i++) {
      part[i] = (ones >> i & 1) == 1 ? 1 : part[i];
    }
    Shape expected = Shape.of(whole);
    assertThat(ops.add(floats(whole), floats(part)).shape()).isEqualTo(expected);
    assertThat(ops.add(floats(part), floats(whole)).shape()).isEqualTo(expected);
  }

  @Property(tries = 100)
  void broadcastOfDifferentSizesIsRefused(
      @ForAll @IntRange(min = 2, max = 9) int left, @ForAll @IntRange(min = 2, max = 9) int right) {
    Assume.that(left != right);
    assertThatThrownBy(() -> ops.add(floats(3, left), floats(right)))
        .isInstanceOf(EspalierException.class);
  }
}

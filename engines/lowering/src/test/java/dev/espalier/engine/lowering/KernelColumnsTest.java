package dev.espalier.engine.lowering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import org.junit.jupiter.api.Test;

class KernelColumnsTest {
  private static Window window(int width, int size, int stride, Padding padding) {
    return new Window(
        Shape.of(-1, 8, width, 3),
        Size2d.square(size),
        Size2d.square(stride),
        Size2d.square(1),
        padding);
  }

  @Test
  void aKernelOfThreeColumnsStaysWhole() {
    assertThat(KernelColumns.of(window(8, 3, 1, Padding.SAME)))
        .containsExactly(new KernelColumns(0, 3, 10));
  }

  @Test
  void aWideKernelIsDividedIntoPartsThatMeetTheColumnsOfThePaddedImage() {
    assertThat(KernelColumns.of(window(8, 7, 1, Padding.SAME)))
        .containsExactly(
            new KernelColumns(0, 3, 10), new KernelColumns(3, 3, 10), new KernelColumns(6, 1, 8));
  }

  @Test
  void aStrideLeavesOutWhatNoPositionMeets() {
    assertThat(KernelColumns.of(window(8, 5, 2, Padding.VALID)))
        .containsExactly(new KernelColumns(0, 3, 5), new KernelColumns(3, 2, 4));
  }
}

package dev.espalier.engine.lowering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowTest {
  private static Window window(int height, int width, int size, int stride, Padding padding) {
    return new Window(
        Shape.of(-1, height, width, 3),
        Size2d.square(size),
        Size2d.square(stride),
        Size2d.square(1),
        padding);
  }

  @Test
  void oddPaddingGoesToTheBottomAndRight() {
    Window window = window(6, 7, 3, 2, Padding.SAME);
    assertThat(List.of(window.top(), window.bottom(), window.left(), window.right()))
        .containsExactly(0, 1, 1, 1);
    assertThat(window.isSymmetric()).isFalse();
    assertThat(window.symmetric()).containsExactly(0, 0);
  }

  @Test
  void evenPaddingIsLeftToTheOperator() {
    assertThat(window(7, 5, 3, 2, Padding.SAME).symmetric()).containsExactly(1, 1);
    assertThat(window(7, 5, 3, 2, Padding.VALID).symmetric()).containsExactly(0, 0);
  }

  @Test
  void aTransposedConvolutionAddsWhatItsStrideLeavesUncovered() {
    Shape input = Shape.of(-1, 3, 3, 3);
    Shape kernel = Shape.of(3, 2, 4, 3);
    Size2d strides = new Size2d(2, 3);
    Window same = Window.ofTranspose(Shape.of(-1, 6, 9, 4), kernel, strides, Padding.SAME);
    assertThat(List.of(same.top(), same.bottom(), same.left(), same.right()))
        .containsExactly(0, 1, 0, 0);
    assertThat(same.outputPadding(input)).containsExactly(0, 1);
    Window valid = Window.ofTranspose(Shape.of(-1, 7, 9, 4), kernel, strides, Padding.VALID);
    assertThat(valid.outputPadding(input)).containsExactly(0, 1);
  }

  @Test
  void paddingDoesNotCount() {
    Window window = window(3, 3, 3, 1, Padding.SAME);
    assertThat(window.reciprocalCounts().toFloats())
        .containsExactly(1 / 4f, 1 / 6f, 1 / 4f, 1 / 6f, 1 / 9f, 1 / 6f, 1 / 4f, 1 / 6f, 1 / 4f);
  }
}

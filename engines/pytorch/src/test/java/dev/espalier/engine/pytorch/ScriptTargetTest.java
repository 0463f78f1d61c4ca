package dev.espalier.engine.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScriptTargetTest {
  private final Ops ops = new Ops();
  private final Tensor images = images("images");
  private final Tensor factor = ops.input("factor", TensorType.float32(Shape.UNKNOWN, 1, 1, 4));
  private final Tensor kernel = ops.input("kernel", TensorType.float32(1, 1, 4, 6));

  private Tensor images(String name) {
    return ops.input(name, TensorType.float32(Shape.UNKNOWN, 8, 8, 4));
  }

  /**
   * Returns the lines of the script of a convolution, and of its gradients, that name an operator.
   */
  private List<String> lines(Tensor image, List<Tensor> wanted, Tensor... further) {
    return source(convolution(image), wanted, further)
        .lines()
        .filter(line -> line.contains("torch."))
        .map(line -> line.replaceFirst(".*torch\\.(\\w+?)_?\\(.*", "$1"))
        .filter(
            operator -> List.of("silu", "mul", "conv2d", "convolution_backward").contains(operator))
        .toList();
  }

  private Tensor convolution(Tensor image) {
    Size2d one = Size2d.square(1);
    return ops.conv2d(image, kernel, one, Padding.SAME, one, 1);
  }

  /** Returns the script of a loss of {@code y}, and of its gradients. */
  private String source(Tensor y, List<Tensor> wanted, Tensor... further) {
    Tensor loss = ops.sum(ops.unary(Op.UnaryFunction.TANH, y), 0, 1, 2, 3);
    List<Program.Output> outputs = new ArrayList<>();
    for (Tensor gradient : ops.gradients(loss, wanted)) {
      outputs.add(new Program.Output("y" + outputs.size(), gradient));
    }
    for (Tensor tensor : further) {
      outputs.add(new Program.Output("y" + outputs.size(), tensor));
    }
    Program program = new Program("step", ops.toGraph(), outputs, List.of());
    return new ScriptTarget(program, true).write().script().source();
  }

  /** Returns the lines after a convolution that use the result of the first call of an operator. */
  private static List<String> usesAfterConvolution(String source, String operator) {
    List<String> uses = uses(source, operator);
    List<String> before = source.substring(0, source.indexOf("torch.conv2d")).lines().toList();
    return uses.stream()
        .filter(line -> !before.contains(line) && !line.contains("torch.conv2d"))
        .toList();
  }

  /**
   * Returns the lines that make or use the result of the first call of an operator, or the same
   * elements with other axes.
   */
  private static List<String> uses(String source, String operator) {
    List<String> lines = source.substring(source.indexOf("def forward")).lines().toList();
    String made =
        lines.stream().filter(line -> line.contains("torch." + operator)).findFirst().orElseThrow();
    String value = made.strip().split(" ")[0];
    List<String> uses = new ArrayList<>();
    for (String line : lines) {
      if (line.matches(".*\\b(" + value + ")\\b.*")) {
        uses.add(line);
        value += line.contains("torch.permute") ? "|" + line.strip().split(" ")[0] : "";
      }
    }
    return uses;
  }

  /** Returns squeeze-and-excitation of swish of images. */
  private Tensor squeezedAndExcited(Tensor swish) {
    Tensor mean = ops.reshape(ops.mean(swish, 1, 2), Shape.of(Shape.UNKNOWN, 1, 1, 4));
    return ops.multiply(swish, ops.multiply(mean, factor));
  }

  @Test
  void theProductOfSqueezeAndExcitationIsComputedAgainInsteadOfKept() {
    assertThat(lines(ops.multiply(images, factor), List.of(kernel)))
        .containsExactly("mul", "conv2d", "mul", "convolution_backward");
  }

  @Test
  void aProductThatIsKeptAnywayIsNotComputedAgain() {
    Tensor product = ops.multiply(images, factor);
    assertThat(lines(product, List.of(kernel), product))
        .containsExactly("mul", "conv2d", "convolution_backward");
  }

  @Test
  void otherProductsAreNotComputedAgain() {
    assertThat(lines(ops.multiply(images, images("mask")), List.of(kernel)))
        .containsExactly("mul", "conv2d", "convolution_backward");
  }

  @Test
  void withoutTheGradientOfTheKernelNothingIsComputedAgain() {
    assertThat(lines(ops.multiply(images, factor), List.of(images)))
        .containsExactly("mul", "conv2d", "convolution_backward", "mul");
  }

  @Test
  void swishBeforeSqueezeAndExcitationIsComputedAgainInsteadOfKept() {
    Tensor swish = ops.unary(Op.UnaryFunction.SWISH, images);
    String source = source(convolution(squeezedAndExcited(swish)), List.of(kernel, images));
    assertThat(usesAfterConvolution(source, "silu")).isEmpty();
    // Once for the gradients of both the convolution and the product.
    assertThat(source.split("torch\\.silu_?\\(", -1)).hasSize(3);
  }

  @Test
  void swishThatIsKeptAnywayIsNotComputedAgain() {
    Tensor swish = ops.unary(Op.UnaryFunction.SWISH, images);
    assertThat(lines(squeezedAndExcited(swish), List.of(kernel, images), swish))
        .containsOnlyOnce("silu");
  }

  @Test
  void swishOfFrozenLayersIsNotComputedAgain() {
    Tensor swish = ops.unary(Op.UnaryFunction.SWISH, images);
    assertThat(lines(squeezedAndExcited(swish), List.of(kernel))).containsOnlyOnce("silu");
  }

  @Test
  void otherFunctionsAreNotComputedAgain() {
    Tensor sigmoid = ops.unary(Op.UnaryFunction.SIGMOID, images);
    String source = source(convolution(squeezedAndExcited(sigmoid)), List.of(kernel, images));
    assertThat(source).containsOnlyOnce("torch.sigmoid(");
  }

  @Test
  void theGradientOfAMeanDoesNotKeepItsImages() {
    Tensor product = ops.multiply(images, factor);
    String source = source(ops.reduce(Op.Reduction.MEAN, product, true, 1, 2), List.of(factor));
    // The line that computes the product, and the mean.
    assertThat(uses(source, "mul")).hasSize(2);
  }

  @Test
  void theCopyWithPaddingIsMadeAgainForAKernelInParts() {
    Tensor wide = ops.input("wide", TensorType.float32(5, 5, 4, 1));
    Tensor swish = ops.unary(Op.UnaryFunction.SWISH, images);
    Tensor y = ops.depthwiseConv2d(swish, wide, Size2d.square(2), Padding.SAME);
    String source = source(y, List.of(wide, images));
    assertThat(usesAfterConvolution(source, "constant_pad_nd")).isEmpty();
  }
}

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
    Size2d one = Size2d.square(1);
    Tensor y = ops.conv2d(image, kernel, one, Padding.SAME, one, 1);
    Tensor loss = ops.sum(ops.unary(Op.UnaryFunction.TANH, y), 0, 1, 2, 3);
    List<Program.Output> outputs = new ArrayList<>();
    for (Tensor gradient : ops.gradients(loss, wanted)) {
      outputs.add(new Program.Output("y" + outputs.size(), gradient));
    }
    for (Tensor tensor : further) {
      outputs.add(new Program.Output("y" + outputs.size(), tensor));
    }
    Program program = new Program("step", ops.toGraph(), outputs, List.of());
    return new ScriptTarget(program, true)
        .write()
        .script()
        .source()
        .lines()
        .filter(line -> line.contains("torch."))
        .map(line -> line.replaceFirst(".*torch\\.(\\w+?)_?\\(.*", "$1"))
        .filter(operator -> List.of("mul", "conv2d", "convolution_backward").contains(operator))
        .toList();
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
}

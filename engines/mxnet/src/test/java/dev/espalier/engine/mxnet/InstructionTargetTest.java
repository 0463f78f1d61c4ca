package dev.espalier.engine.mxnet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.mxnet.Instruction.Invoke;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.initializer.Zeros;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InstructionTargetTest {
  private final Ops ops = new Ops();

  private static Variable variable(String name, int... sizes) {
    return new Variable(name, TensorType.float32(sizes), Variable.Role.WEIGHT, true, new Zeros());
  }

  private List<String> operators(List<Tensor> outputs, Program.Update... updates) {
    List<Program.Output> named = new ArrayList<>();
    outputs.forEach(output -> named.add(new Program.Output("y" + named.size(), output)));
    Program program = new Program("p", ops.toGraph(), named, List.of(updates));
    return new InstructionTarget(program)
        .write().schedule().steps().stream()
            .map(Schedule.Step::instruction)
            .filter(Invoke.class::isInstance)
            .map(Instruction::operator)
            .toList();
  }

  @Test
  void valuesThatAreComputedForOneVariableAreNotCopied() {
    Variable a = variable("a", 2);
    Tensor sum = ops.add(ops.read(a), ops.input("x", TensorType.float32(2)));
    assertThat(operators(List.of(), new Program.Update(a, sum))).containsExactly("_npi_add");
  }

  @Test
  void valuesThatBelongToOthersAreCopied() {
    Variable a = variable("a", 2);
    Variable b = variable("b", 2);
    Variable c = variable("c", 2);
    Tensor x = ops.input("x", TensorType.float32(2));
    Tensor sum = ops.add(ops.read(a), x);
    assertThat(operators(List.of(), new Program.Update(b, ops.read(a)), new Program.Update(c, x)))
        .containsExactly("_np_copy", "_np_copy");
    assertThat(operators(List.of(sum), new Program.Update(a, sum)))
        .containsExactly("_npi_add", "_np_copy");
    assertThat(operators(List.of(), new Program.Update(a, sum), new Program.Update(b, sum)))
        .containsExactly("_npi_add", "_np_copy");
  }

  /** All other operators of a normalization are of vectors. */
  @Test
  void imagesAreNormalizedInTrainingByOneOperator() {
    Tensor x = ops.input("x", TensorType.float32(-1, 4, 4, 3));
    Tensor vector = ops.read(variable("gamma", 3));
    List<Tensor> norm = ops.batchNormTraining(x, vector, vector, 1e-3f);
    Tensor loss = ops.mean(norm.get(0), 0, 1, 2, 3);
    List<Tensor> outputs = new ArrayList<>(norm);
    outputs.addAll(ops.gradients(loss, List.of(x, vector)));
    assertThat(operators(outputs)).containsOnlyOnce("BatchNorm").doesNotContain("_npi_subtract");
  }
}

package dev.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.ReferenceInterpreter;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.initializer.Initializers;
import dev.espalier.random.RandomKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Expected numbers were computed by Keras: one weight from 1.0, gradients .5, .25, -.1, 0, .3. */
class SgdTest {
  private static final double[] GRADIENTS = {.5, .25, -.1, 0, .3};

  @Test
  void plain() {
    assertSequence(Sgd.of(.005), .9975, .99625, .99675, .99675, .99525);
  }

  @Test
  void momentum() {
    assertSequence(Sgd.of(.2).momentum(.1), .9, .84, .854, .8554, .79554);
  }

  @Test
  void nesterov() {
    assertSequence(Sgd.of(.2).momentum(.1).nesterov(), .89, .834, .8554, .85554, .789554);
    assertSequence(Sgd.of(.2).momentum(.9).nesterov(), .81, .634, .5586, .47274, .281466);
  }

  @Test
  void nesterovWithoutMomentumIsPlain() {
    assertSequence(Sgd.of(.005).nesterov(), .9975, .99625, .99675, .99675, .99525);
    assertThat(new Step(Sgd.of(.005).nesterov()).slots).isEmpty();
  }

  @Test
  void weightDecay() {
    assertSequence(Sgd.of(.2).weightDecay(.01), .898, .846204, .8645116, .8627826, .801057);
    assertSequence(
        Sgd.of(.2).momentum(.1).nesterov().weightDecay(.01),
        .888,
        .830224,
        .8499636,
        .8484037,
        .7807209);
  }

  @Test
  void learningRateIsPartOfTheVelocity() {
    Step step = new Step(Sgd.of(1).momentum(.5));
    step.run(1, 1);
    // The rate falls to a tenth; the velocity of the first step keeps its own rate.
    assertThat(step.run(1, .1)).isCloseTo(1 - 1 - .5 - .1, within(1e-6));
  }

  @Test
  void constantLearningRateMayBeAWholeNumber() {
    assertThat(Sgd.of(1).learningRate()).isEqualTo(new ConstantLearningRate(1.0));
  }

  @Test
  void learningRateMayFollowASchedule() {
    LearningRateSchedule halving = step -> Math.pow(.5, (double) step);
    assertThat(Sgd.of(halving).momentum(.9).learningRate().at(2)).isEqualTo(.25);
  }

  @Test
  void settingsAreChecked() {
    assertRefused(() -> Sgd.of(.1).momentum(1.1), "The momentum of SGD cannot be 1.1.");
    assertRefused(() -> Sgd.of(.1).momentum(-.1), "The momentum of SGD cannot be -0.1.");
    assertRefused(() -> Sgd.of(.1).momentum(Double.NaN), "The momentum of SGD cannot be NaN.");
    assertRefused(() -> Sgd.of(.1).weightDecay(-1), "The weight decay of SGD cannot be -1.0.");
    assertRefused(() -> Sgd.of(-1), "The learning rate -1.0 is not usable.");
    assertRefused(() -> Sgd.of(Double.NaN), "The learning rate NaN is not usable.");
    assertThat(Sgd.of(0).momentum(1).name()).isEqualTo("sgd");
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String start) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
        .hasMessageStartingWith(start);
  }

  private static void assertSequence(Sgd optimizer, double... expected) {
    Step step = new Step(optimizer);
    for (int i = 0; i < GRADIENTS.length; i++) {
      double weight = step.run(GRADIENTS[i], optimizer.learningRate().at(i));
      assertThat(weight).as("step %d", i).isCloseTo(expected[i], within(1e-6));
    }
  }

  /** The optimizer's arithmetic for one weight, run step by step. */
  private static final class Step implements Optimizer.Update {
    private final Ops ops = new Ops();
    private final Variable weight =
        new Variable(
            "w",
            new TensorType(DataType.FLOAT32, Shape.of(1)),
            Variable.Role.WEIGHT,
            true,
            Initializers.ones());
    private final List<Program.Update> updates = new ArrayList<>();
    private final Map<String, Variable> slots = new HashMap<>();
    private final Map<String, HostArray> values = new HashMap<>();
    private final Program program;

    Step(Optimizer optimizer) {
      Tensor gradient = ops.input("gradient", weight.type());
      optimizer.update(this, ops.read(weight), gradient);
      program = new Program("step", ops.toGraph(), List.of(), updates);
      for (Variable variable : program.variables()) {
        values.put(
            variable.name(),
            variable
                .initializer()
                .create(DataType.FLOAT32, variable.shape(), RandomKey.ofSeed(0).stream()));
      }
    }

    double run(double gradient, double learningRate) {
      Map<String, HostArray> feeds =
          Map.of(
              "gradient", HostArray.wrap(Shape.of(1), (float) gradient),
              "rate", HostArray.scalar((float) learningRate));
      values.putAll(ReferenceInterpreter.run(program, feeds, values).updates());
      return values.get("w").item();
    }

    @Override
    public Ops ops() {
      return ops;
    }

    @Override
    public Variable variable() {
      return weight;
    }

    @Override
    public Tensor learningRate() {
      return ops.input("rate", TensorType.float32());
    }

    @Override
    public Tensor slot(String name, TensorType type, Initializer initializer) {
      Variable slot = new Variable("w/" + name, type, Variable.Role.SLOT, false, initializer);
      slots.put(name, slot);
      return ops.read(slot);
    }

    @Override
    public void assignSlot(String name, Tensor value) {
      updates.add(new Program.Update(slots.get(name), value));
    }

    @Override
    public void assign(Tensor value) {
      updates.add(new Program.Update(weight, value));
    }
  }
}

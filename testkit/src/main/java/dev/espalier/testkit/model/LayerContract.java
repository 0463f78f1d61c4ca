package dev.espalier.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.EngineProvider;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.layer.Concatenate;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Phase;
import dev.espalier.layer.Trace;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.random.RandomKey;
import dev.espalier.testkit.engine.UsableEngines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of {@link Layer}, tested on every engine on the class path of the tests: the
 * inferred shape is that of the output, in training and in inference; gradients agree with finite
 * differences; predictions do not depend on the rest of the batch; and saving and reading a model
 * with the layer preserves it. For a {@link dev.espalier.layer.MultiOutputLayer}, this applies to
 * all outputs together. The test of a layer extends this class.
 */
public abstract class LayerContract implements ModelStorage {
  private static final int BATCH = 2;
  private static final float STEP = 1e-3f;
  private static final int DIRECTIONS = 5;

  /** For subclasses. */
  protected LayerContract() {}

  /** Returns the layer under test; a new one with the same settings in each call. */
  protected abstract Layer layer();

  /** Returns the shapes of its inputs without the batch axis; by default one small image. */
  protected List<Shape> inputShapes() {
    return List.of(Shape.of(6, 6, 4));
  }

  /**
   * Returns the types of its inputs without the batch axis; by default float32 with {@link
   * #inputShapes}. An int32 input is fed indices from 0 to 3.
   */
  protected List<TensorType> inputTypes() {
    return inputShapes().stream().map(shape -> new TensorType(DataType.FLOAT32, shape)).toList();
  }

  /** Returns the maximum relative difference between gradients and finite differences. */
  protected double gradientTolerance() {
    return 0.02;
  }

  /** Returns the maximum difference between outputs that should be equal. */
  protected double outputTolerance() {
    return 1e-4;
  }

  private Model model() {
    List<LayerOutput> inputs =
        inputTypes().stream()
            .map(type -> Input.of(type.dataType(), type.shape().toArray()))
            .toList();
    List<LayerOutput> outputs = layer().outputsOn(inputs.toArray(LayerOutput[]::new));
    return ModelRun.initialized(Model.of(inputs, List.of(joined(outputs))));
  }

  /** Returns the only output, or the concatenated elements of several. */
  private static LayerOutput joined(List<LayerOutput> outputs) {
    return outputs.size() == 1
        ? outputs.get(0)
        : Concatenate.create()
            .on(outputs.stream().map(Flatten.create()::on).toArray(LayerOutput[]::new));
  }

  private static Stream<DynamicTest> onEachEngine(Consumer<EngineProvider> test) {
    return UsableEngines.find().stream()
        .map(engine -> DynamicTest.dynamicTest(engine.name(), () -> test.accept(engine)));
  }

  @TestFactory
  Stream<DynamicTest> inferredShapeIsThatOfTheOutputInTraining() {
    return onEachEngine(engine -> assertShape(engine, Phase.TRAINING));
  }

  @TestFactory
  Stream<DynamicTest> inferredShapeIsThatOfTheOutputInInference() {
    return onEachEngine(engine -> assertShape(engine, Phase.INFERENCE));
  }

  private void assertShape(EngineProvider engine, Phase phase) {
    Model model = model();
    try (ModelRun run = ModelRun.of(engine, model, phase)) {
      for (int size : List.of(1, BATCH, 3)) {
        HostArray output = run.output(ModelRun.batch(model, size, -1, 1));
        Shape expected = model.output().shape().with(0, size);
        assertThat(output.type())
            .as("output of %d samples on %s", size, engine.name())
            .isEqualTo(new TensorType(run.outputType().dataType(), expected));
      }
    }
  }

  @Test
  void theBatchStaysTheFirstAxisAndFree() {
    assertThat(model().output().shape().size(0)).isEqualTo(Shape.UNKNOWN);
  }

  @Test
  void isTracedAlikeEachTime() {
    assertThat(model().summary()).isEqualTo(model().summary());
    assertThat(model().variables()).isEqualTo(model().variables());
  }

  @Test
  void asksForNoRandomNumbersAndMovesNoStatisticsInInference() {
    Trace trace = trace(model(), Phase.INFERENCE);
    assertThat(trace.randomInputs()).isEmpty();
    assertThat(trace.updates()).isEmpty();
  }

  @Test
  void movesNoStatisticsWhileItIsFrozen() {
    assertThat(trace(model().freeze(), Phase.TRAINING).updates()).isEmpty();
  }

  private static Trace trace(Model model, Phase phase) {
    Ops ops = new Ops();
    Trace trace = new Trace(ops, phase);
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < model.inputs().size(); i++) {
      tensors.add(ops.input("x" + i, model.inputs().get(i).type()));
    }
    model.trace(trace, tensors);
    return trace;
  }

  @TestFactory
  Stream<DynamicTest> predictionOfASampleDoesNotDependOnTheOthers() {
    return onEachEngine(
        engine -> {
          Model model = model();
          try (ModelRun run = ModelRun.of(engine, model, Phase.INFERENCE)) {
            List<HostArray> all = ModelRun.batch(model, 3, -1, 1);
            List<HostArray> last = all.stream().map(array -> array.rows(2, 3)).toList();
            assertClose(run.output(last), run.output(all).rows(2, 3), engine.name());
          }
        });
  }

  @Test
  void enginesAgree() {
    Model model = model();
    List<HostArray> inputs = ModelRun.batch(model, BATCH, -1, 1);
    for (Phase phase : Phase.values()) {
      HostArray first = null;
      for (EngineProvider engine : UsableEngines.find()) {
        try (ModelRun run = ModelRun.of(engine, model, phase)) {
          HostArray output = run.output(inputs);
          first = first == null ? output : first;
          assertClose(output, first, engine.name() + " in " + phase);
        }
      }
    }
  }

  private void assertClose(HostArray actual, HostArray expected, String what) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    for (int i = 0; i < actual.elementCount(); i++) {
      assertThat(actual.at(i))
          .as("element %d on %s", i, what)
          .isCloseTo(expected.at(i), within(outputTolerance()));
    }
  }

  @TestFactory
  Stream<DynamicTest> gradientsAreThoseOfFiniteDifferences() {
    return onEachEngine(
        engine -> {
          Model model = model();
          try (ModelRun run = ModelRun.withGradients(engine, model)) {
            new Gradients(run, model).check();
          }
        });
  }

  @Test
  void aModelWithItComesBackFromAFileAsItWas(@TempDir Path folder) {
    Model model = model();
    Model read = saveAndRead(model, folder.resolve("layer.safetensors"));
    ModelRun.assertSame(read, model);
    assertThat(read.nodes().stream().map(LayerOutput::plainLayer).toList())
        .isEqualTo(model.nodes().stream().map(LayerOutput::plainLayer).toList());
  }

  /** Compares slopes along random directions, for each input and each variable. */
  private final class Gradients {
    private final ModelRun run;
    private final Weights weights;
    private final List<HostArray> inputs;
    private final HostArray coefficients;
    private final Map<String, HostArray> gradients;

    Gradients(ModelRun run, Model model) {
      this.run = run;
      weights = model.weights();
      inputs = ModelRun.batch(model, BATCH, -1, 1);
      Shape output = run.outputType().shape().with(0, BATCH);
      coefficients = ModelRun.numbers(output, "coefficients", -1, 1);
      gradients = run.run(inputs, coefficients);
    }

    void check() {
      List<Integer> moving = run.movingInputs();
      for (int i = 0; i < moving.size(); i++) {
        int index = moving.get(i);
        compare(
            "input " + index,
            inputs.get(index),
            i,
            moved -> {
              List<HostArray> changed = new ArrayList<>(inputs);
              changed.set(index, moved);
              return total(changed);
            });
      }
      for (int i = 0; i < run.trained().size(); i++) {
        Variable variable = run.trained().get(i);
        compare(
            variable.name(),
            weights.get(variable.name()),
            moving.size() + i,
            moved -> {
              Map<String, HostArray> changed = new LinkedHashMap<>(weights.asMap());
              changed.put(variable.name(), moved);
              run.write(Weights.of(changed));
              double total = total(inputs);
              run.write(weights);
              return total;
            });
      }
    }

    private double total(List<HostArray> values) {
      HostArray output = Objects.requireNonNull(run.run(values, coefficients).get("y"));
      double total = 0;
      for (int i = 0; i < output.elementCount(); i++) {
        total += output.at(i) * coefficients.at(i);
      }
      return total;
    }

    private void compare(
        String what,
        HostArray at,
        int index,
        java.util.function.ToDoubleFunction<HostArray> function) {
      HostArray gradient = Objects.requireNonNull(gradients.get("gradient" + index));
      assertThat(gradient.shape()).as("shape of the gradient of %s", what).isEqualTo(at.shape());
      double here = function.applyAsDouble(at);
      int compared = 0;
      for (int direction = 0; direction < DIRECTIONS; direction++) {
        boolean[] up = signs(at.elementCount(), what + direction);
        double ahead = (function.applyAsDouble(moved(at, up, STEP)) - here) / STEP;
        double behind = (here - function.applyAsDouble(moved(at, up, -STEP))) / STEP;
        double expected = 0;
        for (int i = 0; i < up.length; i++) {
          expected += up[i] ? gradient.at(i) : -gradient.at(i);
        }
        double slope = (ahead + behind) / 2;
        double allowed =
            gradientTolerance() * Math.max(1, Math.max(Math.abs(slope), Math.abs(expected)));
        // A kink lies between, where the slope is not unique.
        if (Math.abs(ahead - behind) > allowed) {
          continue;
        }
        compared++;
        assertThat(expected)
            .as("slope of a weighted sum of the output along a direction of %s", what)
            .isCloseTo(slope, within(allowed));
      }
      assertThat(compared)
          .as("directions of %s along which the output has a slope, of %d", what, DIRECTIONS)
          .isPositive();
    }

    private static boolean[] signs(int count, String purpose) {
      var stream = RandomKey.ofSeed(7).with(purpose).stream();
      boolean[] signs = new boolean[count];
      for (int i = 0; i < count; i++) {
        signs[i] = stream.nextBoolean(0.5);
      }
      return signs;
    }

    private static HostArray moved(HostArray at, boolean[] up, float step) {
      float[] values = at.toFloats();
      for (int i = 0; i < values.length; i++) {
        values[i] += up[i] ? step : -step;
      }
      return HostArray.wrap(at.shape(), values);
    }
  }
}

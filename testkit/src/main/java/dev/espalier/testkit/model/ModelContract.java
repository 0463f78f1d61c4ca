package dev.espalier.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.engine.EngineProvider;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.layer.Phase;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;
import dev.espalier.testkit.engine.UsableEngines;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of {@link ModelProvider}: it builds the requested model, and the model trains on
 * every engine on the class path of the tests and is preserved by saving and reading. The test of a
 * model extends this class.
 */
public abstract class ModelContract implements ModelStorage {
  private static final int BATCH = 4;
  private static final int STEPS = 8;

  /** For subclasses. */
  protected ModelContract() {}

  /** Returns the provider under test. */
  protected abstract ModelProvider provider();

  /** Returns the request; by default 3 classes and the model's own image size. */
  protected ModelRequest request() {
    return ModelRequest.defaults().withClasses(3);
  }

  /** Returns the learning rate at which plain gradient descent lowers the loss. */
  protected double learningRate() {
    return 0.05;
  }

  private Model model() {
    return ModelRun.initialized(provider().create(request()));
  }

  @Test
  void hasTheNumberOfClassesThatWasAskedFor() {
    Shape output = provider().create(request().withClasses(7)).output().shape();
    assertThat(output.rank()).isEqualTo(2);
    assertThat(output.size(-1)).isEqualTo(7);
  }

  @Test
  void takesImagesOfTheSizeAndChannelsThatWereAskedFor() {
    ModelRequest request = request();
    Shape input = provider().create(request).input().shape();
    assertThat(input.rank()).isEqualTo(4);
    assertThat(input.size(-1)).isEqualTo(request.channels());
    if (request.imageSize() != 0) {
      assertThat(List.of(input.size(1), input.size(2))).containsOnly(request.imageSize());
    }
  }

  @Test
  void endsInFeatureMapsWithoutItsClassifier() {
    Model whole = provider().create(request());
    Model base = provider().create(request().withClasses(0).withIncludeTop(false));
    assertThat(base.output().shape().rank()).isEqualTo(4);
    assertThat(base.parameterCount()).isLessThan(whole.parameterCount());
  }

  @Test
  void isBuiltAlikeEachTime() {
    Model one = provider().create(request());
    Model another = provider().create(request());
    assertThat(one.summary()).isEqualTo(another.summary());
    assertThat(one.variables()).isEqualTo(another.variables());
  }

  @Test
  void startsFromTheWeightsThatWereGiven() {
    Weights weights = model().weights();
    Model model = provider().create(request().withWeights(weights));
    assertThat(model.weights().differences(weights)).isEmpty();
  }

  @Test
  void comesBackFromAFileAsItWas(@TempDir Path folder) {
    Model model = model();
    Model read = saveAndRead(model, folder.resolve("model.safetensors"));
    ModelRun.assertSame(read, model);
  }

  @TestFactory
  Stream<DynamicTest> classifierEndsInTheFunctionThatWasAskedFor() {
    return UsableEngines.find().stream()
        .map(engine -> DynamicTest.dynamicTest(engine.name(), () -> assertEndsAsAsked(engine)));
  }

  private void assertEndsAsAsked(EngineProvider engine) {
    ModelRequest linear = request().withClassifierActivation(Activation.LINEAR);
    Model logits = ModelRun.initialized(provider().create(linear));
    Model yesOrNo =
        provider()
            .create(linear.withClassifierActivation(Activation.SIGMOID))
            .withWeights(logits.weights());
    List<HostArray> images = ModelRun.batch(logits, BATCH, 0, 255);
    try (ModelRun ofLogits = ModelRun.of(engine, logits, Phase.INFERENCE);
        ModelRun ofSigmoid = ModelRun.of(engine, yesOrNo, Phase.INFERENCE)) {
      HostArray expected = ofLogits.output(images);
      HostArray output = ofSigmoid.output(images);
      for (int i = 0; i < expected.elementCount(); i++) {
        assertThat(output.at(i))
            .as("output %d on %s", i, engine.name())
            .isCloseTo(1 / (1 + Math.exp(-expected.at(i))), within(1e-5));
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> learnsOnEachEngine() {
    return UsableEngines.find().stream()
        .map(engine -> DynamicTest.dynamicTest(engine.name(), () -> assertLearns(engine)));
  }

  /**
   * Asserts that plain gradient descent on one batch increases the outputs of the target classes.
   */
  private void assertLearns(EngineProvider engine) {
    Model model = model();
    List<HostArray> images = ModelRun.batch(model, BATCH, 0, 255);
    try (ModelRun run = ModelRun.withGradients(engine, model)) {
      TensorType type = run.outputType();
      int classes = type.shape().size(-1);
      float[] signs = new float[BATCH * classes];
      for (int i = 0; i < signs.length; i++) {
        signs[i] = (i % classes == (i / classes) % classes ? -1f : 1f / (classes - 1)) / BATCH;
      }
      HostArray wanted = HostArray.wrap(type.shape().with(0, BATCH), signs);
      assertThat(run.trained()).as("trainable variables").isNotEmpty();
      Weights weights = model.weights();
      double first = 0;
      double last = 0;
      for (int step = 0; step <= STEPS; step++) {
        Map<String, HostArray> results = run.run(images, wanted);
        last = total(Objects.requireNonNull(results.get("y")), wanted);
        first = step == 0 ? last : first;
        assertThat(last).as("value of step %d on %s", step, engine.name()).isFinite();
        weights = descended(weights, run, results);
        run.write(weights);
      }
      assertThat(last).as("value after %d steps on %s", STEPS, engine.name()).isLessThan(first);
    }
  }

  private Weights descended(Weights weights, ModelRun run, Map<String, HostArray> results) {
    Map<String, HostArray> next = new LinkedHashMap<>(weights.asMap());
    for (int i = 0; i < run.trained().size(); i++) {
      Variable variable = run.trained().get(i);
      // The first gradient is that of the images.
      HostArray gradient = Objects.requireNonNull(results.get("gradient" + (i + 1)));
      float[] values = weights.get(variable.name()).toFloats();
      for (int k = 0; k < values.length; k++) {
        values[k] -= (float) (learningRate() * gradient.at(k));
      }
      next.put(variable.name(), HostArray.wrap(variable.shape(), values));
    }
    return Weights.of(next);
  }

  private static double total(HostArray output, HostArray wanted) {
    double total = 0;
    for (int i = 0; i < output.elementCount(); i++) {
      total += output.at(i) * wanted.at(i);
    }
    return total;
  }
}

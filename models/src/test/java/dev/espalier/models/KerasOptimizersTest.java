package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.callback.Callback;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.engine.Engine;
import dev.espalier.graph.HostArray;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Losses;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Adadelta;
import dev.espalier.optimizer.Adagrad;
import dev.espalier.optimizer.Adam;
import dev.espalier.optimizer.AdamW;
import dev.espalier.optimizer.Adamax;
import dev.espalier.optimizer.Ftrl;
import dev.espalier.optimizer.GradientClipping;
import dev.espalier.optimizer.Lamb;
import dev.espalier.optimizer.Lion;
import dev.espalier.optimizer.Nadam;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.optimizer.RmsProp;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Trains a small network for five steps and compares every weight with Keras, on each engine. The
 * images, labels and first weights follow from their index, here as there.
 */
@Tag("native")
@ParameterizedClass
@EnumSource(TestedEngine.class)
record KerasOptimizersTest(TestedEngine tested) {
  private static final int STEPS = 5;
  private static final int BATCH = 4;
  private static final int PIXELS = 2 * 2 * 3;
  private static final int CLASSES = 3;

  private static Engine engine;

  @BeforeParameterizedClassInvocation
  static void open(TestedEngine tested) {
    engine = tested.open();
  }

  @AfterParameterizedClassInvocation
  static void close() {
    engine.close();
  }

  /** What Keras came to. */
  private record Golden(List<Double> losses, List<Double> weights) {
    static Golden of(String name) {
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(
                  KerasOptimizersTest.class.getResourceAsStream("keras_optimizers.tsv"),
                  StandardCharsets.UTF_8))) {
        String[] fields =
            reader
                .lines()
                .map(line -> line.split("\t"))
                .filter(line -> line[0].equals(name))
                .findFirst()
                .orElseThrow();
        return new Golden(numbers(fields[1]), numbers(fields[2]));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    private static List<Double> numbers(String text) {
      return Stream.of(text.split(" ")).map(Double::valueOf).toList();
    }
  }

  private static Dataset batch(int step) {
    List<Sample> samples = new ArrayList<>();
    for (int n = 0; n < BATCH; n++) {
      byte[] pixels = new byte[PIXELS];
      for (int p = 0; p < PIXELS; p++) {
        pixels[p] = (byte) (((BATCH * step + n) * 37 + p * 11 + n * p * 5) % 256);
      }
      samples.add(new Sample(Image.wrap(2, 2, 3, pixels), (BATCH * step + n) % CLASSES));
    }
    return Datasets.of("numbers", List.of("a", "b", "c"), samples);
  }

  private static float[] spaced(int count, int seed) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (((i * 7 + seed) % 13 - 6) / 10.0);
    }
    return values;
  }

  private static Model network() {
    Model model =
        Sequential.of(
            Input.image(2, 2, 3),
            Rescaling.of(1 / 255.0),
            Flatten.create(),
            Dense.of(4).activation(Activation.TANH).named("hidden"),
            Dense.of(CLASSES).activation(Activation.SOFTMAX).named("head"));
    Map<String, HostArray> values = new LinkedHashMap<>();
    for (var variable : model.variables()) {
      values.put(
          variable.name(),
          HostArray.wrap(
              variable.shape(), spaced((int) variable.shape().elementCount(), values.size() + 1)));
    }
    return model.withWeights(Weights.of(values));
  }

  /** What happens to the trainer before a step. */
  private interface Change {
    void before(int step, Trainer trainer);
  }

  private static void assertAsKeras(
      String name, Model model, Optimizer optimizer, GradientClipping clipping, Change change) {
    assertAsKeras(
        name, model, settings -> settings.optimizer(optimizer).gradientClipping(clipping), change);
  }

  private static void assertAsKeras(
      String name, Model model, Consumer<TrainingConfig.Builder> of, Change change) {
    Golden golden = Golden.of(name);
    TrainingConfig config =
        TrainingConfig.of(
            settings -> of.accept(settings.device("cpu").loss(Losses.categoricalCrossentropy())));
    try (Trainer trainer = Trainer.of(model, config, engine)) {
      for (int step = 0; step < STEPS; step++) {
        change.before(step, trainer);
        History history = step(trainer, step);
        assertThat(history.last("loss"))
            .as("loss of step %s of %s", step, name)
            .isEqualTo(golden.losses().get(step), within(1e-5));
      }
      int position = 0;
      for (String variable : trainer.weights().names()) {
        for (float value : trainer.weights().get(variable).toFloats()) {
          assertThat((double) value)
              .as("number %s, of %s of %s", position, variable, name)
              .isEqualTo(golden.weights().get(position++), within(1e-5));
        }
      }
      assertThat(position).isEqualTo(golden.weights().size());
    }
  }

  /** Sets the learning rate before some steps, as a callback does. */
  private static Change rates(Map<Integer, Double> rates) {
    return (step, trainer) -> {
      Double rate = rates.get(step);
      if (rate != null) {
        trainer.fit(
            batch(step),
            fit ->
                fit.epochs(0)
                    .callbacks(
                        new Callback() {
                          @Override
                          public void onTrainBegin(TrainBegin event) {
                            event.control().setLearningRate(rate);
                          }
                        })
                    .verbosity(Verbosity.SILENT));
      }
    };
  }

  private static Change unfreezing(int first) {
    return (step, trainer) -> {
      if (step == first) {
        trainer.changeModel(Model::unfreeze);
      }
    };
  }

  private static History step(Trainer trainer, int step) {
    return trainer.fit(
        batch(step),
        fit -> fit.epochs(1).batchSize(BATCH).shuffle(false).verbosity(Verbosity.SILENT));
  }

  private static void assertAsKeras(String name, Optimizer optimizer, GradientClipping clipping) {
    assertAsKeras(name, network(), optimizer, clipping, (step, trainer) -> {});
  }

  private static final Sgd SGD = Sgd.of(0.5).momentum(0.5);

  @Test
  void gradientsAreNotClippedUnlessAskedFor() {
    assertAsKeras("sgd", SGD, GradientClipping.none());
  }

  @Test
  void eachNumberOfAGradientIsClipped() {
    assertAsKeras("sgd-clip-value", SGD, GradientClipping.byValue(0.02));
  }

  @Test
  void eachGradientIsClippedToANorm() {
    assertAsKeras("sgd-clip-norm", SGD, GradientClipping.byNorm(0.1));
  }

  @Test
  void allGradientsTogetherAreClippedToANorm() {
    assertAsKeras("sgd-clip-global-norm", SGD, GradientClipping.byGlobalNorm(0.2));
    assertAsKeras("sgd-clip-global-norm-not-reached", SGD, GradientClipping.byGlobalNorm(50));
  }

  @Test
  void frozenWeightsTakeNoPartInTheNormOfAll() {
    assertAsKeras(
        "sgd-clip-global-norm-frozen",
        network().freeze("hidden"),
        SGD,
        GradientClipping.byGlobalNorm(0.2),
        (step, trainer) -> {});
  }

  private static final Adam ADAM = Adam.of(0.05);
  private static final AdamW ADAMW = AdamW.of(0.05).weightDecay(0.2);

  private static void assertAsKeras(String name, Optimizer optimizer) {
    assertAsKeras(name, optimizer, GradientClipping.none());
  }

  @Test
  void adam() {
    assertAsKeras("adam", ADAM);
    assertAsKeras("adam-amsgrad", ADAM.amsgrad(true).beta2(0.5));
    assertAsKeras("adam-epsilon", ADAM.epsilon(0.1).beta1(0.7).beta2(0.9));
  }

  @Test
  void adamGetsClippedGradients() {
    assertAsKeras("adam-clip-global-norm", ADAM, GradientClipping.byGlobalNorm(0.2));
  }

  @Test
  void adamFollowsAChangeOfTheLearningRate() {
    assertAsKeras(
        "adam-rate-changed",
        network(),
        ADAM,
        GradientClipping.none(),
        rates(Map.of(2, 0.01, 4, 0.1)));
  }

  /** Keras' side has an optimizer for each layer, made when the layer starts to learn. */
  @Test
  void layersUnfrozenLateStartLikeThoseOfAFreshOptimizer() {
    assertAsKeras(
        "adam-unfrozen-late",
        network().freeze("hidden"),
        ADAM,
        GradientClipping.none(),
        unfreezing(3));
    assertAsKeras(
        "adamw-rate-changed-unfrozen-late",
        network().freeze("hidden"),
        ADAMW,
        GradientClipping.none(),
        (step, trainer) -> {
          unfreezing(2).before(step, trainer);
          rates(Map.of(3, 0.01)).before(step, trainer);
        });
  }

  @Test
  void adamWDecaysAllOrAllButSomeVariables() {
    assertAsKeras("adamw", ADAMW);
    assertAsKeras("adamw-biases-excluded", ADAMW.amsgrad(true).excludeFromWeightDecay("bias"));
  }

  @Test
  void rmsProp() {
    RmsProp optimizer = RmsProp.of(0.01);
    assertAsKeras("rmsprop", optimizer);
    assertAsKeras("rmsprop-momentum", optimizer.rho(0.7).momentum(0.5).epsilon(1e-3));
    assertAsKeras(
        "rmsprop-centered-decayed",
        optimizer
            .centered(true)
            .momentum(0.9)
            .epsilon(1e-3)
            .weightDecay(0.2)
            .excludeFromWeightDecay("bias"));
  }

  @Test
  void adagrad() {
    Adagrad optimizer = Adagrad.of(0.1);
    assertAsKeras("adagrad", optimizer);
    assertAsKeras(
        "adagrad-decayed", optimizer.initialAccumulatorValue(0).epsilon(1e-2).weightDecay(0.2));
  }

  @Test
  void adadelta() {
    assertAsKeras("adadelta", Adadelta.of(1));
    assertAsKeras("adadelta-decayed", Adadelta.of(10).rho(0.8).epsilon(1e-4).weightDecay(0.01));
  }

  @Test
  void adamax() {
    Adamax optimizer = Adamax.of(0.05);
    assertAsKeras("adamax", optimizer);
    assertAsKeras("adamax-decayed", optimizer.beta1(0.7).beta2(0.6).epsilon(1e-2).weightDecay(0.2));
  }

  @Test
  void nadam() {
    Nadam optimizer = Nadam.of(0.05);
    assertAsKeras("nadam", optimizer);
    assertAsKeras("nadam-decayed", optimizer.beta1(0.7).beta2(0.9).epsilon(1e-2).weightDecay(0.2));
    assertAsKeras("nadam-clip-global-norm", optimizer, GradientClipping.byGlobalNorm(0.2));
  }

  @Test
  void lion() {
    assertAsKeras("lion", Lion.of(0.01));
    assertAsKeras("lion-decayed", Lion.of(0.01).beta1(0.5).beta2(0.8).weightDecay(0.2));
  }

  @Test
  void lamb() {
    Lamb optimizer = Lamb.of(0.05);
    assertAsKeras("lamb", optimizer);
    assertAsKeras(
        "lamb-decayed",
        optimizer
            .beta1(0.7)
            .beta2(0.9)
            .epsilon(1e-2)
            .weightDecay(0.2)
            .excludeFromWeightDecay("bias"));
  }

  @Test
  void ftrl() {
    assertAsKeras("ftrl", Ftrl.of(0.1));
    assertAsKeras(
        "ftrl-regularized",
        Ftrl.of(0.1)
            .learningRatePower(-0.7)
            .initialAccumulatorValue(0.3)
            .l1(0.05)
            .l2(0.02)
            .l2Shrinkage(0.03)
            .beta(0.1)
            .weightDecay(0.2));
  }

  /** Keras' side has an optimizer for each layer. */
  @Test
  void theLearningRateOfALayerIsMultipliedWithItsWeightDecay() {
    assertAsKeras(
        "adamw-multiplied",
        network(),
        settings -> settings.optimizer(ADAMW).learningRateMultipliers(Map.of("hidden", 0.1)),
        (step, trainer) -> {});
    assertAsKeras(
        "sgd-multiplied",
        network(),
        settings ->
            settings
                .optimizer(SGD.weightDecay(0.1))
                .learningRateMultipliers(Map.of("hid*", 0.25, "head", 2.0)),
        (step, trainer) -> {});
  }

  @Test
  void clippingDoesNotHideGradientsThatAreNoNumbers() {
    Model model = network();
    Map<String, HostArray> values = new LinkedHashMap<>(model.weights().asMap());
    values.put("hidden/kernel", HostArray.filled(values.get("hidden/kernel").type(), Double.NaN));
    Model broken = model.withWeights(Weights.of(values));
    for (GradientClipping clipping :
        List.of(
            GradientClipping.byValue(1),
            GradientClipping.byNorm(1),
            GradientClipping.byGlobalNorm(1))) {
      TrainingConfig config =
          TrainingConfig.of(
              settings ->
                  settings
                      .device("cpu")
                      .optimizer(SGD)
                      .gradientClipping(clipping)
                      .loss(Losses.categoricalCrossentropy()));
      try (Trainer trainer = Trainer.of(broken, config, engine)) {
        step(trainer, 0);

        assertThat(trainer.weights().get("head/bias").toFloats())
            .as("%s", clipping)
            .containsOnly(Float.NaN);
      }
    }
  }
}

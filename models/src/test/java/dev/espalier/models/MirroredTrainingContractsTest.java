package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.activation.Activation;
import dev.espalier.core.Trainer;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Strategy;
import dev.espalier.error.ErrorCode;
import dev.espalier.graph.HostArray;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Losses;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.optimizer.GradientClipping;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.TrainingConfig;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two replicas compute the numbers of one device, which are those of Keras. Batches of five, two
 * and one sample give them three and two samples, one each, and one and none.
 */
@Tag("native")
class MirroredTrainingContractsTest extends TrainingContractsTest {
  @Override
  Strategy strategy() {
    return Strategy.mirrored("cpu", "cpu");
  }

  @Override
  void aStepMayCallTheModelTwiceWithOtherWeights(TestedEngine tested) {
    assertThatThrownBy(() -> super.aStepMayCallTheModelTwiceWithOtherWeights(tested))
        .hasMessageContaining("The program \"train\" cannot be divided over several devices")
        .hasMessageContaining(ErrorCode.INVALID_TRAINING_SETTING.id());
  }

  /** Layers before the normalization are trained, and the norm of all gradients is clipped. */
  @ParameterizedTest
  @EnumSource(TestedEngine.class)
  void aHeadThatNormalizesVectorsGivesTheNumbersOfOneDevice(TestedEngine tested) {
    Model model =
        Sequential.of(
            Input.image(1, 1, 3),
            Rescaling.of(1 / 255.0),
            Flatten.create(),
            Dense.of(4).activation(Activation.TANH).named("hidden"),
            BatchNormalization.create().momentum(0.8).named("bn"),
            Dense.of(3).activation(Activation.SOFTMAX).named("head"));
    Map<String, HostArray> one = trained(tested, model, Strategy.single());
    Map<String, HostArray> two = trained(tested, model, strategy());
    assertThat(two.keySet()).isEqualTo(one.keySet()).contains("bn/moving_variance");
    one.forEach(
        (name, expected) -> {
          for (int i = 0; i < expected.elementCount(); i++) {
            assertThat(two.get(name).at(i))
                .as("%s[%d]", name, i)
                .isEqualTo(expected.at(i), near(expected.at(i)));
          }
        });
  }

  private static Map<String, HostArray> trained(
      TestedEngine tested, Model model, Strategy strategy) {
    TrainingConfig config =
        TrainingConfig.of(
            settings ->
                settings
                    .seed(1)
                    .device("cpu")
                    .strategy(strategy)
                    .optimizer(Sgd.of(0.1).momentum(0.9))
                    .gradientClipping(GradientClipping.byGlobalNorm(0.5))
                    .loss(Losses.sparseCategoricalCrossentropy()));
    try (Engine engine = tested.open();
        Trainer trainer = Trainer.of(model, config, engine)) {
      trainer.fit(plain(), fit(3, 2));
      return trainer.weights().asMap();
    }
  }
}

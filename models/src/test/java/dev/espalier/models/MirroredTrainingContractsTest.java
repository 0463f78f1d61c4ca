package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.Strategy;
import dev.espalier.error.ErrorCode;
import org.junit.jupiter.api.Tag;

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
}

package dev.espalier.testkit.training;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.callback.Callback;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The contract notices what it is there for. */
class CallbackContractTest {
  /** Lowers the learning rate after epochs without a smaller loss. */
  private static class Lowering implements Callback {
    private final double[] best;

    Lowering(double[] best) {
      this.best = best;
    }

    @Override
    public void onTrainBegin(TrainBegin event) {
      best[0] = Double.POSITIVE_INFINITY;
    }

    @Override
    public void onEpochEnd(EpochEnd event) {
      double loss = Objects.requireNonNull(event.logs().get("loss"));
      if (loss >= best[0]) {
        event.control().setLearningRate(event.control().learningRate() / 2);
      }
      best[0] = Math.min(best[0], loss);
    }
  }

  private static CallbackContract contract(Supplier<Callback> callbacks) {
    return new CallbackContract() {
      @Override
      protected Callback callback() {
        return callbacks.get();
      }
    };
  }

  @Test
  void stateThatAllObjectsShareIsNoticed() {
    double[] shared = new double[1];
    CallbackContract contract = contract(() -> new Lowering(shared));
    assertThatCode(contract::startsAfreshInEachTraining).doesNotThrowAnyException();
    assertThatExceptionOfType(AssertionError.class).isThrownBy(contract::objectsShareNoState);
  }

  @Test
  void stateOfEachObjectPasses() {
    CallbackContract contract = contract(() -> new Lowering(new double[1]));
    assertThatCode(contract::objectsShareNoState).doesNotThrowAnyException();
  }
}

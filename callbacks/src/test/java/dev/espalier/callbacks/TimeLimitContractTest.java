package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.testkit.training.CallbackContract;
import java.time.Duration;

class TimeLimitContractTest extends CallbackContract {
  @Override
  protected Callback callback() {
    return TimeLimit.of(Duration.ofHours(10));
  }
}

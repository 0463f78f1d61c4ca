package dev.espalier.core;

import dev.espalier.callback.Callback;
import dev.espalier.testkit.training.CallbackContract;
import dev.espalier.training.Verbosity;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

class ProgressBarContractTest extends CallbackContract {
  @Override
  protected Callback callback() {
    return ProgressBar.to(
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
        Verbosity.LINE);
  }
}

package dev.espalier.cli.run;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A process of its own that holds the folder of a run, as a training does, until its input ends.
 */
final class LockHolder {
  private LockHolder() {}

  public static void main(String[] arguments) throws IOException {
    try (RunLock lock = RunLock.on(Path.of(arguments[0]))) {
      System.out.println("locked for " + lock.command());
      while (System.in.read() >= 0) {
        // Until whoever started it closes the pipe, or has ended.
      }
    }
  }
}

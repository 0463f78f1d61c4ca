package dev.espalier.testkit.golden;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds the files in {@code ../shared}, next to the repository, which contain golden values and
 * real data. They are not part of the project: a test that needs one is skipped where it is
 * missing.
 */
public final class SharedData {
  private SharedData() {}

  /**
   * Returns a file or folder of {@code ../shared}; skips the test if it is missing.
   *
   * @param relative such as {@code golden/efficientnet_logits.json}
   */
  public static Path path(String relative) {
    // Tests run in the folder of their module or in that of the repository.
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path candidate = folder.resolve("shared").resolve(relative);
      if (Files.isReadable(candidate)) {
        return candidate;
      }
    }
    Assumptions.abort("skipped: ../shared/" + relative + " is not there");
    throw new IllegalStateException("unreachable");
  }
}

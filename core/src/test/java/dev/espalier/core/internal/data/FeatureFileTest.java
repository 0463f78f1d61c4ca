package dev.espalier.core.internal.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureFileTest {
  @TempDir private Path folder;

  private static HostArray floats(float... values) {
    return HostArray.wrap(Shape.of(values.length / 2, 2), values);
  }

  private static Map<String, HostArray> rows(HostArray features, int... labels) {
    byte[] flags = new byte[labels.length];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = (byte) (200 + labels[i]);
    }
    return Map.of(
        "features", features,
        "label", HostArray.wrapInts(Shape.of(labels.length), labels),
        "bytes", HostArray.wrapBytes(Shape.of(labels.length, 1), flags));
  }

  @Test
  void givesTheRowsOfAnySamplesInAnyOrderBitForBit() {
    try (FeatureFile file = FeatureFile.create(folder, 3)) {
      file.append(rows(floats(1, Float.MIN_VALUE, 3, -0f), 7, 8), 1);
      file.append(rows(floats(5, Float.NaN), 9), 1);

      assertThat(file.read(new int[] {2, 0, 1, 0}))
          .isEqualTo(
              rows(
                  floats(5, Float.NaN, 1, Float.MIN_VALUE, 3, -0f, 1, Float.MIN_VALUE),
                  9,
                  7,
                  8,
                  7));
      assertThat(file.size()).isEqualTo(3 * (8 + 4 + 1));
    }
  }

  @Test
  void leavesNothingInTheFolder() {
    FeatureFile file = FeatureFile.create(folder, 1);
    file.append(rows(floats(1, 2), 3), 1);
    file.close();

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void rejectsFeaturesForWhichThereIsNoRoomBeforeWritingAny() {
    try (FeatureFile file = FeatureFile.create(folder, Integer.MAX_VALUE)) {
      assertThatThrownBy(() -> file.append(Map.of("x", floats(new float[1 << 20])), 1_000))
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE))
          .hasMessageMatching(
              "The features of 2147483647 samples take \\d+ MiB in \\Q"
                  + folder
                  + "\\E, where \\d+ MiB are free\\. Free disk space, choose another folder with"
                  + " -Djava\\.io\\.tmpdir=FOLDER, or train without cached features\\. \\[ESP-702\\]");
      assertThat(file.written()).isZero();
    }
  }

  @Test
  void namesAFolderThatDoesNotExist() {
    Path missing = folder.resolve("missing");
    assertThat(Files.exists(missing)).isFalse();
    assertThatThrownBy(() -> FeatureFile.create(missing, 1))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE))
        .hasMessageStartingWith("The features could not be written to " + missing);
  }

  @Test
  void anInterruptWhileWritingIsAnInterruptOfTheTraining() {
    try (FeatureFile file = FeatureFile.create(folder, 1)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> file.append(rows(floats(1, 2), 3), 1))
          .isInstanceOfSatisfying(
              EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}

package dev.espalier.datasets;

import dev.espalier.data.Dataset;
import dev.espalier.testkit.data.DatasetContract;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class ReadableSamplesContractTest extends DatasetContract {
  @TempDir Path folder;

  @BeforeEach
  void writePictures() {
    for (int i = 0; i < 4; i++) {
      PicturesForTests.png(folder.resolve("cat").resolve(i + ".png"), i);
      PicturesForTests.png(folder.resolve("dog").resolve(i + ".png"), 10 + i);
      PicturesForTests.write(folder.resolve("dog").resolve(i + "x.png"), new byte[3]);
    }
  }

  @Override
  protected Dataset open() {
    return ImageFolder.of(folder).unreadable(UnreadablePictures.SKIP).open();
  }
}

package dev.espalier.datasets.files;

import dev.espalier.data.Dataset;
import dev.espalier.datasets.folder.ImageFolder;
import dev.espalier.testkit.data.DatasetContract;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class ReadableSamplesContractTest extends DatasetContract {
  @TempDir Path folder;

  @BeforeEach
  void writePictures() {
    for (int i = 0; i < 4; i++) {
      ImagesForTests.png(folder.resolve("cat").resolve(i + ".png"), i);
      ImagesForTests.png(folder.resolve("dog").resolve(i + ".png"), 10 + i);
      ImagesForTests.write(folder.resolve("dog").resolve(i + "x.png"), new byte[3]);
    }
  }

  @Override
  protected Dataset open() {
    return ImageFolder.of(folder).unreadable(UnreadableImages.SKIP).open();
  }
}

package dev.espalier.datasets;

import dev.espalier.data.Dataset;
import dev.espalier.testkit.data.DatasetContract;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderContractTest extends DatasetContract {
  @TempDir Path folder;

  @BeforeEach
  void writePictures() {
    for (int i = 0; i < 5; i++) {
      PicturesForTests.png(folder.resolve("cat").resolve(i + ".png"), i);
      PicturesForTests.png(folder.resolve("dog/deep").resolve(i + ".png"), 10 + i);
    }
  }

  @Override
  protected Dataset open() {
    return ImageFolder.of(folder).open();
  }
}

package dev.espalier.datasets.folder;

import dev.espalier.data.Dataset;
import dev.espalier.datasets.files.ImagesForTests;
import dev.espalier.testkit.data.DatasetContract;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderContractTest extends DatasetContract {
  @TempDir Path folder;

  @BeforeEach
  void writePictures() {
    for (int i = 0; i < 5; i++) {
      ImagesForTests.png(folder.resolve("cat").resolve(i + ".png"), i);
      ImagesForTests.png(folder.resolve("dog/deep").resolve(i + ".png"), 10 + i);
    }
  }

  @Override
  protected Dataset open() {
    return ImageFolder.of(folder).open();
  }
}

package dev.espalier.datasets.table;

import dev.espalier.data.Dataset;
import dev.espalier.datasets.files.ImagesForTests;
import dev.espalier.testkit.data.DatasetContract;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class MultiLabelManifestContractTest extends DatasetContract {
  @TempDir Path folder;

  @BeforeEach
  void writePictures() {
    StringBuilder lines = new StringBuilder("path,label\n");
    for (int i = 1; i < 7; i++) {
      ImagesForTests.png(folder.resolve(i + ".png"), i);
      lines.append(i).append(".png,").append(i % 2 == 0 ? "even" : "odd");
      lines.append(i % 3 == 0 ? "|third" : "").append('\n');
    }
    ImagesForTests.write(
        folder.resolve("list.csv"), lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  protected Dataset open() {
    return Manifest.of(folder.resolve("list.csv")).open();
  }
}

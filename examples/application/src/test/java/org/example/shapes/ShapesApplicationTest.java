package org.example.shapes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class ShapesApplicationTest {
  @Test
  void trainsSavesAndClassifies(@TempDir Path folder) {
    Path file = folder.resolve("shapes.safetensors");
    assertTrue(ShapesApplication.train(file, 640, 2).last("loss") > 0);
    assertEquals(5, ShapesApplication.classify(file).size());
  }
}

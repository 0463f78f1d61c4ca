package org.example.photos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.espalier.activation.Activation;
import dev.espalier.core.ModelFile;
import dev.espalier.core.classifier.Classifier;
import dev.espalier.data.Image;
import dev.espalier.datasets.image.ImageEncoder;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class PhotosTest {
  /** Writes a model that says which channel of an image is the brightest. */
  private static Path model(Path file) {
    ModelFile.save(
        file,
        Sequential.of(
                Input.image(8, 8, 3),
                GlobalAveragePooling2D.create(),
                Dense.of(3).activation(Activation.SOFTMAX).named("scores"))
            .withWeights(
                Weights.of(
                    Map.of(
                        "scores/kernel",
                        HostArray.wrap(Shape.of(3, 3), 1, 0, 0, 0, 1, 0, 0, 0, 1),
                        "scores/bias",
                        HostArray.wrap(Shape.of(3), 0, 0, 0))))
            .withClassNames(List.of("red", "green", "blue")));
    return file;
  }

  @Test
  void theClassifierIsInjectedOnceAndClosedWithTheApplication(@TempDir Path folder)
      throws IOException {
    System.setProperty("photos.model", model(folder.resolve("m.safetensors")).toString());
    byte[] blue = new byte[8 * 8 * 3];
    for (int i = 2; i < blue.length; i += 3) {
      blue[i] = 100;
    }
    Image image = Image.wrap(8, 8, 3, blue);
    Path photo = Files.write(folder.resolve("photo.png"), ImageEncoder.png(image));
    Classifier classifier;
    try (SeContainer container = SeContainerInitializer.newInstance().initialize()) {
      assertEquals("blue", container.select(Photos.class).get().name(photo));
      classifier = container.select(Classifier.class).get();
      assertSame(classifier, container.select(Classifier.class).get());
    }
    EspalierException closed =
        assertThrows(EspalierException.class, () -> classifier.classify(image));
    assertEquals(ErrorCode.CLOSED, closed.code());
  }
}

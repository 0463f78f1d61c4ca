package org.example.photos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.activation.Activation;
import dev.espalier.core.ModelFile;
import dev.espalier.datasets.image.ImageEncoder;
import dev.espalier.data.Image;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

@Tag("native")
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class PhotosApplicationTest {
  @TempDir static Path folder;

  @Autowired private TestRestTemplate http;

  /** Writes a model that says which channel of an image is the brightest. */
  @DynamicPropertySource
  static void model(DynamicPropertyRegistry properties) {
    Model model =
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
            .withClassNames(List.of("red", "green", "blue"));
    Path file = folder.resolve("model.safetensors");
    ModelFile.save(file, model);
    properties.add("photos.model", () -> file);
  }

  private ResponseEntity<String> post(byte[] photo) {
    MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
    form.add(
        "photo",
        new ByteArrayResource(photo) {
          @Override
          public String getFilename() {
            return "photo.png";
          }
        });
    return http.postForEntity("/photos", form, String.class);
  }

  @Test
  void aPhotoIsAnsweredWithItsClasses() {
    byte[] green = new byte[20 * 30 * 3];
    for (int i = 1; i < green.length; i += 3) {
      green[i] = 100;
    }
    ResponseEntity<String> answer = post(ImageEncoder.png(Image.wrap(20, 30, 3, green)));
    assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.OK);
    assertThat(answer.getBody()).startsWith("[{\"label\":1,\"className\":\"green\",\"score\":1.0}");
  }

  @Test
  void aFileThatIsNoImageIsRefused() {
    ResponseEntity<String> answer = post("no image".getBytes(StandardCharsets.UTF_8));
    assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.BAD_REQUEST);
    assertThat(answer.getBody()).contains("The uploaded file");
  }
}

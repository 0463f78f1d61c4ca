package dev.espalier.guiceapp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.util.Modules;
import dev.espalier.core.PluginRegistry;
import dev.espalier.data.Image;
import dev.espalier.data.Split;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import dev.espalier.guice.DatasetFactory;
import dev.espalier.guice.OpenedEngines;
import dev.espalier.training.History;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class ClassifierApplicationTest {
  /** That of the application, but for less of a training. */
  private static final Module MODULE =
      ClassifierApplication.module(Path.of("src/test/resources/brief.conf"));

  private static HttpResponse<String> post(int port, byte[] body)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/classify"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static byte[] png(Image image) throws IOException {
    BufferedImage picture =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int row = 0; row < image.height(); row++) {
      for (int column = 0; column < image.width(); column++) {
        int rgb = 0;
        for (int channel = 0; channel < 3; channel++) {
          rgb = 256 * rgb + image.at(row, column, channel);
        }
        picture.setRGB(column, row, rgb);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", bytes);
    return bytes.toByteArray();
  }

  @Test
  void trainsBrieflyAndThenAnswersRequests() throws IOException, InterruptedException {
    Injector injector =
        Guice.createInjector(ClassifierApplication.module(Path.of("espalier.conf")));
    try (ClassifierService service = injector.getInstance(ClassifierService.class);
        ClassifierServer server = injector.getInstance(ClassifierServer.class)) {
      History history = service.train();
      double first = history.epochs().get(0).values().get("loss");
      double last = history.epochs().get(2).values().get("loss");
      assertThat(last).as("after %s", first).isLessThan(first - 0.1);

      int port = server.start();
      Image picture = injector.getInstance(DatasetFactory.class).open(Split.TEST).get(0).image();
      HttpResponse<String> answer = post(port, png(picture));
      assertThat(answer.statusCode()).isEqualTo(200);
      JsonArray guesses = JsonParser.parseString(answer.body()).getAsJsonArray();
      assertThat(guesses).hasSize(3);
      assertThat(guesses.get(0).getAsJsonObject().get("className").getAsString()).isNotBlank();

      HttpResponse<String> refused = post(port, "no image".getBytes(StandardCharsets.UTF_8));
      assertThat(refused.statusCode()).isEqualTo(400);
    } finally {
      injector.getInstance(OpenedEngines.class).close();
    }
  }

  // guide:override
  @Test
  void oneBindingSwapsTheEngine() {
    Engine pytorch =
        PluginRegistry.discover().openEngine(EngineSettings.of(engine -> engine.engine("pytorch")));
    Injector injector =
        Guice.createInjector(
            Modules.override(MODULE).with(binder -> binder.bind(Engine.class).toInstance(pytorch)));
    try (ClassifierService service = injector.getInstance(ClassifierService.class)) {
      assertThat(service.train().last("loss")).isFinite();
    } finally {
      pytorch.close();
    }
  }
  // guide:end
}

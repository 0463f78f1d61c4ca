package dev.espalier.core.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.espalier.activation.Activation;
import dev.espalier.core.ModelFile;
import dev.espalier.core.NamedWeights;
import dev.espalier.core.PluginRegistry;
import dev.espalier.data.CroppedResizing;
import dev.espalier.download.DownloadSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.plugin.Checksum;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;
import dev.espalier.plugin.Plugin;
import dev.espalier.plugin.PretrainedWeights;
import dev.espalier.plugin.PublishedFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights that a setting names, from a plugin's catalogue and a server in this process. */
class NamedWeightsTest {
  @TempDir private Path folder;
  private HttpServer server;
  private PluginRegistry registry;
  private Weights weights;

  private record NetPlugin(List<PretrainedWeights> pretrainedWeights) implements Plugin {
    @Override
    public String id() {
      return "net";
    }

    @Override
    public List<ModelProvider> models() {
      return List.of(new NetProvider());
    }
  }

  private record NetProvider() implements ModelProvider {
    @Override
    public String name() {
      return "net";
    }

    @Override
    public String description() {
      return "Next to nothing.";
    }

    @Override
    public Model create(ModelRequest request) {
      Model model =
          Sequential.of(
              Input.image(4, 4, 3),
              GlobalAveragePooling2D.create(),
              Dense.of(request.classes()).activation(Activation.SOFTMAX).named("top"));
      Weights start = request.weights();
      return start == null ? model : model.withWeights(start);
    }
  }

  @BeforeEach
  void publish() throws Exception {
    Model model = new NetProvider().create(ModelRequest.defaults().withClasses(2));
    Map<String, HostArray> values = new LinkedHashMap<>();
    model
        .variables()
        .forEach(variable -> values.put(variable.name(), HostArray.filled(variable.type(), 0.25)));
    weights = Weights.of(values);
    Path file = folder.resolve("published.safetensors");
    ModelFile.save(file, model.withWeights(weights));
    byte[] content = Files.readAllBytes(file);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/mirror/net.safetensors",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
          }
        });
    server.start();
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    registry =
        PluginRegistry.builder()
            .add(
                new NetPlugin(
                    List.of(
                        new PretrainedWeights(
                            "two-classes",
                            "net",
                            true,
                            new PublishedFile(
                                "net.safetensors",
                                URI.create("https://example.invalid/net.safetensors"),
                                Checksum.sha256(sha256),
                                0),
                            List.of("cat", "dog"),
                            2,
                            4,
                            null,
                            "this test",
                            Map.of("kind", "published"),
                            null))))
            .build();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  private String mirror() {
    return "http://localhost:" + server.getAddress().getPort() + "/mirror";
  }

  private Configuration configuration(String... settings) {
    List<Setting> given = new ArrayList<>();
    for (int i = 0; i < settings.length; i += 2) {
      given.add(new Setting(settings[i], settings[i + 1], Origin.program()));
    }
    return Configuration.of(registry, sources -> sources.settings(given));
  }

  private NamedWeights find(String name, @Nullable DownloadSettings downloads) {
    return Objects.requireNonNull(
        NamedWeights.find(registry, name, "net", true, folder.resolve("cache"), downloads));
  }

  @Test
  void theNameGivesTheWeightsTheirFactsAndTheNamesOfTheClasses() {
    Configuration configuration =
        configuration(
            "model.weights", "two-classes", "downloads.allow", "true", "weights.mirror", mirror());
    NamedWeights found = find("two-classes", configuration.downloads(Map.of()));
    assertThat(found.weights().asMap()).isEqualTo(weights.asMap());
    assertThat(found.weights().metadata()).containsEntry("kind", "published");
    Model model = new NetProvider().create(ModelRequest.defaults().withClasses(2));
    assertThat(found.nameClasses(model).classNames()).containsExactly("cat", "dog");
    Model other = new NetProvider().create(ModelRequest.defaults().withClasses(3));
    assertThat(found.nameClasses(other).classNames()).isEmpty();
  }

  @Test
  void theConfigurationSaysHowTheModelResizesImages() {
    Model stretching = configuration("model.name", "net").model(2);
    assertThat(stretching.inferenceSettings().resizing()).isNull();
    Model cropping = configuration("model.name", "net", "model.resize", "bicubic 0.875").model(2);
    assertThat(cropping.inferenceSettings().resizing())
        .isEqualTo(CroppedResizing.of("bicubic 0.875"));
    Path file = folder.resolve("cropping.safetensors");
    ModelFile.save(file, cropping.withMatchingWeights(weights));
    assertThat(configuration("model.name", file.toString()).model(2).inferenceSettings())
        .isEqualTo(cropping.inferenceSettings());
    assertThat(
            configuration("model.name", file.toString(), "model.resize", "stretch")
                .model(2)
                .inferenceSettings()
                .resizing())
        .isNull();
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> configuration("model.name", "net", "model.resize", "crop"))
        .withMessageContaining("model.resize")
        .withMessageContaining("such as bicubic 0.875");
  }

  @Test
  void nothingIsDownloadedUnlessTheSettingAllowsIt() {
    assertThat(configuration().downloads(Map.of())).isNull();
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> find("two-classes", null))
        .withMessageContaining("net.safetensors is not in " + folder.resolve("cache"))
        .withMessageContaining("https://example.invalid/net.safetensors")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DOWNLOAD_FAILED));
  }

  @Test
  void theOfflineSwitchIsStrongerThanTheSetting() {
    Configuration configuration =
        configuration("downloads.allow", "true", "weights.mirror", mirror());
    DownloadSettings offline =
        configuration.downloads(Map.of(DownloadSettings.OFFLINE_VARIABLE, "1"));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> find("two-classes", offline))
        .withMessageContaining(DownloadSettings.OFFLINE_VARIABLE);
  }

  @Test
  void anythingElseIsAPath() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> find("two-clases", null))
        .withMessageContaining("two-clases cannot be read");
    assertThat(NamedWeights.find(registry, "none", "net", true, folder, null)).isNull();
    assertThat(NamedWeights.find(registry, null, "net", true, folder, null)).isNull();
    assertThat(find(folder.resolve("published.safetensors").toString(), null).weights().asMap())
        .isEqualTo(weights.asMap());
  }

  @Test
  void aMirrorThatIsNoAddressIsRefused() {
    Configuration configuration =
        configuration("downloads.allow", "true", "weights.mirror", "not a mirror");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> configuration.downloads(Map.of()))
        .withMessageContaining("\"not a mirror\" in weights.mirror is not an address");
  }

  @Test
  void theRecordOfARunKeepsANameAndMakesAFileAbsolute() {
    assertThat(configuration("model.weights", "two-classes").toFile("tensorflow"))
        .contains("model.weights = two-classes");
    assertThat(configuration("model.weights", "w.h5").toFile("tensorflow"))
        .contains("model.weights = \"" + Path.of("w.h5").toAbsolutePath());
  }
}

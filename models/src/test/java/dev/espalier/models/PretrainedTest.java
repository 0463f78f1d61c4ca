package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.espalier.core.PluginRegistry;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import dev.espalier.model.WeightTransfer;
import dev.espalier.models.convnext.ConvNeXtPlugin;
import dev.espalier.models.mobilenet.MobileNetPlugin;
import dev.espalier.models.resnet.ResNetPlugin;
import dev.espalier.plugin.Checksum;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.PretrainedWeights;
import dev.espalier.plugin.PublishedFile;
import dev.espalier.testkit.golden.SharedData;
import dev.espalier.weights.keras.KerasLegacyHdf5;
import dev.espalier.weights.pretrained.Catalogue;
import dev.espalier.weights.pretrained.Pretrained;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Published weights by name, from a server in this process. */
class PretrainedTest {
  private static final String FILE = "efficientnetv2-b0_notop.h5";

  @TempDir private Path folder;
  private HttpServer server;
  private int requests;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  private Pretrained published() throws Exception {
    byte[] content = Files.readAllBytes(SharedData.path("data/" + FILE));
    server.createContext(
        "/" + FILE,
        exchange -> {
          requests++;
          try (exchange) {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
          }
        });
    String md5 = HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
    PretrainedWeights entry =
        new PretrainedWeights(
            "imagenet",
            "efficientnetv2-b0",
            false,
            new PublishedFile(
                FILE,
                URI.create("http://localhost:" + server.getAddress().getPort() + "/" + FILE),
                Checksum.md5(md5),
                content.length),
            List.of(),
            1000,
            224,
            78.7,
            "this test",
            Map.of(),
            null);
    return Pretrained.IMAGENET.from(List.of(entry)).storedIn(folder.resolve("weights"));
  }

  @Test
  void weightsByNameAreThoseOfTheFileAndAreDownloadedOnce() throws Exception {
    Pretrained imagenet = published().download();
    EfficientNetBuilder builder = EfficientNetV2.b0().includeTop(false).imageSize(64);
    Model expected = builder.weights(KerasLegacyHdf5.load(SharedData.path("data/" + FILE))).build();
    for (int i = 0; i < 2; i++) {
      Model model = builder.weights(imagenet).build();
      assertThat(model.weights().differences(expected.weights())).isEmpty();
      assertThat(model.classNames()).isEmpty();
    }
    assertThat(requests).isEqualTo(1);
  }

  @Test
  void nothingIsDownloadedUnlessItIsAllowed() throws Exception {
    Pretrained imagenet = published();
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> EfficientNetV2.b0().includeTop(false).weights(imagenet).build())
        .withMessageContaining(
            FILE + " is not in " + folder.resolve("weights") + ", and downloading was not allowed.")
        .withMessageContaining("http://localhost")
        .withMessageContaining("(about 23 MiB)")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DOWNLOAD_FAILED));
    assertThat(requests).isZero();
    // Got in another way, it is taken from the folder.
    Files.createDirectories(folder.resolve("weights"));
    Files.copy(SharedData.path("data/" + FILE), folder.resolve("weights").resolve(FILE));
    assertThat(EfficientNetV2.b0().includeTop(false).weights(imagenet).build().weights().isEmpty())
        .isFalse();
    assertThat(requests).isZero();
  }

  @Test
  void anotherFileOfThatNameIsNotTaken() throws Exception {
    Pretrained imagenet = published();
    Files.createDirectories(folder.resolve("weights"));
    Files.writeString(folder.resolve("weights").resolve(FILE), "<html>");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> EfficientNetV2.b0().includeTop(false).weights(imagenet).build())
        .withMessageContaining("is not the publisher's file: its MD5 is ");
  }

  @Test
  void filesOfEveryFormatOfARegistryAreRead() throws IOException {
    PluginRegistry registry = PluginRegistry.discover();
    EfficientNetBuilder narrow = EfficientNet.custom(0.125, 0.5).imageSize(64).classes(10);
    for (String name :
        List.of("efficientnet_narrow.safetensors", "keras_narrow.npz", "qubvel_narrow.h5")) {
      Path file = Resources.weights(name);
      PretrainedWeights entry =
          new PretrainedWeights(
              "mine",
              "efficientnet",
              true,
              new PublishedFile(name, file.toUri(), Checksum.sha256(sha256(file)), 1),
              List.of(),
              10,
              64,
              null,
              "this test",
              Map.of(WeightTransfer.FILE_KEY, name),
              null);
      Pretrained mine =
          Pretrained.named("mine")
              .from(List.of(entry), registry.weightFormats())
              .storedIn(file.getParent());
      assertThat(
              narrow
                  .weights(mine)
                  .build()
                  .weights()
                  .differences(narrow.weights(registry.readWeights(file)).build().weights()))
          .isEmpty();
      if (!name.endsWith(".h5")) {
        assertThatExceptionOfType(EspalierException.class)
            .isThrownBy(
                () ->
                    narrow
                        .weights(mine.from(List.of(entry), List.of(new KerasLegacyHdf5())))
                        .build())
            .withMessageContaining(name + " is not a weight file in a known format.")
            .withMessageContaining("Known formats: keras-legacy-hdf5.");
      }
    }
  }

  private static String sha256(Path file) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aCustomVariantHasNoPublishedWeights() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> EfficientNet.custom(0.25, 1).weights(Pretrained.IMAGENET).build())
        .withMessageContaining("No pretrained weights \"imagenet\" are known for efficientnet.");
  }

  @Test
  void anotherNumberOfClassesIsRefusedBeforeAnythingIsDownloaded() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> EfficientNet.b0().classes(10).weights(Pretrained.IMAGENET).build())
        .withMessageContaining("The weights end in a classifier of 1000 classes")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.WEIGHT_SHAPE_MISMATCH));
  }

  @Test
  void everyVariantThatKerasPublishesIsInTheCatalogue() {
    assertThat(new EfficientNetPlugin().models())
        .extracting(ModelProvider::name)
        .filteredOn(model -> model.matches("efficientnet-b[0-7]|efficientnetv2-(b[0-3]|s|m|l)"))
        .hasSize(15)
        .allSatisfy(
            model -> {
              assertThat(Pretrained.IMAGENET.of(model, true).includeTop()).isTrue();
              assertThat(Pretrained.IMAGENET.of(model, false).includeTop()).isFalse();
            });
    assertThat(Catalogue.builtIn())
        .extracting(PretrainedWeights::model)
        .isSubsetOf(
            Stream.of(
                    new EfficientNetPlugin(),
                    new ConvNeXtPlugin(),
                    new MobileNetPlugin(),
                    new ResNetPlugin())
                .flatMap(plugin -> plugin.models().stream())
                .map(ModelProvider::name)
                .toList());
  }
}

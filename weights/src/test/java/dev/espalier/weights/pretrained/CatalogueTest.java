package dev.espalier.weights.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.data.CroppedResizing;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Weights;
import dev.espalier.plugin.Checksum;
import dev.espalier.plugin.PretrainedWeights;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {
  private static final String ENTRY =
      "{'name': 'own', 'model': 'net', 'file': 'net.pth', 'address': 'https://example.org/net.pth',"
          + " 'sha256': 'c0e6a31c', 'megabytes': 5, 'classes': 1000}";

  private static List<PretrainedWeights> read(String json) {
    return Catalogue.read(
        new ByteArrayInputStream(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)),
        "own.json");
  }

  @Test
  void everyEntryIsPublishedUnderAnAddressOfItsOwnOverHttps() {
    assertThat(Catalogue.builtIn())
        .isNotEmpty()
        .allSatisfy(
            entry -> {
              assertThat(entry.file().address()).hasScheme("https").hasNoUserInfo();
              assertThat(entry.file().address().getPath()).endsWith("/" + entry.file().name());
              assertThat(entry.file().bytes()).isPositive();
              assertThat(entry.publisher()).isNotBlank();
            });
    assertThat(Catalogue.builtIn()).extracting(PretrainedWeights::id).doesNotHaveDuplicates();
    assertThat(Catalogue.builtIn())
        .extracting(entry -> entry.file().name())
        .doesNotHaveDuplicates();
  }

  /** The checksums of REFERENCE 1.11, which are those in Keras' source. */
  @Test
  void kerasFilesHaveKerasChecksums() {
    assertThat(Pretrained.IMAGENET.of("efficientnet-b0", true).file().checksum())
        .isEqualTo(Checksum.md5("902e53a9f72be733fc0bcb005b3ebbac"));
    assertThat(Pretrained.IMAGENET.of("efficientnet-b7", false).file().checksum())
        .isEqualTo(Checksum.md5("cbcfe4450ddf6f3ad90b1b398090fe4a"));
    assertThat(Pretrained.IMAGENET.of("efficientnetv2-b0", false).file().checksum())
        .isEqualTo(Checksum.md5("893217f2bb855e2983157299931e43ff"));
  }

  /** REFERENCE 5, row 24: the names of these publishers end in the beginning of the checksum. */
  @Test
  void checksumsAreThoseInTheNamesOfTheFiles() {
    assertThat(Catalogue.builtIn())
        .filteredOn(entry -> entry.file().name().endsWith(".pth"))
        .hasSizeGreaterThan(20)
        .allSatisfy(
            entry -> {
              String name = entry.file().name();
              String digits = name.substring(name.length() - "01234567.pth".length());
              assertThat(entry.file().checksum())
                  .isEqualTo(Checksum.sha256(digits.replace(".pth", "")));
            });
  }

  /** REFERENCE 5, rows 22 and 23, with the values of 1.13. */
  @ParameterizedTest
  @CsvSource({
    "imagenet,      efficientnet-b0,    224, 256, bicubic",
    "noisy-student, efficientnet-b1,    240, 272, bicubic",
    "advprop,       efficientnet-b2,    260, 292, bicubic",
    "imagenet,      efficientnet-b3,    300, 331, bicubic",
    "imagenet,      efficientnet-b4,    380, 412, bicubic",
    "noisy-student, efficientnet-b7,    600, 632, bicubic",
    "imagenet,      efficientnetv2-s,   384, 384, bicubic",
    "imagenet,      efficientnet-lite4, 380, 413, bilinear",
    "imagenet,      resnet-50,          224, 256, bilinear",
    "imagenet,      convnext-tiny,      224, 256, bicubic"
  })
  void theImagesOfTheStatedAccuracyAreKnown(
      String name, String model, int size, int resized, String interpolation) {
    PretrainedWeights entry = Pretrained.named(name).of(model, true);
    CroppedResizing images = Objects.requireNonNull(entry.evaluation());
    assertThat(entry.imageSize()).isEqualTo(size);
    assertThat(images.filter()).hasToString(interpolation);
    assertThat(images.describe(size, size))
        .isEqualTo(
            "shorter side %d pixels, %s, center %dx%d"
                .formatted(resized, interpolation, size, size));
  }

  /**
   * REFERENCE 5, rows 22, 23 and 26: one definition, which belongs to the weights. Keras leaves it
   * to its users, who stretch images by default.
   */
  @Test
  void modelsResizeImagesAsTorchvisionAndTimmDoWithTheirWeights() {
    for (PretrainedWeights entry : Catalogue.builtIn()) {
      String rule = entry.describe(Weights.empty()).metadata().get(CroppedResizing.METADATA_KEY);
      assertThat(rule)
          .as(entry.id())
          .isEqualTo(entry.publisher().equals("Keras") ? null : String.valueOf(entry.evaluation()));
    }
  }

  @Test
  void everyStatedAccuracySaysForWhichImagesItIs() {
    assertThat(Catalogue.builtIn())
        .filteredOn(entry -> entry.accuracy() != null && entry.evaluation() == null)
        .extracting(PretrainedWeights::name)
        .as("Keras does not say it for its ResNet")
        .containsOnly("imagenet-keras");
  }

  @Test
  void theClassesOfImageNetComeWithTheClassifier() {
    List<String> names = Pretrained.IMAGENET.of("efficientnet-b0", true).classNames();
    assertThat(names).hasSize(1000).doesNotHaveDuplicates().doesNotContain("");
    assertThat(names.get(0)).isEqualTo("tench");
    assertThat(names.get(281)).isEqualTo("tabby");
    assertThat(names.get(999)).isEqualTo("toilet tissue");
    assertThat(Pretrained.IMAGENET.of("efficientnet-b0", false).classNames()).isEmpty();
    assertThat(Pretrained.IMAGENET_21K.of("efficientnetv2-s", true).classNames())
        .as("those of ImageNet-21k are others")
        .isEmpty();
  }

  @Test
  void anotherNameIsRefusedWithWhatThereIs() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Pretrained.named("imagnet").of("efficientnetv2-b0", true))
        .withMessageContaining("No pretrained weights \"imagnet\" are known for efficientnetv2-b0.")
        .withMessageContaining("Known for it: imagenet")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Pretrained.IMAGENET.of("efficientnet", true))
        .withMessageContaining("espalier weights list shows");
  }

  @Test
  void aPluginMayHaveACatalogueOfItsOwn() {
    List<PretrainedWeights> own = read("[" + ENTRY + "]");
    PretrainedWeights entry = Pretrained.named("own").from(own).of("net", true);
    assertThat(entry.file().sizeText()).isEqualTo("5 MiB");
    assertThat(entry.accuracy()).isNull();
    // Published with the classifier only: it is left out.
    assertThat(Pretrained.named("own").from(own).of("net", false)).isEqualTo(entry);
    assertThat(read("[]")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'name': 1",
        "[1]",
        "[null]",
        "[{}]",
        "[{'name': 'own', 'model': 'net', 'file': 'net.pth', 'address': 'https://example.org'}]",
        "[{'name': 'own', 'model': 'net', 'file': '../net', 'address': 'https://example.org',"
            + " 'md5': '902e53a9f72be733fc0bcb005b3ebbac'}]",
        "[{'name': 'own', 'model': 'net', 'file': 'net.pth', 'address': 'no address',"
            + " 'md5': '902e53a9f72be733fc0bcb005b3ebbac'}]"
      })
  void aCatalogueThatIsNoneIsRefused(String json) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> read(json))
        .withMessageContaining("The catalogue of weights own.json cannot be used")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION));
  }
}

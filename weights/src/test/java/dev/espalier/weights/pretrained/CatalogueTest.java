package dev.espalier.weights.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.Checksum;
import dev.espalier.plugin.PretrainedWeights;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

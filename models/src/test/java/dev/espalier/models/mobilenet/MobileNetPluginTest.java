package dev.espalier.models.mobilenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.core.PluginRegistry;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.WeightNames;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;
import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.plugin.PluginContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MobileNetPluginTest extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new MobileNetPlugin();
  }

  private ModelProvider provider(String name) {
    return plugin().models().stream()
        .filter(model -> model.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Weights weights(String file) {
    return PluginRegistry.discover().readWeights(Path.of("src/test/resources/weights", file));
  }

  @Test
  void modelsHaveTheParametersOfTimm() {
    Model small = provider("mobilenetv3-small").create(ModelRequest.defaults());
    assertThat(small.trainableParameterCount()).isEqualTo(2_542_856);
    assertThat(small.input().shape()).isEqualTo(Shape.of(-1, 224, 224, 3));
    Model large = provider("mobilenetv3-large").create(ModelRequest.defaults());
    assertThat(large.trainableParameterCount()).isEqualTo(5_483_032);
    assertThat(large.output().shape()).isEqualTo(Shape.of(-1, 1000));
  }

  @Test
  void aRequestIsFulfilled() {
    Model model =
        provider("mobilenetv3-small")
            .create(
                ModelRequest.defaults()
                    .withImageSize(65)
                    .withChannels(1)
                    .withClasses(7)
                    .withDropConnectRate(0.1));
    assertThat(model.input().shape()).isEqualTo(Shape.of(-1, 65, 65, 1));
    assertThat(model.output().shape()).isEqualTo(Shape.of(-1, 7));
    assertThat(model.layers()).filteredOn(layer -> layer.layer() instanceof Dropout).hasSize(7);
  }

  @Test
  void withoutItsClassifierTheHiddenLayerIsLeftOut() {
    Model base =
        NarrowMobileNet.large()
            .includeTop(false)
            .weights(weights("mobilenetv3_large_narrow.pth"))
            .build();
    assertThat(base.weights().contains("top_conv/kernel")).isTrue();
    assertThat(base.weights().contains("head_conv/kernel")).isFalse();
    assertThat(base.output().shape()).isEqualTo(Shape.of(-1, 2, 2, 120));
  }

  @ParameterizedTest
  @CsvSource({
    "file, tf_mobilenetv3_large_100-427764d5.pth, 'tf_mobilenetv3_large_100, which has'",
    "file, mobilenetv3_large_100_1k_miil_78_0-66471c13.pth, '_miil_78_0, which has pixels from 0'",
    "architecture, mobilenetv3_large_100.miil_in21k, '.miil_in21k, which has pixels from 0 to 1'"
  })
  void weightsOfAnotherPaddingOrInputAreRefused(String key, String name, String words) {
    assertThat(List.of(WeightTransfer.FILE_KEY, WeightNames.ARCHITECTURE_KEY)).contains(key);
    Weights ported = weights("mobilenetv3_large_narrow.pth").withMetadata(Map.of(key, name));
    assertThatThrownBy(() -> NarrowMobileNet.large().weights(ported).build())
        .hasMessageContaining("timm's ")
        .hasMessageContaining(words)
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.WEIGHT_COUNT_MISMATCH);
  }

  @ParameterizedTest
  @CsvSource({
    "mobilenetv3_large_100.ra4_e3600_r224_in1k, false",
    "mobilenetv3_large_100.ra_in1k, true"
  })
  void theInputIsThatOfTheRecipe(String architecture, boolean imageNet) {
    Weights weights =
        weights("mobilenetv3_large_narrow.pth")
            .withMetadata(Map.of(WeightNames.ARCHITECTURE_KEY, architecture));
    Model model = NarrowMobileNet.large().weights(weights).build();
    assertThat(model.layer("rescaling").layer())
        .isEqualTo(imageNet ? Rescaling.of(1.0 / 255) : Rescaling.of(1 / 127.5).offset(-1));
  }

  @Test
  void weightsOfTheOtherSizeAreRefused() {
    assertThatThrownBy(
            () -> NarrowMobileNet.small().weights(weights("mobilenetv3_large_narrow.pth")).build())
        .hasMessageContaining("mobilenetv3_large_narrow.pth (with the names of timm) has");
  }

  @Test
  void exportedNamesAreThoseOfTimm() {
    Weights theirs = weights("mobilenetv3_small_narrow.safetensors");
    Model model = NarrowMobileNet.small().weights(theirs).build();
    WeightNames names = Objects.requireNonNull(NarrowMobileNet.small().weightNames().get("timm"));
    Weights exported = names.export(model);
    exported
        .asMap()
        .forEach((name, array) -> assertThat(array).as(name).isEqualTo(theirs.get(name)));
    assertThat(theirs.names())
        .filteredOn(name -> !name.endsWith("num_batches_tracked"))
        .containsExactlyInAnyOrderElementsOf(exported.names());
  }
}

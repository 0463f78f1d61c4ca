package dev.espalier.models.convnext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.core.PluginRegistry;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.LayerNormalization;
import dev.espalier.layer.LayerScale;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.ModelLayer;
import dev.espalier.model.WeightNames;
import dev.espalier.model.Weights;
import dev.espalier.models.Pooling;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;
import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.plugin.PluginContract;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvNeXtPluginTest extends PluginContract {
  @Override
  protected Plugin plugin() {
    return new ConvNeXtPlugin();
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

  /** The totals of timm, torchvision and Keras, with and without the classifier. */
  @ParameterizedTest
  @CsvSource({
    "convnext-tiny,  28589128, 27820128, 768",
    "convnext-small, 50223688, 49454688, 768",
    "convnext-base,  88591464, 87566464, 1024"
  })
  void modelsHaveTheParametersOfTheirOrigins(
      String name, long parameters, long withoutTop, int channels) {
    Model model = provider(name).create(ModelRequest.defaults());
    assertThat(model.name()).isEqualTo(name.replace("-", ""));
    assertThat(model.parameterCount()).isEqualTo(parameters);
    assertThat(model.trainableParameterCount()).isEqualTo(parameters);
    assertThat(model.input().shape()).isEqualTo(Shape.of(-1, 224, 224, 3));
    Model base = provider(name).create(ModelRequest.defaults().withIncludeTop(false));
    assertThat(base.parameterCount()).isEqualTo(withoutTop);
    assertThat(base.output().shape()).isEqualTo(Shape.of(-1, 7, 7, channels));
  }

  @Test
  void aRequestIsFulfilled() {
    Model model =
        provider("convnext-tiny")
            .create(
                ModelRequest.defaults()
                    .withImageSize(65)
                    .withChannels(1)
                    .withClasses(7)
                    .withDropConnectRate(0.1));
    assertThat(model.input().shape()).isEqualTo(Shape.of(-1, 65, 65, 1));
    assertThat(model.output().shape()).isEqualTo(Shape.of(-1, 7));
    assertThat(model.layer("rescaling").layer()).isEqualTo(Rescaling.of(1.0 / 128).offset(-1));
  }

  @Test
  void stochasticDepthGrowsLinearlyWithTheBlock() {
    Map<String, Double> rates = new LinkedHashMap<>();
    for (ModelLayer layer : NarrowConvNeXt.create().dropConnectRate(0.2).build().layers()) {
      if (layer.layer() instanceof Dropout dropout) {
        rates.put(layer.name(), dropout.rate());
      }
    }
    assertThat(rates.keySet())
        .containsExactly(
            "stage_1_block_0_drop",
            "stage_2_block_0_drop",
            "stage_2_block_1_drop",
            "stage_3_block_0_drop");
    assertThat(rates.get("stage_1_block_0_drop")).isCloseTo(0.05, within(1e-9));
    assertThat(rates.get("stage_3_block_0_drop")).isCloseTo(0.2, within(1e-9));
  }

  @Test
  void blocksStartCloseToTheIdentity() {
    assertThat(NarrowConvNeXt.create().build().layer("stage_0_block_0_layer_scale").layer())
        .isEqualTo(LayerScale.create());
  }

  @Test
  void withoutItsClassifierTheModelEndsInALayerNormalizationAsInKeras() {
    LayerNormalization normalization = LayerNormalization.create().epsilon(1e-6);
    Model base = NarrowConvNeXt.create().includeTop(false).build();
    assertThat(base.output().shape()).isEqualTo(Shape.of(-1, 2, 2, 16));
    assertThat(base.layer("head_layernorm").layer()).isEqualTo(normalization);
    Model pooled = NarrowConvNeXt.create().includeTop(false).pooling(Pooling.MAX).build();
    assertThat(pooled.layers()).extracting(ModelLayer::name).endsWith("max_pool", "head_layernorm");
    assertThat(pooled.output().shape()).isEqualTo(Shape.of(-1, 16));
  }

  @ParameterizedTest
  @CsvSource({
    "convnext_narrow.safetensors, head.norm.bias",
    "torchvision_convnext_narrow.pth, classifier.0.bias",
    "keras_convnext_narrow.weights.h5, convnext_tiny_head_layernorm/beta",
    "keras_convnext_narrow_notop.h5, layer_normalization_3/beta"
  })
  void theClassifierOfAFileIsLeftOutWhereTheModelHasNone(String file, String last) {
    Weights theirs = weights(file);
    Model base = NarrowConvNeXt.create().includeTop(false).weights(theirs).build();
    assertThat(base.weights().names()).hasSameSizeAs(base.variables());
    assertThat(base.weights().get("head_layernorm/beta")).isEqualTo(theirs.get(last));
  }

  @Test
  void weightsOfOurOwnAreMatchedByName() {
    Model model = NarrowConvNeXt.create().weights(weights("convnext_narrow.safetensors")).build();
    assertThat(NarrowConvNeXt.create().weights(model.weights()).build().weights())
        .isEqualTo(model.weights());
  }

  @Test
  void arraysWithoutAPlaceInTheModelAreRefused() {
    // timm's ConvNeXt V2 has a normalization of responses in every block.
    Map<String, HostArray> arrays =
        new LinkedHashMap<>(weights("convnext_narrow.safetensors").asMap());
    arrays.put("stages.0.blocks.0.mlp.grn.weight", HostArray.wrap(Shape.of(1), 1));
    assertThatThrownBy(() -> NarrowConvNeXt.create().weights(Weights.of(arrays)).build())
        .hasMessageContaining("no place for: stages.0.blocks.0.mlp.grn.weight")
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.WEIGHT_COUNT_MISMATCH);
  }

  @Test
  void weightsOfAnotherDepthOrClassifierAreRefused() {
    Weights keras = weights("keras_convnext_narrow.h5");
    assertThatThrownBy(() -> NarrowConvNeXt.create().classes(5).weights(keras).build())
        .hasMessageContaining("a classifier of 10 classes, and convnextnarrow is to have 5");
    assertThatThrownBy(() -> ConvNeXt.custom(List.of(1, 1, 1, 1), 4).weights(keras).build())
        .hasMessageContaining("keras_convnext_narrow.h5 (with the names of Keras) has 9 arrays");
  }

  @Test
  void exportedNamesAreThoseOfTimm() {
    Weights theirs = weights("convnext_narrow.safetensors");
    Model model = NarrowConvNeXt.create().weights(theirs).build();
    WeightNames names = Objects.requireNonNull(NarrowConvNeXt.create().weightNames().get("timm"));
    Weights exported = names.export(model);
    exported
        .asMap()
        .forEach((name, array) -> assertThat(array).as(name).isEqualTo(theirs.get(name)));
    assertThat(exported.names()).containsExactlyInAnyOrderElementsOf(theirs.names());
  }

  @Test
  void theSizeOfACustomVariantIsChecked() {
    assertThat(ConvNeXt.custom(List.of(2, 2, 6, 2), 40).build().parameterCount())
        .as("timm's convnext_atto")
        .isEqualTo(3_695_520);
    assertThatThrownBy(() -> ConvNeXt.custom(List.of(1, 1, 1), 4))
        .hasMessageContaining("cannot have [1, 1, 1] blocks and the width 4.");
    assertThatThrownBy(() -> ConvNeXt.custom(List.of(1, 1, 0, 1), 4))
        .hasMessageContaining("cannot have [1, 1, 0, 1] blocks");
    assertThatThrownBy(() -> ConvNeXt.custom(List.of(1, 1, 1, 1), 0))
        .hasMessageContaining("the width 0");
  }
}

package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.core.PluginRegistry;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.Loading;
import dev.espalier.model.Model;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.testkit.golden.GoldenNumbers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class WeightTransferTest {
  private static final EfficientNetBuilder BUILDER =
      EfficientNet.custom(0.25, 1).imageSize(32).classes(10);
  private static final Model MODEL = BUILDER.build();
  private static final Weights WEIGHTS = GoldenNumbers.weights(MODEL);

  private static Weights renamed(UnaryOperator<String> names) {
    Map<String, HostArray> arrays = new LinkedHashMap<>();
    WEIGHTS.asMap().forEach((name, array) -> arrays.put(names.apply(name), array));
    return Weights.of(arrays);
  }

  private static Weights changed(String name, HostArray array) {
    Map<String, HostArray> arrays = new LinkedHashMap<>(WEIGHTS.asMap());
    arrays.put(name, array);
    return Weights.of(arrays);
  }

  private static Weights without(String prefix) {
    Map<String, HostArray> arrays = new LinkedHashMap<>(WEIGHTS.asMap());
    arrays.keySet().removeIf(name -> name.startsWith(prefix));
    return Weights.of(arrays);
  }

  @Test
  void inOrderNamesDoNotMatter() {
    Weights strange =
        renamed(name -> "layer_" + name.replace("kernel", "w").replace("gamma", "factor"));
    WeightTransfer transfer = WeightTransfer.inOrder(MODEL, strange);
    assertThat(transfer.model().weights()).isEqualTo(WEIGHTS);
    assertThat(transfer.matched()).hasSize(314);
    assertThat(transfer.missing()).isEmpty();
    assertThat(transfer.report())
        .isEqualTo("314 of 314 variables of \"efficientnet\" have their value.");
  }

  @Test
  void inOrderACountThatDiffersIsRefusedNamingFileAndCounts() {
    Weights shorter =
        without("predictions/").withMetadata(Map.of(WeightTransfer.FILE_KEY, "b0_notop.h5"));
    assertThatThrownBy(() -> WeightTransfer.inOrder(MODEL, shorter))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(
            "The file b0_notop.h5 has 131 layers with weights, the model \"efficientnet\" has 132.")
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.WEIGHT_COUNT_MISMATCH);
  }

  @Test
  void inOrderAnArrayMoreOrLessInALayerIsRefused() {
    Weights less = without("stem_bn/gamma");
    assertThatThrownBy(() -> WeightTransfer.inOrder(MODEL, less))
        .hasMessageContaining("\"stem_bn\"")
        .hasMessageContaining("has 3 arrays [beta, moving_mean, moving_variance]")
        .hasMessageContaining("has 4");
  }

  @Test
  void inOrderAnotherShapeIsRefusedNamingBoth() {
    Weights wrong = changed("stem_bn/gamma", HostArray.wrap(Shape.of(2), 1, 2));
    assertThatThrownBy(() -> WeightTransfer.inOrder(MODEL, wrong))
        .hasMessageContaining("stem_bn/gamma is float32(8,) in the model and float32(2,)")
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.WEIGHT_SHAPE_MISMATCH);
  }

  @Test
  void weightsOfThePackageWithoutNormalizationAreLoadedWithThatOfImageNet() {
    Map<String, HostArray> arrays = new LinkedHashMap<>();
    without("normalization/")
        .asMap()
        .forEach((name, array) -> arrays.put(name.replace("predictions/", "probs/"), array));
    Model loaded = BUILDER.weights(Weights.of(arrays)).build();
    assertThat(loaded.weights().get("predictions/kernel")).isEqualTo(arrays.get("probs/kernel"));
    assertThat(loaded.weights().get("normalization/mean").at(0)).isEqualTo(0.485f);
    assertThat(loaded.layers()).anyMatch(layer -> layer.name().equals("rescaling_1"));
  }

  /** REFERENCE 5, row 4: the 185 layers of B1's published file, in a model that lacks one. */
  @Test
  void theLayersOfAPublishedB1AreCountedWithItsNormalization() {
    Model b1 = EfficientNet.custom(0.125, 1.1).imageSize(32).includeTop(false).build();
    Weights weights = GoldenNumbers.weights(b1);
    assertThat(WeightTransfer.inOrder(b1, weights).model().weights()).isEqualTo(weights);
    Model without = b1.removeLayer("normalization");
    assertThatThrownBy(() -> WeightTransfer.inOrder(without, weights))
        .hasMessageContaining(
            "has 185 layers with weights, the model \"" + without.name() + "\" has 184.")
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.WEIGHT_COUNT_MISMATCH);
  }

  /**
   * REFERENCE 5, row 5: the file of B0 by another package has one layer and three of the 312 arrays
   * less than that of Keras; an incomplete one is called by the name of its package.
   */
  @Test
  void theCountsOfAnotherPackageAreThoseWithoutANormalization() {
    EfficientNetBuilder base = BUILDER.includeTop(false);
    Model keras = base.build();
    assertThat(keras.variables()).hasSize(312);
    Map<String, HostArray> arrays = new LinkedHashMap<>(without("normalization/").asMap());
    arrays.keySet().removeIf(name -> name.startsWith("predictions/"));
    assertThat(arrays).hasSize(309);
    assertThat(base.weights(Weights.of(arrays)).build().weights().names()).hasSize(312);
    assertThatThrownBy(() -> WeightTransfer.inOrder(keras, Weights.of(arrays)))
        .hasMessageContaining("has 130 layers with weights, the model \"efficientnet\" has 131.");
    arrays.keySet().removeIf(name -> name.startsWith("stem_bn/"));
    assertThatThrownBy(() -> base.weights(Weights.of(arrays)).build())
        .hasMessageContaining("qubvel/efficientnet");
  }

  @Test
  void aFileOfTheSecondGenerationIsNotTakenForAnotherPackage() {
    Weights second =
        Weights.of(
            Map.of(
                "stem_conv/kernel",
                HostArray.scalar(0f),
                "block4a_dwconv2/kernel",
                HostArray.scalar(0f)));
    assertThatThrownBy(() -> BUILDER.weights(second).build())
        .hasMessageContaining("2 layers with weights")
        .hasMessageContaining("It belongs to an EfficientNetV2")
        .hasMessageNotContaining("qubvel");
  }

  @Test
  void weightsOfWhichNothingFitsAreRefused() {
    Weights unrelated =
        Weights.of(Map.of("encoder/kernel", HostArray.scalar(0f)))
            .withMetadata(Map.of(WeightTransfer.FILE_KEY, "bert.safetensors"));
    for (UnaryOperator<Weights> way :
        List.<UnaryOperator<Weights>>of(
            weights -> WeightTransfer.byName(MODEL, weights).model().weights(),
            weights -> WeightTransfer.byNameWhereFitting(MODEL, weights).model().weights())) {
      assertThatThrownBy(() -> way.apply(unrelated))
          .isInstanceOfSatisfying(
              EspalierException.class,
              error -> assertThat(error.code()).isEqualTo(ErrorCode.MISSING_WEIGHTS))
          .hasMessage(
              "The file bert.safetensors has nothing for the model \"efficientnet\": none of its"
                  + " layers, such as encoder, has the name of one of the model's, such as"
                  + " normalization. Build the model that the weights belong to. [ESP-204]");
      assertThatThrownBy(() -> way.apply(Weights.empty()))
          .hasMessageStartingWith("The set of weights has no weights at all.");
    }
    Weights other =
        Weights.of(
            Map.of(
                "predictions/kernel", HostArray.wrap(Shape.of(1, 1), 0),
                "predictions/bias", HostArray.wrap(Shape.of(1), 0)));
    assertThatThrownBy(() -> WeightTransfer.byNameWhereFitting(MODEL, other))
        .hasMessageContaining("no layer of the same name has the same shapes");
  }

  @Test
  void aBuilderRefusesASetWithoutWeights() {
    assertThatThrownBy(() -> EfficientNet.b0().weights(Weights.empty()))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "The set of weights has no weights at all. Give weights of this model, or none"
                + " to start from random weights. [ESP-204]");
  }

  @Test
  void byNameAbsentLayersKeepWhatTheyHave() {
    WeightTransfer transfer = WeightTransfer.byName(MODEL, without("predictions/"));
    assertThat(transfer.missing()).containsExactly("predictions/kernel", "predictions/bias");
    assertThat(transfer.matched()).hasSize(312);
    assertThat(transfer.model().weights().names()).hasSize(312);
    assertThat(transfer.report())
        .contains("312 of 314 variables", "2 missing: predictions/kernel, predictions/bias.");
  }

  @Test
  void byNameWhatBelongsNowhereIsReported() {
    Weights more = changed("other/kernel", HostArray.scalar(1f));
    WeightTransfer transfer = WeightTransfer.byName(MODEL, more);
    assertThat(transfer.unexpected()).containsExactly("other/kernel");
    assertThat(transfer.model().weights()).isEqualTo(WEIGHTS);
  }

  @Test
  void byNameAnotherShapeIsRefusedUnlessAskedToSkip() {
    Weights wrong = changed("predictions/bias", HostArray.wrap(Shape.of(2), 1, 2));
    assertThatThrownBy(() -> WeightTransfer.byName(MODEL, wrong))
        .hasMessageContaining("predictions/bias is float32(10,) in the model and float32(2,)");
    WeightTransfer transfer = WeightTransfer.byNameWhereFitting(MODEL, wrong);
    assertThat(transfer.wrongShape()).hasSize(1);
    assertThat(transfer.model().weights().contains("predictions/kernel"))
        .as("a layer is taken whole or not at all")
        .isFalse();
    assertThat(transfer.matched()).hasSize(312);
  }

  @Test
  void byNameALayerWithOtherArraysIsSkippedOnRequest() {
    WeightTransfer transfer = WeightTransfer.byNameWhereFitting(MODEL, without("stem_bn/gamma"));
    assertThat(transfer.wrongShape()).hasSize(4);
    assertThat(transfer.matched()).hasSize(310);
  }

  @Test
  void countersMayBeFloatingNumbersInTheFile() {
    Weights floating = changed("normalization/count", HostArray.scalar(0f));
    assertThat(WeightTransfer.inOrder(MODEL, floating).model().weights()).isEqualTo(WEIGHTS);
  }

  @Test
  void skippedLayersKeepWhatTheyHave() {
    Model other = BUILDER.classes(3).build();
    Loading loading = Loading.skip("predictions");
    for (Weights weights : List.of(WEIGHTS, without("predictions/"))) {
      for (WeightTransfer transfer :
          List.of(
              WeightTransfer.byName(other, weights, loading),
              WeightTransfer.inOrder(other, weights, loading),
              WeightTransfer.exactlyOrInOrder(other, weights, loading))) {
        assertThat(transfer.missing()).containsExactly("predictions/kernel", "predictions/bias");
        assertThat(transfer.model().weights()).isEqualTo(without("predictions/"));
        assertThat(transfer.report()).contains("2 missing: predictions/kernel, predictions/bias.");
      }
    }
    assertThatThrownBy(() -> WeightTransfer.inOrder(other, WEIGHTS))
        .hasMessageContaining("predictions/kernel is");
    assertThatThrownBy(() -> WeightTransfer.byName(other, WEIGHTS, Loading.skip("head")))
        .hasMessageContaining("There is no layer named \"head\"")
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.UNKNOWN_LAYER);
  }

  @Test
  void nothingElseIsSkipped() {
    Map<String, HostArray> arrays = new LinkedHashMap<>(without("predictions/").asMap());
    arrays.put("stem_bn/gamma", HostArray.wrap(Shape.of(2), 1, 2));
    assertThatThrownBy(
            () -> WeightTransfer.inOrder(MODEL, Weights.of(arrays), Loading.skip("predictions")))
        .hasMessageContaining("stem_bn/gamma is");
    assertThatThrownBy(
            () -> WeightTransfer.inOrder(MODEL, without("stem_"), Loading.skip("predictions")))
        .hasMessageContaining("has 130 layers with weights, the model \"efficientnet\" has 132.");
  }

  @Test
  void aBuilderTakesWeightsOfOtherClassesWithoutTheClassifier() {
    Loading loading = Loading.skip("predictions");
    Model model = BUILDER.classes(3).weights(WEIGHTS, loading).build();
    assertThat(model.output().shape().size(-1)).isEqualTo(3);
    assertThat(model.weights()).isEqualTo(without("predictions/"));
    Weights timm =
        PluginRegistry.discover().readWeights(Resources.weights("efficientnet_narrow.pth"));
    EfficientNetBuilder narrow = EfficientNet.custom(0.125, 0.5).imageSize(64);
    Model base = narrow.includeTop(false).weights(timm).build();
    Model other = narrow.classes(3).weights(timm, loading).build();
    assertThat(other.weights()).isEqualTo(base.weights());
    assertThatThrownBy(() -> narrow.classes(3).weights(timm).build())
        .hasMessageContaining("The weights end in a classifier of 10 classes");
  }
}

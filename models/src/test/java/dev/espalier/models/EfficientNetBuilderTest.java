package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.data.CroppedResizing;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Variable;
import dev.espalier.initializer.Initializers;
import dev.espalier.initializer.VarianceScaling.Distribution;
import dev.espalier.initializer.VarianceScaling.Mode;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.preprocessing.Normalization;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.InferenceSettings;
import dev.espalier.model.Loading;
import dev.espalier.model.Model;
import dev.espalier.model.ModelLayer;
import dev.espalier.model.Weights;
import dev.espalier.testkit.golden.GoldenNumbers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EfficientNetBuilderTest {
  private static final EfficientNetBuilder SMALL =
      EfficientNet.custom(0.25, 1).imageSize(32).classes(10);

  private static void assertRefused(ErrorCode code, String words, ThrowingCallable building) {
    assertThatThrownBy(building)
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(words)
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(code);
  }

  // ---- settings

  @Test
  void eachMethodLeavesTheBuilderItIsCalledOnAsItWas() {
    EfficientNetBuilder builder = EfficientNet.b0();
    EfficientNetBuilder other = builder.classes(7).includeTop(false).imageSize(64).name("other");
    assertThat(builder.build().parameterCount()).isEqualTo(5_330_571);
    assertThat(other.build().name()).isEqualTo("other");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4})
  void withoutTopAnyNumberOfChannelsIsTaken(int channels) {
    Model model = EfficientNet.b0().includeTop(false).inputShape(64, 96, channels).build();
    assertThat(model.output().shape()).isEqualTo(Shape.of(-1, 2, 3, 1280));
    Model second = EfficientNetV2.b0().includeTop(false).inputShape(64, 96, channels).build();
    assertThat(second.output().shape()).isEqualTo(Shape.of(-1, 2, 3, 1280));
  }

  @Test
  void anOddSizeIsTaken() {
    assertThat(EfficientNet.b0().includeTop(false).imageSize(123).build().output().shape())
        .isEqualTo(Shape.of(-1, 4, 4, 1280));
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, '(None, 2, 2, 1280)', top_activation",
    "AVG, '(None, 1280)', avg_pool",
    "MAX, '(None, 1280)', max_pool"
  })
  void poolingEndsAModelWithoutTop(Pooling pooling, String shape, String last) {
    Model model = EfficientNet.b0().includeTop(false).imageSize(64).pooling(pooling).build();
    assertThat(model.output().shape()).hasToString(shape);
    assertThat(model.output().name()).isEqualTo(last);
  }

  @Test
  void theClassifierIsASoftmaxUnlessToldOtherwise() {
    assertThat(SMALL.build().output().plainLayer())
        .hasFieldOrPropertyWithValue("activation", Activation.SOFTMAX);
    assertThat(SMALL.classifierActivation(Activation.LINEAR).build().output().plainLayer())
        .hasFieldOrPropertyWithValue("activation", Activation.LINEAR);
  }

  @Test
  void aDropoutRateOfZeroLeavesTheLayerOut() {
    assertThat(SMALL.dropoutRate(0).build().layers())
        .extracting(ModelLayer::name)
        .doesNotContain("top_dropout");
  }

  @Test
  void initialValuesAreDrawnAsInKeras() {
    Map<String, Object> initializers = new LinkedHashMap<>();
    for (Variable variable : SMALL.build().variables()) {
      initializers.put(variable.name(), variable.initializer());
    }
    assertThat(initializers)
        .containsEntry(
            "block1a_dwconv/kernel",
            Initializers.varianceScaling(2, Mode.FAN_OUT, Distribution.TRUNCATED_NORMAL))
        .containsEntry(
            "block1a_se_reduce/kernel",
            Initializers.varianceScaling(2, Mode.FAN_OUT, Distribution.TRUNCATED_NORMAL))
        .containsEntry("block1a_se_reduce/bias", Initializers.zeros())
        .containsEntry(
            "predictions/kernel",
            Initializers.varianceScaling(1.0 / 3, Mode.FAN_OUT, Distribution.UNIFORM));
  }

  // ---- stochastic depth, REFERENCE 1.8

  @Test
  void dropRatesOfB0GrowWithTheBlock() {
    assertThat(dropRates(EfficientNet.b0().build()))
        .containsExactly(
            "block2b 0.0250",
            "block3b 0.0500",
            "block4b 0.0750",
            "block4c 0.0875",
            "block5b 0.1125",
            "block5c 0.1250",
            "block6b 0.1500",
            "block6c 0.1625",
            "block6d 0.1750");
  }

  /** REFERENCE 5, row 13: the last block of B5 survives with 0.805, where a port had 0.525. */
  @Test
  void dropRatesOfTheFirstGenerationDivideByTheScaledNumberOfBlocks() {
    List<String> rates = dropRates(EfficientNet.b7().build());
    assertThat(rates).hasSize(48).startsWith("block1b 0.0036").endsWith("block7d 0.1964");
    assertThat(dropRates(EfficientNet.b5().build())).endsWith("block7c 0.1949");
  }

  @Test
  void dropRatesOfTheSecondGenerationDivideByTheUnscaledNumberOfBlocks() {
    List<String> rates = dropRates(EfficientNetV2.b3().build());
    assertThat(rates).startsWith("block1b 0.0095").endsWith("block6l 0.2952");
  }

  @Test
  void aDropConnectRateOfZeroLeavesTheLayersOut() {
    assertThat(dropRates(EfficientNet.b0().dropConnectRate(0).build())).isEmpty();
  }

  @Test
  void theDropConnectRateScalesAllBlocks() {
    assertThat(dropRates(EfficientNet.b0().dropConnectRate(0.4).build()))
        .startsWith("block2b 0.0500")
        .endsWith("block6d 0.3500");
  }

  private static List<String> dropRates(Model model) {
    return model.layers().stream()
        .filter(layer -> layer.name().endsWith("_drop"))
        .map(
            layer ->
                layer.name().replace("_drop", "")
                    + String.format(
                        java.util.Locale.ROOT, " %.4f", ((Dropout) layer.layer()).rate()))
        .toList();
  }

  // ---- arguments out of range, REFERENCE 1.7

  @Test
  void aSideBelow32IsRefused() {
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "at least 32x32",
        () -> EfficientNet.b0().imageSize(31).build());
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "31x64",
        () -> EfficientNet.b0().includeTop(false).inputShape(31, 64, 3).build());
  }

  @Test
  void anUnknownSideIsRefused() {
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "must be known",
        () -> EfficientNet.b0().inputShape(-1, -1, 3).build());
  }

  @Test
  void channelsAndClassesBelowOneAreRefused() {
    assertRefused(
        ErrorCode.INVALID_ARGUMENT, "0 channels", () -> EfficientNet.b0().channels(0).build());
    assertRefused(
        ErrorCode.INVALID_ARGUMENT, "0 classes", () -> EfficientNet.b0().classes(0).build());
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
  void ratesOutsideZeroToOneAreRefused(double rate) {
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "drop-connect rate",
        () -> EfficientNet.b0().dropConnectRate(rate).build());
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "dropout rate",
        () -> EfficientNet.b0().dropoutRate(rate).build());
  }

  @Test
  void aRateThatOnlyTheLastBlockOfADeepModelExceedsIsRefused() {
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "the last block would get",
        () -> EfficientNetV2.custom(0.25, 3).dropConnectRate(0.5).build());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, 1e9})
  void widthAndDepthMustBeSensible(double factor) {
    assertRefused(ErrorCode.INVALID_ARGUMENT, "The width", () -> EfficientNet.custom(factor, 1));
    assertRefused(ErrorCode.INVALID_ARGUMENT, "The depth", () -> EfficientNetV2.custom(1, factor));
  }

  @Test
  void aPretrainedClassifierIsASoftmaxOrGivesLogits() {
    Weights weights = GoldenNumbers.weights(SMALL.build());
    assertThat(SMALL.weights(weights).classifierActivation(Activation.LINEAR).build().weights())
        .isEqualTo(weights);
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "activation sigmoid",
        () -> SMALL.weights(weights).classifierActivation(Activation.SIGMOID).build());
    assertThat(SMALL.classifierActivation(Activation.SIGMOID).build().layer("predictions").layer())
        .isInstanceOfSatisfying(
            Dense.class, last -> assertThat(last.activation()).isEqualTo(Activation.SIGMOID));
  }

  @Test
  void weightsOfOtherClassesAreRefusedNamingBothNumbers() {
    Weights weights = GoldenNumbers.weights(SMALL.build());
    assertRefused(
        ErrorCode.WEIGHT_SHAPE_MISMATCH,
        "a classifier of 10 classes, and efficientnet is to have 12",
        () -> SMALL.classes(12).weights(weights).build());
  }

  @Test
  void aClassifierOfOtherClassesIsSkippedByItsNameOrByAPattern() {
    Weights weights = GoldenNumbers.weights(SMALL.build());
    for (String skipped : List.of("predictions", "pred*")) {
      Model model = SMALL.classes(12).weights(weights, Loading.skip(skipped)).build();
      assertThat(model.weights().get("stem_conv/kernel"))
          .isEqualTo(weights.get("stem_conv/kernel"));
      assertThat(model.weights().names()).noneMatch(name -> name.startsWith("predictions/"));
    }
  }

  @Test
  void weightsWithAClassifierForAModelWithoutAreRefusedNamingBothCounts() {
    Weights weights = GoldenNumbers.weights(SMALL.build());
    assertRefused(
        ErrorCode.WEIGHT_COUNT_MISMATCH,
        "has 132 layers with weights, the model \"efficientnet\" has 131",
        () -> SMALL.includeTop(false).weights(weights).build());
  }

  @Test
  void weightsOfB1InB0AreRefusedNamingBothCounts() {
    Weights b1 = GoldenNumbers.weights(EfficientNet.b1().includeTop(false).build());
    assertRefused(
        ErrorCode.WEIGHT_COUNT_MISMATCH,
        "185 layers with weights, the model \"efficientnetb0\" has 131",
        () -> EfficientNet.b0().includeTop(false).weights(b1).build());
  }

  /** REFERENCE 5, row 11: grey images need other weights; image files are decoded in colour. */
  @Test
  void weightsForOtherChannelsAreRefusedNamingBothShapes() {
    Weights colour = GoldenNumbers.weights(SMALL.includeTop(false).build());
    assertRefused(
        ErrorCode.WEIGHT_SHAPE_MISMATCH,
        "stem_conv/kernel is float32(3, 3, 1, 8) in the model and float32(3, 3, 3, 8)",
        () -> SMALL.includeTop(false).channels(1).weights(colour).build());
  }

  @Test
  void thePublishedClassifierTakesOnlyImagesOfItsOwnSize() {
    EfficientNetBuilder b0 = EfficientNet.b0();
    Weights published = published(b0.build());
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "takes images of 224x224 pixels, not 128x128",
        () -> b0.imageSize(128).weights(published).build());
    assertThat(b0.weights(published).build().layers()).hasSize(241);
  }

  // ---- normalization, REFERENCE 1.6

  /** Keras' files hold the deviation as the variance. */
  private static Weights published(Model model) {
    Map<String, HostArray> arrays = new LinkedHashMap<>(GoldenNumbers.weights(model).asMap());
    arrays.put("normalization/variance", HostArray.wrap(Shape.of(3), 0.229f, 0.224f, 0.225f));
    return Weights.of(arrays);
  }

  private static List<String> firstLayers(Model model) {
    return model.layers().stream().map(ModelLayer::name).limit(4).toList();
  }

  @Test
  void withoutWeightsNothingIsAdaptedToImageNet() {
    Model model = SMALL.build();
    assertThat(firstLayers(model))
        .containsExactly("input_layer", "rescaling", "normalization", "stem_conv_pad");
    assertThat(model.weights().isEmpty()).isTrue();
  }

  @Test
  void thePublishedWeightsAreToldByTheirVarianceAndMended() {
    Model model = SMALL.weights(published(SMALL.build())).build();
    assertThat(firstLayers(model))
        .containsExactly("input_layer", "rescaling", "normalization", "rescaling_1");
    Rescaling mending = (Rescaling) model.layer("rescaling_1").layer();
    assertThat(mending.scale())
        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-9 ? 0 : 1)
        .containsExactly(2.0896918976428642, 2.1128856368212916, 2.1081851067789197);
  }

  @Test
  void weightsWithAHonestVarianceAreNotMended() {
    Weights honest = GoldenNumbers.weights(SMALL.build());
    assertThat(firstLayers(SMALL.weights(honest).build())).doesNotContain("rescaling_1");
  }

  @Test
  void theWayOfTensorFlow23CanBeAskedFor() {
    Weights published = published(SMALL.build());
    Model model =
        SMALL.weights(published).inputNormalization(InputNormalization.IMAGENET_TF23).build();
    assertThat(firstLayers(model)).doesNotContain("rescaling_1");
    assertThat(model.weights().get("normalization/variance").at(0)).isEqualTo(0.229f);
  }

  @Test
  void metadataOfTheWeightsDecideBeforeTheirValues() {
    Weights named =
        published(SMALL.build())
            .withMetadata(Map.of(InputNormalization.METADATA_KEY, "IMAGENET_TF23"));
    assertThat(firstLayers(SMALL.weights(named).build())).doesNotContain("rescaling_1");
    Weights unknown = named.withMetadata(Map.of(InputNormalization.METADATA_KEY, "WHATEVER"));
    assertRefused(ErrorCode.INVALID_ARGUMENT, "WHATEVER", () -> SMALL.weights(unknown).build());
  }

  @Test
  void weightsSayHowImagesAreResizedForThem() {
    Weights weights = GoldenNumbers.weights(SMALL.build());
    assertThat(SMALL.weights(weights).build().inferenceSettings())
        .isEqualTo(InferenceSettings.defaults());
    Weights cropping = weights.withMetadata(Map.of(CroppedResizing.METADATA_KEY, "bicubic 0.875"));
    assertThat(SMALL.weights(cropping).build().inferenceSettings())
        .isEqualTo(InferenceSettings.defaults().withResizing(CroppedResizing.of("bicubic 0.875")));
    Weights odd = weights.withMetadata(Map.of(CroppedResizing.METADATA_KEY, "lanczos"));
    assertRefused(ErrorCode.INVALID_ARGUMENT, "lanczos", () -> SMALL.weights(odd).build());
  }

  @Test
  void adversariallyTrainedWeightsGetHalvesWhateverTheFileHolds() {
    Model model =
        SMALL
            .weights(published(SMALL.build()))
            .inputNormalization(InputNormalization.ADVPROP)
            .build();
    assertThat(model.weights().get("normalization/mean").at(2)).isEqualTo(0.5);
    assertThat(model.weights().get("normalization/variance").at(2)).isEqualTo(0.25);
    assertThat(model.weights().names()).hasSize(314);
    assertThat(firstLayers(model)).doesNotContain("rescaling_1");
  }

  @Test
  void imageNetWeightsWithoutTheirNormalizationAreRefused() {
    Weights published = published(SMALL.build());
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "The weights were trained with the input normalization IMAGENET, and efficientnet is to"
            + " have UNADAPTED",
        () -> SMALL.weights(published).inputNormalization(InputNormalization.UNADAPTED).build());
    Weights adversarial =
        published.withMetadata(Map.of(InputNormalization.METADATA_KEY, "ADVPROP"));
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "trained with the input normalization ADVPROP, and efficientnet is to have IMAGENET",
        () -> SMALL.weights(adversarial).inputNormalization(InputNormalization.IMAGENET).build());
    Model same = SMALL.weights(adversarial).inputNormalization(InputNormalization.ADVPROP).build();
    assertThat(same.weights().get("normalization/mean").at(2)).isEqualTo(0.5);
  }

  @Test
  void imageNetNormalizationDoesNotNeedWeights() {
    Model model = SMALL.inputNormalization(InputNormalization.IMAGENET).build();
    assertThat(model.weights().names())
        .containsExactly("normalization/mean", "normalization/variance", "normalization/count");
    assertThat(model.weights().get("normalization/mean").at(0)).isEqualTo(0.485, within(1e-7));
  }

  @Test
  void imageNetNormalizationNeedsThreeChannels() {
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "with 1 channels cannot have the input normalization IMAGENET",
        () -> SMALL.channels(1).inputNormalization(InputNormalization.IMAGENET).build());
  }

  @Test
  void theSecondGenerationScalesByConstants() {
    Model b0 = EfficientNetV2.b0().includeTop(false).build();
    assertThat(firstLayers(b0))
        .containsExactly("input_layer", "rescaling", "normalization", "stem_conv");
    Normalization normalization = (Normalization) b0.layer("normalization").layer();
    assertThat(normalization.mean()).containsExactly(0.485, 0.456, 0.406);
    assertThat(normalization.variance().get(0)).isEqualTo(0.052441, within(1e-12));
    Model small = EfficientNetV2.s().includeTop(false).build();
    assertThat(firstLayers(small))
        .containsExactly("input_layer", "rescaling", "stem_conv", "stem_bn");
    assertThat(small.layer("rescaling").layer()).isEqualTo(Rescaling.of(1.0 / 128).offset(-1));
    assertThat(EfficientNetV2.b0().channels(1).includeTop(false).build().layer("rescaling").layer())
        .isEqualTo(Rescaling.of(1.0 / 128).offset(-1));
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "UNADAPTED",
        () -> EfficientNetV2.s().inputNormalization(InputNormalization.UNADAPTED).build());
  }
}

package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.core.PluginRegistry;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Layer;
import dev.espalier.layer.convolution.ZeroPadding2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.option.OptionValues;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;
import dev.espalier.testkit.golden.GoldenNumbers;
import dev.espalier.weights.pytorch.PyTorchFormat;
import dev.espalier.weights.tensorflow.TensorFlowCheckpoint;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What follows from where weights are from; no engine runs. */
class EfficientNetOriginTest {
  private static final PluginRegistry REGISTRY = PluginRegistry.discover();

  private static final Weights TIMM =
      REGISTRY.readWeights(Resources.weights("efficientnet_narrow.pth"));

  private static EfficientNetBuilder narrow() {
    return EfficientNet.custom(0.125, 0.5).imageSize(64).classes(10);
  }

  private static Weights named(String key, String value) {
    return TIMM.withMetadata(Map.of(key, value));
  }

  private static Layer layer(Model model, String name) {
    return model.layer(name).layer();
  }

  private static double epsilon(Model model) {
    return ((BatchNormalization) layer(model, "stem_bn")).epsilon();
  }

  @ParameterizedTest
  @CsvSource({
    "file, efficientnet_b0_ra-3dd342df.pth, 1e-5",
    "file, tf_efficientnet_b0_aa-827b6e33.pth, 1e-3",
    "architecture, efficientnet_b0.ra_in1k, 1e-5",
    "architecture, tf_efficientnet_b0.ns_jft_in1k, 1e-3"
  })
  void theNameOfTheFileOrModelTellsTheTwoKindsOfTimm(String key, String name, double epsilon) {
    Model model = narrow().weights(named(key, name)).build();
    assertThat(epsilon(model)).isEqualTo(epsilon);
    assertThat(layer(model, "stem_conv_pad"))
        .isEqualTo(epsilon == 1e-5 ? ZeroPadding2D.of(1, 1, 1, 1) : ZeroPadding2D.of(0, 1, 0, 1));
  }

  @Test
  void whereNothingTellsThemThereIsAQuestion() {
    Weights unnamed = named(WeightTransfer.FILE_KEY, "model.safetensors");
    assertThatThrownBy(() -> narrow().weights(unnamed).build())
        .hasMessageContaining("from a tf_efficientnet_… or an efficientnet_… model")
        .hasMessageContaining("origin(EfficientNetOrigin.TIMM_TENSORFLOW)")
        .hasMessageContaining("model.origin=timm-tensorflow")
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(epsilon(narrow().weights(unnamed).padding(StridedPadding.PYTORCH).build()))
        .isEqualTo(1e-5);
    assertThat(
            epsilon(narrow().weights(unnamed).origin(EfficientNetOrigin.TIMM_TENSORFLOW).build()))
        .isEqualTo(1e-3);
  }

  @ParameterizedTest
  @CsvSource({
    "tf_efficientnet_b0_ap-f262efe1.pth, true",
    "tf_efficientnet_b0.ap_in1k, true",
    "tf_efficientnet_b0_aa-827b6e33.pth, false",
    "tf_efficientnet_b0_apart.pth, false"
  })
  void advPropIsToldByTheName(String file, boolean adversarial) {
    Model model = narrow().weights(named(WeightTransfer.FILE_KEY, file)).build();
    assertThat(model.weights().get("normalization/mean").at(0))
        .isEqualTo(adversarial ? 0.5f : 0.485f);
  }

  @Test
  void theClassifierOfTheFileIsLeftOutWhereTheModelHasNone() {
    Weights weights = named(WeightTransfer.FILE_KEY, "efficientnet_b0.pth");
    Model base = narrow().includeTop(false).weights(weights).build();
    assertThat(base.weights().contains("top_conv/kernel")).isTrue();
    assertThat(base.weights().contains("predictions/kernel")).isFalse();
  }

  @Test
  void weightsOfALargerOrSmallerVariantAreRefused() {
    Weights weights = named(WeightTransfer.FILE_KEY, "efficientnet_b0.pth");
    EfficientNetBuilder smaller = EfficientNet.custom(0.125, 0.2).imageSize(64).classes(10);
    assertThatThrownBy(() -> smaller.weights(weights).build())
        .hasMessageContaining("efficientnet_b0.pth (with the names of timm) has")
        .hasMessageContaining("no place for: blocks.3.1.conv_pw.weight")
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.WEIGHT_COUNT_MISMATCH);
    EfficientNetBuilder larger = EfficientNet.custom(0.125, 1).imageSize(64).classes(10);
    assertThatThrownBy(() -> larger.weights(weights).build())
        .hasMessageContaining("lacks")
        .hasMessageContaining("blocks.1.1.conv_pw.weight (block2b_expand_conv/kernel)")
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.MISSING_WEIGHTS);
  }

  @Test
  void aClassifierOfOtherClassesIsRefused() {
    Weights weights = named(WeightTransfer.FILE_KEY, "efficientnet_b0.pth");
    assertThatThrownBy(() -> narrow().classes(7).weights(weights).build())
        .hasMessageContaining("classifier of 10 classes")
        .hasMessageContaining("is to have 7")
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.WEIGHT_SHAPE_MISMATCH);
  }

  @Test
  void torchvisionTookTheLargestVariantsFromTensorFlow() {
    EfficientNetOrigin torchvision = EfficientNetOrigin.TORCHVISION;
    Model b4 = EfficientNet.b4().imageSize(32).origin(torchvision).build();
    Model b5 = EfficientNet.b5().imageSize(32).origin(torchvision).build();
    assertThat(epsilon(b4)).isEqualTo(1e-5);
    assertThat(((BatchNormalization) layer(b4, "stem_bn")).momentum()).isEqualTo(0.9);
    assertThat(epsilon(b5)).isEqualTo(1e-3);
    assertThat(((BatchNormalization) layer(b5, "stem_bn")).momentum()).isEqualTo(0.99);
    assertThat(layer(b5, "stem_conv_pad")).isEqualTo(ZeroPadding2D.of(1, 1, 1, 1));
  }

  @ParameterizedTest
  @EnumSource(EfficientNetOrigin.class)
  void everyOriginBuildsBothGenerationsWithoutWeights(EfficientNetOrigin origin) {
    assertThat(narrow().origin(origin).build().parameterCount())
        .isEqualTo(narrow().build().parameterCount());
    EfficientNetBuilder second = EfficientNetV2.custom(0.125, 0.3).imageSize(64).origin(origin);
    assertThat(second.build().layers()).isNotEmpty();
  }

  @Test
  void smallToLargeOfTheSecondGenerationAreNormalizedAsTheirOriginDoes() {
    EfficientNetBuilder small = EfficientNetV2.s().imageSize(32);
    assertThat(layer(small.build(), "rescaling")).isEqualTo(Rescaling.of(1.0 / 128).offset(-1));
    assertThat(layer(small.origin(EfficientNetOrigin.TIMM_TENSORFLOW).build(), "rescaling"))
        .isEqualTo(Rescaling.of(1 / 127.5).offset(-1));
    assertThat(layer(small.origin(EfficientNetOrigin.TORCHVISION).build(), "rescaling"))
        .isEqualTo(Rescaling.of(1.0 / 255));
  }

  @Test
  void aFileOfTorchvisionNeedsNothingButItself() {
    Path file = Resources.weights("torchvision_narrow.pth");
    assertThatThrownBy(() -> torchvision(file)).hasMessageContaining("lacks");
  }

  /** The guide shows this. */
  private static Model torchvision(Path file) {
    Model model = EfficientNet.b0().weights(PyTorchFormat.load(file)).build();
    return model;
  }

  @Test
  void aCheckpointOfTensorFlowNeedsNothingButItself() {
    Path file = Resources.weights("tensorflow_narrow.ckpt.index");
    assertThatThrownBy(() -> tensorflow(file))
        .hasMessageContaining("tensorflow_narrow.ckpt.index (with the names of tensorflow/tpu)")
        .hasMessageContaining("efficientnet-b0/blocks_");
  }

  /** REFERENCE 5, row 25: the plain variables of the checkpoint are other numbers. */
  @Test
  void theMovingAveragesOfACheckpointAreTaken() {
    Weights checkpoint =
        TensorFlowCheckpoint.load(Resources.weights("tensorflow_narrow.ckpt.index"));
    Model model =
        EfficientNet.custom(0.125, 0.5).imageSize(64).classes(10).weights(checkpoint).build();
    for (String name : List.of("stem_conv/kernel", "block6b_bn/moving_variance", "top_bn/gamma")) {
      HostArray expected = GoldenNumbers.weights(model).get(name);
      HostArray loaded = model.weights().get(name);
      for (int i = 0; i < expected.elementCount(); i++) {
        assertThat(loaded.at(i)).isCloseTo(expected.at(i), within(1e-6));
      }
    }
  }

  /**
   * REFERENCE 5, row 32: a checkpoint becomes a model with the classifier and one without, and
   * names that belong nowhere are reported.
   */
  @Test
  void aCheckpointBecomesAModelWithTheClassifierAndOneWithout() {
    Weights checkpoint =
        TensorFlowCheckpoint.load(Resources.weights("tensorflow_narrow.ckpt.index"));
    Model whole = narrow().weights(checkpoint).build();
    Model base = narrow().includeTop(false).weights(checkpoint).build();
    assertThat(whole.weights().names()).hasSize(base.weights().names().size() + 2);
    assertThat(base.weights().asMap())
        .allSatisfy((name, array) -> assertThat(array).isEqualTo(whole.weights().get(name)));
    Map<String, HostArray> more = new LinkedHashMap<>(checkpoint.asMap());
    more.put("efficientnet-b0/blocks_99/conv2d/kernel", HostArray.scalar(1f));
    Weights other = Weights.of(more).withMetadata(checkpoint.metadata());
    assertThatThrownBy(() -> narrow().weights(other).build())
        .hasMessageContaining("no place for: efficientnet-b0/blocks_99/conv2d/kernel");
  }

  /** The guide shows this. */
  private static Model tensorflow(Path file) {
    Model model = EfficientNet.b0().weights(TensorFlowCheckpoint.load(file)).build();
    return model;
  }

  /** The guide shows this. */
  private static Model timm(PluginRegistry registry, Path file) {
    Model base =
        EfficientNet.b0()
            .includeTop(false)
            .weights(registry.readWeights(file))
            .origin(EfficientNetOrigin.TIMM_TENSORFLOW)
            .build();
    return base;
  }

  @Test
  void theOriginThatIsSetNeedsNoName() {
    Path file = Resources.weights("efficientnet_narrow.safetensors");
    assertThatThrownBy(() -> timm(REGISTRY, file)).hasMessageContaining("with the names of timm");
  }

  @Test
  void theNormalizationIsAnOptionOfTheModel() {
    ModelProvider provider = REGISTRY.model("efficientnet-b0");
    Model model =
        provider.create(
            ModelRequest.defaults()
                .withImageSize(32)
                .withOptions(
                    OptionValues.of(
                        "the model",
                        provider.options(),
                        Map.of("input-normalization", "advprop"))));
    assertThat(model.weights().get("normalization/mean").at(0)).isEqualTo(0.5f);
  }

  @Test
  void theOriginIsAnOptionOfTheModel() {
    ModelProvider provider = REGISTRY.model("efficientnet-b0");
    Model model =
        provider.create(
            ModelRequest.defaults()
                .withImageSize(32)
                .withOptions(
                    OptionValues.of(
                        "the model", provider.options(), Map.of("origin", "torchvision"))));
    assertThat(epsilon(model)).isEqualTo(1e-5);
    assertThat(
            epsilon(
                provider.create(
                    ModelRequest.defaults()
                        .withImageSize(32)
                        .withOptions(
                            OptionValues.of(
                                "the model", provider.options(), Map.of("padding", "pytorch"))))))
        .isEqualTo(1e-3);
  }
}

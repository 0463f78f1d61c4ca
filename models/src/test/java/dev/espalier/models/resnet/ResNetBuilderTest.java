package dev.espalier.models.resnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.core.PluginRegistry;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.convolution.ZeroPadding2D;
import dev.espalier.layer.preprocessing.Normalization;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.model.ModelLayer;
import dev.espalier.model.WeightNames;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.models.InputNormalization;
import dev.espalier.models.Pooling;
import dev.espalier.testkit.golden.GoldenNumbers;
import dev.espalier.weights.pytorch.PyTorchFormat;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResNetBuilderTest {
  private static final Weights TORCHVISION = weights("resnet_basic.safetensors");
  private static final Weights BOTTLENECK = weights("resnet_bottleneck.pth");
  private static final Weights KERAS = weights("keras_resnet_narrow.h5");

  private static Weights weights(String file) {
    return PluginRegistry.discover().readWeights(Path.of("src/test/resources/weights", file));
  }

  private static void assertRefused(ErrorCode code, String words, ThrowingCallable building) {
    assertThatThrownBy(building)
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(words)
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(code);
  }

  private static ResNetBuilder variant(String name) {
    return switch (name) {
      case "resnet18" -> ResNet.resnet18();
      case "resnet34" -> ResNet.resnet34();
      case "resnet50" -> ResNet.resnet50();
      default -> ResNet.resnet101();
    };
  }

  /** The parameters and the buffers of torchvision's and of timm's models. */
  @ParameterizedTest
  @CsvSource({
    "resnet18,  11689512,   9600, 512",
    "resnet34,  21797672,  17024, 512",
    "resnet50,  25557032,  53120, 2048",
    "resnet101, 44549160, 105344, 2048"
  })
  void theVariantsHaveTheParametersOfTorchvision(
      String name, long parameters, long buffers, int features) {
    Model model = variant(name).build();
    assertThat(model.name()).isEqualTo(name);
    assertThat(model.trainableParameterCount()).isEqualTo(parameters);
    assertThat(model.parameterCount()).isEqualTo(parameters + buffers);
    assertThat(variant(name).includeTop(false).build().output().shape())
        .isEqualTo(Shape.of(-1, 7, 7, features));
  }

  @Test
  void layersHaveTheNamesOfKeras() {
    assertThat(NarrowResNet.bottleneck().build().layers())
        .extracting(ModelLayer::name)
        .startsWith(
            "input_layer",
            "rescaling",
            "normalization",
            "conv1_pad",
            "conv1_conv",
            "conv1_bn",
            "conv1_relu",
            "pool1_pad",
            "pool1_pool",
            "conv2_block1_1_conv")
        .contains(
            "conv2_block1_0_conv",
            "conv2_block1_0_bn",
            "conv2_block1_3_bn",
            "conv2_block2_add",
            "conv3_block1_2_pad",
            "conv5_block1_out")
        .doesNotContain("conv2_block2_0_conv")
        .endsWith("conv5_block1_out", "avg_pool", "predictions");
  }

  @Test
  void theStrideIsInTheSpatialConvolutionWithPaddingOnAllSides() {
    Model model = NarrowResNet.bottleneck().build();
    assertThat(model.layer("conv3_block1_1_conv").layer())
        .isInstanceOfSatisfying(
            Conv2D.class, layer -> assertThat(layer.strides()).isEqualTo(Size2d.square(1)));
    assertThat(model.layer("conv3_block1_2_pad").layer()).isEqualTo(ZeroPadding2D.of(1, 1, 1, 1));
    assertThat(model.layer("conv3_block1_2_conv").layer())
        .isInstanceOfSatisfying(
            Conv2D.class,
            layer -> {
              assertThat(layer.strides()).isEqualTo(Size2d.square(2));
              assertThat(layer.padding()).isEqualTo(Padding.VALID);
              assertThat(layer.useBias()).isFalse();
            });
    assertThat(model.layer("conv1_pad").layer()).isEqualTo(ZeroPadding2D.of(3, 3, 3, 3));
    assertThat(model.layer("conv1_bn").layer())
        .isInstanceOfSatisfying(
            BatchNormalization.class,
            layer -> {
              assertThat(layer.epsilon()).isEqualTo(1e-5);
              assertThat(layer.momentum()).isEqualTo(0.9);
            });
  }

  @Test
  void eachMethodLeavesTheBuilderItIsCalledOnAsItWas() {
    ResNetBuilder builder = NarrowResNet.basic();
    Model other =
        builder.classes(7).includeTop(false).pooling(Pooling.MAX).imageSize(32).name("b").build();
    assertThat(other.name()).isEqualTo("b");
    assertThat(other.output().shape()).isEqualTo(Shape.of(-1, 32));
    assertThat(builder.build().output().shape()).isEqualTo(Shape.of(-1, 10));
  }

  @Test
  void stochasticDepthGrowsWithTheBlockToTheRate() {
    List<ModelLayer> layers = NarrowResNet.basic().dropConnectRate(0.2).build().layers();
    Map<String, Double> rates = new LinkedHashMap<>();
    for (ModelLayer layer : layers) {
      if (layer.layer() instanceof Dropout dropout) {
        rates.put(layer.name(), dropout.rate());
      }
    }
    assertThat(rates.keySet())
        .containsExactly(
            "conv2_block2_drop",
            "conv3_block1_drop",
            "conv4_block1_drop",
            "conv4_block2_drop",
            "conv5_block1_drop");
    assertThat(rates.get("conv2_block2_drop")).isCloseTo(0.04, within(1e-9));
    assertThat(rates.get("conv5_block1_drop")).isCloseTo(0.2, within(1e-9));
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "drop-connect rate cannot be 1.0",
        () -> NarrowResNet.basic().dropConnectRate(1).build());
  }

  // ---- weights

  @Test
  void weightsOfTorchvisionAreRecognizedByTheirNames() {
    Model model = NarrowResNet.basic().weights(TORCHVISION).build();
    assertThat(model.weights().get("conv3_block1_0_bn/moving_variance").toFloats())
        .isEqualTo(TORCHVISION.get("layer2.0.downsample.1.running_var").toFloats());
    assertThat(model.weights().names()).hasSameSizeAs(model.variables());
  }

  @Test
  void weightsOfOurOwnAreMatchedByName() {
    Weights weights = GoldenNumbers.weights(NarrowResNet.basic().build());
    assertThat(NarrowResNet.basic().weights(weights).build().weights()).isEqualTo(weights);
  }

  @Test
  void theClassifierOfTheFileIsLeftOutWhereTheModelHasNone() {
    Model base = NarrowResNet.basic().includeTop(false).weights(TORCHVISION).build();
    assertThat(base.weights().contains("conv5_block1_2_bn/gamma")).isTrue();
    assertThat(base.weights().contains("predictions/kernel")).isFalse();
  }

  @Test
  void weightsOfAnotherVariantOrClassifierAreRefused() {
    assertRefused(
        ErrorCode.WEIGHT_COUNT_MISMATCH,
        "(with the names of torchvision and timm) has",
        () ->
            new ResNetBuilder(new ResidualStages("r", false, List.of(1, 1, 1, 1), 4))
                .weights(TORCHVISION)
                .build());
    assertRefused(
        ErrorCode.MISSING_WEIGHTS,
        "layer1.0.conv3.weight (conv2_block1_3_conv/kernel)",
        () -> NarrowResNet.bottleneck().weights(TORCHVISION).build());
    assertRefused(
        ErrorCode.WEIGHT_SHAPE_MISMATCH,
        "a classifier of 10 classes, and resnet-narrow is to have 5",
        () -> NarrowResNet.basic().classes(5).weights(TORCHVISION).build());
  }

  @Test
  void aRelatedNetworkOfTimmIsRefusedByItsNames() {
    Map<String, HostArray> arrays = new LinkedHashMap<>(TORCHVISION.asMap());
    arrays.remove("conv1.weight");
    arrays.put("conv1.0.weight", HostArray.wrap(Shape.of(1), 1));
    assertRefused(
        ErrorCode.WEIGHT_COUNT_MISMATCH,
        "no place for: conv1.0.weight",
        () -> NarrowResNet.basic().weights(Weights.of(arrays)).build());
  }

  @ParameterizedTest
  @CsvSource({"resnet50,  25636712, 23587712", "resnet101, 44707176, 42658176"})
  void theVariantsOfKerasHaveItsParameters(String name, long parameters, long withoutTop) {
    ResNetBuilder keras = variant(name).origin(ResNetOrigin.KERAS);
    assertThat(keras.build().parameterCount()).isEqualTo(parameters);
    assertThat(keras.includeTop(false).build().parameterCount()).isEqualTo(withoutTop);
  }

  @Test
  void theFirstConvolutionOfABlockHasTheStrideInKeras() {
    Model model = NarrowResNet.bottleneck().origin(ResNetOrigin.KERAS).build();
    assertThat(model.layer("conv3_block1_1_conv").layer())
        .isInstanceOfSatisfying(
            Conv2D.class,
            layer -> {
              assertThat(layer.strides()).isEqualTo(Size2d.square(2));
              assertThat(layer.useBias()).isTrue();
            });
    assertThat(model.layer("conv3_block1_2_conv").layer())
        .isInstanceOfSatisfying(
            Conv2D.class, layer -> assertThat(layer.strides()).isEqualTo(Size2d.square(1)));
    assertThat(model.layer("conv3_block1_0_bn").layer())
        .isEqualTo(BatchNormalization.create().momentum(0.99).epsilon(1.001e-5));
  }

  @Test
  void imagesAreBlueGreenRedLessTheirMeanInKeras() {
    Model model = NarrowResNet.bottleneck().weights(KERAS).build();
    assertThat(model.layer("rescaling").layer())
        .isEqualTo(Rescaling.perChannel(List.of(1.0), List.of(-103.939, -116.779, -123.68)));
    assertThat(NarrowResNet.bottleneck().origin(ResNetOrigin.KERAS).channels(1).build().layers())
        .extracting(ModelLayer::name)
        .doesNotContain("blue_green_red");
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "cannot have the input normalization CAFFE",
        () -> NarrowResNet.bottleneck().inputNormalization(InputNormalization.CAFFE).build());
  }

  @Test
  void theClassifierOfKerasIsFoundByItsFormerName() {
    Map<String, HostArray> arrays = new LinkedHashMap<>();
    KERAS.asMap().forEach((name, array) -> arrays.put(name.replace("predictions", "probs"), array));
    Model model = NarrowResNet.bottleneck().weights(Weights.of(arrays)).build();
    assertThat(model.weights().get("predictions/bias")).isEqualTo(KERAS.get("predictions/bias"));
    Model base = NarrowResNet.bottleneck().includeTop(false).weights(Weights.of(arrays)).build();
    assertThat(base.weights().names()).hasSameSizeAs(base.variables());
  }

  @Test
  void weightsOfKerasAreRefusedByTheOtherNetworks() {
    assertRefused(
        ErrorCode.WEIGHT_COUNT_MISMATCH,
        "The weights in keras_resnet_narrow.h5 are those of Keras' own ResNet",
        () -> NarrowResNet.bottleneck().origin(ResNetOrigin.TORCHVISION).weights(KERAS).build());
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "Keras has no resnet-narrow.",
        () -> NarrowResNet.basic().weights(KERAS).build());
    assertRefused(
        ErrorCode.WEIGHT_COUNT_MISMATCH,
        "resnet_bottleneck.pth (with the names of Keras) has",
        () -> NarrowResNet.bottleneck().origin(ResNetOrigin.KERAS).weights(BOTTLENECK).build());
  }

  @Test
  void aFileOfTorchvisionNeedsNothingButItself() {
    Path file = Path.of("src/test/resources/weights/resnet_bottleneck.pth");
    assertRefused(ErrorCode.MISSING_WEIGHTS, "resnet_bottleneck.pth", () -> fromPyTorch(file));
  }

  /** The guide shows this. */
  private static Model fromPyTorch(Path file) {
    Model base = ResNet.resnet50().includeTop(false).weights(PyTorchFormat.load(file)).build();
    return base;
  }

  @ParameterizedTest
  @CsvSource({"architecture, resnetaa50.a1h_in1k", "file, resnetblur50-84f4748f.pth"})
  void networksWithTheSameNamesAndShapesAreRefused(String key, String name) {
    assertRefused(
        ErrorCode.WEIGHT_COUNT_MISMATCH,
        "which blurs where it has a stride",
        () -> NarrowResNet.basic().weights(TORCHVISION.withMetadata(Map.of(key, name))).build());
  }

  // ---- input normalization

  @ParameterizedTest
  @CsvSource({
    "architecture, resnet34.ra4_e3600_r224_in1k, false",
    "file, resnet34_ra4-1234.pth, false",
    "architecture, resnet50.ra_in1k, true",
    "file, resnet50-0676ba61.pth, true"
  })
  void theInputIsThatOfTheRecipe(String key, String name, boolean imageNet) {
    assertThat(List.of(WeightNames.ARCHITECTURE_KEY, WeightTransfer.FILE_KEY)).contains(key);
    Weights weights = TORCHVISION.withMetadata(Map.of(key, name));
    Model model = NarrowResNet.basic().weights(weights).build();
    assertThat(model.layers().stream().anyMatch(l -> l.layer() instanceof Normalization))
        .isEqualTo(imageNet);
    assertThat(model.layer("rescaling").layer())
        .isEqualTo(imageNet ? Rescaling.of(1.0 / 255) : Rescaling.of(1 / 127.5).offset(-1));
  }

  @Test
  void greyImagesAreCentered() {
    Model model = NarrowResNet.basic().channels(1).build();
    assertThat(model.layer("rescaling").layer()).isEqualTo(Rescaling.of(1.0 / 128).offset(-1));
    assertRefused(
        ErrorCode.INVALID_ARGUMENT,
        "with 1 channels cannot have the input normalization IMAGENET",
        () ->
            NarrowResNet.basic()
                .channels(1)
                .inputNormalization(InputNormalization.IMAGENET)
                .build());
  }

  @Test
  void aHeadIsGraftedOntoIt() {
    Model base = NarrowResNet.basic().includeTop(false).weights(TORCHVISION).build();
    Model model =
        Graft.onto(base).globalAveragePooling().dense(3, Activation.SOFTMAX).frozen().build();
    assertThat(model.output().shape()).isEqualTo(Shape.of(-1, 3));
    assertThat(model.trainableParameterCount()).isEqualTo(32 * 3 + 3);
  }
}

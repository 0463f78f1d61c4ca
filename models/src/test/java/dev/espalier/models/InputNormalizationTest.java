package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Phase;
import dev.espalier.layer.Trace;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.testkit.engine.ReferencePrimitives;
import dev.espalier.testkit.golden.GoldenNumbers;
import dev.espalier.weights.keras.KerasWeightsHdf5;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares what enters the first convolution with REFERENCE 1.6, without an engine. */
class InputNormalizationTest {
  private static final int SIDE = 32;
  private static final PluginRegistry REGISTRY = PluginRegistry.discover();

  /** Returns red, green and blue as they enter the first convolution, for a grey picture. */
  private static double[] normalized(Model whole, int pixel) {
    LayerOutput first =
        whole.nodes().stream()
            .filter(node -> String.valueOf(node.name()).startsWith("stem_conv"))
            .findFirst()
            .orElseThrow();
    Model model = Model.of(whole.input(), first.inputs().get(0));
    Ops ops = new Ops();
    TensorType type = TensorType.float32(1, SIDE, SIDE, 3);
    Tensor images = ops.input("images", type);
    Tensor output = model.trace(new Trace(ops, Phase.INFERENCE), List.of(images)).get(0);
    Map<Tensor, HostArray> values = new HashMap<>();
    for (Node node : ops.toGraph().nodes()) {
      HostArray value;
      if (node.op() instanceof Op.Input) {
        value = HostArray.filled(type, pixel);
      } else if (node.op() instanceof Op.ReadVariable read) {
        value = whole.weights().get(read.variable().name());
      } else {
        List<HostArray> inputs = node.inputs().stream().map(values::get).toList();
        value = ReferencePrimitives.compute(node.op(), inputs).get(0);
      }
      values.put(node.output(), value);
    }
    HostArray result = Objects.requireNonNull(values.get(output));
    return new double[] {result.at(0), result.at(1), result.at(2)};
  }

  private static EfficientNetBuilder narrow(InputNormalization kind) {
    return EfficientNet.custom(0.25, 1).imageSize(SIDE).includeTop(false).inputNormalization(kind);
  }

  @ParameterizedTest
  @CsvSource({
    "IMAGENET_TF23, 0, -1.01350, -0.96348, -0.85592",
    "IMAGENET_TF23, 128, 0.03544, 0.09711, 0.20230",
    "IMAGENET_TF23, 255, 1.07619, 1.14941, 1.25226",
    "IMAGENET, 0, -2.11790, -2.03571, -1.80444",
    "IMAGENET, 128, 0.07406, 0.20518, 0.42649",
    "IMAGENET, 255, 2.24891, 2.42857, 2.64000",
    "ADVPROP, 0, -1, -1, -1",
    "ADVPROP, 128, 0.00392, 0.00392, 0.00392",
    "ADVPROP, 255, 1, 1, 1",
  })
  void pixelsEnterTheFirstConvolutionAsTheReferenceSays(
      InputNormalization kind, int pixel, double red, double green, double blue) {
    assertThat(normalized(narrow(kind).build(), pixel))
        .containsExactly(new double[] {red, green, blue}, within(6e-6));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "128, 0.50196", "255, 1"})
  void withoutWeightsPixelsAreOnlyScaled(int pixel, double expected) {
    Map<String, HostArray> initial =
        Map.of(
            "normalization/mean", HostArray.filled(TensorType.float32(3), 0),
            "normalization/variance", HostArray.filled(TensorType.float32(3), 1),
            "normalization/count", HostArray.scalar(0));
    Model model =
        narrow(InputNormalization.UNADAPTED).build().withMatchingWeights(Weights.of(initial));
    assertThat(normalized(model, pixel))
        .containsExactly(new double[] {expected, expected, expected}, within(6e-6));
  }

  @Test
  void bothGenerationsNormalizeAlikeForImageNet() {
    Model first = narrow(InputNormalization.IMAGENET).build();
    Model second = EfficientNetV2.custom(0.25, 1).imageSize(SIDE).includeTop(false).build();
    assertThat(normalized(second, 128)).containsExactly(normalized(first, 128), within(1e-6));
  }

  @Test
  void theLargeOnesOfTheSecondGenerationCentre() {
    Model model = EfficientNetV2.s().imageSize(SIDE).includeTop(false).build();
    assertThat(normalized(model, 0)).containsExactly(-1, -1, -1);
    assertThat(normalized(model, 128)).containsExactly(0, 0, 0);
  }

  /** REFERENCE 5, rows 3 and 7: constants are plain numbers in files, and nothing is lost. */
  @ParameterizedTest
  @EnumSource(names = {"UNADAPTED", "IMAGENET", "IMAGENET_TF23", "ADVPROP"})
  void theNormalizationSurvivesModelFiles(InputNormalization kind, @TempDir Path folder)
      throws IOException {
    Model model = complete(narrow(kind).build());
    Model read = saved(model, folder.resolve("first.safetensors"));
    assertThat(normalized(read, 200)).containsExactly(normalized(model, 200));
    saved(read, folder.resolve("second.safetensors"));
    assertThat(folder.resolve("second.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("first.safetensors"));
  }

  /** The published arrays of the first generation hold the standard deviation as the variance. */
  private static Weights published() {
    Map<String, HostArray> arrays =
        new LinkedHashMap<>(
            GoldenNumbers.weights(narrow(InputNormalization.IMAGENET).build()).asMap());
    arrays.put("normalization/mean", HostArray.wrap(Shape.of(3), 0.485f, 0.456f, 0.406f));
    arrays.put("normalization/variance", HostArray.wrap(Shape.of(3), 0.229f, 0.224f, 0.225f));
    return Weights.of(arrays);
  }

  /**
   * REFERENCE 5, row 1: the standard deviation in place of the variance is corrected, unless the
   * results of TensorFlow 2.3 are wanted.
   */
  @Test
  void thePublishedStandardDeviationIsUsedAsOneUnlessTensorFlow23IsWanted() {
    EfficientNetBuilder builder = EfficientNet.custom(0.25, 1).imageSize(SIDE).includeTop(false);
    assertThat(normalized(builder.weights(published()).build(), 128))
        .containsExactly(new double[] {0.07406, 0.20518, 0.42649}, within(6e-6));
    Model old =
        builder.weights(published()).inputNormalization(InputNormalization.IMAGENET_TF23).build();
    assertThat(normalized(old, 128))
        .containsExactly(new double[] {0.03544, 0.09711, 0.20230}, within(6e-6));
  }

  /**
   * REFERENCE 5, row 2: the correction belongs to the weights, whether they come from the published
   * file, from a model file, or from a file of Keras 3 that was written in between.
   */
  @Test
  void theCorrectionDoesNotDependOnHowWeightsAreLoaded(@TempDir Path folder) {
    EfficientNetBuilder builder = EfficientNet.custom(0.25, 1).imageSize(SIDE).includeTop(false);
    Model model = builder.weights(published()).build();
    Path keras = folder.resolve("model.weights.h5");
    KerasWeightsHdf5.save(keras, model);
    Path file = folder.resolve("model.safetensors");
    for (Model each :
        List.of(
            saved(model, file),
            builder.weights(KerasWeightsHdf5.load(keras)).build(),
            builder.weights(REGISTRY.readWeights(file)).build())) {
      assertThat(normalized(each, 128)).containsExactly(normalized(model, 128));
      assertThat(each.weights()).isEqualTo(model.weights());
    }
  }

  /** REFERENCE 5, row 2: published weights that go into a model which was built without any. */
  @Test
  void theCorrectionIsMadeInAModelThatWasBuiltWithoutWeights() {
    Weights published = published();
    for (InputNormalization kind :
        List.of(InputNormalization.UNADAPTED, InputNormalization.IMAGENET)) {
      Model model = narrow(kind).build();
      for (WeightTransfer each :
          List.of(
              WeightTransfer.inOrder(model, published),
              WeightTransfer.byName(model, published),
              WeightTransfer.byNameWhereFitting(model, published),
              WeightTransfer.exactlyOrInOrder(model, published))) {
        assertThat(normalized(each.model(), 128))
            .containsExactly(new double[] {0.07406, 0.20518, 0.42649}, within(6e-6));
      }
    }
    Model nested =
        Sequential.of(Input.image(SIDE, SIDE, 3), narrow(InputNormalization.UNADAPTED).build());
    Weights inOrder = WeightTransfer.inOrder(nested, published).model().weights();
    assertThat(inOrder.get(nested.layers().get(1).name() + "/normalization/variance").at(0))
        .isCloseTo(0.229 * 0.229, within(1e-7));
  }

  @Test
  void theCorrectionIsNotMadeWhereTensorFlow23IsMeantOrTheVarianceIsOne() {
    double[] old = {0.03544, 0.09711, 0.20230};
    Model tf23 = narrow(InputNormalization.IMAGENET_TF23).build();
    assertThat(normalized(WeightTransfer.inOrder(tf23, published()).model(), 128))
        .containsExactly(old, within(6e-6));
    Model unadapted = narrow(InputNormalization.UNADAPTED).build();
    Weights named = published().withMetadata(Map.of("input-normalization", "IMAGENET_TF23"));
    assertThat(normalized(WeightTransfer.inOrder(unadapted, named).model(), 128))
        .containsExactly(old, within(6e-6));

    Map<String, HostArray> arrays = new LinkedHashMap<>(published().asMap());
    arrays.put("normalization/variance", HostArray.wrap(Shape.of(3), 0.25f, 0.224f, 0.225f));
    Weights others = Weights.of(arrays);
    assertThat(WeightTransfer.byName(unadapted, others).model().weights()).isEqualTo(others);
  }

  /**
   * REFERENCE 5, row 26: images enter from -1 to 1, not from -0.5 to 0.5, whoever prepared them.
   */
  @Test
  void halvesAreNotHalvedAgain() {
    assertThat(normalized(narrow(InputNormalization.ADVPROP).build(), 255))
        .containsExactly(1, 1, 1);
    assertThat(normalized(narrow(InputNormalization.ADVPROP).build(), 0))
        .containsExactly(-1, -1, -1);
  }

  /** REFERENCE 5, row 6: what a layer derives from its mean and variance follows loaded values. */
  @Test
  void loadedStatisticsReplaceThoseOfTheModelInEveryFile(@TempDir Path folder) {
    double[] mean = {0.25, 0.5, 0.125};
    double[] variance = {0.0625, 0.25, 4};
    Model model =
        complete(narrow(InputNormalization.UNADAPTED).build())
            .withMatchingWeights(
                Weights.of(
                    Map.of(
                        "normalization/mean", HostArray.wrap(Shape.of(3), 0.25f, 0.5f, 0.125f),
                        "normalization/variance", HostArray.wrap(Shape.of(3), 0.0625f, 0.25f, 4),
                        "normalization/count", HostArray.scalar(7))));
    Path keras = folder.resolve("model.weights.h5");
    KerasWeightsHdf5.save(keras, model);
    Model fresh = complete(narrow(InputNormalization.UNADAPTED).build());
    for (Model loaded :
        List.of(
            model,
            saved(model, folder.resolve("model.safetensors")),
            narrow(InputNormalization.UNADAPTED).weights(KerasWeightsHdf5.load(keras)).build(),
            WeightTransfer.byName(fresh, KerasWeightsHdf5.load(keras)).model())) {
      double[] expected = new double[3];
      for (int i = 0; i < 3; i++) {
        expected[i] = (51 / 255.0 - mean[i]) / Math.sqrt(variance[i]);
      }
      assertThat(normalized(loaded, 51)).containsExactly(expected, within(1e-6));
      assertThat(loaded.weights().get("normalization/count").item()).isEqualTo(7);
    }
  }

  /** REFERENCE 5, row 8: a scale for each channel leaves the number of channels as it is. */
  @Test
  void theScaleOfEachChannelKeepsTheChannels(@TempDir Path folder) {
    Model model = complete(narrow(InputNormalization.IMAGENET).build());
    for (Model each : List.of(model, saved(model, folder.resolve("model.safetensors")))) {
      assertThat(each.layer("rescaling_1").layer())
          .isInstanceOfSatisfying(
              Rescaling.class,
              layer ->
                  assertThat(layer.scale().stream().mapToDouble(x -> x).toArray())
                      .containsExactly(
                          new double[] {2.0896918976, 2.1128856368, 2.1081851067}, within(1e-9)));
      assertThat(each.weights().get("stem_conv/kernel").shape()).isEqualTo(Shape.of(3, 3, 3, 8));
    }
  }

  private static Model complete(Model model) {
    return model.withMatchingWeights(GoldenNumbers.weights(model));
  }

  private static Model saved(Model model, Path file) {
    ModelFile.save(file, model, List.of(), Map.of());
    return ModelFile.read(file, REGISTRY).model();
  }

  @Test
  void honestStatisticsOfAFileAreUsedAsTheyAre() {
    EfficientNetBuilder builder = EfficientNet.custom(0.25, 1).imageSize(SIDE).includeTop(false);
    Model model = builder.weights(GoldenNumbers.weights(builder.build())).build();
    assertThat(normalized(model, 255))
        .containsExactly(new double[] {2.24891, 2.42857, 2.64000}, within(6e-6));
  }
}

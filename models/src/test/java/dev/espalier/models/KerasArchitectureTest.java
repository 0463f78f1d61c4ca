package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Layer;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the models with those that Keras builds. */
class KerasArchitectureTest {
  record Golden(
      String model, boolean top, int layers, long parameters, long trainable, String sha256) {
    @Override
    public String toString() {
      return model + (top ? "" : " without top");
    }
  }

  static Stream<Golden> goldens() {
    return Resources.lines("layers.tsv").stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\t"))
        .map(
            f ->
                new Golden(
                    f[0],
                    f[1].equals("top"),
                    Integer.parseInt(f[2]),
                    Long.parseLong(f[3]),
                    Long.parseLong(f[4]),
                    f[5]));
  }

  private static Model build(Golden golden) {
    EfficientNetBuilder variant = Variants.named(golden.model());
    return (golden.top() ? variant : variant.includeTop(false).imageSize(224)).build();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void everyLayerHasTheNameOrderShapeParametersInputsAndRateOfKeras(Golden golden) {
    Model model = build(golden);
    assertThat(model.name()).isEqualTo(golden.model());
    assertThat(model.layers()).hasSize(golden.layers());
    assertThat(model.parameterCount()).isEqualTo(golden.parameters());
    assertThat(model.trainableParameterCount()).isEqualTo(golden.trainable());
    assertThat(LayerLines.sha256(LayerLines.of(model))).isEqualTo(golden.sha256());
  }

  /** The hashes above tell that something differs, these lists tell what. */
  @ParameterizedTest
  @CsvSource({"efficientnetb0", "efficientnetv2-b0"})
  void theLayersAreThoseOfKerasLineByLine(String name) {
    assertThat(LayerLines.of(Variants.named(name).build()))
        .containsExactlyElementsOf(Resources.lines(name + "-layers.txt"));
  }

  @Test
  void theSummaryIsThatOfKeras() {
    assertThat(EfficientNet.b0().classes(100).build().summary().lines())
        .containsExactlyElementsOf(Resources.lines("efficientnetb0-100-summary.txt"));
  }

  /** REFERENCE 1.10: weight arrays, layers with weights, batch normalizations and dropouts. */
  @ParameterizedTest
  @CsvSource({
    "efficientnetb0, 314, 132, 49, 10",
    "efficientnetb1, 442, 186, 69, 17",
    "efficientnetb2, 442, 186, 69, 17",
    "efficientnetb3, 499, 210, 78, 20",
    "efficientnetb4, 613, 258, 96, 26",
    "efficientnetb5, 741, 312, 116, 33",
    "efficientnetb6, 855, 360, 134, 39",
    "efficientnetb7, 1040, 438, 163, 49",
  })
  void arraysAndLayersWithWeightsAreCountedAsKerasDoes(
      String name, int arrays, int layersWithWeights, int batchNorms, int dropouts) {
    Model model = Variants.named(name).build();
    assertThat(model.variables()).hasSize(arrays);
    assertThat(layersWithWeights(model)).isEqualTo(layersWithWeights);
    assertThat(count(model, BatchNormalization.class)).isEqualTo(batchNorms);
    assertThat(count(model, Dropout.class)).isEqualTo(dropouts);

    Model withoutTop = Variants.named(name).includeTop(false).build();
    assertThat(withoutTop.layers()).hasSize(model.layers().size() - 3);
    assertThat(withoutTop.variables()).hasSize(arrays - 2);
    assertThat(layersWithWeights(withoutTop)).isEqualTo(layersWithWeights - 1);
    assertThat(withoutTop.parameterCount() - withoutTop.trainableParameterCount())
        .isEqualTo(model.parameterCount() - model.trainableParameterCount());
  }

  /**
   * B8 and L2 of REFERENCE 1.10; those of XL are timm's, which has no arrays of a normalization.
   */
  @ParameterizedTest
  @CsvSource({
    "efficientnetb8, 87793181, 87413142",
    "efficientnetl2, 481400003, 480309308",
    "efficientnetv2-xl, 208896832, 208119808",
  })
  void parametersOfVariantsBeyondKerasAddUp(String name, long total, long trainable) {
    Model model = Variants.beyondKeras(name).build();
    assertThat(model.parameterCount()).isEqualTo(total);
    assertThat(model.trainableParameterCount()).isEqualTo(trainable);
  }

  /** REFERENCE 1.10 and 1.14: the totals people know. */
  @ParameterizedTest
  @CsvSource({
    "efficientnetb0, 5330571, 42023, 4049571, 4007548",
    "efficientnetb1, 7856239, 62055, 6575239, 6513184",
    "efficientnetb2, 9177569, 67575, 7768569, 7700994",
    "efficientnetb3, 12320535, 87303, 10783535, 10696232",
    "efficientnetb4, 19466823, 125207, 17673823, 17548616",
    "efficientnetb5, 30562527, 172743, 28513527, 28340784",
    "efficientnetb6, 43265143, 224439, 40960143, 40735704",
    "efficientnetb7, 66658687, 310727, 64097687, 63786960",
    "efficientnetv2-b0, 7200312, 60608, 5919312, 5858704",
    "efficientnetv2-b1, 8212124, 71072, 6931124, 6860052",
    "efficientnetv2-b2, 10178374, 82288, 8769374, 8687086",
    "efficientnetv2-b3, 14467622, 109216, 12930622, 12821406",
    "efficientnetv2-s, 21612360, 153872, 20331360, 20177488",
    "efficientnetv2-m, 54431388, 292032, 53150388, 52858356",
    "efficientnetv2-l, 119027848, 512576, 117746848, 117234272",
  })
  void parametersAddUpToThePublishedTotals(
      String name, long total, long nonTrainable, long withoutTop, long withoutTopTrainable) {
    Model model = Variants.named(name).build();
    assertThat(model.parameterCount()).isEqualTo(total);
    assertThat(model.trainableParameterCount()).isEqualTo(total - nonTrainable);
    Model features = Variants.named(name).includeTop(false).build();
    assertThat(features.parameterCount()).isEqualTo(withoutTop);
    assertThat(features.trainableParameterCount()).isEqualTo(withoutTopTrainable);
  }

  @ParameterizedTest
  @CsvSource({"100, 4177671, 4135648", "120, 4203291, 4161268", "10, 4062381, 4020358"})
  void aClassifierOfOtherClassesChangesOnlyItsOwnParameters(
      int classes, long total, long trainable) {
    Model model = EfficientNet.b0().classes(classes).build();
    assertThat(model.parameterCount()).isEqualTo(total);
    assertThat(model.trainableParameterCount()).isEqualTo(trainable);
    assertThat(model.layers()).hasSize(240);
  }

  /** REFERENCE 1.9, the last column. */
  @ParameterizedTest
  @CsvSource({
    "block1a, 1544", "block2a, 6436", "block2b, 11334", "block3a, 16006", "block3b, 32330",
    "block4a, 38250", "block4b, 104980", "block4c, 104980", "block5a, 128148", "block5b, 211484",
    "block5c, 211484", "block6a, 265564", "block6b, 592944", "block6c, 592944", "block6d, 592944",
    "block7a, 722480", "stem, 992", "top, 414720", "normalization, 7",
  })
  void blocksOfB0HaveTheParametersOfTheReference(String block, long parameters) {
    assertThat(
            EfficientNet.b0().includeTop(false).build().variables().stream()
                .filter(variable -> variable.name().matches(block + "[_/].*"))
                .mapToLong(variable -> variable.shape().elementCount())
                .sum())
        .isEqualTo(parameters);
  }

  @ParameterizedTest
  @CsvSource({
    "efficientnetb0, '112,112,56,28,14,14,7,7'",
    "efficientnetb1, '120,120,60,30,15,15,8,8'",
    "efficientnetb2, '130,130,65,33,17,17,9,9'",
    "efficientnetb3, '150,150,75,38,19,19,10,10'",
    "efficientnetb4, '190,190,95,48,24,24,12,12'",
    "efficientnetb5, '228,228,114,57,29,29,15,15'",
    "efficientnetb6, '264,264,132,66,33,33,17,17'",
    "efficientnetb7, '300,300,150,75,38,38,19,19'",
  })
  void oddSidesArePaddedSoThatHalvingRoundsUp(String name, String sides) {
    Model model = Variants.named(name).build();
    StringBuilder found = new StringBuilder();
    found.append(model.layer("stem_conv").outputShape().size(1));
    for (int stage = 1; stage <= 7; stage++) {
      found.append(',').append(model.layer("block" + stage + "a_project_bn").outputShape().size(1));
    }
    assertThat(found).hasToString(sides);
  }

  @Test
  void theNarrowModelOfTheGoldenFilesHasItsParameters() {
    Model model =
        EfficientNet.custom(0.25, 1)
            .classes(10)
            .imageSize(64)
            .dropConnectRate(0)
            .dropoutRate(0)
            .build();
    assertThat(model.parameterCount()).isEqualTo(340_611);
    assertThat(model.layers()).hasSize(231);
    assertThat(model.weights()).isEqualTo(Weights.empty());
  }

  @Test
  void theSecondGenerationHasItsOwnMomentum() {
    assertThat(momenta(EfficientNet.b0().build())).containsOnly(0.99);
    assertThat(momenta(EfficientNetV2.b0().build())).containsOnly(0.9);
  }

  private static List<Double> momenta(Model model) {
    return model.layers().stream()
        .filter(layer -> layer.layer() instanceof BatchNormalization)
        .map(layer -> ((BatchNormalization) layer.layer()).momentum())
        .toList();
  }

  private static long layersWithWeights(Model model) {
    return model.variables().stream()
        .map(variable -> variable.name().substring(0, variable.name().lastIndexOf('/')))
        .distinct()
        .count();
  }

  private static long count(Model model, Class<? extends Layer> type) {
    return model.layers().stream().filter(layer -> type.isInstance(layer.layer())).count();
  }
}

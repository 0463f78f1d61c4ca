package dev.espalier.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.StoredFloats;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.convolution.DepthwiseConv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.model.WeightNames.Layout;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightNamesTest {
  private static final Model MODEL = model();

  private static final WeightNames NAMES =
      WeightNames.of(
          "elsewhere",
          Layout.OIHW,
          variable ->
              variable.startsWith("depthwise") && variable.endsWith("bias")
                  ? null
                  : variable.replace("/kernel", ".weight").replace("/bias", ".bias"));

  private static Model model() {
    LayerOutput image = Input.image(4, 4, 2);
    LayerOutput x = Conv2D.of(3, 2).useBias(false).named("conv").on(image);
    x = DepthwiseConv2D.of(2).named("depthwise").on(x);
    x = GlobalAveragePooling2D.create().named("pool").on(x);
    return Model.of(image, Dense.of(2).named("dense").on(x));
  }

  private static Map<String, HostArray> arrays() {
    Map<String, HostArray> arrays = new LinkedHashMap<>();
    arrays.put("dense.bias", HostArray.wrap(Shape.of(2), 7, 8));
    arrays.put("dense.weight", HostArray.wrap(Shape.of(2, 3), 1, 2, 3, 4, 5, 6));
    arrays.put("depthwise.weight", counting(3, 1, 2, 2));
    arrays.put("conv.weight", counting(3, 2, 2, 2));
    arrays.put("conv.num_batches_tracked", HostArray.scalar(5));
    return arrays;
  }

  private static HostArray counting(int... shape) {
    float[] values = new float[Shape.of(shape).arrayLength()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return HostArray.wrap(Shape.of(shape), values);
  }

  @Test
  void kernelsGetTheAxesOfTheModel() {
    Weights weights = NAMES.translate(MODEL, Weights.of(arrays()));
    assertThat(weights.names())
        .containsExactly("conv/kernel", "depthwise/kernel", "dense/kernel", "dense/bias");
    assertThat(weights.get("dense/kernel"))
        .isEqualTo(HostArray.wrap(Shape.of(3, 2), 1, 4, 2, 5, 3, 6));
    assertThat(weights.get("depthwise/kernel"))
        .isEqualTo(HostArray.wrap(Shape.of(2, 2, 3, 1), 0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11));
    HostArray kernel = weights.get("conv/kernel");
    assertThat(kernel.shape()).isEqualTo(Shape.of(2, 2, 2, 3));
    // [height 1, width 0, in 1, out 2] was [out 2, in 1, height 1, width 0].
    assertThat(kernel.at(((1 * 2 + 0) * 2 + 1) * 3 + 2)).isEqualTo(((2 * 2 + 1) * 2 + 1) * 2 + 0);
  }

  @Test
  void namesOfAProjectAreAFunction() {
    LayerOutput image = Input.image(4, 4, 1);
    Model model = Model.of(image, Conv2D.of(1, 1).named("stem").on(image));
    Weights weights =
        Weights.of(
            Map.of(
                "conv1.weight",
                HostArray.wrap(Shape.of(1, 1, 1, 1), 3),
                "conv1.bias",
                HostArray.wrap(Shape.of(1), 4)));
    WeightNames names =
        WeightNames.of(
            "my project",
            Layout.OIHW,
            variable ->
                switch (variable) {
                  case "stem/kernel" -> "conv1.weight";
                  case "stem/bias" -> "conv1.bias";
                  default -> null;
                });
    Model loaded = WeightTransfer.byName(model, names.translate(model, weights)).model();
    assertThat(loaded.weights().get("stem/kernel").item()).isEqualTo(3);
    assertThat(loaded.weights().get("stem/bias").item()).isEqualTo(4);
  }

  @Test
  void factsAboutTheWeightsStay() {
    Weights named = Weights.of(arrays()).withMetadata(Map.of(WeightTransfer.FILE_KEY, "a.pth"));
    assertThat(NAMES.translate(MODEL, named).metadata())
        .containsEntry(WeightTransfer.FILE_KEY, "a.pth");
  }

  @Test
  void arraysThatTheModelHasNoPlaceForAreRefusedUnlessIgnored() {
    Map<String, HostArray> more = arrays();
    more.put("head.weight", HostArray.scalar(1f));
    Weights weights =
        Weights.of(more).withMetadata(Map.of(WeightTransfer.FILE_KEY, "more.safetensors"));
    assertThatThrownBy(() -> NAMES.translate(MODEL, weights))
        .hasMessageContaining("The file more.safetensors (with the names of elsewhere) has 1 array")
        .hasMessageContaining("has no place for: head.weight.")
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.WEIGHT_COUNT_MISMATCH);
    assertThat(NAMES.ignoring(name -> name.startsWith("head.")).translate(MODEL, weights).names())
        .hasSize(4);
  }

  @Test
  void arraysThatTheWeightsLackAreNamedAsTheirProjectDoes() {
    Map<String, HostArray> less = arrays();
    less.remove("conv.weight");
    assertThatThrownBy(() -> NAMES.translate(MODEL, Weights.of(less)))
        .hasMessageContaining("The set of weights (with the names of elsewhere) lacks 1 array")
        .hasMessageContaining("conv.weight (conv/kernel)")
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.MISSING_WEIGHTS);
  }

  @Test
  void anArrayWithOtherAxesIsRefused() {
    Map<String, HostArray> other = arrays();
    other.put("conv.weight", HostArray.wrap(Shape.of(2), 1, 2));
    assertThatThrownBy(() -> NAMES.translate(MODEL, Weights.of(other)))
        .hasMessageContaining("\"conv.weight\" with the shape (2,)")
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.WEIGHT_SHAPE_MISMATCH);
  }

  @Test
  void arraysInKerasLayoutStayAsTheyAre() {
    HostArray kernel = HostArray.wrap(Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
    LayerOutput input = Input.of(3);
    Model dense = Model.of(input, Dense.of(2).useBias(false).named("dense").on(input));
    assertThat(
            WeightNames.of("elsewhere", Layout.HWIO, variable -> "w")
                .translate(dense, Weights.of(Map.of("w", kernel)))
                .get("dense/kernel"))
        .isSameAs(kernel);
  }

  @Test
  void modulesOfPyTorchNameTheirArraysByWhatTheyAre() {
    WeightNames names =
        WeightNames.pytorch("elsewhere", layer -> layer.equals("conv") ? null : "module." + layer);
    Map<String, HostArray> arrays = new LinkedHashMap<>();
    for (String array : new String[] {"weight", "bias", "running_mean", "running_var"}) {
      arrays.put("module.bn." + array, HostArray.wrap(Shape.of(2), array.length(), 0));
    }
    arrays.put("module.bn.num_batches_tracked", HostArray.scalar(5));
    arrays.put("module.dense.weight", HostArray.wrap(Shape.of(2, 2), 1, 2, 3, 4));
    arrays.put("module.dense.bias", HostArray.wrap(Shape.of(2), 7, 8));
    LayerOutput vector = Input.of(2);
    LayerOutput x = BatchNormalization.create().named("bn").on(vector);
    Model model = Model.of(vector, Dense.of(2).named("dense").on(x));

    Weights weights = names.translate(model, Weights.of(arrays));

    assertThat(weights.get("bn/gamma").at(0)).isEqualTo(6);
    assertThat(weights.get("bn/beta").at(0)).isEqualTo(4);
    assertThat(weights.get("bn/moving_mean").at(0)).isEqualTo(12);
    assertThat(weights.get("bn/moving_variance").at(0)).isEqualTo(11);
    assertThat(weights.get("dense/kernel")).isEqualTo(HostArray.wrap(Shape.of(2, 2), 1, 3, 2, 4));
  }

  @Test
  void exportIsTheOppositeOfTranslate() {
    Map<String, HostArray> arrays = arrays();
    arrays.remove("conv.num_batches_tracked");
    Weights translated = NAMES.translate(MODEL, Weights.of(arrays));
    Weights exported = NAMES.export(MODEL.withMatchingWeights(translated));
    assertThat(exported).isEqualTo(Weights.of(arrays));
    assertThat(exported.names())
        .containsExactly("conv.weight", "depthwise.weight", "dense.weight", "dense.bias");
  }

  @Test
  void kernelsLargerThanATileAreReordered() {
    LayerOutput image = Input.image(4, 4, 300);
    LayerOutput x = Conv2D.of(37, 3).useBias(false).named("conv").on(image);
    Model model = Model.of(image, x);
    HostArray theirs = counting(37, 300, 3, 3);
    Weights weights = Weights.of(Map.of("conv.weight", theirs));
    Weights translated = NAMES.translate(model, weights);
    HostArray kernel = translated.get("conv/kernel");
    assertThat(kernel.shape()).isEqualTo(Shape.of(3, 3, 300, 37));
    for (int[] at : new int[][] {{0, 0, 0, 0}, {2, 1, 299, 36}, {1, 2, 17, 16}, {0, 1, 256, 31}}) {
      int ours = ((at[0] * 3 + at[1]) * 300 + at[2]) * 37 + at[3];
      assertThat(kernel.at(ours)).isEqualTo(((at[3] * 300 + at[2]) * 3 + at[0]) * 3 + at[1]);
    }
    assertThat(NAMES.export(model.withWeights(translated)).get("conv.weight")).isEqualTo(theirs);
  }

  @Test
  void kernelsThatAreStoredElsewhereAreReadOnceInLargePieces() {
    LayerOutput image = Input.image(4, 4, 300);
    LayerOutput x = Conv2D.of(37, 3).useBias(false).named("conv").on(image);
    Model model = Model.of(image, x);
    HostArray theirs = counting(37, 300, 3, 3);
    List<Integer> pieces = new ArrayList<>();
    HostArray stored =
        HostArray.stored(
            theirs.shape(),
            new StoredFloats() {
              @Override
              public FloatBuffer view() {
                return FloatBuffer.allocate(theirs.elementCount()); // not what is to be read
              }

              @Override
              public void copy(int from, FloatBuffer target) {
                pieces.add(target.remaining());
                theirs.copyTo(target, from);
              }
            });

    Weights translated = NAMES.translate(model, Weights.of(Map.of("conv.weight", stored)));

    assertThat(translated)
        .isEqualTo(NAMES.translate(model, Weights.of(Map.of("conv.weight", theirs))));
    assertThat(pieces).containsExactly(16 * 2700, 16 * 2700, 5 * 2700);
  }

  @Test
  void skippedLayersMayBeInTheWeightsOrNot() {
    Weights whole = Weights.of(arrays());
    Loading loading = Loading.skip("dense");
    Map<String, HostArray> without = arrays();
    without.keySet().removeIf(name -> name.startsWith("dense"));
    for (Weights weights : List.of(whole, Weights.of(without))) {
      assertThat(NAMES.translate(MODEL, weights, loading).names())
          .containsExactly("conv/kernel", "depthwise/kernel");
    }
    assertThatThrownBy(() -> NAMES.translate(MODEL, whole, Loading.skip("dence")))
        .hasMessageContaining("There is no layer named \"dence\"")
        .hasMessageContaining("dense");
  }
}

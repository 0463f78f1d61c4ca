package dev.espalier.core.internal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.activation.Activation;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.internal.plugin.BuiltInPlugin;
import dev.espalier.data.CroppedResizing;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;
import dev.espalier.layer.Add;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.ChannelSplit;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.attention.MultiHeadAttention;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.convolution.Conv2DTranspose;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.model.InferenceSettings;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ModelConfigurationTest {
  private static final Path FILE = Path.of("some.safetensors");
  private static final KnownTypes TYPES =
      new KnownTypes(PluginRegistry.builder().build().layerTypes(), BuiltInPlugin.VALUE_TYPES);

  private static String json() {
    return new ModelConfiguration(
            Sequential.of(
                Input.image(8, 8, 3),
                Conv2D.of(2, 3),
                GlobalAveragePooling2D.create(),
                Dense.of(2).activation(Activation.SOFTMAX)),
            List.of("cat", "dog"),
            "1.2.3")
        .toJson(TYPES);
  }

  @Test
  void readsWhatItWrote() {
    ModelConfiguration read = ModelConfiguration.ofJson(FILE, json(), TYPES);
    assertThat(read.toJson(TYPES)).isEqualTo(json());
    assertThat(read.version()).isEqualTo("1.2.3");
  }

  @Test
  void aNewerFormatNamesTheVersionToUse() {
    assertInvalid(json().replace("\"format\":1", "\"format\":2"), "Espalier 1.2.3");
  }

  @Test
  void damageIsReportedWithItsPlace() {
    assertInvalid(json().replace("\"filters\":2", "\"filters\":-2"), "the layer conv2d");
    assertInvalid(json().replace("\"filters\":2", "\"filters\":2.5"), "the layer conv2d, filters");
    assertInvalid(json().replace("\"filters\":2,", ""), "conv2d, filters: it is missing");
    assertInvalid(json().replace("\"filters\":2", "\"filters\":null"), "filters: it is null");
    assertInvalid(json().replace("\"filters\":2", "\"filters\":2,\"x\":1"), "has no x");
    assertInvalid(json().replace("\"SOFTMAX\"", "\"SOFTMIX\""), "\"SOFTMIX\" is not one of");
    assertInvalid(json().replace("\"name\":\"conv2d\"", "\"name\":\"a/b\""), "cannot be a name");
    assertInvalid(json().replace("\"name\":\"conv2d\"", "\"name\":\"dense\""), "Two layers");
    assertInvalid(json().replace("\"inputs\":[1]", "\"inputs\":[2]"), "position");
    assertInvalid(json().replace("\"inputs\":[1]", "\"inputs\":[-1]"), "position");
    assertInvalid(json().replace("\"inputs\":[1]", "\"inputs\":[99999999999]"), "position");
    assertInvalid(json().replace("\"outputs\":[3]", "\"outputs\":[]"), "the model");
  }

  @Test
  void whatANewerVersionAddedNamesTheVersionToUse() {
    assertInvalid(
        json().replace("\"groups\":1", "\"groups\":1,\"strength\":2"),
        "was written by Espalier 1.2.3 and contains something unknown at the layer"
            + " conv2d: Conv2D has no strength. Read it with Espalier 1.2.3 or newer and"
            + " with the plugins that it was written with; if you already do, download or"
            + " save it again.");
  }

  @Test
  void aComponentThatAFileDoesNotNameIsWhatItWasBeforeItExisted() {
    String before = json().replace(",\"groups\":1", "");
    assertThat(before).doesNotContain("groups");
    assertThat(ModelConfiguration.ofJson(FILE, before, TYPES).toJson(TYPES)).isEqualTo(json());
    assertInvalid(json().replace("\"useBias\":true,", ""), "conv2d, useBias: it is missing");
    assertInvalid(
        before.replace("\"dilation\":{\"height\":1,\"width\":1},", ""),
        "conv2d, dilation: it is missing");
  }

  /** A layer of a plugin that grew twice: by an offset, then by axes. */
  record Grown(double factor, double offset, List<Integer> axes) implements Layer {
    Grown(double factor) {
      this(factor, factor / 2);
    }

    Grown(double factor, double offset) {
      this(factor, offset, List.of(1, 2));
    }

    @Override
    public Tensor call(CallContext context, Tensor... inputs) {
      return context.ops().add(context.ops().multiply(inputs[0], factor), offset);
    }
  }

  private static Layer grown(String components) {
    KnownTypes types =
        new KnownTypes(
            Map.of("Grown", Grown.class, "Input", Input.class), BuiltInPlugin.VALUE_TYPES);
    String json =
        new ModelConfiguration(
                Sequential.of(Input.image(8, 8, 3), new Grown(3, 4, List.of(5)).named("grown")),
                List.of(),
                "1.2.3")
            .toJson(types);
    assertThat(json).contains("\"class\":\"Grown\",\"factor\":3.0,\"offset\":4.0,\"axes\":[5]");
    return ModelConfiguration.ofJson(
            FILE, json.replace("\"factor\":3.0,\"offset\":4.0,\"axes\":[5]", components), types)
        .model()
        .layer("grown")
        .output()
        .plainLayer();
  }

  @Test
  void theConstructorOfThenSaysWhatTheMissingComponentsAre() {
    assertThat(grown("\"factor\":3.0,\"offset\":4.0")).isEqualTo(new Grown(3, 4, List.of(1, 2)));
    assertThat(grown("\"factor\":3.0")).isEqualTo(new Grown(3, 1.5, List.of(1, 2)));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> grown("\"factor\":3.0,\"axes\":[5]"))
        .withMessageContaining("the layer grown, offset: it is missing");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> grown("\"offset\":4.0"))
        .withMessageContaining("the layer grown, factor: it is missing");
  }

  @Test
  void aModelOfAnOlderFileStretchesImages() {
    InferenceSettings settings = new InferenceSettings(new Size2d(9, 8), 2, 0.5, 0.25);
    Model model = Sequential.of(Input.of(4), Dense.of(2)).withInferenceSettings(settings);
    String json = new ModelConfiguration(model, List.of(), "1.2.3").toJson(TYPES);
    String before = json.replace(",\"resizing\":null", "");
    assertThat(before).contains("\"inference\"").doesNotContain("resizing");
    assertThat(ModelConfiguration.ofJson(FILE, before, TYPES).model().inferenceSettings())
        .isEqualTo(settings);

    InferenceSettings cropping = settings.withResizing(CroppedResizing.of("bilinear 0.9"));
    String newer =
        new ModelConfiguration(model.withInferenceSettings(cropping), List.of(), "1.2.3")
            .toJson(TYPES);
    assertThat(ModelConfiguration.ofJson(FILE, newer, TYPES).model().inferenceSettings())
        .isEqualTo(cropping);
    assertInvalid(newer.replace("BILINEAR", "LANCZOS"), "\"LANCZOS\" is not one of");
    assertInvalid(newer.replace("0.9", "9.0"), "resizing");
  }

  @Test
  void anInputOfAnOlderFileIsFloat32AndAnAttentionHasNoMask() {
    String json =
        new ModelConfiguration(
                Sequential.of(
                    Input.of(4, 6),
                    MultiHeadAttention.of(2, 3).named("attention"),
                    Flatten.create()),
                List.of(),
                "1.2.3")
            .toJson(TYPES);
    String before =
        json.replace(",\"dataType\":\"FLOAT32\"", "")
            .replace(",\"useCausalMask\":false,\"attentionMask\":false", "");
    assertThat(before).doesNotContain("dataType").doesNotContain("Mask");
    assertThat(ModelConfiguration.ofJson(FILE, before, TYPES).toJson(TYPES)).isEqualTo(json);
  }

  @Test
  void transposedConvolutionsOfOlderFilesHaveNoDilation() {
    Conv2DTranspose layer = Conv2DTranspose.of(2, 3).strides(2);
    String json = transposed(layer);
    String before =
        json.replace(",\"dilation\":{\"height\":1,\"width\":1},\"outputPadding\":null", "");
    assertThat(before).doesNotContain("dilation");
    assertThat(ModelConfiguration.ofJson(FILE, before, TYPES).toJson(TYPES)).isEqualTo(json);
    assertThat(transposed(layer.outputPadding(1)))
        .contains("\"outputPadding\":{\"height\":1,\"width\":1}");
  }

  private static String transposed(Conv2DTranspose layer) {
    String json =
        new ModelConfiguration(Sequential.of(Input.image(4, 4, 3), layer), List.of(), "1.2.3")
            .toJson(TYPES);
    assertThat(ModelConfiguration.ofJson(FILE, json, TYPES).toJson(TYPES)).isEqualTo(json);
    return json;
  }

  @Test
  void outputsOfALayerWithSeveralAreNamedByTheirIndex() {
    LayerOutput image = Input.image(4, 4, 6);
    List<LayerOutput> thirds = ChannelSplit.of(3).named("split").outputsOn(image);
    Model model =
        Model.of(
            List.of(image), List.of(Add.create().on(thirds.get(2), thirds.get(0)), thirds.get(1)));
    String json = new ModelConfiguration(model, List.of(), "1.2.3").toJson(TYPES);
    assertThat(json).contains("\"inputs\":[[1,2],1]", "\"outputs\":[2,[1,1]]");
    Model read = ModelConfiguration.ofJson(FILE, json, TYPES).model();
    assertThat(read.summary()).isEqualTo(model.summary());
    assertThat(read.outputs())
        .extracting(LayerOutput::outputName)
        .containsExactly("add", "split:1");
    assertInvalid(
        json.replace("[2,[1,1]]", "[2,[1,3]]"),
        "the model, outputs: the layer split has 3 outputs, none 3");
    assertInvalid(json.replace("[2,[1,1]]", "[2,[1,-1]]"), "none -1");
    assertInvalid(json.replace("[2,[1,1]]", "[2,[2,1]]"), "the layer add has 1 outputs, none 1");
    assertInvalid(json.replace("[2,[1,1]]", "[2,[1]]"), "position");
    assertInvalid(json.replace("[2,[1,1]]", "[2,[3,0]]"), "position");
  }

  @Test
  void onlyKnownClassesAreMade() {
    for (String name :
        List.of("java.lang.Object", "Object", "File", "Trace", "Conv2d", "ProcessBuilder")) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(
              () ->
                  ModelConfiguration.ofJson(
                      FILE, json().replace("\"Conv2D\"", "\"" + name + "\""), TYPES))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME));
    }
    // An initializer where a layer is wanted, and the other way round.
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                ModelConfiguration.ofJson(
                    FILE, json().replace("\"class\":\"Zeros\"", "\"class\":\"Flatten\""), TYPES))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME));
  }

  @Test
  void nestedModelsThatWouldGrowWithoutEndAreRefusedAtOnce() {
    String layer = "{\"class\":\"Flatten\"}";
    for (int depth = 0; depth < 40; depth++) {
      layer =
          "{\"class\":\"Model\",\"name\":\"m\",\"layers\":["
              + "{\"name\":\"i\",\"layer\":{\"class\":\"Input\",\"sampleShape\":[4]},"
              + "\"inputs\":[],\"trainable\":true},"
              + "{\"name\":\"a\",\"layer\":"
              + layer
              + ",\"inputs\":[0],\"trainable\":true},"
              + "{\"name\":\"a\",\"shares\":1,\"inputs\":[1],\"trainable\":true}],"
              + "\"inputs\":[0],\"outputs\":[2]}";
    }
    assertInvalid(
        "{\"format\":1,\"version\":\"1\",\"classNames\":[],\"model\":" + layer + "}",
        "100,000 layers");
  }

  @Test
  void randomDamageGivesAnErrorOrAModelAndNothingElse() {
    String good = json();
    Random random = new Random(1);
    for (int round = 0; round < 3000; round++) {
      StringBuilder text = new StringBuilder(good);
      for (int change = 0; change <= random.nextInt(3); change++) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, (char) (32 + random.nextInt(95)));
          default -> text.setCharAt(at, good.charAt(random.nextInt(good.length())));
        }
      }
      try {
        ModelConfiguration.ofJson(FILE, text.toString(), TYPES);
      } catch (EspalierException e) {
        assertThat(e.problem()).contains(FILE.toString());
      }
    }
  }

  private static void assertInvalid(String json, String said) {
    assertThat(json).isNotEqualTo(json());
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ModelConfiguration.ofJson(FILE, json, TYPES))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
              assertThat(e.getMessage()).contains(FILE.toString()).contains(said);
            });
  }
}

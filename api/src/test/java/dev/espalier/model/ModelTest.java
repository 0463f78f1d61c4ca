package dev.espalier.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.activation.Activation;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.Variable;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.Add;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Concatenate;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Phase;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.MaxPooling2D;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ModelTest {
  /** Tracing a large model takes a good part of a short command. */
  @Test
  void copiesWithOtherSettingsAreNotTracedAgain() {
    AtomicInteger calls = new AtomicInteger();
    Layer counting =
        new Layer() {
          @Override
          public Tensor call(CallContext context, Tensor... inputs) {
            calls.incrementAndGet();
            return inputs[0];
          }
        };
    Model model = Sequential.of(Input.of(3), counting);
    int before = calls.get();
    Model copy =
        model
            .withName("other")
            .withClassNames(List.of("a", "b", "c"))
            .withInferenceSettings(InferenceSettings.defaults().withThreshold(0.7));
    assertThat(copy.name()).isEqualTo("other");
    assertThat(copy.classNames()).containsExactly("a", "b", "c");
    assertThat(copy.inferenceSettings()).isNotEqualTo(model.inferenceSettings());
    assertThat(calls).hasValue(before);
  }

  @Test
  void layersWithoutNameGetOneAsInKeras() {
    Model model =
        Sequential.of(
            Input.image(16, 16, 3),
            Conv2D.of(2, 3),
            BatchNormalization.create(),
            ActivationLayer.of(Activation.RELU),
            Conv2D.of(2, 3),
            MaxPooling2D.of(2),
            Flatten.create(),
            Dropout.of(.1),
            Dense.of(3));
    assertThat(model.name()).isEqualTo("sequential");
    assertThat(model.layers())
        .extracting(ModelLayer::name)
        .containsExactly(
            "input_layer",
            "conv2d",
            "batch_normalization",
            "activation",
            "conv2d_1",
            "max_pooling2d",
            "flatten",
            "dropout",
            "dense");
    assertThat(model.output().shape()).isEqualTo(Shape.of(-1, 3));
    assertThat(model.layer("flatten").outputShape()).isEqualTo(Shape.of(-1, 72));
  }

  @Test
  void automaticNamesAvoidThoseOfTheUser() {
    Model model = Sequential.of(Input.of(4), Dense.of(4), Dense.of(4).named("dense"), Dense.of(4));
    assertThat(model.layers())
        .extracting(ModelLayer::name)
        .containsExactly("input_layer", "dense_1", "dense", "dense_2");
  }

  @Test
  void layersStandInKerasOrderFurthestFromTheOutputFirst() {
    LayerOutput input = Input.named("in", 4);
    LayerOutput longWay = Dense.of(4).named("b").on(Dense.of(4).named("a").on(input));
    LayerOutput shortWay = Dense.of(4).named("c").on(input);
    Model model = Model.of(input, Add.create().named("sum").on(shortWay, longWay));
    assertThat(model.layers())
        .extracting(ModelLayer::name)
        .containsExactly("in", "a", "c", "b", "sum");
  }

  @Test
  void twoLayersOfOneNameAreRefused() {
    LayerOutput input = Input.of(4);
    LayerOutput x = Dense.of(4).named("same").on(input);
    LayerOutput y = Dense.of(4).named("same").on(x);
    assertRefused(
        () -> Model.of(input, y),
        ErrorCode.INVALID_MODEL,
        "Two layers are named \"same\". Give each layer a unique name; to share"
            + " weights, apply one layer object twice. [ESP-103]");
  }

  @Test
  void sharedLayerHasOneSetOfVariables() {
    LayerOutput input = Input.of(4);
    Layer shared = Dense.of(4).named("shared");
    Model model = Model.of(input, shared.on(shared.on(input)));
    assertThat(model.variables())
        .extracting(Variable::name)
        .containsExactly("shared/kernel", "shared/bias");
    assertThat(model.parameterCount()).isEqualTo(20);
    Model equalButTwo = Model.of(input, Dense.of(4).on(Dense.of(4).on(input)));
    assertThat(equalButTwo.parameterCount()).isEqualTo(40);
  }

  @Test
  void sharedLayerNeedsInputsOfOneWidth() {
    LayerOutput input = Input.of(4);
    Layer shared = Dense.of(3).named("shared");
    LayerOutput output = shared.on(shared.on(input));
    assertRefused(
        () -> Model.of(input, output),
        ErrorCode.SHAPE_MISMATCH,
        "In shared (Dense): The kernel cannot be float32(3, 3), because it is"
            + " float32(4, 3) already. A layer that is applied twice needs inputs with the"
            + " same number of channels. [ESP-101]");
  }

  @Test
  void sharedBatchNormalizationMovesItsStatisticsTwice() {
    LayerOutput input = Input.of(1);
    Layer shared = BatchNormalization.create().momentum(.5).named("bn");
    LayerOutput shifted =
        Add.create().on(shared.on(input), shared.on(Add.create().on(input, input)));
    Model model = Model.of(input, shifted);
    HostArray batch = HostArray.wrap(Shape.of(2, 1), 0, 2);
    ModelRunner.Step step = ModelRunner.run(model, Phase.TRAINING, Map.of(), batch);
    // The batches have the means 1 and 2: 0.5·(0.5·0 + 0.5·1) + 0.5·2.
    assertThat(step.updates().get("bn/moving_mean").item()).isEqualTo(1.25);
  }

  @Test
  void sharedNestedModelStaysOneThroughFreezingAndWeights() {
    LayerOutput innerInput = Input.of(4);
    Model inner = Model.of(innerInput, Dense.of(4).named("d").on(innerInput)).withName("inner");
    LayerOutput input = Input.of(4);
    Model model = Model.of(input, inner.on(inner.on(input))).freeze();
    assertThat(model.variables())
        .extracting(Variable::name)
        .containsExactly("inner/d/kernel", "inner/d/bias");
    Model extended = Model.of(model.input(), Dense.of(2).on(model.output()));
    assertThat(extended.trainableParameterCount()).isEqualTo(10);
    assertThat(extended.parameterCount()).isEqualTo(30);
    Model filled = model.withWeights(Weights.of(ModelRunner.variables(model, Map.of())));
    assertThat(Model.of(filled.input(), Dense.of(2).on(filled.output())).weights().names())
        .containsExactly("inner/d/kernel", "inner/d/bias");
  }

  @Test
  void outputOnAnUnlistedInputIsRefused() {
    LayerOutput left = Input.named("left", 2);
    LayerOutput right = Input.named("right", 2);
    LayerOutput sum = Add.create().on(left, right);
    assertRefused(
        () -> Model.of(left, sum),
        ErrorCode.INVALID_MODEL,
        "An output depends on the input right float32(None, 2), which is not an input"
            + " of the model. Add it to the inputs, or use layers of one model only:"
            + " freezing layers and setting weights return a new model. [ESP-103]");
  }

  @Test
  void unusedInputIsRefused() {
    LayerOutput used = Input.named("used", 2);
    LayerOutput unused = Input.named("unused", 2);
    assertRefused(
        () -> Model.of(List.of(used, unused), List.of(Dense.of(1).on(used))),
        ErrorCode.INVALID_MODEL,
        "No output depends on the input unused float32(None, 2). Remove it, or connect"
            + " it. [ESP-103]");
  }

  @Test
  void modelCannotStartInTheMiddle() {
    LayerOutput middle = Dense.of(2).named("middle").on(Input.of(2));
    assertRefused(
        () -> Model.of(middle, Dense.of(1).on(middle)),
        ErrorCode.INVALID_MODEL,
        "The model starts at middle float32(None, 2), which is not an input layer. Start at an"
            + " Input. [ESP-103]");
  }

  @Test
  void unknownLayerListsTheNearestNames() {
    Model model = Sequential.of(Input.of(4), Dense.of(4).named("head"), Dense.of(2).named("top"));
    assertRefused(
        () -> model.layer("heat"),
        ErrorCode.UNKNOWN_LAYER,
        "There is no layer named \"heat\". Known names, nearest first: head, top, input_layer."
            + " [ESP-104]");
  }

  @Test
  void namesOfLayersAndModelsHaveNoSlash() {
    assertCode(() -> Dense.of(1).named("a/b"), ErrorCode.INVALID_ARGUMENT);
    assertCode(() -> Dense.of(1).named("a").named("b"), ErrorCode.INVALID_ARGUMENT);
    Model model = Sequential.of(Input.of(4), Dense.of(4));
    assertCode(() -> model.withName("a b"), ErrorCode.INVALID_ARGUMENT);
    assertThat(model.withName("efficientnet-b0").name()).isEqualTo("efficientnet-b0");
  }

  @Test
  void severalOutputsMustBeAskedForByPosition() {
    LayerOutput input = Input.of(2);
    LayerOutput x = Dense.of(2).on(input);
    Model model = Model.of(List.of(input), List.of(x, Dense.of(1).on(x)));
    assertThat(model.outputs()).hasSize(2);
    assertRefused(
        model::output,
        ErrorCode.INVALID_MODEL,
        "The model \"functional\" has 2 outputs. Use outputs() and choose. [ESP-103]");
  }

  @Test
  void nestedModelChecksItsInput() {
    Model inner = Sequential.of(Input.of(4), Dense.of(2)).withName("inner");
    assertRefused(
        () -> inner.on(Input.of(5)),
        ErrorCode.SHAPE_MISMATCH,
        "In Sequential: The model \"inner\" takes float32(None, 4) and was given float32(None, 5)."
            + " Resize or convert the input first. [ESP-101]");
  }

  @Test
  void modelOfTwoInputsComputesFromBoth() {
    LayerOutput left = Input.named("left", 1);
    LayerOutput right = Input.named("right", 2);
    Model model = Model.of(List.of(left, right), List.of(Concatenate.create().on(right, left)));
    HostArray output =
        ModelRunner.run(
                model,
                Phase.INFERENCE,
                Map.of(),
                HostArray.wrap(Shape.of(1, 1), 1),
                HostArray.wrap(Shape.of(1, 2), 2, 3))
            .output();
    assertThat(output).isEqualTo(HostArray.wrap(Shape.of(1, 3), 2, 3, 1));
  }

  @Test
  void modelsThousandsOfLayersDeepAreAssembled() {
    LayerOutput x = Input.of(1);
    LayerOutput input = x;
    for (int i = 0; i < 3000; i++) {
      x = ActivationLayer.of(Activation.LINEAR).on(x);
    }
    assertThat(Model.of(input, x).layers()).hasSize(3001);
  }

  static void assertCode(ThrowingCallable call, ErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(EspalierException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  static void assertRefused(ThrowingCallable call, ErrorCode code, String message) {
    assertCode(call, code);
    assertThatThrownBy(call).hasMessage(message);
  }
}

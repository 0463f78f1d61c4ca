package dev.espalier.model;

import static dev.espalier.model.ModelTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.Add;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.ChannelSplit;
import dev.espalier.layer.Concatenate;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.MultiOutputLayer;
import dev.espalier.layer.Phase;
import dev.espalier.layer.Regularized;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.regularizer.Regularizers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MultiOutputLayerTest {
  private static final HostArray SAMPLES = HostArray.wrap(Shape.of(2, 4), 1, 2, 3, 4, 5, 6, 7, 8);

  /** The halves of four channels in the other order, the second one negative. */
  private static Model swapped() {
    LayerOutput input = Input.named("in", 4);
    List<LayerOutput> halves = ChannelSplit.of(2).named("split").outputsOn(input);
    LayerOutput negative = Rescaling.of(-1).named("minus").on(halves.get(1));
    return Model.of(input, Concatenate.create().named("join").on(negative, halves.get(0)));
  }

  /** A model of two outputs inside another, which takes both. */
  private static Model nested() {
    LayerOutput inner = Input.named("inner", 4);
    Model base =
        Model.of(List.of(inner), ChannelSplit.of(2).named("split").outputsOn(inner))
            .withName("base");
    LayerOutput input = Input.named("in", 4);
    List<LayerOutput> halves = base.outputsOn(Rescaling.of(2).named("twice").on(input));
    return Model.of(input, Concatenate.create().named("join").on(halves.get(1), halves.get(0)));
  }

  private static float[] run(Model model) {
    return ModelRunner.run(model, Phase.INFERENCE, Map.of(), SAMPLES).output().toFloats();
  }

  private static List<String> outputNames(Model model) {
    return model.outputs().stream().map(LayerOutput::outputName).toList();
  }

  @Test
  void eachOutputGoesToTheLayersThatAreConnectedToIt() {
    assertThat(run(swapped())).containsExactly(-3, -4, 1, 2, -7, -8, 5, 6);
    assertThat(run(nested())).containsExactly(6, 8, 2, 4, 14, 16, 10, 12);
  }

  @Test
  void outputsAreNamedAndTypedOneByOne() {
    List<LayerOutput> thirds = ChannelSplit.of(3).named("split").outputsOn(Input.of(2, 2, 6));

    assertThat(thirds)
        .extracting(LayerOutput::outputName)
        .containsExactly("split:0", "split:1", "split:2");
    assertThat(thirds).extracting(LayerOutput::index).containsExactly(0, 1, 2);
    assertThat(thirds)
        .allSatisfy(third -> assertThat(third.shape()).isEqualTo(Shape.of(-1, 2, 2, 2)));
    assertThat(thirds).allSatisfy(third -> assertThat(third.node()).isSameAs(thirds.get(0)));
    assertThat(thirds.get(1).outputs()).isEqualTo(thirds);
    assertThat(thirds.get(2)).hasToString("split:2 float32(None, 2, 2, 2)");
    assertThat(swapped().layer("join").output().outputName()).isEqualTo("join");
    assertThat(swapped().layer("split").outputs()).hasSize(2);
  }

  @Test
  void channelsThatCannotBeDividedAreRefusedByName() {
    assertRefused(
        () -> ChannelSplit.of(3).named("split").outputsOn(Input.of(4)),
        ErrorCode.SHAPE_MISMATCH,
        "In split (ChannelSplit): The channels of the input (None, 4) cannot be split into"
            + " 3. Split a multiple of 3 channels. [ESP-101]");
    assertRefused(
        () -> ChannelSplit.of(0),
        ErrorCode.INVALID_ARGUMENT,
        "The number of sections of a split cannot be 0. Give 1 or more. [ESP-102]");
  }

  @Test
  void severalOutputsWhereOneIsTakenAreRefusedByName() {
    String split = "The layer \"split\" has 2 outputs: [float32(None, 2), float32(None, 2)]. ";
    assertRefused(
        () -> ChannelSplit.of(2).named("split").on(Input.of(4)),
        ErrorCode.INVALID_MODEL,
        split + "Connect it with outputsOn and choose one of them. [ESP-103]");
    assertThatThrownBy(() -> Sequential.of(Input.of(4), ChannelSplit.of(2), Dense.of(3)))
        .hasMessageContaining("The layer \"ChannelSplit\" has 2 outputs");
    record Calls() implements dev.espalier.layer.Layer {
      @Override
      public Tensor call(CallContext context, Tensor... inputs) {
        return ChannelSplit.of(2).call(context.child("halves", true), inputs);
      }
    }
    assertThatThrownBy(() -> new Calls().named("outer").on(Input.of(4)))
        .hasMessageContaining(
            "The layer \"outer/halves\" (ChannelSplit) gives 2 outputs where one is taken")
        .hasMessageContaining("Use callAll and choose.");
    assertThat(ChannelSplit.of(1).on(Input.of(4)).outputName()).isNull();
  }

  /** Gives as many outputs as it is told by something that changes. */
  private record Fickle(List<Integer> calls) implements MultiOutputLayer {
    @Override
    public List<Tensor> callAll(CallContext context, Tensor... inputs) {
      calls.add(1);
      return List.of(inputs[0], inputs[0]).subList(0, calls.size() == 1 ? 2 : 1);
    }
  }

  @Test
  void aNumberOfOutputsThatChangesIsRefused() {
    LayerOutput input = Input.of(4);
    List<LayerOutput> outputs =
        new Fickle(new java.util.ArrayList<>()).named("fickle").outputsOn(input);
    assertRefused(
        () -> Model.of(List.of(input), outputs),
        ErrorCode.INVALID_MODEL,
        "The layer \"fickle\" (Fickle) gave 2 outputs when it was connected, and 1 now."
            + " The number of outputs of a layer must not change between calls. [ESP-103]");
  }

  @Test
  void noOutputIsRefused() {
    MultiOutputLayer nothing = (context, inputs) -> List.of();
    assertThatThrownBy(() -> nothing.named("nothing").outputsOn(Input.of(4)))
        .hasMessageContaining("nothing")
        .hasMessageContaining("gives no output");
  }

  @Test
  void theSummaryIsLikeThatOfKeras() {
    assertThat(swapped().summary(options -> options.width(110)).lines())
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("split (ChannelSplit)", "[(None, 2), (None, 2)]", "in[0][0]"))
        .anySatisfy(line -> assertThat(line).contains("minus (Rescaling)", "split[0][1]"))
        .anySatisfy(
            line -> assertThat(line).contains("join (Concatenate)", "minus[0][0], split[0][0]"));
    // Both outputs in use make no chain.
    LayerOutput input = Input.named("in", 4);
    List<LayerOutput> halves = ChannelSplit.of(2).outputsOn(input);
    assertThat(
            Model.of(input, Add.create().on(halves.get(0), halves.get(1)))
                .summary(options -> options.width(120)))
        .contains("channel_split[0][0],", "channel_split[0][1]");
  }

  // ---- copies and surgery

  /** Projects twice with weights of its own. */
  private record Projections() implements MultiOutputLayer {
    @Override
    public List<Tensor> callAll(CallContext context, Tensor... inputs) {
      Shape shape = Shape.of(inputs[0].shape().size(-1), 2);
      Tensor left = context.weight("left", shape, Initializers.randomUniform(1));
      Tensor right = context.weight("right", shape, Initializers.randomUniform(1));
      return List.of(context.ops().matMul(inputs[0], left), context.ops().matMul(inputs[0], right));
    }
  }

  private static Model projecting() {
    LayerOutput input = Input.named("in", 4);
    List<LayerOutput> both = new Projections().named("both").outputsOn(input);
    return ModelSurgeryTest.known(
        Model.of(input, Concatenate.create().named("join").on(both.get(1), both.get(0))));
  }

  @Test
  void weightsAndTrainableFlagsAreThoseOfTheWholeLayer() {
    Model model = projecting();
    float[] expected = run(model);

    Model frozen = model.freeze("both");

    assertThat(model.weights().names()).containsExactly("both/left", "both/right");
    assertThat(frozen.trainableParameterCount()).isZero();
    assertThat(run(frozen)).isEqualTo(expected);
    assertThat(run(frozen.renameLayer("both", "two"))).isEqualTo(expected);
    assertThat(frozen.renameLayer("both", "two").layer("two").trainable()).isFalse();
  }

  @Test
  void aRegularizedLayerKeepsItsOutputs() {
    LayerOutput input = Input.named("in", 4);
    List<LayerOutput> both =
        new Regularized(new Projections(), "left", Regularizers.l2(1)).outputsOn(input);
    assertThat(both)
        .extracting(LayerOutput::type)
        .containsOnly(TensorType.class.cast(both.get(0).type()));
    assertThat(both).hasSize(2);
  }

  @Test
  void aLayerIsReplacedByOneWithAsManyOutputs() {
    Model changed = projecting().replaceLayer("both", ChannelSplit.of(2));

    assertThat(run(changed)).containsExactly(3, 4, 1, 2, 7, 8, 5, 6);
    assertRefused(
        () -> projecting().replaceLayer("both", ChannelSplit.of(4)),
        ErrorCode.SHAPE_MISMATCH,
        "The new layer does not fit at \"both\": its outputs are [float32(None, 1),"
            + " float32(None, 1), float32(None, 1), float32(None, 1)] and those of the old one"
            + " [float32(None, 2), float32(None, 2)]. Give a layer with as many outputs. [ESP-101]");
    assertThatThrownBy(() -> ModelSurgeryTest.chain().replaceLayer("relu", ChannelSplit.of(2)))
        .hasMessageContaining("does not fit at \"relu\"");
    assertThatThrownBy(() -> projecting().removeLayer("both"))
        .hasMessageContaining("The layer \"both\" has several outputs: [both:0 float32(None, 2)");
  }

  @Test
  void aLayerIsInsertedAfterOneOutput() {
    Model changed = swapped().insertAfter("split:1", Rescaling.of(10).named("ten"));

    assertThat(run(changed)).containsExactly(-30, -40, 1, 2, -70, -80, 5, 6);
    assertThat(run(nested().insertAfter("base/split:0", Rescaling.of(10))))
        .containsExactly(6, 8, 20, 40, 14, 16, 100, 120);
    assertRefused(
        () -> swapped().insertAfter("split", Rescaling.of(10)),
        ErrorCode.INVALID_MODEL,
        "The layer \"split\" has several outputs: [split:0 float32(None, 2), split:1"
            + " float32(None, 2)]. Name one of them, such as \"split:0\". [ESP-103]");
    assertThatThrownBy(() -> swapped().insertAfter("minus", ChannelSplit.of(2)))
        .hasMessageContaining("does not fit at \"minus\": it has several outputs");
    assertThat(run(swapped().insertBefore("split", Rescaling.of(2))))
        .containsExactly(-6, -8, 2, 4, -14, -16, 10, 12);
  }

  @Test
  void aModelIsCutAtOneOutputOrAtAll() {
    assertThat(outputNames(swapped().cutAt("split"))).containsExactly("split:0", "split:1");
    assertThat(run(swapped().cutAt("split:1"))).containsExactly(3, 4, 7, 8);
    assertThat(outputNames(nested().cutAt("base/split"))).containsExactly("base:0", "base:1");
    assertThat(run(nested().cutAt("base/split:1"))).containsExactly(6, 8, 14, 16);
    assertThat(outputNames(swapped().cutAt(List.of("minus", "split:0"))))
        .containsExactly("minus", "split:0");
    assertRefused(
        () -> swapped().cutAt("split:2"),
        ErrorCode.UNKNOWN_LAYER,
        "There is no output of the layer split named \"split:2\". Known names, nearest"
            + " first: split:0, split:1. [ESP-104]");
    assertThatThrownBy(() -> nested().cutAt("base/spilt:0"))
        .hasMessageContaining("There is no layer named \"base/spilt\"");
  }

  @Test
  void anOutputThatNobodyTakesIsLeftOut() {
    LayerOutput input = Input.named("in", 4);
    LayerOutput second = ChannelSplit.of(2).named("split").outputsOn(input).get(1);
    assertThat(run(Model.of(input, second))).containsExactly(3, 4, 7, 8);
    assertThat(outputNames(Model.of(input, second))).containsExactly("split:1");
  }
}

package dev.espalier.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.attention.ClassToken;
import dev.espalier.layer.attention.MultiHeadAttention;
import dev.espalier.layer.attention.PositionEmbedding;
import dev.espalier.layer.attention.SelectPosition;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.convolution.Conv2DTranspose;
import dev.espalier.layer.convolution.DepthwiseConv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling1D;
import dev.espalier.model.Model;
import dev.espalier.model.ModelRunner;
import dev.espalier.model.Sequential;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Layers of transformers, beside what {@link KerasGoldenTest} compares with Keras' numbers. */
class SequenceLayersTest {
  private static final HostArray SEQUENCE =
      HostArray.wrap(Shape.of(2, 2, 3), 1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6);

  private static void assertRefused(ThrowingCallable call, ErrorCode code, String problem) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.problem()).contains(problem);
            });
  }

  @Test
  void variablesHaveKerasNamesAndShapesInOrder() {
    Model model =
        Sequential.of(
            Input.of(5, 6),
            LayerNormalization.create(),
            MultiHeadAttention.of(2, 4).valueDim(3),
            ClassToken.create(),
            PositionEmbedding.create());
    assertThat(model.output().shape()).isEqualTo(Shape.of(-1, 6, 6));
    assertThat(model.variables())
        .extracting(variable -> variable.name() + " " + variable.shape())
        .containsExactly(
            "layer_normalization/gamma (6,)",
            "layer_normalization/beta (6,)",
            "multi_head_attention/query/kernel (6, 2, 4)",
            "multi_head_attention/query/bias (2, 4)",
            "multi_head_attention/key/kernel (6, 2, 4)",
            "multi_head_attention/key/bias (2, 4)",
            "multi_head_attention/value/kernel (6, 2, 3)",
            "multi_head_attention/value/bias (2, 3)",
            "multi_head_attention/attention_output/kernel (2, 3, 6)",
            "multi_head_attention/attention_output/bias (6,)",
            "class_token/token (1, 1, 6)",
            "position_embedding/embeddings (6, 6)");
    assertThat(model.variables()).allMatch(variable -> variable.trainable());
    assertThat(model.freeze("multi_head*").variables())
        .filteredOn(variable -> variable.name().startsWith("multi_head"))
        .noneMatch(variable -> variable.trainable());
  }

  @Test
  void attentionOfEqualKeysIsTheMeanOfTheValues() {
    MultiHeadAttention layer = MultiHeadAttention.of(1, 3).useBias(false);
    Model model = ModelRunner.modelOf(layer.named("a"), SEQUENCE);
    HostArray unit = HostArray.wrap(Shape.of(3, 1, 3), 1, 0, 0, 0, 1, 0, 0, 0, 1);
    Map<String, HostArray> values =
        Map.of(
            "a/query/kernel",
            unit,
            "a/key/kernel",
            HostArray.filled(unit.type(), 0),
            "a/value/kernel",
            unit,
            "a/attention_output/kernel",
            unit.reshape(Shape.of(1, 3, 3)));
    assertThat(ModelRunner.run(model, Phase.INFERENCE, values, SEQUENCE).output().toFloats())
        .containsExactly(
            2.5f, 3.5f, 4.5f, 2.5f, 3.5f, 4.5f, -2.5f, -3.5f, -4.5f, -2.5f, -3.5f, -4.5f);
  }

  @Test
  void attentionScoresAreDroppedInTrainingOnly() {
    MultiHeadAttention layer = MultiHeadAttention.of(2, 3);
    HostArray plain = ModelRunner.infer(layer, SEQUENCE);
    assertThat(ModelRunner.infer(layer.dropout(0.5), SEQUENCE)).isEqualTo(plain);
    assertThat(ModelRunner.train(layer, SEQUENCE)).isEqualTo(plain);
    assertThat(ModelRunner.train(layer.dropout(0.5), SEQUENCE)).isNotEqualTo(plain);
  }

  @Test
  void attentionWantsSequencesOfWhichKeyAndValueHaveOneLength() {
    MultiHeadAttention layer = MultiHeadAttention.of(2, 3);
    assertRefused(
        () -> layer.on(Input.image(8, 8, 3)),
        ErrorCode.SHAPE_MISMATCH,
        "The input has the shape (None, 8, 8, 3).");
    assertRefused(
        () -> layer.on(Input.of(5, 6), Input.of(4, 6), Input.of(3, 6)),
        ErrorCode.SHAPE_MISMATCH,
        "The key (None, 3, 6) and the value (None, 4, 6) do not have the same positions.");
    assertRefused(
        () -> layer.on(Input.of(1, 2), Input.of(1, 2), Input.of(1, 2), Input.of(1, 2)),
        ErrorCode.INVALID_MODEL,
        "An attention layer was connected to 4 inputs.");
    assertRefused(() -> MultiHeadAttention.of(0, 3), ErrorCode.INVALID_ARGUMENT, "number of heads");
    assertRefused(
        () -> layer.dropout(1.5), ErrorCode.INVALID_ARGUMENT, "dropout rate of an attention layer");
  }

  @Test
  void theClassTokenStandsBeforeTheFirstPosition() {
    ClassToken layer = ClassToken.create().initializer(Initializers.constant(7));
    assertThat(ModelRunner.infer(layer, SEQUENCE))
        .isEqualTo(
            HostArray.wrap(
                Shape.of(2, 3, 3), 7, 7, 7, 1, 2, 3, 4, 5, 6, 7, 7, 7, -1, -2, -3, -4, -5, -6));
  }

  @Test
  void positionsAreAddedToEachSample() {
    Model model = ModelRunner.modelOf(PositionEmbedding.create().named("p"), SEQUENCE);
    HostArray embeddings = HostArray.wrap(Shape.of(2, 3), 10, 20, 30, 40, 50, 60);
    assertThat(
            ModelRunner.run(model, Phase.INFERENCE, Map.of("p/embeddings", embeddings), SEQUENCE)
                .output()
                .toFloats())
        .containsExactly(11, 22, 33, 44, 55, 66, 9, 18, 27, 36, 45, 54);
  }

  @Test
  void onePositionOrTheMeanOfAllStandsForASequence() {
    assertThat(ModelRunner.infer(SelectPosition.of(0), SEQUENCE))
        .isEqualTo(HostArray.wrap(Shape.of(2, 3), 1, 2, 3, -1, -2, -3));
    assertThat(ModelRunner.infer(SelectPosition.of(-1), SEQUENCE))
        .isEqualTo(HostArray.wrap(Shape.of(2, 3), 4, 5, 6, -4, -5, -6));
    assertThat(ModelRunner.infer(GlobalAveragePooling1D.create(), SEQUENCE))
        .isEqualTo(HostArray.wrap(Shape.of(2, 3), 2.5f, 3.5f, 4.5f, -2.5f, -3.5f, -4.5f));
    assertThat(GlobalAveragePooling1D.create().keepDims(true).on(Input.of(5, 6)).shape())
        .isEqualTo(Shape.of(-1, 1, 6));
    for (int position : new int[] {5, -6, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertRefused(
          () -> SelectPosition.of(position).on(Input.of(5, 6)),
          ErrorCode.SHAPE_MISMATCH,
          "There is no position " + position + " in the input (None, 5, 6).");
    }
  }

  @Test
  void anEmbeddingGivesTheVectorOfEachIndexAndZerosOutside() {
    HostArray indices = HostArray.wrap(Shape.of(2, 3), 0, 2, 1, 2, -1, 3);
    Model model = ModelRunner.modelOf(Embedding.of(3, 2).named("e"), indices);
    HostArray embeddings = HostArray.wrap(Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
    HostArray output =
        ModelRunner.run(model, Phase.INFERENCE, Map.of("e/embeddings", embeddings), indices)
            .output();
    assertThat(output)
        .isEqualTo(HostArray.wrap(Shape.of(2, 3, 2), 1, 2, 5, 6, 3, 4, 5, 6, 0, 0, 0, 0));
  }

  @Test
  void groupsDivideTheChannelsOfInputAndFilters() {
    Conv2D layer = Conv2D.of(6, 3).groups(3);
    assertThat(layer.on(Input.image(8, 8, 3)).shape()).isEqualTo(Shape.of(-1, 6, 6, 6));
    assertRefused(
        () -> layer.on(Input.image(8, 8, 4)),
        ErrorCode.SHAPE_MISMATCH,
        "The 4 channels of the input cannot be divided into 3 groups.");
    assertRefused(
        () -> Conv2D.of(6, 3).groups(4),
        ErrorCode.INVALID_ARGUMENT,
        "The number of filters cannot be 6.");
    assertRefused(() -> Conv2D.of(6, 3).groups(0), ErrorCode.INVALID_ARGUMENT, "number of groups");
  }

  @Test
  void aCopyOfAConvolutionDiffersInWhatWasAskedForAlone() {
    Conv2D layer = Conv2D.of(4, 3).dilation(2).groups(2);
    assertThat(layer.useBias(false).useBias(true)).isEqualTo(layer);
    assertThat(layer.strides(3).groups()).isEqualTo(2);
    Conv2DTranspose transpose = Conv2DTranspose.of(4, 3).strides(2);
    assertThat(transpose.useBias(false).useBias(true)).isEqualTo(transpose);
    assertThat(List.of(transpose.strides().height(), transpose.filters())).containsExactly(2, 4);
    DepthwiseConv2D depthwise = DepthwiseConv2D.of(3).strides(2);
    assertThat(depthwise.useBias(false).useBias(true)).isEqualTo(depthwise);
  }
}

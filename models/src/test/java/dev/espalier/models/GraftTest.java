package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.activation.Activation;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Variable;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.model.ModelLayer;
import dev.espalier.model.Weights;
import dev.espalier.testkit.golden.GoldenNumbers;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraftTest {
  private static final Model BASE =
      EfficientNet.custom(0.25, 1).imageSize(32).includeTop(false).build();

  private static Graft tutorial(Model base, int classes) {
    return Graft.onto(base)
        .globalAveragePooling()
        .batchNormalization()
        .dropout(0.2)
        .dense(classes, Activation.SOFTMAX);
  }

  /** REFERENCE 1.10; the tutorial's own 244 layers count flip, contrast and resizing too. */
  @Test
  void theTutorialsFrozenModelHasItsTotals() {
    Model base = EfficientNet.b0().includeTop(false).build();
    Model model = tutorial(base, 100).frozen().build();
    assertThat(model.parameterCount()).isEqualTo(4_182_791);
    assertThat(model.trainableParameterCount()).isEqualTo(130_660);
    assertThat(model.layers()).hasSize(244 - 3);
    Model unfrozen = Graft.unfreezeAllButBatchNorms(model, base);
    assertThat(unfrozen.parameterCount()).isEqualTo(4_182_791);
    assertThat(unfrozen.trainableParameterCount()).isEqualTo(4_096_192);
    assertThat(
            unfrozen.layers().stream()
                .filter(layer -> layer.layer() instanceof BatchNormalization && !layer.trainable()))
        .hasSize(49);
  }

  @Test
  void theLayersOfTheBaseBecomeLayersOfTheModel() {
    Model model = tutorial(BASE, 10).build();
    assertThat(model.layers().subList(0, BASE.layers().size()))
        .extracting(ModelLayer::name)
        .isEqualTo(BASE.layers().stream().map(ModelLayer::name).toList());
    assertThat(model.layers().subList(BASE.layers().size(), model.layers().size()))
        .extracting(ModelLayer::name)
        .containsExactly("avg_pool", "head_bn", "head_dropout", "pred");
    assertThat(model.name()).isEqualTo("efficientnet-grafted");
  }

  @Test
  void theWeightsOfTheBaseAreKept() {
    Weights weights = GoldenNumbers.weights(BASE);
    Model model = tutorial(BASE.withWeights(weights), 10).frozen().build();
    assertThat(model.weights()).isEqualTo(weights);
  }

  @Test
  void aFrozenGraftFreezesTheBaseAloneWheneverItIsAskedFor() {
    Model early = tutorial(Model.of(BASE.input(), BASE.output()), 10).frozen().build();
    Model late =
        Graft.onto(BASE).frozen().globalAveragePooling().dense(10, Activation.SOFTMAX).build();
    for (Model model : List.of(early, late)) {
      assertThat(model.layers())
          .allSatisfy(
              layer ->
                  assertThat(layer.trainable())
                      .isEqualTo(model.layers().indexOf(layer) >= BASE.layers().size()));
    }
    assertThat(BASE.trainableParameterCount()).isPositive();
  }

  @Test
  void withoutFreezingTheBaseStaysAsItIs() {
    Model half = BASE.freeze("block1*");
    Model model = tutorial(half, 10).build();
    assertThat(model.layer("block1a_dwconv").trainable()).isFalse();
    assertThat(model.layer("block2a_dwconv").trainable()).isTrue();
  }

  @Test
  void onlyTheBatchNormsOfTheBaseStayFrozenInTheSecondPhase() {
    Model model = tutorial(BASE, 10).frozen().build();
    Model unfrozen = Graft.unfreezeAllButBatchNorms(model, BASE);
    assertThat(unfrozen.layer("head_bn").trainable()).isTrue();
    assertThat(unfrozen.layer("stem_bn").trainable()).isFalse();
    assertThat(unfrozen.layer("stem_conv").trainable()).isTrue();
    assertThat(unfrozen.weights()).isEqualTo(model.weights());
  }

  @Test
  void batchNormsAreToldByTypeNotByName() {
    LayerOutput input = Input.image(8, 8, 3);
    LayerOutput strange = BatchNormalization.create().named("strange").on(input);
    Model base = Model.of(input, Dense.of(4).named("my_bn").on(strange));
    Model model = Graft.onto(base).globalAveragePooling().dense(2, Activation.SOFTMAX).build();
    Model unfrozen = Graft.unfreezeAllButBatchNorms(model, base);
    assertThat(unfrozen.layer("strange").trainable()).isFalse();
    assertThat(unfrozen.layer("my_bn").trainable()).isTrue();
  }

  @Test
  void batchNormsInsideANestedModelStayFrozenToo() {
    LayerOutput input = Input.image(32, 32, 3);
    Model outer = Model.of(input, BASE.named("inner").on(input)).withName("outer");
    Model model =
        Graft.onto(outer).frozen().globalAveragePooling().dense(2, Activation.SOFTMAX).build();
    assertThat(model.trainableParameterCount()).isEqualTo(320 * 2 + 2);
    Model unfrozen = Graft.unfreezeAllButBatchNorms(model, outer);
    assertThat(unfrozen.layer("inner/stem_bn").trainable()).isFalse();
    assertThat(unfrozen.layer("inner/stem_conv").trainable()).isTrue();
  }

  @Test
  void defaultNamesMakeWayForThoseOfTheBase() {
    Model base =
        EfficientNet.custom(0.25, 1).imageSize(32).includeTop(false).pooling(Pooling.AVG).build();
    Model model =
        Graft.onto(base).layer(Dropout.of(0.1).named("pred")).dense(3, Activation.SOFTMAX).build();
    assertThat(model.output().name()).isEqualTo("pred_1");
    Model stacked = Graft.onto(model).batchNormalization().batchNormalization().build();
    assertThat(stacked.output().name()).isEqualTo("head_bn_1");
  }

  @Test
  void namesCanBeChosen() {
    Model model =
        Graft.onto(BASE)
            .globalMaxPooling()
            .named("squash")
            .dense(3, Activation.LINEAR)
            .named("answer")
            .build();
    assertThat(model.variables())
        .extracting(Variable::name)
        .endsWith("answer/kernel", "answer/bias");
    assertThat(model.layer("squash").layer().typeName()).isEqualTo("GlobalMaxPooling2D");
  }

  @Test
  void aChosenNameThatTheBaseHasIsRefused() {
    assertThatThrownBy(() -> Graft.onto(BASE).globalAveragePooling().named("stem_conv").build())
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("Two layers are named \"stem_conv\"");
  }

  @Test
  void namingNothingIsRefused() {
    assertThatThrownBy(() -> Graft.onto(BASE).named("x"))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("no layer yet");
  }

  @Test
  void aGraftIsNotChangedByWhatIsAddedToIt() {
    Graft trunk = Graft.onto(BASE).globalAveragePooling();
    Model ten = trunk.dense(10, Activation.SOFTMAX).build();
    Model five = trunk.dense(5, Activation.SOFTMAX).build();
    assertThat(ten.output().shape().size(1)).isEqualTo(10);
    assertThat(five.output().shape().size(1)).isEqualTo(5);
  }

  @Test
  void theSecondPhaseNeedsTheRightBase() {
    Model model = tutorial(BASE, 10).build();
    Model other = EfficientNetV2.custom(0.25, 1).imageSize(32).includeTop(false).build();
    assertThatThrownBy(() -> Graft.unfreezeAllButBatchNorms(model, other))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("was not grafted onto \"efficientnetv2\"")
        .extracting(error -> ((EspalierException) error).code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }
}

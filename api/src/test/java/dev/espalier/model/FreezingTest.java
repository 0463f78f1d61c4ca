package dev.espalier.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.activation.Activation;
import dev.espalier.error.ErrorCode;
import dev.espalier.graph.Variable;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreezingTest {
  /** Two blocks of two layers between a stem and a top. */
  private static Model base() {
    return Sequential.of(
            Input.named("in", 4),
            dense("stem_conv"),
            BatchNormalization.create().named("stem_bn"),
            dense("block1a_expand"),
            BatchNormalization.create().named("block1a_bn"),
            dense("block2a_expand"),
            ActivationLayer.of(Activation.RELU),
            BatchNormalization.create().named("block2a_bn"),
            dense("top"))
        .withName("base");
  }

  private static Model nested() {
    LayerOutput input = Input.of(4);
    return Model.of(input, dense("head").on(base().on(input)));
  }

  private static Layer dense(String name) {
    return Dense.of(4).named(name);
  }

  /** Returns the paths of the layers that have variables and may learn. */
  private static List<String> learning(Model model) {
    return model.variables().stream()
        .filter(Variable::trainable)
        .map(variable -> variable.name().substring(0, variable.name().lastIndexOf('/')))
        .distinct()
        .toList();
  }

  @Test
  void everythingLearnsAtFirst() {
    assertThat(learning(base()))
        .containsExactly(
            "stem_conv",
            "stem_bn",
            "block1a_expand",
            "block1a_bn",
            "block2a_expand",
            "block2a_bn",
            "top");
  }

  @Test
  void freezingReturnsAnotherModel() {
    Model base = base();
    Model frozen = base.freeze();
    assertThat(learning(frozen)).isEmpty();
    assertThat(frozen.trainableParameterCount()).isZero();
    assertThat(frozen.parameterCount()).isEqualTo(base.parameterCount());
    assertThat(learning(base)).hasSize(7);
    assertThat(learning(frozen.unfreeze())).hasSize(7);
  }

  @Test
  void oneLayerIsFrozenByName() {
    assertThat(learning(base().freeze("stem_conv"))).doesNotContain("stem_conv").hasSize(6);
    assertThat(learning(base().freeze().unfreeze("top"))).containsExactly("top");
  }

  @Test
  void layersAreFrozenByPattern() {
    assertThat(learning(base().freeze("block?a_*"))).containsExactly("stem_conv", "stem_bn", "top");
    assertThat(learning(base().freeze("*bn")))
        .containsExactly("stem_conv", "block1a_expand", "block2a_expand", "top");
    assertThat(learning(base().freeze().unfreeze("*2a*")))
        .containsExactly("block2a_expand", "block2a_bn");
  }

  @Test
  void patternSignsAreTheOnlySpecialCharacters() {
    Model model = Sequential.of(Input.of(4), dense("a.b"), dense("axb"));
    assertThat(learning(model.freeze("a.b"))).containsExactly("axb");
  }

  @Test
  void patternWithoutMatchListsTheNearest() {
    ModelTest.assertCode(() -> base().freeze("blok*"), ErrorCode.UNKNOWN_LAYER);
    ModelTest.assertRefused(
        () -> Sequential.of(Input.of(4), dense("stem")).freeze("sten"),
        ErrorCode.UNKNOWN_LAYER,
        "There is no layer named \"sten\". Known names, nearest first: stem, input_layer."
            + " [ESP-104]");
  }

  @Test
  void layersAreFrozenByTypeNotByName() {
    assertThat(learning(base().freezeType(BatchNormalization.class)))
        .containsExactly("stem_conv", "block1a_expand", "block2a_expand", "top");
    assertThat(learning(base().freeze().unfreezeType(Dense.class)))
        .containsExactly("stem_conv", "block1a_expand", "block2a_expand", "top");
    assertThat(learning(nested().freezeType(BatchNormalization.class)))
        .containsExactly(
            "base/stem_conv", "base/block1a_expand", "base/block2a_expand", "base/top", "head");
  }

  @Test
  void unfreezingFromABlockTakesTheWholeBlockAndWhatFollows() {
    assertThat(learning(base().freeze().unfreezeFrom("block2a")))
        .containsExactly("block2a_expand", "block2a_bn", "top");
    assertThat(learning(base().freeze().unfreezeFrom("block1a_bn")))
        .startsWith("block1a_expand", "block1a_bn")
        .hasSize(5);
    assertThat(learning(base().freeze().unfreezeFrom("top"))).containsExactly("top");
  }

  @Test
  void unfreezingFromALayerInsideABlockNeverCutsIt() {
    // The activation between has an automatic name and is a block of its own.
    assertThat(learning(base().freeze().unfreezeFrom("block2a_bn")))
        .containsExactly("block2a_expand", "block2a_bn", "top");
    assertThat(learning(base().freeze().unfreezeFromLayer("block2a_bn")))
        .containsExactly("block2a_bn", "top");
  }

  @Test
  void automaticallyNamedLayersAreBlocksOfTheirOwn() {
    Model model =
        Sequential.of(
            Input.of(4),
            Dense.of(4),
            BatchNormalization.create(),
            Dense.of(4),
            BatchNormalization.create());
    assertThat(learning(model.freeze().unfreezeFrom("dense_1")))
        .containsExactly("dense_1", "batch_normalization_1");
    assertThat(learning(model.freeze().unfreezeFrom("batch_normalization_1")))
        .containsExactly("batch_normalization_1");
  }

  @Test
  void unknownBlockListsTheNearest() {
    ModelTest.assertRefused(
        () -> base().unfreezeFrom("block3a"),
        ErrorCode.UNKNOWN_LAYER,
        "There is no block named \"block3a\". Known names, nearest first: block1a, block2a, top,"
            + " in, stem, activation. [ESP-104]");
    ModelTest.assertCode(() -> base().unfreezeFromLayer("block2a"), ErrorCode.UNKNOWN_LAYER);
  }

  @Test
  void freezingReachesIntoNestedModels() {
    Model model = nested();
    assertThat(learning(model.freeze("base"))).containsExactly("head");
    assertThat(learning(model.freeze("base/*"))).containsExactly("head");
    assertThat(learning(model.freeze("base/block*")))
        .containsExactly("base/stem_conv", "base/stem_bn", "base/top", "head");
    assertThat(model.freeze("base").layer("base/top").trainable()).isFalse();
    assertThat(model.freeze("base").layer("base").trainable()).isFalse();
  }

  @Test
  void layerInsideAFrozenModelCanLearnAlone() {
    Model frozen = nested().freeze();
    assertThat(learning(frozen.unfreeze("base/top"))).containsExactly("base/top");
    assertThat(learning(frozen.unfreezeFrom("base/block2a")))
        .containsExactly("base/block2a_expand", "base/block2a_bn", "base/top", "head");
    assertThat(learning(frozen.unfreeze("base"))).hasSize(7).doesNotContain("head");
  }

  @Test
  void nestingMayBeDeep() {
    LayerOutput input = Input.of(4);
    Model outer = Model.of(input, dense("last").on(nested().withName("middle").on(input)));
    assertThat(learning(outer.freeze())).isEmpty();
    assertThat(learning(outer.freeze().unfreeze("middle/base/top")))
        .containsExactly("middle/base/top");
    assertThat(learning(outer.freeze("middle/base"))).containsExactly("middle/head", "last");
    assertThat(learning(outer.freezeType(Dense.class)))
        .containsExactly("middle/base/stem_bn", "middle/base/block1a_bn", "middle/base/block2a_bn");
  }

  @Test
  void modelFrozenBeforeItIsNestedStaysFrozen() {
    LayerOutput input = Input.of(4);
    Model model = Model.of(input, dense("head").on(base().freeze().on(input)));
    assertThat(learning(model)).containsExactly("head");
    assertThat(learning(model.unfreeze("base/top"))).containsExactly("base/top", "head");
  }

  @Test
  void orderOfFreezingTheBaseAndGrowingAHeadDoesNotMatter() {
    Model base = base();
    Model frozen = base.freeze();
    Model first = Model.of(frozen.input(), dense("head").on(frozen.output()));
    Model grown = Model.of(base.input(), dense("head").on(base.output()));
    Model later = grown.freeze().unfreeze("head");
    assertThat(learning(first)).containsExactly("head").isEqualTo(learning(later));
  }

  @Test
  void laterCallsWin() {
    Model model = base().freeze().unfreezeFrom("block2a").freezeType(BatchNormalization.class);
    assertThat(learning(model)).containsExactly("block2a_expand", "top");
    assertThat(learning(model.unfreeze("*_bn")))
        .containsExactly("stem_bn", "block1a_bn", "block2a_expand", "block2a_bn", "top");
  }

  @Test
  void sharedLayerIsFrozenWhereverItIsUsed() {
    LayerOutput input = Input.of(4);
    Layer shared = dense("shared");
    Model model = Model.of(input, shared.on(shared.on(input)));
    assertThat(learning(model.freeze("shared"))).isEmpty();
  }

  @Test
  void layersAreChosenByAnyRule() {
    Model model = base().withTrainable(layer -> layer.path().length() > 5, false);
    assertThat(learning(model)).containsExactly("top");
  }
}

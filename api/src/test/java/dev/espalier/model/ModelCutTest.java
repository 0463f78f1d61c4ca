package dev.espalier.model;

import static dev.espalier.model.ModelSurgeryTest.chain;
import static dev.espalier.model.ModelSurgeryTest.names;
import static dev.espalier.model.ModelSurgeryTest.nested;
import static dev.espalier.model.ModelSurgeryTest.run;
import static dev.espalier.model.ModelSurgeryTest.sharing;
import static dev.espalier.model.ModelTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.error.ErrorCode;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Add;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelCutTest {
  @Test
  void modelIsCutAtALayer() {
    Model model = chain().withClassNames(List.of("a", "b", "c")).freeze("first");

    Model cut = model.cutAt("relu");

    assertThat(names(cut)).containsExactly("in", "first", "relu");
    assertThat(cut.weights().asMap()).containsOnlyKeys("first/kernel", "first/bias");
    assertThat(cut.layer("first").trainable()).isFalse();
    assertThat(cut.classNames()).isEmpty();
    assertThat(model.cutAt("head")).isSameAs(model);
    assertThat(model.renameLayer("middle", "neck").cutAt("neck").output().shape())
        .isEqualTo(Shape.of(-1, 4));
  }

  @Test
  void severalLayersGiveSeveralOutputs() {
    Model cut = chain().cutAt(List.of("middle", "first"));

    assertThat(cut.outputs()).extracting(LayerOutput::name).containsExactly("middle", "first");
    assertThat(cut.isSequential()).isFalse();
    assertThat(cut.weights().layerNames()).containsExactly("first", "middle");
  }

  @Test
  void inputsThatAreNotNeededAreDropped() {
    LayerOutput left = Input.named("left", 4);
    LayerOutput right = Input.named("right", 4);
    LayerOutput a = Dense.of(4).named("a").on(left);
    Model inner = Model.of(List.of(left, right), List.of(Add.create().named("sum").on(a, right)));
    LayerOutput one = Input.named("one", 4);
    LayerOutput two = Input.named("two", 4);
    Model outer = Model.of(List.of(one, two), List.of(inner.withName("both").on(one, two)));

    assertThat(inner.cutAt("a").inputs()).containsExactly(left);
    assertThat(outer.cutAt("both/a").allLayers())
        .extracting(ModelLayer::path)
        .containsExactly("one", "both", "both/left", "both/a");
  }

  @Test
  void cuttingInsideANestedModelEndsBoth() {
    Model model = nested().freeze("base/first");

    Model cut = model.cutAt("base/relu");

    assertThat(cut.allLayers())
        .extracting(ModelLayer::path)
        .containsExactly("image", "base", "base/in", "base/first", "base/relu");
    assertThat(cut.layer("base/first").trainable()).isFalse();
    assertThat(run(cut)).isEqualTo(run(chain().cutAt("relu")));
    assertThat(model.cutAt("base/head").output().name()).isEqualTo("base");
    assertRefused(
        () -> model.cutAt(List.of("base/relu", "head")),
        ErrorCode.INVALID_MODEL,
        "The model cannot be cut at \"base/relu\" and at other layers, because it is inside a nested"
            + " model. Cut at this layer alone, or at layers of the model"
            + " itself. [ESP-103]");
  }

  @Test
  void cuttingAtALayerThatIsAppliedTwiceIsAmbiguous() {
    String remedy =
        " Cut at a layer after it, or choose one of nodes() and use Model.of. [ESP-103]";
    assertRefused(
        () -> sharing().cutAt("shared"),
        ErrorCode.INVALID_MODEL,
        "The model cannot be cut at \"shared\", which is applied 2 times." + remedy);
    assertRefused(
        () -> sharing().cutAt("block/a"),
        ErrorCode.INVALID_MODEL,
        "The model cannot be cut at \"block\", which is applied 2 times." + remedy);
    assertRefused(
        () -> chain().cutAt(List.of()),
        ErrorCode.INVALID_ARGUMENT,
        "There is no layer to cut the model \"chain\" at. Name at least one. [ESP-102]");
  }
}

package dev.espalier.model;

import static dev.espalier.model.ModelTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.error.ErrorCode;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.Add;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Phase;
import dev.espalier.layer.preprocessing.Rescaling;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelSurgeryTest {
  private static final HostArray SAMPLES =
      HostArray.wrap(Shape.of(2, 4), 1, -2, 3, -4, .5f, .25f, -1, 2);

  /** A chain with values for all variables. */
  static Model chain() {
    return known(
        Sequential.of(
                Input.named("in", 4),
                Dense.of(4).named("first"),
                ActivationLayer.of(Activation.RELU).named("relu"),
                Dense.of(4).named("middle"),
                Dense.of(3).named("head"))
            .withName("chain"));
  }

  /** A chain inside another model, with a head. */
  static Model nested() {
    LayerOutput input = Input.named("image", 4);
    return known(Model.of(input, Dense.of(2).named("head").on(chain().on(input))))
        .renameLayer("chain", "base");
  }

  /** One layer and one model that are both applied twice. */
  static Model sharing() {
    LayerOutput input = Input.named("in", 4);
    Layer shared = Dense.of(4).named("shared");
    Model block =
        Sequential.of(Input.of(4), Dense.of(4).named("a"), Dense.of(4).named("b"))
            .withName("block");
    LayerOutput left = block.on(shared.on(input));
    LayerOutput right = block.on(shared.on(left));
    return known(Model.of(input, Add.create().named("sum").on(left, right)));
  }

  static Model known(Model model) {
    return model.withWeights(Weights.of(ModelRunner.variables(model, Map.of())));
  }

  static HostArray run(Model model) {
    return ModelRunner.run(model, Phase.INFERENCE, Map.of(), SAMPLES).output();
  }

  static List<String> names(Model model) {
    return model.layers().stream().map(ModelLayer::name).toList();
  }

  private static Map<String, HostArray> weightsWithout(Model model, String prefix) {
    Map<String, HostArray> rest = new HashMap<>(model.weights().asMap());
    rest.keySet().removeIf(name -> name.startsWith(prefix));
    return rest;
  }

  // ---- replaced

  @Test
  void newLayerKeepsTheNameAndStartsWithoutWeights() {
    Model model = chain().freeze().withClassNames(List.of("a", "b", "c"));

    Model changed = model.replaceLayer("head", Dense.of(5));

    assertThat(names(changed)).isEqualTo(names(model));
    assertThat(changed.name()).isEqualTo("chain");
    assertThat(changed.isSequential()).isTrue();
    assertThat(changed.output().shape()).isEqualTo(Shape.of(-1, 5));
    assertThat(changed.weights().asMap()).isEqualTo(weightsWithout(model, "head/"));
    assertThat(changed.classNames()).isEmpty();
    assertThat(changed.layers().stream().filter(ModelLayer::trainable))
        .extracting(ModelLayer::name)
        .containsExactly("head");
    assertThat(model.output().shape()).isEqualTo(Shape.of(-1, 3));
  }

  @Test
  void classNamesStayWhereTheyFit() {
    Model model = chain().withClassNames(List.of("a", "b", "c"));

    assertThat(model.replaceLayer("head", Dense.of(3)).classNames()).containsExactly("a", "b", "c");
    assertThat(model.removeLayer("relu").classNames()).containsExactly("a", "b", "c");
  }

  @Test
  void newLayerMayBringAName() {
    Model changed = chain().replaceLayer("middle", Dense.of(4).named("neck"));

    assertThat(names(changed)).containsExactly("in", "first", "relu", "neck", "head");
    assertThat(changed.weights().layerNames()).containsExactly("first", "head");
  }

  @Test
  void shapesAfterANewLayerAreInferredAgain() {
    Model untrained =
        Sequential.of(
            Input.of(4), Dense.of(4), BatchNormalization.create(), Dense.of(3).named("head"));

    Model wider = untrained.replaceLayer("dense", Dense.of(7));

    assertThat(wider.layer("batch_normalization").outputShape()).isEqualTo(Shape.of(-1, 7));
    assertThat(wider.parameterCount()).isEqualTo(4 * 7 + 7 + 4 * 7 + 7 * 3 + 3);
  }

  @Test
  void weightsThatNoLongerFitAreNamed() {
    assertRefused(
        () -> chain().replaceLayer("first", Dense.of(6)),
        ErrorCode.WEIGHT_SHAPE_MISMATCH,
        "The weights of the layer \"middle\" no longer fit: its kernel is float32(4,"
            + " 4) and would have to be float32(6, 4). Replace that layer first, even by an"
            + " equal one: a new layer starts without weights. [ESP-202]");
    Model model = chain();
    Layer middle = model.layer("middle").layer();

    Model changed = model.replaceLayer("middle", middle).replaceLayer("first", Dense.of(6));

    assertThat(changed.weights().layerNames()).containsExactly("head");
    assertThat(changed.layer("middle").outputShape()).isEqualTo(Shape.of(-1, 4));
  }

  @Test
  void layersThatNoLongerFitAreNamed() {
    LayerOutput input = Input.of(4);
    Layer first = Dense.of(4).named("first");
    Model model = Model.of(input, Add.create().named("sum").on(first.on(input), input));

    assertRefused(
        () -> model.replaceLayer("first", Dense.of(6)),
        ErrorCode.SHAPE_MISMATCH,
        "The layer \"sum\" no longer fits: "
            + problemOf(() -> Add.create().named("sum").on(Input.of(6), Input.of(4))));
    assertRefused(
        () -> model.replaceLayer("first", Add.create()),
        ErrorCode.INVALID_MODEL,
        "The new layer does not fit at \"first\": "
            + problemOf(() -> Add.create().on(Input.of(4))));
  }

  private static String problemOf(Runnable refused) {
    try {
      refused.run();
    } catch (RuntimeException e) {
      return String.valueOf(e.getMessage());
    }
    throw new AssertionError("accepted");
  }

  @Test
  void changedLayerKeepsWeightsThatFit() {
    Model model = chain().freeze();

    Model sigmoid =
        model.changeLayer("head", Dense.class, old -> old.activation(Activation.SIGMOID));
    Model noBias = model.changeLayer("head", Dense.class, old -> old.useBias(false));
    Model wider = model.changeLayer("head", Dense.class, old -> Dense.of(9));

    assertThat(sigmoid.weights()).isEqualTo(model.weights());
    assertThat(sigmoid.layer("head").trainable()).isFalse();
    for (int i = 0; i < 6; i++) {
      assertThat(run(sigmoid).at(i)).isCloseTo(1 / (1 + Math.exp(-run(model).at(i))), within(1e-6));
    }
    assertThat(noBias.weights().asMap()).isEqualTo(weightsWithout(model, "head/bias"));
    assertThat(wider.weights().asMap()).isEqualTo(weightsWithout(model, "head/"));
    assertThat(model.changeLayer("head", Dense.class, old -> old)).isSameAs(model);
  }

  @Test
  void typeOfAChangedLayerIsChecked() {
    assertRefused(
        () -> nested().changeLayer("base/relu", Dropout.class, old -> Dropout.of(.5)),
        ErrorCode.INVALID_ARGUMENT,
        "The layer \"base/relu\" is of the type ActivationLayer, not Dropout. Give its type, or use"
            + " replaceLayer. [ESP-102]");
  }

  @Test
  void inputsCannotBeReplacedRemovedOrChanged() {
    String message = "The input \"in\" cannot be %s. Build the model on another input. [ESP-103]";
    assertRefused(
        () -> chain().replaceLayer("in", Dense.of(1)),
        ErrorCode.INVALID_MODEL,
        message.formatted("replaced"));
    assertRefused(
        () -> chain().removeLayer("in"), ErrorCode.INVALID_MODEL, message.formatted("removed"));
    assertRefused(
        () -> chain().changeLayer("in", Input.class, old -> old),
        ErrorCode.INVALID_MODEL,
        message.formatted("changed"));
  }

  @Test
  void unknownLayersListTheNearest() {
    assertRefused(
        () -> chain().replaceLayer("heed", Dense.of(2)),
        ErrorCode.UNKNOWN_LAYER,
        "There is no layer named \"heed\". Known names, nearest first: head, relu, in, first,"
            + " middle. [ESP-104]");
    ModelTest.assertCode(() -> nested().removeLayer("base/head2"), ErrorCode.UNKNOWN_LAYER);
    ModelTest.assertCode(() -> nested().cutAt("base/nothing"), ErrorCode.UNKNOWN_LAYER);
    ModelTest.assertCode(() -> nested().cutAt(List.of("head", "x")), ErrorCode.UNKNOWN_LAYER);
  }

  // ---- removed and inserted

  @Test
  void removedLayerPassesItsInputOn() {
    Model changed = chain().removeLayer("relu");

    assertThat(names(changed)).containsExactly("in", "first", "middle", "head");
    assertThat(changed.weights()).isEqualTo(chain().weights());
    assertThat(run(changed)).isNotEqualTo(run(chain()));
    assertThat(changed.removeLayer("head").output().name()).isEqualTo("middle");
  }

  @Test
  void layerWithSeveralInputsCannotBeRemoved() {
    Model model = sharing();
    assertRefused(
        () -> model.removeLayer("sum"),
        ErrorCode.INVALID_MODEL,
        "The layer \"sum\" has 2 inputs: [block float32(None, 4), block float32(None, 4)]. Replace"
            + " it instead. [ESP-103]");
    assertRefused(
        () -> model.insertBefore("sum", Dropout.of(.1)),
        ErrorCode.INVALID_MODEL,
        "The layer \"sum\" has 2 inputs: [block float32(None, 4), block float32(None, 4)]. Use"
            + " insertAfter with one of the layers before it. [ESP-103]");
  }

  @Test
  void insertedLayerStandsBetween() {
    Model half = chain().insertAfter("in", Rescaling.of(.5));
    Model same = chain().insertBefore("first", Rescaling.of(.5));
    Model last = chain().insertAfter("head", Rescaling.of(2).named("double"));

    assertThat(names(half)).containsExactly("in", "rescaling", "first", "relu", "middle", "head");
    assertThat(names(same)).isEqualTo(names(half));
    assertThat(run(same)).isEqualTo(run(half)).isNotEqualTo(run(chain()));
    assertThat(half.weights()).isEqualTo(chain().weights());
    assertThat(last.output().name()).isEqualTo("double");
    assertThat(run(last).at(5)).isEqualTo(2 * run(chain()).at(5));
    assertThat(half.removeLayer("rescaling").weights()).isEqualTo(chain().weights());
    assertThat(run(half.removeLayer("rescaling"))).isEqualTo(run(chain()));
  }

  @Test
  void insertedNameMustBeFree() {
    assertRefused(
        () -> chain().insertAfter("first", Dropout.of(.1).named("head")),
        ErrorCode.INVALID_MODEL,
        "Two layers are named \"head\". Give each layer a unique name; to share"
            + " weights, apply one layer object twice. [ESP-103]");
    assertRefused(
        () -> chain().insertBefore("in", Dropout.of(.1)),
        ErrorCode.INVALID_MODEL,
        "No layer can be inserted before the input \"in\". Use insertAfter. [ESP-103]");
  }

  @Test
  void insertedModelBringsItsWeights() {
    Model block = known(Sequential.of(Input.of(4), Dense.of(4).named("a"))).freeze();

    Model changed = chain().insertAfter("relu", block.withName("block"));

    assertThat(changed.weights().get("block/a/kernel")).isEqualTo(block.weights().get("a/kernel"));
    assertThat(changed.layer("block/a").trainable()).isFalse();
  }

  @Test
  void layerOfTheModelThatIsInsertedAgainIsShared() {
    Model model = chain();
    Layer first = model.layer("first").output().layer();

    Model twice = model.insertAfter("relu", first);
    Model tied = model.replaceLayer("middle", first);

    assertThat(names(twice)).containsExactly("in", "first", "relu", "first", "middle", "head");
    assertThat(twice.weights()).isEqualTo(model.weights());
    assertThat(model.freeze().insertAfter("relu", first).layers()).noneMatch(ModelLayer::trainable);
    assertThat(names(tied)).containsExactly("in", "first", "relu", "first", "head");
    assertThat(tied.weights().asMap()).isEqualTo(weightsWithout(model, "middle/"));
  }

  // ---- renamed

  @Test
  void renamedLayerKeepsItsWeightsUnderTheNewName() {
    Model model = chain().freeze("middle");

    Model renamed = model.renameLayer("middle", "neck").renameLayer("in", "pixels");

    assertThat(names(renamed)).containsExactly("pixels", "first", "relu", "neck", "head");
    assertThat(renamed.input().name()).isEqualTo("pixels");
    assertThat(renamed.weights().get("neck/kernel"))
        .isEqualTo(model.weights().get("middle/kernel"));
    assertThat(renamed.weights().names()).hasSize(6).doesNotContain("middle/kernel");
    assertThat(renamed.layer("neck").trainable()).isFalse();
    assertThat(renamed.layer("neck").output().layer()).isEqualTo(Dense.of(4).named("neck"));
    assertThat(run(renamed)).isEqualTo(run(model));
    assertThat(model.renameLayer("middle", "middle")).isSameAs(model);
  }

  @Test
  void newNameMustBeFreeAndAName() {
    assertRefused(
        () -> nested().renameLayer("base/middle", "head"),
        ErrorCode.INVALID_MODEL,
        "The layer \"base/middle\" cannot be renamed: there is a layer \"base/head\" already. Choose"
            + " another name, or rename that layer first. [ESP-103]");
    ModelTest.assertCode(() -> chain().renameLayer("middle", "a/b"), ErrorCode.INVALID_ARGUMENT);
  }

  // ---- nested and shared

  @Test
  void layersInsideNestedModelsAreChanged() {
    Model model = nested().freeze("base/first");

    Model changed =
        model
            .replaceLayer("base/middle", Dense.of(4))
            .insertAfter("base/relu", Rescaling.of(1).named("same"))
            .removeLayer("base/relu")
            .renameLayer("base/first", "stem");

    assertThat(changed.allLayers())
        .extracting(ModelLayer::path)
        .containsExactly(
            "image",
            "base",
            "base/in",
            "base/stem",
            "base/same",
            "base/middle",
            "base/head",
            "head");
    assertThat(changed.weights().layerNames()).containsExactly("base/stem", "base/head", "head");
    assertThat(changed.weights().get("base/stem/kernel"))
        .isEqualTo(model.weights().get("base/first/kernel"));
    assertThat(changed.layer("base/stem").trainable()).isFalse();
    assertThat(changed.layer("base/head").trainable()).isTrue();
  }

  @Test
  void changeInsideANestedModelReachesTheLayersAfterIt() {
    assertRefused(
        () -> nested().replaceLayer("base/head", Dense.of(5)),
        ErrorCode.WEIGHT_SHAPE_MISMATCH,
        "The weights of the layer \"head\" no longer fit: its kernel is float32(3, 2)"
            + " and would have to be float32(5, 2). Replace that layer first, even by an"
            + " equal one: a new layer starts without weights. [ESP-202]");

    Model changed =
        nested().replaceLayer("head", Dense.of(2)).replaceLayer("base/head", Dense.of(5));

    assertThat(changed.layer("base").outputShape()).isEqualTo(Shape.of(-1, 5));
    assertThat(changed.output().shape()).isEqualTo(Shape.of(-1, 2));
  }

  @Test
  void newLayerInsideAFrozenModelIsFrozenUntilItIsUnfrozen() {
    Model changed = nested().freeze("base").replaceLayer("base/head", Dense.of(3));

    assertThat(changed.layer("base/head").trainable()).isFalse();
    assertThat(changed.trainableParameterCount()).isEqualTo(3 * 2 + 2);
    assertThat(changed.unfreeze("base/head").trainableParameterCount())
        .isEqualTo(4 * 3 + 3 + 3 * 2 + 2);
  }

  @Test
  void nestedModelIsALayerToo() {
    Model changed = nested().replaceLayer("base", Dense.of(3));

    assertThat(changed.weights().layerNames()).containsExactly("head");
    assertThat(
            nested().changeLayer("base", Model.class, base -> base.removeLayer("relu")).weights())
        .isEqualTo(nested().weights());
  }

  @Test
  void sharedLayersStayShared() {
    Model model = sharing();

    Model changed = model.replaceLayer("shared", Dense.of(4).useBias(false));
    Model inserted = model.insertAfter("shared", BatchNormalization.create());
    Model renamed = model.renameLayer("shared", "common").renameLayer("block", "part");

    assertThat(names(changed)).isEqualTo(names(model));
    assertThat(changed.weights().asMap()).isEqualTo(weightsWithout(model, "shared/"));
    assertThat(changed.parameterCount()).isEqualTo(model.parameterCount() - 4);
    assertThat(inserted.parameterCount()).isEqualTo(model.parameterCount() + 16);
    assertThat(names(inserted)).filteredOn(name -> name.equals("batch_normalization")).hasSize(2);
    assertThat(names(renamed)).containsExactly("in", "common", "part", "common", "part", "sum");
    assertThat(run(renamed)).isEqualTo(run(model));
    assertThat(names(model.removeLayer("shared"))).containsExactly("in", "block", "block", "sum");
  }

  @Test
  void nestedModelThatIsAppliedTwiceIsOneModelAfterwards() {
    Model model = sharing();

    Model changed =
        model.replaceLayer("block/a", Dense.of(4)).insertAfter("block/b", Rescaling.of(1));

    List<Layer> blocks =
        changed.nodes().stream()
            .filter(node -> "block".equals(node.name()))
            .map(LayerOutput::layer)
            .toList();
    assertThat(blocks).hasSize(2);
    assertThat(blocks.get(0)).isSameAs(blocks.get(1));
    assertThat(changed.weights().asMap()).isEqualTo(weightsWithout(model, "block/a/"));
    assertThat(changed.parameterCount()).isEqualTo(model.parameterCount());
    assertThat(changed.freeze("block/a").layer("block/a").trainable()).isFalse();
  }
}

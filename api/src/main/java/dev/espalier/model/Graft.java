package dev.espalier.model;

import dev.espalier.activation.Activation;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.NamedLayer;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.pooling.GlobalMaxPooling2D;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Grows a new head on a model: {@code Graft.onto(base).frozen().globalAveragePooling()
 * .batchNormalization().dropout(0.2).dense(100, Activation.SOFTMAX).build()}. The layers of the
 * base become layers of the new model, with their names and weights. Immutable: each method returns
 * another graft.
 */
public final class Graft {
  private final Model base;
  private final boolean frozen;
  private final List<HeadLayer> head;

  private Graft(Model base, boolean frozen, List<HeadLayer> head) {
    this.base = base;
    this.frozen = frozen;
    this.head = List.copyOf(head);
  }

  /** Starts a head on the output of a model. */
  public static Graft onto(Model base) {
    return new Graft(base, false, List.of());
  }

  /**
   * Returns a model without its classifier, to put another one on: without the last global pooling
   * and all layers after it.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_MODEL} if it has no global pooling
   */
  public static Model withoutClassifier(Model model) {
    List<LayerOutput> nodes = model.nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Layer layer = nodes.get(i).plainLayer();
      boolean global =
          layer instanceof GlobalAveragePooling2D || layer instanceof GlobalMaxPooling2D;
      // Squeeze-and-excitation blocks pool too, but keep the axes.
      if (global && nodes.get(i).shape().rank() == 2) {
        return Model.of(model.inputs(), nodes.get(i).inputs())
            .withName(model.name())
            .withInferenceSettings(model.inferenceSettings().ofInput());
      }
    }
    throw new EspalierException(
        ErrorCode.INVALID_MODEL,
        "The model \""
            + model.name()
            + "\" has no global pooling before its classifier, so it is not clear where a new one"
            + " belongs.",
        "Choose the layer in code: cut the model there with cutAt, and put a head on with Graft.");
  }

  /** Returns a graft whose base is frozen, while the head is trainable. */
  public Graft frozen() {
    return new Graft(base, true, head);
  }

  /** Adds the mean over all pixels, {@code avg_pool}. */
  public Graft globalAveragePooling() {
    return add("avg_pool", GlobalAveragePooling2D.create());
  }

  /** Adds the largest of all pixels, {@code max_pool}. */
  public Graft globalMaxPooling() {
    return add("max_pool", GlobalMaxPooling2D.create());
  }

  /** Adds a batch normalization with Keras' defaults, {@code head_bn}. */
  public Graft batchNormalization() {
    return add("head_bn", BatchNormalization.create());
  }

  /** Adds a dropout, {@code head_dropout}. */
  public Graft dropout(double rate) {
    return add("head_dropout", Dropout.of(rate));
  }

  /** Adds a dense layer, {@code pred}. */
  public Graft dense(int units, Activation activation) {
    return add("pred", Dense.of(units).activation(activation));
  }

  /** Adds any layer, with its own name or with {@code head_} and its type. */
  public Graft layer(Layer layer) {
    return layer instanceof NamedLayer named
        ? append(new HeadLayer(named.name(), true, named.layer()))
        : add("head_" + layer.typeName().toLowerCase(Locale.ROOT), layer);
  }

  /** Names the layer that was added last; such a name must not occur in the base. */
  public Graft named(String name) {
    if (head.isEmpty()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "There is no layer yet that could be named \"" + name + "\".",
          "Name a layer after adding it.");
    }
    List<HeadLayer> renamed = new ArrayList<>(head);
    HeadLayer last = renamed.remove(renamed.size() - 1);
    renamed.add(new HeadLayer(name, true, last.layer()));
    return new Graft(base, frozen, renamed);
  }

  private Graft add(String name, Layer layer) {
    return append(new HeadLayer(name, false, layer));
  }

  private Graft append(HeadLayer layer) {
    List<HeadLayer> longer = new ArrayList<>(head);
    longer.add(layer);
    return new Graft(base, frozen, longer);
  }

  /**
   * Builds the model, called as the base with {@code -grafted} behind. A layer that was not named
   * gets a number behind its name if the base has that name already.
   *
   * @throws EspalierException {@link ErrorCode#SHAPE_MISMATCH} if a layer cannot take what the one
   *     before gives; {@link ErrorCode#INVALID_MODEL} if a chosen name occurs twice
   */
  public Model build() {
    Model trunk = frozen ? base.freeze() : base;
    Set<String> taken = new HashSet<>();
    trunk.layers().forEach(layer -> taken.add(layer.name()));
    head.stream().filter(HeadLayer::chosen).forEach(layer -> taken.add(layer.name()));
    LayerOutput output = trunk.output();
    for (HeadLayer layer : head) {
      String name = layer.name();
      for (int i = 1; !layer.chosen() && !taken.add(name); i++) {
        name = layer.name() + "_" + i;
      }
      output = layer.layer().named(name).on(output);
    }
    return Model.of(trunk.inputs(), List.of(output))
        .withName(base.name() + "-grafted")
        .withInferenceSettings(base.inferenceSettings().ofInput());
  }

  /**
   * Returns a grafted model, trained or not, with everything trainable except the batch
   * normalizations of its base: the second phase of fine-tuning. Those keep the running mean and
   * variance from the base's training; batch normalizations in the head are still trained.
   *
   * @param base the model that was grafted onto, in any state of freezing
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if the model was not grown on that
   *     base
   */
  public static Model unfreezeAllButBatchNorms(Model grafted, Model base) {
    Set<String> present = new HashSet<>();
    grafted.allLayers().forEach(layer -> present.add(layer.path()));
    Set<String> absent = new TreeSet<>();
    Set<String> kept = new HashSet<>();
    for (ModelLayer layer : base.allLayers()) {
      if (!present.contains(layer.path())) {
        absent.add(layer.path());
      }
      if (layer.layer() instanceof BatchNormalization) {
        kept.add(layer.path());
      }
    }
    if (!absent.isEmpty()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The model \""
              + grafted.name()
              + "\" was not grafted onto \""
              + base.name()
              + "\": it lacks "
              + absent.size()
              + " of its layers, such as "
              + absent.iterator().next()
              + ".",
          "Give the model that the head was grafted onto.");
    }
    return grafted.unfreeze().withTrainable(layer -> kept.contains(layer.path()), false);
  }

  /**
   * Returns the names of the blocks of a model that have trained weights other than those of batch
   * normalizations, from the first to the last; a block is what {@link Model#unfreezeFrom} takes.
   */
  public static List<String> blocks(Model model) {
    return LayerPattern.trainedBlocks(model);
  }

  /**
   * Returns a grafted model with its head and the last blocks of its base trainable, except the
   * batch normalizations of the base, and with everything before frozen: a stage of gradual
   * unfreezing.
   *
   * @param base the model that was grafted onto, in any state of freezing
   * @param count number of {@link #blocks} of the base, 0 or more; more than it has are all of it
   * @throws EspalierException as {@link #unfreezeAllButBatchNorms}
   */
  public static Model unfreezeTop(Model grafted, Model base, int count) {
    if (count < 0) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The last " + count + " blocks cannot be unfrozen.",
          "Give a number of blocks, 0 or more.");
    }
    Model whole = unfreezeAllButBatchNorms(grafted, base);
    List<String> blocks = blocks(base);
    if (count >= blocks.size()) {
      return whole;
    }
    Set<String> top =
        count == 0 ? Set.of() : LayerPattern.fromBlock(base, blocks.get(blocks.size() - count));
    Set<String> below = new HashSet<>();
    for (ModelLayer layer : base.allLayers()) {
      if (!(layer.layer() instanceof Model) && !top.contains(layer.path())) {
        below.add(layer.path());
      }
    }
    return whole.withTrainable(layer -> below.contains(layer.path()), false);
  }

  private record HeadLayer(String name, boolean chosen, Layer layer) {}
}

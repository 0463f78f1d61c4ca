package dev.espalier.weights.keras;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration says of a model, before its layers are connected.
 *
 * @param name of the model
 * @param sequential whether each layer takes the output of the previous one
 * @param trainable whether the model as a whole is trainable
 * @param layers in the order of the file
 * @param inputs outputs of input layers
 * @param outputs outputs of layers
 */
record ModelPlan(
    String name,
    boolean sequential,
    boolean trainable,
    List<LayerPlan> layers,
    List<Source> inputs,
    List<Source> outputs) {
  /**
   * One output of one use of a layer.
   *
   * @param layer its name in the file
   * @param node number of the use
   * @param tensor number of the output
   */
  record Source(String layer, int node, int tensor) {}

  /**
   * The shape that an input layer declares.
   *
   * @param sizes without the batch, -1 where unknown; null if there is none
   * @param dataType such as {@code float32}
   */
  record DeclaredInput(@Nullable List<Integer> sizes, String dataType) {}

  /**
   * A layer.
   *
   * @param original its name in the file
   * @param name its name in the model, without characters that names cannot have
   * @param className class in Keras
   * @param trainable whether it is trainable
   * @param factory makes it; null for an input layer or a model
   * @param input what an input layer declares, else null
   * @param nested the model that it is, else null
   * @param uses what each use of the layer takes
   */
  record LayerPlan(
      String original,
      String name,
      String className,
      boolean trainable,
      KerasLayers.@Nullable Factory factory,
      @Nullable DeclaredInput input,
      @Nullable ModelPlan nested,
      List<List<Source>> uses) {
    /** Returns the class in the spelling of groups in files, such as {@code conv2d}. */
    String type() {
      return className
          .replaceAll("\\W+", "")
          .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
          .replaceAll("([a-z])([A-Z])", "$1_$2")
          .toLowerCase(Locale.ROOT);
    }
  }
}

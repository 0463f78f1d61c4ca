package dev.espalier.model;

import dev.espalier.graph.Shape;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer of a model. Immutable.
 *
 * @param path name of the layer, preceded by the names of the nested models around it: {@code
 *     base/stem_conv}
 * @param name name of the layer in its own model
 * @param layer the layer without the wrapper that names it
 * @param output output of the layer, the first if it has several, to build another model on; only
 *     useful for a layer of the model itself, not of a nested one
 * @param trainable whether it is trainable, taking the nested models around it into account. As in
 *     Keras, a layer that is not keeps its weights, without gradients, weight decay or slots, and a
 *     batch normalization then uses its running mean and variance, in training too; dropout stays
 *     active
 */
public record ModelLayer(
    String path, String name, Layer layer, LayerOutput output, boolean trainable) {

  /** Returns the shape of the first output, with the batch as first, unknown axis. */
  public Shape outputShape() {
    return output.shape();
  }

  /** Returns all outputs in order. */
  public List<LayerOutput> outputs() {
    return output.outputs();
  }

  static ModelLayer describe(LayerOutput node, String prefix, boolean outerTrainable) {
    String name = Model.nameOf(node);
    return new ModelLayer(
        prefix + name, name, node.plainLayer(), node, outerTrainable && node.trainable());
  }

  static List<ModelLayer> of(
      Model model, String prefix, boolean outerTrainable, boolean recursive) {
    List<ModelLayer> result = new ArrayList<>();
    for (LayerOutput node : model.nodes()) {
      ModelLayer layer = describe(node, prefix, outerTrainable);
      result.add(layer);
      if (recursive && layer.layer() instanceof Model nested) {
        result.addAll(of(nested, layer.path() + "/", layer.trainable(), true));
      }
    }
    return List.copyOf(result);
  }
}

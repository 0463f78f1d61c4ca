package dev.espalier.model;

import dev.espalier.graph.Shape;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer as it stands in a model. Immutable.
 *
 * @param path the name, with the names of nested models before it: {@code base/stem_conv}
 * @param name the name in its own model
 * @param layer what it computes, without the wrapper that names it
 * @param output what it gives, to grow another model on; only useful for a layer of the model
 *     itself
 * @param trainable whether it may learn, all nested models around it considered
 */
public record ModelLayer(
    String path, String name, Layer layer, LayerOutput output, boolean trainable) {

  /** Returns the output shape, with the batch as first, unknown axis. */
  public Shape outputShape() {
    return output.shape();
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

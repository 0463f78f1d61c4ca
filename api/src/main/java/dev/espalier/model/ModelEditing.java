package dev.espalier.model;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Variable;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Makes models that differ from another in which layers are trainable or in the values of
 * variables.
 */
final class ModelEditing {
  // A nested model that is used twice must be replaced by the same instance, because shared
  // variables are determined by the identity of layers.
  private final IdentityHashMap<Layer, Layer> replaced = new IdentityHashMap<>();

  private ModelEditing() {}

  static Model withTrainable(Model model, Predicate<? super ModelLayer> which, boolean trainable) {
    return new ModelEditing().withTrainable(model, which, trainable, "", true);
  }

  private Model withTrainable(
      Model model,
      Predicate<? super ModelLayer> which,
      boolean trainable,
      String prefix,
      boolean outerTrainable) {
    return model.rebuild(
        (node, newInputs) -> {
          ModelLayer described = ModelLayer.describe(node, prefix, outerTrainable);
          boolean chosen = which.test(described);
          boolean nodeTrainable = chosen ? trainable : node.trainable();
          Layer layer = node.layer();
          if (node.plainLayer() instanceof Model nested) {
            // The flag of a nested model applies to all layers inside: choosing the model chooses
            // them, and a layer inside is trained only if its model is trainable.
            Predicate<? super ModelLayer> inside = chosen ? any -> true : which;
            String path = described.path() + "/";
            boolean inherited = outerTrainable && nodeTrainable;
            Model inner =
                new ModelEditing().withTrainable(nested, inside, trainable, path, inherited);
            if (trainable
                && !nodeTrainable
                && ModelLayer.of(nested, path, inherited, true).stream().anyMatch(inside)) {
              Model frozen = nested.freeze();
              inner = new ModelEditing().withTrainable(frozen, inside, true, path, true);
              nodeTrainable = true;
            }
            layer = replace(node, inner);
          }
          return node.rebuild(layer, described.name(), newInputs, nodeTrainable, node.values());
        });
  }

  /**
   * Returns the model with values of its variables by name; those of nested models go into them.
   */
  static Model withValues(Model model, Map<String, HostArray> values) {
    ModelEditing editing = new ModelEditing();
    return model.rebuild(
        (node, newInputs) -> {
          String prefix = Model.nameOf(node) + "/";
          Map<String, HostArray> own = new LinkedHashMap<>();
          values.forEach(
              (name, array) -> {
                if (name.startsWith(prefix)) {
                  own.put(name.substring(prefix.length()), array);
                }
              });
          Layer layer = node.layer();
          Map<String, HostArray> kept = new LinkedHashMap<>(node.values());
          if (node.plainLayer() instanceof Model nested) {
            layer = editing.replace(node, withValues(nested, own));
          } else {
            kept.putAll(own);
          }
          return node.rebuild(layer, Model.nameOf(node), newInputs, node.trainable(), kept);
        });
  }

  /** Returns the values of the variables of a model as far as they are known, in order. */
  static Weights values(Model model) {
    Map<String, HostArray> known = new LinkedHashMap<>();
    Map<String, HostArray> all = new LinkedHashMap<>();
    for (LayerOutput node : model.nodes()) {
      if (node.plainLayer() instanceof Model nested) {
        nested
            .weights()
            .asMap()
            .forEach((variable, array) -> all.put(Model.nameOf(node) + "/" + variable, array));
      }
      node.values()
          .forEach((variable, array) -> all.put(Model.nameOf(node) + "/" + variable, array));
    }
    for (Variable variable : model.variables()) {
      HostArray array = all.get(variable.name());
      if (array != null) {
        known.put(variable.name(), array);
      }
    }
    return Weights.of(known);
  }

  private Layer replace(LayerOutput node, Model inner) {
    return replaced.computeIfAbsent(
        node.layer(),
        layer -> layer == node.plainLayer() ? inner : inner.named(Model.nameOf(node)));
  }
}

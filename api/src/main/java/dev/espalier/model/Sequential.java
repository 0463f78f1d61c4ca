package dev.espalier.model;

import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import java.util.List;

/** Builds models in which each layer takes the output of the previous one. */
public final class Sequential {
  private Sequential() {}

  /** Returns the model of an input and the layers after it. */
  public static Model of(LayerOutput input, Layer... layers) {
    return of(input, List.of(layers));
  }

  /** Returns the model of an input and the layers after it. */
  public static Model of(LayerOutput input, List<? extends Layer> layers) {
    LayerOutput output = input;
    for (Layer layer : layers) {
      output = layer.on(output);
    }
    return ModelAssembly.assemble("sequential", true, List.of(input), List.of(output));
  }
}

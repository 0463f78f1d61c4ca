package org.example.eca;

import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.Layer;
import dev.espalier.testkit.model.LayerContract;

class ScaledTanhTest extends LayerContract implements ModelFiles {
  @Override
  protected Layer layer() {
    return ActivationLayer.of(new ScaledTanh(2));
  }
}

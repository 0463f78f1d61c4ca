package org.example.eca;

import dev.espalier.layer.Layer;
import dev.espalier.testkit.model.LayerContract;

class EcaTest extends LayerContract implements ModelFiles {
  @Override
  protected Layer layer() {
    return Eca.of(3);
  }
}

package org.example.eca;

import dev.espalier.graph.Shape;
import dev.espalier.layer.Layer;
import dev.espalier.testkit.model.LayerContract;
import java.util.List;

class TransformerBlockTest extends LayerContract implements ModelFiles {
  @Override
  protected Layer layer() {
    return TransformerBlock.of(2, 8);
  }

  @Override
  protected List<Shape> inputShapes() {
    return List.of(Shape.of(4, 6));
  }
}

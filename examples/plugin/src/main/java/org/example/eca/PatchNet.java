package org.example.eca;

import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerNormalization;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.attention.PositionEmbedding;
import dev.espalier.layer.Regularized;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.layer.Reshape;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;

/** A block of a vision transformer over patches of 8 pixels, and a regularized layer after it. */
final class PatchNet implements ModelProvider {
  private static final int PATCH = 8;
  private static final int WIDTH = 12;

  @Override
  public String name() {
    return "patch-net";
  }

  @Override
  public String description() {
    return "One vision transformer block, for images of 32 x 32 pixels";
  }

  @Override
  public Model create(ModelRequest request) {
    int size = request.imageSize() == 0 ? 32 : request.imageSize();
    LayerOutput image = Input.image(size, size, request.channels());
    LayerOutput patches =
        Conv2D.of(WIDTH, PATCH).strides(PATCH).on(Rescaling.of(1 / 127.5).offset(-1).on(image));
    int side = patches.shape().size(1);
    LayerOutput x = PositionEmbedding.create().on(Reshape.of(side * side, WIDTH).on(patches));
    x = LayerNormalization.create().on(TransformerBlock.of(2, 2 * WIDTH).on(x));
    x = Reshape.of(side, side, WIDTH).on(x);
    if (request.includeTop()) {
      Layer hidden = Dense.of(WIDTH).activation(new ScaledTanh(1.7));
      x = Flatten.create().on(x);
      x = Regularized.kernel(hidden, new SquaredWeights(1e-4)).named("hidden").on(x);
      int classes = request.classes() == 0 ? 10 : request.classes();
      x = Dense.of(classes).activation(request.classifierActivation()).on(x);
    }
    Weights weights = request.weights();
    Model named = Model.of(image, x).withName(name());
    return weights == null ? named : named.withWeights(weights);
  }
}

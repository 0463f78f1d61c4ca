package org.example.eca;

import dev.espalier.layer.Add;
import dev.espalier.layer.Conv2D;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerNormalization;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.MultiHeadAttention;
import dev.espalier.layer.PositionEmbedding;
import dev.espalier.layer.Regularized;
import dev.espalier.layer.Rescaling;
import dev.espalier.layer.Reshape;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;

/** One block of a vision transformer over patches of 8 pixels, with what this plugin brings. */
final class PatchNet implements ModelProvider {
  private static final int PATCH = 8;
  private static final int WIDTH = 12;

  @Override
  public String name() {
    return "patch-net";
  }

  @Override
  public String description() {
    return "A block of a vision transformer, for images of 32 pixels";
  }

  @Override
  public Model create(ModelRequest request) {
    int size = request.imageSize() == 0 ? 32 : request.imageSize();
    LayerOutput image = Input.image(size, size, request.channels());
    LayerOutput patches =
        Conv2D.of(WIDTH, PATCH).strides(PATCH).on(Rescaling.of(1 / 127.5).offset(-1).on(image));
    int count = patches.shape().size(1) * patches.shape().size(2);
    LayerOutput x = PositionEmbedding.create().on(Reshape.of(count, WIDTH).on(patches));
    x = Add.create().on(x, MultiHeadAttention.of(2, 6).on(LayerNormalization.create().on(x)));
    Dense wide = Dense.of(2 * WIDTH).activation(new ScaledTanh(1.7));
    LayerOutput y = Regularized.kernel(wide, new SquaredWeights(1e-4)).on(x);
    x = Add.create().on(x, Dense.of(WIDTH).on(y));
    if (request.includeTop()) {
      int classes = request.classes() == 0 ? 10 : request.classes();
      x = Flatten.create().on(LayerNormalization.create().on(x));
      x = Dense.of(classes).activation(request.classifierActivation()).on(x);
    }
    Weights weights = request.weights();
    Model named = Model.of(image, x).withName(name());
    return weights == null ? named : named.withWeights(weights);
  }
}

package org.example.eca;

import dev.espalier.graph.Padding;
import dev.espalier.activation.Activation;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.Dense;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;
import java.util.ArrayList;
import java.util.List;

/** A small model with attention after each of its convolutions. */
final class EcaNet implements ModelProvider {
  @Override
  public String name() {
    return "eca-net";
  }

  @Override
  public String description() {
    return "Two convolutions with efficient channel attention (ECA), for images of 32 x"
            + " 32 pixels";
  }

  @Override
  public Model create(ModelRequest request) {
    int size = request.imageSize() == 0 ? 32 : request.imageSize();
    List<Layer> layers = new ArrayList<>();
    layers.add(Rescaling.of(1 / 255.0));
    for (int filters : List.of(8, 16)) {
      layers.add(
          Conv2D.of(filters, 3).strides(2).padding(Padding.SAME).activation(Activation.SWISH));
      layers.add(BatchNormalization.create());
      layers.add(Eca.of(3));
    }
    if (request.includeTop()) {
      int classes = request.classes() == 0 ? 10 : request.classes();
      layers.add(GlobalAveragePooling2D.create());
      layers.add(Dense.of(classes).activation(request.classifierActivation()));
    }
    Model model = Sequential.of(Input.image(size, size, request.channels()), layers);
    Weights weights = request.weights();
    Model named = model.withName(name());
    return weights == null ? named : named.withWeights(weights);
  }
}

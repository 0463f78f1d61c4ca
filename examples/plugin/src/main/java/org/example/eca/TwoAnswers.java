package org.example.eca;

import dev.espalier.activation.Activation;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.Dense;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import java.util.List;

/** A model that tells the class of an image and how bright it is. */
final class TwoAnswers {
  private TwoAnswers() {}

  static Model of(int size, int classes) {
    LayerOutput image = Input.image(size, size, 3);
    LayerOutput x = Conv2D.of(8, 3).strides(2).on(Rescaling.of(1 / 255.0).on(image));
    x = BatchNormalization.create().momentum(0.9).on(x);
    LayerOutput features = GlobalAveragePooling2D.create().on(Eca.of(3).on(x));
    return Model.of(
        List.of(image),
        List.of(
            Dense.of(classes).activation(Activation.SOFTMAX).named("kind").on(features),
            Dense.of(1).named("brightness").on(features)));
  }
}

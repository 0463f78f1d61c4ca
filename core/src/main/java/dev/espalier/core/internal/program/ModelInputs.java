package dev.espalier.core.internal.program;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Shape;
import dev.espalier.layer.LayerOutput;
import dev.espalier.model.Model;
import java.util.ArrayList;
import java.util.List;

/**
 * The inputs of a model: images, and other values. Immutable.
 *
 * @param image the first float32 input with four axes
 * @param others all other inputs, in the model's order
 */
public record ModelInputs(LayerOutput image, List<LayerOutput> others) {
  /** Copies the list. */
  public ModelInputs {
    others = List.copyOf(others);
  }

  /**
   * Returns the inputs of a model.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_MODEL} if it has no image input
   */
  public static ModelInputs of(Model model) {
    List<LayerOutput> others = new ArrayList<>(model.inputs());
    LayerOutput image =
        others.stream()
            .filter(
                input -> input.shape().rank() == 4 && input.type().dataType() == DataType.FLOAT32)
            .findFirst()
            .orElseThrow(
                () ->
                    new EspalierException(
                        ErrorCode.INVALID_MODEL,
                        "The model \""
                            + model.name()
                            + "\" takes "
                            + String.join(
                                ", ",
                                model.inputs().stream().map(i -> i.type().toString()).toList())
                            + ", not images.",
                        "Start it with Input.image(height, width, channels)."));
    others.remove(image);
    return new ModelInputs(image, others);
  }

  /** Returns the size of the images that the model takes. */
  public ImageSize imageSize() {
    Shape shape = image.shape();
    return new ImageSize(shape.size(1), shape.size(2), shape.size(3));
  }
}

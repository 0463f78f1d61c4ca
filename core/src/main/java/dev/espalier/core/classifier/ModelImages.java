package dev.espalier.core.classifier;

import dev.espalier.core.internal.classifier.ImageViews;
import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.data.CroppedResizing;
import dev.espalier.data.Image;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Size2d;
import dev.espalier.model.InferenceSettings;
import dev.espalier.model.Model;
import java.util.List;

/** Brings images to what a model is fed, as in validation. Immutable. */
final class ModelImages {
  private final String model;
  private final InferenceSettings settings;
  private final ImageSize input;
  private final ImageSize trained;

  ModelImages(Model model) {
    this.model = model.name();
    this.settings = model.inferenceSettings();
    this.input = ProgramBuilder.inputSize(model);
    Size2d size = settings.imageSize();
    this.trained =
        size == null || settings.resizing() != null
            ? input
            : new ImageSize(size.height(), size.width(), input.channels());
  }

  /** Returns the size of the model's input. */
  ImageSize input() {
    return input;
  }

  /** Returns the sizes of images that the model is fed. */
  List<ImageSize> sizes() {
    return trained.equals(input) ? List.of(input) : List.of(input, trained);
  }

  /**
   * Returns an image as it is fed: images of the training's size are resized in the program, others
   * before.
   */
  Image fed(Image image) {
    return fed(image, settings);
  }

  /** Returns views of an image as they are fed. */
  List<Image> views(Image image, int count) {
    CroppedResizing resizing = settings.resizing();
    // A part is cropped already.
    InferenceSettings ofView =
        resizing != null && ImageViews.areParts(count)
            ? settings.withResizing(resizing.ofWholeImage())
            : settings;
    return ImageViews.of(image, count).stream().map(view -> fed(view, ofView)).toList();
  }

  private Image fed(Image image, InferenceSettings rule) {
    if (image.channels() != input.channels()) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          "The image has "
              + image.channels()
              + " channels; the model \""
              + model
              + "\" takes "
              + input.channels()
              + ".",
          "Convert it to " + (input.channels() == 1 ? "grayscale." : "color."));
    }
    return ImageSize.of(image).equals(trained)
        ? image
        : rule.resize(image, input.height(), input.width());
  }

  /** Returns the part of an image that the model is given. */
  HeatMap.Part seen(Image image) {
    CroppedResizing resizing = settings.resizing();
    if (resizing == null || ImageSize.of(image).equals(input)) {
      return HeatMap.Part.WHOLE;
    }
    Size2d whole =
        resizing.resized(
            new Size2d(image.height(), image.width()), new Size2d(input.height(), input.width()));
    double height = (double) input.height() / whole.height();
    double width = (double) input.width() / whole.width();
    return new HeatMap.Part((1 - height) / 2, (1 - width) / 2, height, width);
  }
}

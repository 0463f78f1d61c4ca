package dev.espalier.augment.plugin;

import static dev.espalier.augment.plugin.OptionForms.ANTIALIAS;
import static dev.espalier.augment.plugin.OptionForms.FILL_MODE;
import static dev.espalier.augment.plugin.OptionForms.FILL_VALUE;
import static dev.espalier.augment.plugin.OptionForms.HEIGHT;
import static dev.espalier.augment.plugin.OptionForms.INTERPOLATION;
import static dev.espalier.augment.plugin.OptionForms.SMALL_IMAGES;
import static dev.espalier.augment.plugin.OptionForms.WIDTH;

import dev.espalier.augment.Range;
import dev.espalier.augment.geometry.CenterCrop;
import dev.espalier.augment.geometry.RandomCrop;
import dev.espalier.augment.geometry.RandomFlip;
import dev.espalier.augment.geometry.RandomResizedCrop;
import dev.espalier.augment.geometry.RandomRotation;
import dev.espalier.augment.geometry.RandomShear;
import dev.espalier.augment.geometry.RandomTranslation;
import dev.espalier.augment.geometry.RandomZoom;
import dev.espalier.augment.geometry.Resize;
import dev.espalier.data.Augmentation;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import java.util.List;

/** The augmentations that move pixels or change the image size, as components. */
final class GeometryComponents {
  private static final OptionDescription<RandomFlip.Direction> DIRECTION =
      OptionDescription.constant("direction", RandomFlip.Direction.class, "Flip direction.")
          .withDefault(RandomFlip.Direction.HORIZONTAL);
  private static final OptionDescription<Boolean> INDEPENDENT =
      OptionDescription.flag(
          "independent",
          "Flips each axis independently, as TensorFlow 2.3 does; otherwise both"
              + " together, as Keras 3 does.");
  private static final OptionDescription<Range> TURNS =
      OptionForms.bothWays(
          "factor",
          Range.within(0.1),
          "Rotation angle as a fraction of a full turn; positive values rotate"
              + " counter-clockwise.");
  private static final OptionDescription<Range> HEIGHT_SHIFT =
      OptionForms.bothWays(
          "height",
          Range.within(0.1),
          "Vertical shift as a fraction of the height; positive values shift down.");
  private static final OptionDescription<Range> WIDTH_SHIFT =
      OptionForms.bothWays(
          "width",
          Range.within(0.1),
          "Horizontal shift as a fraction of the width; positive values shift right.");
  private static final OptionDescription<Range> HEIGHT_ZOOM =
      OptionForms.bothWays(
          "height",
          Range.within(0.1),
          "Vertical zoom factor; positive values zoom out, negative values zoom in.");
  private static final OptionDescription<Range> WIDTH_ZOOM =
      OptionForms.bothWays(
          "width",
          Range.within(0.1),
          "Horizontal zoom factor; positive values zoom out, negative values zoom in.");
  private static final OptionDescription<Boolean> KEEP_ASPECT_RATIO =
      OptionDescription.flag(
              "keep-aspect-ratio", "Zooms both axes by the factor drawn for the height.")
          .withDefault(true);
  private static final OptionDescription<Range> X_SHEAR =
      OptionForms.fromZero(
          "x",
          Range.of(0, 0.1),
          "Horizontal shear factor: columns shifted per row, in either direction.");
  private static final OptionDescription<Range> Y_SHEAR =
      OptionForms.fromZero(
          "y",
          Range.of(0, 0.1),
          "Vertical shear factor: rows shifted per column, in either direction.");
  private static final OptionDescription<Range> AREA =
      OptionForms.exactly(
          "area", Range.of(0.08, 1), "Area of the crop as a fraction of the image area.");
  private static final OptionDescription<Range> ASPECT_RATIO =
      OptionForms.exactly(
          "aspect-ratio",
          Range.of(0.75, 4.0 / 3),
          "Aspect ratio of the crop, width divided by height.");
  private static final OptionDescription<Double> MIRROR_PROBABILITY =
      OptionDescription.number("mirror-probability", 0, 1, "Probability of a horizontal flip.")
          .withDefault(0.0);
  private static final OptionDescription<Resize.Proportions> PROPORTIONS =
      OptionDescription.constant(
              "proportions",
              Resize.Proportions.class,
              "How to handle an image with a different aspect ratio.")
          .withDefault(Resize.Proportions.STRETCH);

  private GeometryComponents() {}

  static List<Component<Augmentation>> all() {
    return List.of(
        Component.of(
            "random-flip",
            "Flips images at random, each with a probability of one half.",
            List.of(DIRECTION, INDEPENDENT),
            options -> new RandomFlip(options.get(DIRECTION), options.get(INDEPENDENT))),
        Component.of(
            "random-rotation",
            "Rotates images about their centre by a random angle.",
            List.of(TURNS, INTERPOLATION, FILL_MODE, FILL_VALUE),
            options ->
                new RandomRotation(
                    options.get(TURNS),
                    options.get(INTERPOLATION),
                    options.get(FILL_MODE),
                    options.get(FILL_VALUE))),
        Component.of(
            "random-translation",
            "Shifts images by a random amount.",
            List.of(HEIGHT_SHIFT, WIDTH_SHIFT, INTERPOLATION, FILL_MODE, FILL_VALUE),
            options ->
                new RandomTranslation(
                    options.get(HEIGHT_SHIFT),
                    options.get(WIDTH_SHIFT),
                    options.get(INTERPOLATION),
                    options.get(FILL_MODE),
                    options.get(FILL_VALUE))),
        Component.of(
            "random-zoom",
            "Zooms in or out by a random factor, keeping the image size.",
            List.of(
                HEIGHT_ZOOM, WIDTH_ZOOM, KEEP_ASPECT_RATIO, INTERPOLATION, FILL_MODE, FILL_VALUE),
            options ->
                new RandomZoom(
                    options.get(HEIGHT_ZOOM),
                    options.get(WIDTH_ZOOM),
                    options.get(KEEP_ASPECT_RATIO),
                    options.get(INTERPOLATION),
                    options.get(FILL_MODE),
                    options.get(FILL_VALUE))),
        Component.of(
            "random-shear",
            "Shears images by a random amount.",
            List.of(X_SHEAR, Y_SHEAR, INTERPOLATION, FILL_MODE, FILL_VALUE),
            options ->
                new RandomShear(
                    options.get(X_SHEAR),
                    options.get(Y_SHEAR),
                    options.get(INTERPOLATION),
                    options.get(FILL_MODE),
                    options.get(FILL_VALUE))),
        Component.of(
            "random-crop",
            "Crops a region of the given size at a random position.",
            List.of(HEIGHT, WIDTH, SMALL_IMAGES),
            options ->
                new RandomCrop(options.get(HEIGHT), options.get(WIDTH), options.get(SMALL_IMAGES))),
        Component.of(
            "random-resized-crop",
            "Crops a region of random size and aspect ratio and resizes it.",
            List.of(
                HEIGHT,
                WIDTH,
                AREA,
                ASPECT_RATIO,
                INTERPOLATION,
                ANTIALIAS.withDefault(true),
                MIRROR_PROBABILITY),
            options ->
                new RandomResizedCrop(
                    options.get(HEIGHT),
                    options.get(WIDTH),
                    options.get(AREA),
                    options.get(ASPECT_RATIO),
                    options.get(INTERPOLATION),
                    options.get(ANTIALIAS.withDefault(true)),
                    options.get(MIRROR_PROBABILITY))),
        Component.of(
            "center-crop",
            "Crops the centre of the image.",
            List.of(HEIGHT, WIDTH, SMALL_IMAGES),
            options ->
                new CenterCrop(options.get(HEIGHT), options.get(WIDTH), options.get(SMALL_IMAGES))),
        Component.of(
            "resize",
            "Resizes images to a fixed size.",
            List.of(HEIGHT, WIDTH, INTERPOLATION, ANTIALIAS, PROPORTIONS, FILL_VALUE),
            options ->
                new Resize(
                    options.get(HEIGHT),
                    options.get(WIDTH),
                    options.get(INTERPOLATION),
                    options.get(ANTIALIAS),
                    options.get(PROPORTIONS),
                    options.get(FILL_VALUE))));
  }
}

package dev.espalier.augment;

import static dev.espalier.augment.OptionForms.ANTIALIAS;
import static dev.espalier.augment.OptionForms.FILL_MODE;
import static dev.espalier.augment.OptionForms.FILL_VALUE;
import static dev.espalier.augment.OptionForms.HEIGHT;
import static dev.espalier.augment.OptionForms.INTERPOLATION;
import static dev.espalier.augment.OptionForms.SMALL_IMAGES;
import static dev.espalier.augment.OptionForms.WIDTH;

import dev.espalier.data.Augmentation;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import java.util.List;

/** What moves pixels or changes the size, under the names that configuration uses. */
final class GeometryComponents {
  private static final OptionDescription<RandomFlip.Direction> DIRECTION =
      OptionDescription.constant("direction", RandomFlip.Direction.class, "Which axes.")
          .withDefault(RandomFlip.Direction.HORIZONTAL);
  private static final OptionDescription<Boolean> INDEPENDENT =
      OptionDescription.flag(
          "independent", "Decides the two axes apart, as TensorFlow 2.3 does; Keras 3 does not.");
  private static final OptionDescription<Range> TURNS =
      OptionForms.bothWays("factor", Range.within(0.1), "Full turns, counter-clockwise.");
  private static final OptionDescription<Range> HEIGHT_SHIFT =
      OptionForms.bothWays("height", Range.within(0.1), "Share of the height, downwards.");
  private static final OptionDescription<Range> WIDTH_SHIFT =
      OptionForms.bothWays("width", Range.within(0.1), "Share of the width, to the right.");
  private static final OptionDescription<Range> HEIGHT_ZOOM =
      OptionForms.bothWays("height", Range.within(0.1), "Above 0 the picture shrinks.");
  private static final OptionDescription<Range> WIDTH_ZOOM =
      OptionForms.bothWays("width", Range.within(0.1), "Above 0 the picture shrinks.");
  private static final OptionDescription<Boolean> KEEP_ASPECT_RATIO =
      OptionDescription.flag("keep-aspect-ratio", "Zooms both axes by what height says.")
          .withDefault(true);
  private static final OptionDescription<Range> X_SHEAR =
      OptionForms.fromZero("x", Range.of(0, 0.1), "Columns moved per row, either way.");
  private static final OptionDescription<Range> Y_SHEAR =
      OptionForms.fromZero("y", Range.of(0, 0.1), "Rows moved per column, either way.");
  private static final OptionDescription<Range> AREA =
      OptionForms.exactly("area", Range.of(0.08, 1), "Share of the picture that is kept.");
  private static final OptionDescription<Range> ASPECT_RATIO =
      OptionForms.exactly("aspect-ratio", Range.of(0.75, 4.0 / 3), "Width by height of it.");
  private static final OptionDescription<Double> MIRROR_PROBABILITY =
      OptionDescription.number("mirror-probability", 0, 1, "How often left and right change.")
          .withDefault(0.0);
  private static final OptionDescription<Resize.Proportions> PROPORTIONS =
      OptionDescription.constant(
              "proportions", Resize.Proportions.class, "What is done where they differ.")
          .withDefault(Resize.Proportions.STRETCH);

  private GeometryComponents() {}

  static List<Component<Augmentation>> all() {
    return List.of(
        Component.of(
            "random-flip",
            "Mirrors half of the images.",
            List.of(DIRECTION, INDEPENDENT),
            options -> new RandomFlip(options.get(DIRECTION), options.get(INDEPENDENT))),
        Component.of(
            "random-rotation",
            "Turns images about their centre.",
            List.of(TURNS, INTERPOLATION, FILL_MODE, FILL_VALUE),
            options ->
                new RandomRotation(
                    options.get(TURNS),
                    options.get(INTERPOLATION),
                    options.get(FILL_MODE),
                    options.get(FILL_VALUE))),
        Component.of(
            "random-translation",
            "Moves images.",
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
            "Enlarges or shrinks what the image shows.",
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
            "Slants images.",
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
            "Cuts a part of a given size out anywhere.",
            List.of(HEIGHT, WIDTH, SMALL_IMAGES),
            options ->
                new RandomCrop(options.get(HEIGHT), options.get(WIDTH), options.get(SMALL_IMAGES))),
        Component.of(
            "random-resized-crop",
            "Cuts a part of any size out and brings it to a given size.",
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
            "Cuts the middle out.",
            List.of(HEIGHT, WIDTH, SMALL_IMAGES),
            options ->
                new CenterCrop(options.get(HEIGHT), options.get(WIDTH), options.get(SMALL_IMAGES))),
        Component.of(
            "resize",
            "Brings images to one size.",
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

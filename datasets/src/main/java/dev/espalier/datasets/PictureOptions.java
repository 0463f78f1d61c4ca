package dev.espalier.datasets;

import dev.espalier.data.Dataset;
import dev.espalier.datasets.image.DamagedImages;
import dev.espalier.datasets.image.ImageDecoder;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionValues;
import dev.espalier.plugin.DatasetRequest;
import dev.espalier.plugin.DatasetSplits;
import java.nio.file.Path;
import java.util.List;

/** What can be set for people's own pictures, in a folder or a table. */
final class PictureOptions {
  private static final OptionDescription<List<String>> CLASSES =
      OptionDescription.words("classes", "Classes to take, in this order; all if none is named.");
  private static final OptionDescription<Integer> LIMIT_PER_CLASS =
      OptionDescription.wholeNumber(
              "limit-per-class", 0, Integer.MAX_VALUE, "Pictures of each class, 0 for all.")
          .withDefault(0);
  private static final OptionDescription<Double> VALIDATION_PART =
      fraction(
          "validation-part",
          "Fraction of each class to validate on, for data without splits; 0: the test split.");
  private static final OptionDescription<Double> TEST_PART =
      fraction(
          "test-part",
          "Fraction of each class to test on, for data without splits; 0: the validation split.");
  private static final OptionDescription<Integer> PIXEL_LIMIT =
      OptionDescription.wholeNumber(
              "pixel-limit", 1, Integer.MAX_VALUE, "Pixels a picture may have, against bombs.")
          .withDefault(120_000_000);
  private static final OptionDescription<String> BACKGROUND =
      OptionDescription.form(
              "background",
              "#[0-9a-fA-F]{6}",
              "a colour such as #ffffff",
              "What shows through transparent pictures.")
          .withDefault("#ffffff");
  private static final OptionDescription<Boolean> UPRIGHT =
      OptionDescription.flag("upright", "Turns pictures as their EXIF orientation says.")
          .withDefault(true);

  private static final OptionDescription<DamagedImages> DAMAGED =
      OptionDescription.constant(
              "damaged-images",
              DamagedImages.class,
              "What to do about images that lost data but have their end; Pillow reads them.")
          .withDefault(DamagedImages.READ);
  private static final OptionDescription<Path> CACHE_FOLDER =
      OptionDescription.path(
          "cache-folder", "Folder that keeps decoded pictures from one run to the next.");

  private PictureOptions() {}

  private static OptionDescription<Double> fraction(String name, String description) {
    return OptionDescription.number(name, 0, 1, description).withDefault(0.1);
  }

  static List<OptionDescription<?>> all() {
    return List.of(
        CLASSES,
        LIMIT_PER_CLASS,
        VALIDATION_PART,
        TEST_PART,
        PIXEL_LIMIT,
        BACKGROUND,
        UPRIGHT,
        DAMAGED,
        CACHE_FOLDER);
  }

  /** Opens what a request asks for; of validation and test, the one that there is serves both. */
  static Dataset open(LabelledPictures pictures, DatasetRequest request) {
    return asked(pictures, request).split(request.split()).heldOutForBoth().open();
  }

  /** Returns which splits there are. */
  static DatasetSplits splits(LabelledPictures pictures, DatasetRequest request) {
    return asked(pictures, request).splits();
  }

  private static LabelledPictures asked(LabelledPictures pictures, DatasetRequest request) {
    OptionValues options = request.options();
    double validation = options.get(VALIDATION_PART);
    double test = options.get(TEST_PART);
    int color = Integer.parseInt(options.get(BACKGROUND).substring(1), 16);
    ImageDecoder decoder =
        ImageDecoder.standard()
            .pixelLimit(options.get(PIXEL_LIMIT))
            .background(color >> 16, color >> 8 & 0xff, color & 0xff)
            .upright(options.get(UPRIGHT))
            .damaged(options.get(DAMAGED));
    Path cache = options.find(CACHE_FOLDER);
    LabelledPictures chosen =
        pictures
            .division(1 - validation - test, validation, test)
            .seed(request.seed())
            .decoder(cache == null ? decoder : decoder.cachedIn(cache));
    List<String> classes = options.get(CLASSES);
    if (!classes.isEmpty()) {
      chosen = chosen.classes(classes.toArray(String[]::new));
    }
    int limit = options.get(LIMIT_PER_CLASS);
    return limit == 0 ? chosen : chosen.limitPerClass(limit);
  }
}

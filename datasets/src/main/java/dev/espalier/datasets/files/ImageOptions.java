package dev.espalier.datasets.files;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.datasets.image.DamagedImages;
import dev.espalier.datasets.image.ImageDecoder;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionValues;
import dev.espalier.plugin.DatasetRequest;
import dev.espalier.plugin.DatasetSource;
import dev.espalier.plugin.DatasetSplits;
import java.nio.file.Path;
import java.util.List;

/** The options of data sets with users' own images, in folders or tables. */
public final class ImageOptions {
  private static final OptionDescription<List<String>> CLASSES =
      OptionDescription.words(
          "classes", "Names of the classes to use, in this order; by default, all.");
  private static final OptionDescription<Integer> LIMIT_PER_CLASS =
      OptionDescription.wholeNumber(
              "limit-per-class",
              0,
              Integer.MAX_VALUE,
              "Maximum number of images per class; 0 for all.")
          .withDefault(0);
  private static final OptionDescription<Double> VALIDATION_SPLIT =
      fraction(
          "validation-split",
          "Fraction of each class for the validation split, if the data has no splits;"
              + " with 0, the test split serves for both.");
  private static final OptionDescription<Double> TEST_SPLIT =
      fraction(
          "test-split",
          "Fraction of each class for the test split, if the data has no splits; with 0,"
              + " the validation split serves for both.");
  private static final OptionDescription<Integer> PIXEL_LIMIT =
      OptionDescription.wholeNumber(
              "pixel-limit",
              1,
              Integer.MAX_VALUE,
              "Maximum number of pixels per image (guards against decompression bombs).")
          .withDefault(120_000_000);
  private static final OptionDescription<String> BACKGROUND =
      OptionDescription.form(
              "background",
              "#[0-9a-fA-F]{6}",
              "a color such as #ffffff",
              "Background color of transparent images.")
          .withDefault("#ffffff");
  private static final OptionDescription<Boolean> UPRIGHT =
      OptionDescription.flag("upright", "Rotates images according to their EXIF orientation.")
          .withDefault(true);

  private static final OptionDescription<DamagedImages> DAMAGED =
      OptionDescription.constant(
              "damaged-images",
              DamagedImages.class,
              "What to do with damaged images that are not truncated; read fills in lost"
                  + " data, as Pillow does.")
          .withDefault(DamagedImages.READ);
  private static final OptionDescription<Path> CACHE_FOLDER =
      OptionDescription.path("cache-folder", "Folder that caches decoded images between runs.");

  private ImageOptions() {}

  private static OptionDescription<Double> fraction(String name, String description) {
    return OptionDescription.number(name, 0, 1, description).withDefault(0.1);
  }

  public static List<OptionDescription<?>> all() {
    return List.of(
        CLASSES,
        LIMIT_PER_CLASS,
        VALIDATION_SPLIT,
        TEST_SPLIT,
        PIXEL_LIMIT,
        BACKGROUND,
        UPRIGHT,
        DAMAGED,
        CACHE_FOLDER);
  }

  /**
   * Returns the images to open splits of, which are listed once; if only one of validation and test
   * exists, it serves as both.
   */
  public static DatasetSource source(LabelledImages images, DatasetRequest request) {
    return new ListedImages(asked(images, request).heldOutForBoth().listedOnce());
  }

  private record ListedImages(LabelledImages images) implements DatasetSource {
    @Override
    public DatasetSplits splits() {
      return images.splits();
    }

    @Override
    public Dataset open(Split split) {
      return images.split(split).open();
    }
  }

  private static LabelledImages asked(LabelledImages images, DatasetRequest request) {
    OptionValues options = request.options();
    double validation = options.get(VALIDATION_SPLIT);
    double test = options.get(TEST_SPLIT);
    int color = Integer.parseInt(options.get(BACKGROUND).substring(1), 16);
    ImageDecoder decoder =
        ImageDecoder.standard()
            .pixelLimit(options.get(PIXEL_LIMIT))
            .background(color >> 16, color >> 8 & 0xff, color & 0xff)
            .upright(options.get(UPRIGHT))
            .damaged(options.get(DAMAGED));
    Path cache = options.find(CACHE_FOLDER);
    LabelledImages chosen =
        images
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

package dev.espalier.datasets.files;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Split;
import dev.espalier.datasets.folder.ImageFolder;
import dev.espalier.datasets.image.ImageDecoder;
import dev.espalier.datasets.internal.files.ImageListing;
import dev.espalier.datasets.internal.files.SplitNames;
import dev.espalier.datasets.table.Manifest;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.DatasetSplits;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Builder of a data set from the images that {@link ImageFolder} finds or {@link Manifest} lists:
 * which images to use and how to read them. Not thread-safe; the data sets that it opens are
 * immutable and thread-safe.
 */
public final class LabelledImages {
  private final String name;
  private Supplier<ImageListing> source;
  private @Nullable Split split;
  private @Nullable Division division;
  private boolean heldOutForBoth;
  private long seed;
  private List<String> classes = List.of();
  private int limitPerClass = Integer.MAX_VALUE;
  private ImageDecoder decoder = ImageDecoder.standard();
  private UnreadableImages unreadable = UnreadableImages.FAIL;

  public LabelledImages(String name, Supplier<ImageListing> source) {
    this.name = name;
    this.source = source;
  }

  /** Selects a split. By default all images are used, those of all splits if there are any. */
  public LabelledImages split(Split part) {
    this.split = part;
    return this;
  }

  /**
   * Splits the images at random if they have no splits of their own, each class in the same
   * proportion, as {@link Datasets#divide} does. The same {@link #seed} gives the same splits, so
   * that splits opened one after the other do not overlap.
   *
   * <p>A class with two or more images has at least one outside of the training split. If classes
   * have few images, the test split or the validation split may be empty.
   *
   * @param train fraction of the training split, above 0
   * @param validation fraction of the validation split, 0 or more
   * @param test fraction of the test split, 0 or more; the fractions add up to 1
   */
  public LabelledImages division(double train, double validation, double test) {
    this.division = new Division(train, validation, test);
    return this;
  }

  /** Uses the only available one of validation and test split for both. */
  LabelledImages heldOutForBoth() {
    this.heldOutForBoth = true;
    return this;
  }

  /** Lists the images when they are first needed, and not again for other splits. */
  LabelledImages listedOnce() {
    Supplier<ImageListing> listing = source;
    this.source =
        new Supplier<>() {
          private @Nullable ImageListing listed;

          @Override
          public ImageListing get() {
            ImageListing known = listed == null ? listing.get() : listed;
            listed = known;
            return known;
          }
        };
    return this;
  }

  /** Sets the random seed of the {@link #division}; 0 by default. */
  public LabelledImages seed(long number) {
    this.seed = number;
    return this;
  }

  /**
   * Uses only these classes, with labels in this order. Other labels of multi-label images are
   * dropped; images without any of these classes are not used.
   */
  public LabelledImages classes(String... names) {
    this.classes = List.of(names);
    return this;
  }

  /**
   * Uses at most this many images of each class, the first ones, after splitting. An image with
   * several classes is used if it is among the first of any of them.
   */
  public LabelledImages limitPerClass(int images) {
    if (images < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A limit of " + images + " images leaves no samples in a class.",
          "Give 1 or more.");
    }
    this.limitPerClass = images;
    return this;
  }

  /** Sets the decoder of the files; {@link ImageDecoder#standard()} by default. */
  public LabelledImages decoder(ImageDecoder value) {
    this.decoder = value;
    return this;
  }

  /** Sets what to do about images that cannot be decoded; by default reading one is an error. */
  public LabelledImages unreadable(UnreadableImages policy) {
    this.unreadable = policy;
    return this;
  }

  /**
   * Lists the images and returns the data set.
   *
   * @throws EspalierException {@code FILE_NOT_READABLE} if a folder or file cannot be read; {@code
   *     EMPTY_DATASET} if there are no images; {@code INVALID_DATA_FILE} for an invalid manifest;
   *     {@code INVALID_DATA_LAYOUT} if there is only one class, if class names differ only in case,
   *     or if the split does not exist; {@code UNKNOWN_NAME} for a class that does not exist
   */
  public Dataset open() {
    ImageListing listing = source.get();
    Split wanted = split;
    if (wanted != null && heldOutForBoth) {
      wanted = standIn(splits(listing), wanted);
    }
    Dataset opened = open(listing, listing.hasSplits() ? wanted : null, wanted);
    if (wanted != null && !listing.hasSplits()) {
      opened = division(listing, wanted).split(opened, wanted, seed);
    }
    return limitPerClass == Integer.MAX_VALUE
        ? opened
        : Datasets.limitPerClass(opened, limitPerClass);
  }

  /**
   * Lists the images and returns the available splits.
   *
   * @throws EspalierException as {@link #open}
   */
  DatasetSplits splits() {
    return splits(source.get());
  }

  private DatasetSplits splits(ImageListing listing) {
    if (!listing.hasSplits()) {
      return division(listing, Split.TRAIN).splits(open(listing, null, null), seed);
    }
    List<String> names = listing.choose(classes);
    return DatasetSplits.of(
        listing.splits().keySet().stream()
            .filter(own -> !listing.files(names, own).isEmpty())
            .collect(Collectors.toSet()));
  }

  private Division division(ImageListing listing, Split wanted) {
    if (division == null) {
      throw listing.withoutSplit(wanted);
    }
    return division;
  }

  /** Returns a split; if only one of validation and test is available, that one for both. */
  private static Split standIn(DatasetSplits splits, Split wanted) {
    Split other =
        switch (wanted) {
          case TRAIN -> Split.TRAIN;
          case VALIDATION -> Split.TEST;
          case TEST -> Split.VALIDATION;
        };
    return splits.has(other) && !splits.has(wanted) ? other : wanted;
  }

  /**
   * Opens the images of the chosen classes.
   *
   * @param own the split to open, or null for all images
   * @param named the split in the name of the data set, or null for none
   */
  private Dataset open(ImageListing listing, @Nullable Split own, @Nullable Split named) {
    List<String> names = listing.choose(classes);
    ImageFileDataset images =
        ImageFileDataset.of(
            named == null ? name : name + "/" + SplitNames.word(named),
            names,
            listing.files(names, own),
            listing.multiLabel(),
            decoder,
            listing.warnings());
    return unreadable == UnreadableImages.SKIP ? ReadableSamples.of(images) : images;
  }
}

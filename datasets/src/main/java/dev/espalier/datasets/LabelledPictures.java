package dev.espalier.datasets;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Split;
import dev.espalier.datasets.image.ImageDecoder;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.DatasetSplits;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which of the pictures that {@link ImageFolder} finds or {@link Manifest} names are taken, and how
 * they are read. A builder; not thread-safe. What it opens is immutable.
 */
public final class LabelledPictures {
  private final String name;
  private final Supplier<PictureListing> source;
  private @Nullable Split split;
  private @Nullable Division division;
  private boolean heldOutForBoth;
  private long seed;
  private List<String> classes = List.of();
  private int limitPerClass = Integer.MAX_VALUE;
  private ImageDecoder decoder = ImageDecoder.standard();
  private UnreadablePictures unreadable = UnreadablePictures.FAIL;

  LabelledPictures(String name, Supplier<PictureListing> source) {
    this.name = name;
    this.source = source;
  }

  /** Takes one part. Without this all pictures are taken, those of all parts if there are some. */
  public LabelledPictures split(Split part) {
    this.split = part;
    return this;
  }

  /**
   * Divides the pictures at random where they have no parts of their own, each class in the same
   * proportion, as {@link Datasets#divide} does. The same {@link #seed} divides in the same way, so
   * that parts opened one after the other do not overlap.
   *
   * <p>A class with two images or more has at least one that is not in the training split. Where
   * classes have few images, the test split, or the validation split, may be empty.
   *
   * @param train fraction to train on, above 0
   * @param validation fraction to choose settings by, 0 or more
   * @param test fraction to judge the result by, 0 or more; together they make 1
   */
  public LabelledPictures division(double train, double validation, double test) {
    this.division = new Division(train, validation, test);
    return this;
  }

  /** Of validation and test, gives the one that there is for the other too. */
  LabelledPictures heldOutForBoth() {
    this.heldOutForBoth = true;
    return this;
  }

  /** Sets what the random {@link #division} derives from, 0 if this is not called. */
  public LabelledPictures seed(long number) {
    this.seed = number;
    return this;
  }

  /**
   * Takes these classes only; labels follow their order here. Of a picture with several classes the
   * others are left out; pictures that have none of these are not taken.
   */
  public LabelledPictures classes(String... names) {
    this.classes = List.of(names);
    return this;
  }

  /**
   * Takes the first so many pictures of each class, after the division into parts. A picture with
   * several classes is taken if it is among the first of any of them.
   */
  public LabelledPictures limitPerClass(int pictures) {
    if (pictures < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A limit of " + pictures + " images leaves no samples in a class.",
          "Give 1 or more.");
    }
    this.limitPerClass = pictures;
    return this;
  }

  /** Sets how files are decoded, the usual settings if this is not called. */
  public LabelledPictures decoder(ImageDecoder value) {
    this.decoder = value;
    return this;
  }

  /** Sets what to do about pictures that cannot be decoded; reading one is an error otherwise. */
  public LabelledPictures unreadable(UnreadablePictures policy) {
    this.unreadable = policy;
    return this;
  }

  /**
   * Lists the pictures and returns them, in their order there.
   *
   * @throws EspalierException {@code FILE_NOT_READABLE} if something cannot be listed or named;
   *     {@code EMPTY_DATASET} if there are no pictures; {@code INVALID_DATA_FILE} for a manifest
   *     that cannot be understood; {@code INVALID_DATA_LAYOUT} if there is one class only, if names
   *     of classes differ by case alone, or if there is no such part; {@code UNKNOWN_NAME} for a
   *     class that there is not
   */
  public Dataset open() {
    PictureListing listing = source.get();
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
   * Lists the images and returns which splits there are.
   *
   * @throws EspalierException as {@link #open}
   */
  DatasetSplits splits() {
    return splits(source.get());
  }

  private DatasetSplits splits(PictureListing listing) {
    if (!listing.hasSplits()) {
      return division(listing, Split.TRAIN).splits(open(listing, null, null), seed);
    }
    List<String> names = listing.choose(classes);
    return DatasetSplits.of(
        listing.splits().keySet().stream()
            .filter(own -> !listing.files(names, own).isEmpty())
            .collect(Collectors.toSet()));
  }

  private Division division(PictureListing listing, Split wanted) {
    if (division == null) {
      throw listing.withoutSplit(wanted);
    }
    return division;
  }

  /** Returns a split, or of validation and test the other one where only that is available. */
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
   * Opens what a listing has of the chosen classes.
   *
   * @param own the split of the listing to take, or null for all images
   * @param named the split that the name tells, or null for none
   */
  private Dataset open(PictureListing listing, @Nullable Split own, @Nullable Split named) {
    List<String> names = listing.choose(classes);
    PictureFiles pictures =
        PictureFiles.of(
            named == null ? name : name + "/" + SplitNames.word(named),
            names,
            listing.files(names, own),
            listing.multiLabel(),
            decoder,
            listing.warnings());
    return unreadable == UnreadablePictures.SKIP ? ReadableSamples.of(pictures) : pictures;
  }
}

package dev.espalier.datasets.shapes;

import dev.espalier.data.Dataset;
import dev.espalier.data.Sample;
import dev.espalier.data.Split;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.random.RandomKey;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A generated data set for trying things out: images of ten shapes with varying color, size,
 * position and rotation, on plain, graded and textured backgrounds, with noise. A sample depends
 * only on the seed, the split and its index, so a larger set starts with the smaller one, and the
 * splits have no image in common. Every ten samples from a multiple of ten on contain each class
 * once, in random order.
 *
 * <p>Images are drawn when they are read. Immutable and thread-safe.
 */
public final class Shapes implements Dataset {
  /** Default number of images in the training split. */
  public static final int TRAIN_SIZE = 5_000;

  /** Default number of images in the validation split and in the test split. */
  public static final int TEST_SIZE = 1_000;

  /** Default height and width in pixels. */
  public static final int IMAGE_SIDE = 32;

  /** Smaller shapes are not recognizable. */
  private static final int SMALLEST_SIDE = 16;

  private static final int LARGEST_SIDE = 4_096;
  private static final List<String> CLASS_NAMES = Outline.ALL.stream().map(Outline::name).toList();

  private final Split split;
  private final long seed;
  private final int size;
  private final int imageSide;
  private final RandomKey key;

  private Shapes(Split split, long seed, int size, int imageSide) {
    this.split = split;
    this.seed = seed;
    this.size = size;
    this.imageSide = imageSide;
    this.key = RandomKey.ofSeed(seed).with("shapes").with(split.name());
  }

  /** Returns the split in its default size: {@value #TRAIN_SIZE} or {@value #TEST_SIZE} images. */
  public static Shapes of(Split split, long seed) {
    return new Shapes(split, seed, split == Split.TRAIN ? TRAIN_SIZE : TEST_SIZE, IMAGE_SIDE);
  }

  /**
   * Returns this data set with another number of images.
   *
   * @param images 1 or more
   */
  public Shapes withSize(int images) {
    if (images < 1) {
      throw new EspalierException(
          ErrorCode.EMPTY_DATASET,
          "A data set of " + images + " shapes has no samples.",
          "Ask for 1 or more.");
    }
    return new Shapes(split, seed, images, imageSide);
  }

  /**
   * Returns this data set with another image size; the drawings stay the same.
   *
   * @param pixels height and width, from 16 to 4,096
   */
  public Shapes withImageSide(int pixels) {
    if (pixels < SMALLEST_SIDE || pixels > LARGEST_SIDE) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "Shapes cannot be drawn with a side length of " + pixels + " pixels.",
          "Give a side length from " + SMALLEST_SIDE + " to " + LARGEST_SIDE + " pixels.");
    }
    return new Shapes(split, seed, size, pixels);
  }

  @Override
  public String name() {
    return "shapes/" + split.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Sample get(int index) {
    int label = label(index);
    RandomKey sample = key.with(index);
    ShapeDrawing drawing =
        ShapeDrawing.random(Outline.ALL.get(label), sample.with("drawing").stream());
    return new Sample(drawing.render(imageSide, sample.with("grain").stream()), label);
  }

  @Override
  public int label(int index) {
    Objects.checkIndex(index, size);
    int classes = CLASS_NAMES.size();
    int[] order = key.with("labels").with(index / classes).stream().permutation(classes);
    return order[index % classes];
  }

  @Override
  public List<String> classNames() {
    return CLASS_NAMES;
  }

  @Override
  public String toString() {
    return name() + " (" + size + " samples of " + imageSide + "x" + imageSide + " pixels)";
  }
}

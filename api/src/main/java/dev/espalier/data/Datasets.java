package dev.espalier.data;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.random.RandomKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Subsets and combinations of data sets. The data sets returned are immutable and as thread-safe as
 * those they are made of.
 */
public final class Datasets {
  private Datasets() {}

  /**
   * Returns a data set that holds the given samples. It is {@linkplain Target#multiHot()
   * multi-label} if a sample has several labels or none.
   */
  public static Dataset of(String name, List<String> classNames, List<Sample> samples) {
    boolean multiLabel = samples.stream().anyMatch(sample -> sample.labels().size() != 1);
    Target target = multiLabel ? Target.multiHot() : Target.classIndex();
    return of(name, classNames, target, samples);
  }

  /**
   * Returns a data set that holds the given samples, with targets of any kind.
   *
   * @param classNames by label; empty if samples have no labels
   * @param target what {@link Sample#labels()} or {@link Sample#values()} hold for each sample
   */
  public static Dataset of(
      String name, List<String> classNames, Target target, List<Sample> samples) {
    return new InMemoryDataset(name, List.copyOf(classNames), target, List.copyOf(samples));
  }

  /**
   * Returns the same samples, each changed whenever it is read: given values for further inputs of
   * a model, another target, or a weight.
   *
   * <pre>{@code
   * Datasets.map(photos, Target.numbers(), sample -> sample.withValue(Sample.TARGET, ages.get(sample)))
   * }</pre>
   *
   * @param target of the changed samples
   * @param change leaves the labels alone; called by several threads
   */
  public static Dataset map(Dataset dataset, Target target, UnaryOperator<Sample> change) {
    return new MappedDataset(dataset, target, change);
  }

  /**
   * Returns a data set of images that are stored one after the other in an array. The arrays are
   * not copied and must not be changed later.
   *
   * @param height height of every image in pixels
   * @param width width of every image in pixels
   * @param channels 1 for grey, 3 for red, green and blue
   * @param pixels from 0 to 255, {@code [samples, height, width, channels]}
   * @param labels of the samples
   */
  public static Dataset ofArrays(
      String name,
      List<String> classNames,
      int height,
      int width,
      int channels,
      byte[] pixels,
      int[] labels) {
    return ArrayDataset.of(name, classNames, height, width, channels, pixels, labels);
  }

  /**
   * Returns the same samples as {@linkplain Target#multiHot() multi-label} data, even if each has
   * exactly one class: for a split that happens to contain no others, or to let a model decide each
   * class independently.
   */
  public static Dataset multiLabel(Dataset dataset) {
    return dataset.target().multiLabel() ? dataset : new MultiLabelDataset(dataset);
  }

  /**
   * Returns the same samples with labels that count the classes of a model, matched by name: label
   * {@code i} of the result is the class {@code classNames.get(i)}. The data set may have the
   * classes in another order, and may lack some of them. Trainers do this by themselves, as far as
   * they know the names of both.
   *
   * @param classNames of the model, in the order of its outputs
   * @throws EspalierException {@link ErrorCode#CLASS_MISMATCH} if the data set has a class that is
   *     not among them, which is named
   */
  public static Dataset matchClasses(Dataset dataset, List<String> classNames) {
    return ClassMatching.match(dataset, classNames);
  }

  /**
   * Returns the same samples with other names for their classes, such as translated ones.
   *
   * @param classNames by label, as many as the data set has classes
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if there are more or fewer
   */
  public static Dataset renameClasses(Dataset dataset, List<String> classNames) {
    int classes = dataset.classNames().size();
    if (classNames.size() != classes) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          dataset.name() + " has " + classes + " classes, not " + classNames.size() + ".",
          "Give one name for each class, in the order of the labels.");
    }
    return new ClassMatching.RenamedDataset(dataset, List.copyOf(classNames));
  }

  /** Returns the same samples under another name. */
  public static Dataset named(Dataset dataset, String name) {
    return new NamedDataset(name, dataset);
  }

  private static void requireCount(int count) {
    if (count < 0) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A data set cannot have " + count + " samples.",
          "Give a number of 0 or more.");
    }
  }

  /** Returns the samples at the given positions, in that order. */
  public static Dataset subset(Dataset dataset, int... indices) {
    for (int index : indices) {
      if (index < 0 || index >= dataset.size()) {
        throw new EspalierException(
            ErrorCode.INVALID_ARGUMENT,
            dataset.name() + " has no sample " + index + ".",
            "Indices go from 0 to " + (dataset.size() - 1) + ".");
      }
    }
    return new SubsetDataset(dataset, indices.clone());
  }

  /** Returns the first {@code count} samples, or all if there are fewer. */
  public static Dataset take(Dataset dataset, int count) {
    requireCount(count);
    return subset(dataset, IntStream.range(0, Math.min(count, dataset.size())).toArray());
  }

  /**
   * Returns a data set repeated {@code times} times. An epoch over it contains each sample that
   * often, augmented differently each time.
   *
   * @param times 1 or more
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if {@code times} is less than 1,
   *     or more samples come of it than an index can count
   */
  public static Dataset repeat(Dataset dataset, int times) {
    long size = (long) dataset.size() * times;
    if (times < 1 || size > Integer.MAX_VALUE) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          dataset.name()
              + " with "
              + dataset.size()
              + " samples cannot be repeated "
              + times
              + " times.",
          "Give 1 or more, and no more than " + Integer.MAX_VALUE + " samples in all.");
    }
    return subset(dataset, IntStream.range(0, (int) size).map(i -> i % dataset.size()).toArray());
  }

  /**
   * Returns {@code count} samples that are evenly spread over the data set, or all if there are
   * fewer. Of a data set that is sorted by class this takes some of each, unlike {@link #take}.
   */
  public static Dataset spread(Dataset dataset, int count) {
    requireCount(count);
    int taken = Math.min(count, dataset.size());
    return subset(
        dataset,
        IntStream.range(0, taken).map(i -> (int) ((long) i * dataset.size() / taken)).toArray());
  }

  /**
   * Returns the first {@code count} samples of each class, or all of a class that has fewer. In
   * multi-label data a sample is taken if it is among the first of any of its classes, so that a
   * class that goes with others may have more; samples of no class are left out.
   */
  public static Dataset limitPerClass(Dataset dataset, int count) {
    requireCount(count);
    int[] seen = new int[dataset.classNames().size()];
    return filter(
        dataset,
        index -> {
          boolean wanted = false;
          for (int label : Labels.of(dataset, index)) {
            wanted |= seen[label]++ < count;
          }
          return wanted;
        });
  }

  /**
   * Returns the samples at those positions that the condition holds for, in their order.
   *
   * @param wanted asked once for each position, from the first to the last
   */
  public static Dataset filter(Dataset dataset, IntPredicate wanted) {
    return subset(dataset, IntStream.range(0, dataset.size()).filter(wanted).toArray());
  }

  /**
   * Returns the samples of one data set after those of another. Both have the same classes in the
   * same order and the same kind of target; if one is multi-label, so is the result.
   */
  public static Dataset concat(Dataset first, Dataset second) {
    if (!first.classNames().equals(second.classNames())) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          first.name()
              + " and "
              + second.name()
              + " do not have the same classes in the same order.",
          "Map them to the same classes first: "
              + first.classNames()
              + " and "
              + second.classNames()
              + ".");
    }
    boolean sameTarget = first.target().equals(second.target());
    if (!sameTarget && !(first.target().isOfLabels() && second.target().isOfLabels())) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          first.name()
              + " has "
              + first.target()
              + " for each sample, "
              + second.name()
              + " has "
              + second.target()
              + ".",
          "Convert them to the same kind of target first, with Datasets.map.");
    }
    return new ConcatenatedDataset(first, second);
  }

  /**
   * Returns a data set that keeps what was read in memory, so that it is decoded once and not in
   * each epoch. Once the memory is used up, the rest is read each time.
   *
   * @param bytes of pixels that are kept, at most
   */
  public static Dataset cached(Dataset dataset, long bytes) {
    if (bytes < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A cache of " + bytes + " bytes cannot hold anything.",
          "Give 1 or more, or leave the cache out.");
    }
    return new CachedDataset(dataset, bytes);
  }

  /**
   * Returns for each class a weight that makes all classes count the same in total: the number of
   * labels, which is that of the samples if each has one, divided by the number of classes and by
   * that of the samples of the class. The mean over all labels is 1.
   *
   * @throws EspalierException {@code EMPTY_DATASET} if a class has no samples
   */
  public static double[] classWeights(Dataset dataset) {
    int[] counts = Labels.counts(dataset);
    long labels = Arrays.stream(counts).asLongStream().sum();
    double[] weights = new double[counts.length];
    for (int label = 0; label < counts.length; label++) {
      if (counts[label] == 0) {
        throw new EspalierException(
            ErrorCode.EMPTY_DATASET,
            "The class "
                + dataset.classNames().get(label)
                + " of "
                + dataset.name()
                + " has no samples, so no weight can balance it.",
            "Add some, or leave the class out.");
      }
      weights[label] = (double) labels / (counts.length * (double) counts[label]);
    }
    return weights;
  }

  /**
   * Splits a data set in two at random, stratified by class: each class is split in the same
   * proportion, and a class with two samples or more has at least one in each result. Each class is
   * rounded by itself, so that classes of the same size keep the same size; with small classes, the
   * whole is therefore not split at exactly the fraction: of a hundred classes of nine samples, a
   * fraction of 0.8 takes seven each, 700 in place of 720. In multi-label data, where that may be
   * impossible for all classes at once, the proportions are nearly the same, and most exact for the
   * rarest classes (iterative stratification); the sizes are then close to the fraction. Samples
   * without classes are split at random. Every sample is in exactly one of the results, which keep
   * the order of the data set.
   *
   * @param fraction fraction of the samples in the first result, between 0 and 1
   */
  public static Division divide(Dataset dataset, double fraction, long seed) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A data set cannot be divided at the fraction " + fraction + ".",
          "Give a number between 0 and 1, such as 0.8.");
    }
    boolean[] first =
        dataset.target().multiLabel()
            ? IterativeStratification.divide(dataset, fraction, seed)
            : byClass(dataset, fraction, seed);
    int[] firstPart = IntStream.range(0, first.length).filter(i -> first[i]).toArray();
    int[] secondPart = IntStream.range(0, first.length).filter(i -> !first[i]).toArray();
    return new Division(subset(dataset, firstPart), subset(dataset, secondPart));
  }

  private static boolean[] byClass(Dataset dataset, double fraction, long seed) {
    List<List<Integer>> byClass = new ArrayList<>();
    boolean classes = dataset.target() instanceof Target.ClassIndex;
    for (int i = 0; i < (classes ? dataset.classNames().size() : 1); i++) {
      byClass.add(new ArrayList<>());
    }
    for (int i = 0; i < dataset.size(); i++) {
      byClass.get(classes ? Labels.of(dataset, i).get(0) : 0).add(i);
    }
    boolean[] first = new boolean[dataset.size()];
    for (int label = 0; label < byClass.size(); label++) {
      List<Integer> members = byClass.get(label);
      int[] order =
          RandomKey.ofSeed(seed).with("divide").with(label).stream().permutation(members.size());
      int wanted = (int) Math.round(inBothParts(members.size(), members.size() * fraction));
      for (int i = 0; i < wanted; i++) {
        first[members.get(order[i])] = true;
      }
    }
    return first;
  }

  /**
   * Returns the number of samples of a class in the first result; each result gets at least one if
   * there are two or more.
   *
   * @param members of the class
   * @param wanted by the fraction alone
   */
  static double inBothParts(int members, double wanted) {
    return members < 2 ? wanted : Math.max(1, Math.min(members - 1, wanted));
  }

  /**
   * The two subsets of a data set that was divided.
   *
   * @param first samples of the first fraction
   * @param second the other samples
   */
  public record Division(Dataset first, Dataset second) {}

  private record ConcatenatedDataset(Dataset first, Dataset second) implements Dataset {
    @Override
    public String name() {
      return first.name().equals(second.name())
          ? first.name()
          : first.name() + " + " + second.name();
    }

    @Override
    public int size() {
      return Math.addExact(first.size(), second.size());
    }

    @Override
    public Sample get(int index) {
      return index < first.size() ? first.get(index) : second.get(index - first.size());
    }

    @Override
    public int label(int index) {
      return index < first.size() ? first.label(index) : second.label(index - first.size());
    }

    @Override
    public List<Integer> labels(int index) {
      return index < first.size() ? first.labels(index) : second.labels(index - first.size());
    }

    @Override
    public Target target() {
      return second.target().multiLabel() ? second.target() : first.target();
    }

    @Override
    public List<String> classNames() {
      return first.classNames();
    }

    @Override
    public @Nullable Path file(int index) {
      return index < first.size() ? first.file(index) : second.file(index - first.size());
    }

    @Override
    public List<String> warnings() {
      return Stream.of(first, second).flatMap(one -> one.warnings().stream()).distinct().toList();
    }

    @Override
    public List<UnreadableFile> unreadableFiles() {
      List<UnreadableFile> all = new ArrayList<>(first.unreadableFiles());
      all.addAll(second.unreadableFiles());
      return List.copyOf(all);
    }
  }

  private record InMemoryDataset(
      String name, List<String> classNames, Target target, List<Sample> samples)
      implements Dataset {
    @Override
    public int size() {
      return samples.size();
    }

    @Override
    public Sample get(int index) {
      return samples.get(index);
    }

    @Override
    public List<Integer> labels(int index) {
      return samples.get(index).labels();
    }
  }

  private static final class SubsetDataset implements Dataset {
    private final Dataset whole;
    private final int[] indices;

    SubsetDataset(Dataset whole, int[] indices) {
      this.whole = whole;
      this.indices = indices;
    }

    @Override
    public String name() {
      return whole.name();
    }

    @Override
    public int size() {
      return indices.length;
    }

    @Override
    public Sample get(int index) {
      return whole.get(indices[index]);
    }

    @Override
    public int label(int index) {
      return whole.label(indices[index]);
    }

    @Override
    public List<Integer> labels(int index) {
      return whole.labels(indices[index]);
    }

    @Override
    public Target target() {
      return whole.target();
    }

    @Override
    public List<String> classNames() {
      return whole.classNames();
    }

    @Override
    public @Nullable Path file(int index) {
      return whole.file(indices[index]);
    }

    @Override
    public List<String> warnings() {
      return whole.warnings();
    }

    @Override
    public List<UnreadableFile> unreadableFiles() {
      return whole.unreadableFiles();
    }

    @Override
    public String toString() {
      return name() + Arrays.stream(indices).limit(5).boxed().toList() + "...";
    }
  }
}

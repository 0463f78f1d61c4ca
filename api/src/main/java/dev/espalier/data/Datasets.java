package dev.espalier.data;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.random.RandomKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Parts and combinations of data sets. */
public final class Datasets {
  private Datasets() {}

  /** Returns a data set that holds the given samples. */
  public static Dataset of(String name, List<String> classNames, List<Sample> samples) {
    return new InMemoryDataset(name, List.copyOf(classNames), List.copyOf(samples));
  }

  /**
   * Returns a data set of pictures that lie one behind the other in an array. The arrays are kept
   * and must not be changed later.
   *
   * @param height of every picture
   * @param width of every picture
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

  /** Returns the samples at the given positions, in that order. */
  public static Dataset subset(Dataset dataset, int... indices) {
    for (int index : indices) {
      if (index < 0 || index >= dataset.size()) {
        throw new EspalierException(
            ErrorCode.INVALID_ARGUMENT,
            dataset.name() + " has no sample " + index + ".",
            "Positions go from 0 to " + (dataset.size() - 1) + ".");
      }
    }
    return new SubsetDataset(dataset, indices.clone());
  }

  /** Returns the first {@code count} samples, or all if there are fewer. */
  public static Dataset take(Dataset dataset, int count) {
    return subset(dataset, IntStream.range(0, Math.min(count, dataset.size())).toArray());
  }

  /**
   * Returns {@code count} samples that are evenly spread over the data set, or all if there are
   * fewer. Of a data set that is sorted by class this takes some of each, unlike {@link #take}.
   */
  public static Dataset spread(Dataset dataset, int count) {
    int taken = Math.max(0, Math.min(count, dataset.size()));
    return subset(
        dataset,
        IntStream.range(0, taken).map(i -> (int) ((long) i * dataset.size() / taken)).toArray());
  }

  /** Returns the first {@code count} samples of each class, or all of a class that has fewer. */
  public static Dataset limitPerClass(Dataset dataset, int count) {
    int[] taken = new int[dataset.classNames().size()];
    return filter(dataset, index -> taken[requireLabel(dataset, index)]++ < count);
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
   * same order.
   */
  public static Dataset concat(Dataset first, Dataset second) {
    if (!first.classNames().equals(second.classNames())) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          first.name() + " and " + second.name() + " have other classes, or another order of them.",
          "Bring them to the same classes first: "
              + first.classNames()
              + " and "
              + second.classNames()
              + ".");
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
          "A cache of " + bytes + " bytes keeps nothing.",
          "Give 1 or more, or leave the cache out.");
    }
    return new CachedDataset(dataset, bytes);
  }

  /**
   * Returns for each class a weight that makes all classes count the same in total: the number of
   * samples divided by the number of classes and by that of the samples of the class. The mean over
   * all samples is 1.
   *
   * @throws EspalierException {@code EMPTY_DATASET} if a class has no samples
   */
  public static double[] classWeights(Dataset dataset) {
    int[] counts = new int[dataset.classNames().size()];
    for (int i = 0; i < dataset.size(); i++) {
      counts[requireLabel(dataset, i)]++;
    }
    double[] weights = new double[counts.length];
    for (int label = 0; label < counts.length; label++) {
      if (counts[label] == 0) {
        throw new EspalierException(
            ErrorCode.EMPTY_DATASET,
            "The class "
                + dataset.classNames().get(label)
                + " of "
                + dataset.name()
                + " has no samples, so that no weight makes it count.",
            "Add some, or leave the class out.");
      }
      weights[label] = (double) dataset.size() / (counts.length * (double) counts[label]);
    }
    return weights;
  }

  /**
   * Divides a data set in two at random, so that each class is divided in the same proportion, up
   * to rounding. Every sample is in exactly one part; each part keeps the order of the data set.
   *
   * @param fraction of the first part, between 0 and 1
   */
  public static Division divide(Dataset dataset, double fraction, long seed) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A data set cannot be divided at the fraction " + fraction + ".",
          "Give a number between 0 and 1, such as 0.8.");
    }
    List<List<Integer>> byClass = new ArrayList<>();
    for (int i = 0; i < dataset.classNames().size(); i++) {
      byClass.add(new ArrayList<>());
    }
    for (int i = 0; i < dataset.size(); i++) {
      byClass.get(requireLabel(dataset, i)).add(i);
    }
    boolean[] first = new boolean[dataset.size()];
    for (int label = 0; label < byClass.size(); label++) {
      List<Integer> members = byClass.get(label);
      int[] order =
          RandomKey.ofSeed(seed).with("divide").with(label).stream().permutation(members.size());
      int wanted = (int) Math.round(members.size() * fraction);
      for (int i = 0; i < wanted; i++) {
        first[members.get(order[i])] = true;
      }
    }
    int[] firstPart = IntStream.range(0, first.length).filter(i -> first[i]).toArray();
    int[] secondPart = IntStream.range(0, first.length).filter(i -> !first[i]).toArray();
    return new Division(subset(dataset, firstPart), subset(dataset, secondPart));
  }

  private static int requireLabel(Dataset dataset, int index) {
    int label = dataset.label(index);
    int classes = dataset.classNames().size();
    if (label < 0 || label >= classes) {
      throw new EspalierException(
          ErrorCode.LABEL_OUT_OF_RANGE,
          "Sample " + index + " of " + dataset.name() + " has the label " + label + ".",
          "There are " + classes + " classes, counted from 0.");
    }
    return label;
  }

  /** The two parts of a divided data set. */
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
    public List<String> classNames() {
      return first.classNames();
    }

    @Override
    public @Nullable Path file(int index) {
      return index < first.size() ? first.file(index) : second.file(index - first.size());
    }

    @Override
    public List<UnreadableFile> unreadableFiles() {
      List<UnreadableFile> all = new ArrayList<>(first.unreadableFiles());
      all.addAll(second.unreadableFiles());
      return List.copyOf(all);
    }
  }

  private record InMemoryDataset(String name, List<String> classNames, List<Sample> samples)
      implements Dataset {
    @Override
    public int size() {
      return samples.size();
    }

    @Override
    public Sample get(int index) {
      return samples.get(index);
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
    public List<String> classNames() {
      return whole.classNames();
    }

    @Override
    public @Nullable Path file(int index) {
      return whole.file(indices[index]);
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

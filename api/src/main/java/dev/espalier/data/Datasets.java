package dev.espalier.data;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Parts and combinations of data sets. */
public final class Datasets {
  private Datasets() {}

  /** Returns a data set that holds the given samples. */
  public static Dataset of(String name, List<String> classNames, List<Sample> samples) {
    return new InMemoryDataset(name, List.copyOf(classNames), List.copyOf(samples));
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
      int label = dataset.label(i);
      if (label < 0 || label >= byClass.size()) {
        throw new EspalierException(
            ErrorCode.LABEL_OUT_OF_RANGE,
            "Sample " + i + " of " + dataset.name() + " has the label " + label + ".",
            "There are " + byClass.size() + " classes, counted from 0.");
      }
      byClass.get(label).add(i);
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

  /** The two parts of a divided data set. */
  public record Division(Dataset first, Dataset second) {}

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
    public String toString() {
      return name() + Arrays.stream(indices).limit(5).boxed().toList() + "...";
    }
  }
}

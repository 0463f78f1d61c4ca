package dev.espalier.data;

import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Divides samples that may have several classes in two, so that each class is divided in nearly the
 * same proportion: the class with the fewest samples left is dealt out first, because later ones
 * can still be balanced with the many samples of theirs, and each sample goes where most of its
 * class is wanting.
 *
 * @see <a href="https://doi.org/10.1007/978-3-642-23808-6_10">Sechidis, Tsoumakas, Vlahavas: On the
 *     Stratification of Multi-Label Data (2011)</a>
 */
final class IterativeStratification {
  private final List<List<Integer>> labels = new ArrayList<>();

  /** Samples of each class, and at the end those of none, in a random order. */
  private final List<List<Integer>> members = new ArrayList<>();

  private final RandomStream random;

  /** Samples of each class that are not dealt out yet. */
  private final int[] left;

  /** Samples of each class, and last of all classes, that each of the two results still needs. */
  private final double[][] wanted;

  private final boolean[] dealt;
  private final boolean[] first;

  private IterativeStratification(Dataset dataset, double fraction, long seed) {
    int size = dataset.size();
    for (int i = 0; i < size; i++) {
      labels.add(Labels.of(dataset, i));
    }
    left = Labels.counts(dataset);
    random = RandomKey.ofSeed(seed).with("divide").with("multi-label").stream();
    wanted = new double[2][left.length + 1];
    for (int label = 0; label <= left.length; label++) {
      members.add(new ArrayList<>());
      int samples = label < left.length ? left[label] : size;
      wanted[0][label] = Datasets.inBothParts(samples, samples * fraction);
      wanted[1][label] = samples - wanted[0][label];
    }
    for (int sample : random.permutation(size)) {
      List<Integer> own = labels.get(sample);
      own.forEach(label -> members.get(label).add(sample));
      if (own.isEmpty()) {
        members.get(left.length).add(sample);
      }
    }
    dealt = new boolean[size];
    first = new boolean[size];
  }

  /** Returns for each sample whether it is in the first result. */
  static boolean[] divide(Dataset dataset, double fraction, long seed) {
    return new IterativeStratification(dataset, fraction, seed).deal();
  }

  private boolean[] deal() {
    for (int label = rarest(); label >= 0; label = rarest()) {
      deal(label);
    }
    deal(left.length);
    return first;
  }

  private void deal(int label) {
    for (int sample : members.get(label)) {
      if (!dealt[sample]) {
        deal(sample, label);
      }
    }
  }

  /** Returns the class with the fewest samples left, or -1 if none has any. */
  private int rarest() {
    return IntStream.range(0, left.length)
        .filter(label -> left[label] > 0)
        .reduce((least, label) -> left[label] < left[least] ? label : least)
        .orElse(-1);
  }

  private void deal(int sample, int label) {
    int all = left.length;
    double more = wanted[0][label] - wanted[1][label];
    if (more == 0) {
      more = wanted[0][all] - wanted[1][all];
    }
    boolean toFirst = more == 0 ? random.nextDouble() < 0.5 : more > 0;
    double[] rest = wanted[toFirst ? 0 : 1];
    for (int own : labels.get(sample)) {
      rest[own]--;
      left[own]--;
    }
    rest[all]--;
    dealt[sample] = true;
    first[sample] = toFirst;
  }
}

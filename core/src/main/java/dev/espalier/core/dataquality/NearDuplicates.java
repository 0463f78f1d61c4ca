package dev.espalier.core.dataquality;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Images of two splits whose features point in nearly the same direction: copies that were resized,
 * compressed again, cropped or retouched, and photographs of a series. Immutable.
 *
 * @param split name of the other split
 * @param count number of pairs
 * @param pairs the pairs, the most similar first; of more than 10,000 only the first
 */
public record NearDuplicates(String split, long count, List<Pair> pairs) {
  private static final int MOST = 10_000;

  /** So many samples are compared with so many others while they are in the CPU's cache. */
  private static final int BLOCK = 128;

  /** After so many features each, a pair that is too far apart is given up. */
  private static final int CHUNK = 64;

  /** Copies the list. */
  public NearDuplicates {
    pairs = List.copyOf(pairs);
  }

  /**
   * Two similar images.
   *
   * @param index of the sample in its data set
   * @param other index of the sample in the other split
   * @param similarity cosine of the angle between their features, at most 1
   */
  public record Pair(int index, int other, double similarity) {
    private static final Comparator<Pair> MOST_SIMILAR_FIRST =
        Comparator.comparingDouble(Pair::similarity)
            .reversed()
            .thenComparingInt(Pair::index)
            .thenComparingInt(Pair::other);
  }

  /**
   * Compares the features of each sample with those of each sample of another split. Takes memory
   * for the pairs that are kept, and time for all.
   *
   * @param features float32 {@code [samples, features]}
   * @param others features of the other split by the same model
   * @param split name of the other split
   * @param similarity least cosine of a pair, above 0 and at most 1
   * @throws EspalierException {@link ErrorCode#SHAPE_MISMATCH} if the features have different
   *     lengths; {@link ErrorCode#INVALID_ARGUMENT} if the similarity is out of range
   */
  public static NearDuplicates of(
      HostArray features, HostArray others, String split, double similarity) {
    requireSimilarity(similarity);
    FeatureRows own = FeatureRows.of(features);
    FeatureRows theirs = FeatureRows.of(others);
    if (own.width() != theirs.width()) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "Features of length " + own.width() + " and " + theirs.width() + " cannot be compared.",
          "Compute both with the same model.");
    }
    return new Search(own, theirs, similarity).found().toNearDuplicates(split);
  }

  static void requireSimilarity(double similarity) {
    if (!(similarity > 0 && similarity <= 1)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The similarity of near-duplicates cannot be " + similarity + ".",
          "Give a cosine above 0 and at most 1, such as 0.9.");
    }
  }

  /** The pairs found so far, the least similar of those that are kept at the head. */
  private static final class Found {
    private final PriorityQueue<Pair> kept =
        new PriorityQueue<>(Pair.MOST_SIMILAR_FIRST.reversed());
    private long count;

    void add(Pair pair) {
      count++;
      kept.add(pair);
      if (kept.size() > MOST) {
        kept.poll();
      }
    }

    /** The order of pairs is total, so that the result does not depend on the order of merging. */
    void addAll(Found more) {
      count += more.count - more.kept.size();
      more.kept.forEach(this::add);
    }

    NearDuplicates toNearDuplicates(String split) {
      List<Pair> sorted = new ArrayList<>(kept);
      sorted.sort(Pair.MOST_SIMILAR_FIRST);
      return new NearDuplicates(split, count, sorted);
    }
  }

  /** A comparison of all pairs. */
  private record Search(FeatureRows own, FeatureRows theirs, double similarity) {
    Found found() {
      int blocks = (own.count() + BLOCK - 1) / BLOCK;
      return IntStream.range(0, blocks)
          .parallel()
          .mapToObj(this::block)
          .collect(Found::new, Found::addAll, Found::addAll);
    }

    private Found block(int block) {
      Found found = new Found();
      int end = Math.min(own.count(), (block + 1) * BLOCK);
      for (int from = 0; from < theirs.count(); from += BLOCK) {
        int until = Math.min(theirs.count(), from + BLOCK);
        for (int index = block * BLOCK; index < end; index++) {
          for (int other = from; other < until; other++) {
            double cosine = cosine(index, other);
            if (cosine >= similarity) {
              found.add(new Pair(index, other, cosine));
            }
          }
        }
      }
      return found;
    }

    /**
     * Returns the cosine, or less than the similarity as soon as it cannot be reached: the squared
     * distance of unit vectors is 2 - 2 cosine, and only grows from feature to feature.
     */
    private double cosine(int index, int other) {
      double scale = own.inverseNorm(index);
      double otherScale = theirs.inverseNorm(other);
      if (scale == 0 || otherScale == 0) {
        return -1; // no direction
      }
      double farthest = 2 - 2 * similarity;
      double squares = 0;
      for (int from = 0; from < own.width(); from += CHUNK) {
        int until = Math.min(own.width(), from + CHUNK);
        for (int i = from; i < until; i++) {
          double distance = own.at(index, i) * scale - theirs.at(other, i) * otherScale;
          squares += distance * distance;
        }
        if (squares > farthest) {
          return -1;
        }
      }
      return 1 - squares / 2;
    }
  }
}

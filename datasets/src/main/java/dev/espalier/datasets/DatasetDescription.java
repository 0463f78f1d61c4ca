package dev.espalier.datasets;

import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.data.UnreadableFile;
import dev.espalier.datasets.files.ReadableSamples;
import dev.espalier.datasets.image.ImageDecoder;
import dev.espalier.datasets.image.ImageHeader;
import dev.espalier.datasets.internal.files.EverySample;
import dev.espalier.error.EspalierException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts and problems of a data set, collected by reading all of it. Immutable.
 *
 * @param name of the data set
 * @param samples number of samples that can be read
 * @param classes number of samples of each class, in the order of their labels
 * @param multiLabel whether a sample may have several labels, or none
 * @param labels number of labels per sample; always 1 unless the data set is multi-label
 * @param widths widths of the images in pixels, as they are read
 * @param heights heights of the images in pixels, as they are read
 * @param sizes number of different image sizes
 * @param modes number of images by storage format, such as {@code JPEG color}, the most frequent
 *     first; {@code grey} or {@code color} for images without files of their own
 * @param duplicates groups of samples that have the same pixels
 * @param leaks groups of samples that have the same pixels as samples of other splits; empty if no
 *     other splits were given
 * @param unreadable files that cannot be read, including those that the data set skipped
 * @param unreadableElsewhere unreadable files of other splits, by the name of the split; splits
 *     without any are omitted
 * @param warnings warnings of the data set: what it ignores, and what looks like a mistake
 * @param weights weights of the samples in the loss; 1 unless the data set says otherwise
 */
public record DatasetDescription(
    String name,
    int samples,
    List<ClassCount> classes,
    boolean multiLabel,
    Range labels,
    Range widths,
    Range heights,
    int sizes,
    Map<String, Integer> modes,
    List<Duplicates> duplicates,
    List<Leak> leaks,
    List<UnreadableFile> unreadable,
    Map<String, List<UnreadableFile>> unreadableElsewhere,
    List<String> warnings,
    WeightRange weights) {

  /**
   * Number of samples of a class.
   *
   * @param name name of the class
   * @param samples number of samples that can be read
   */
  public record ClassCount(String name, int samples) {}

  /**
   * Range of some values; all 0 if there are none.
   *
   * @param smallest smallest value
   * @param median middle value
   * @param largest largest value
   */
  public record Range(int smallest, int median, int largest) {
    static Range of(int[] numbers) {
      int[] sorted = numbers.clone();
      Arrays.sort(sorted);
      return sorted.length == 0
          ? new Range(0, 0, 0)
          : new Range(sorted[0], sorted[sorted.length / 2], sorted[sorted.length - 1]);
    }
  }

  /**
   * Range of the weights of samples in the loss; all 0 if there are none.
   *
   * @param smallest smallest weight
   * @param mean mean of the weights
   * @param largest largest weight
   */
  public record WeightRange(double smallest, double mean, double largest) {
    static WeightRange of(double[] weights) {
      DoubleSummaryStatistics all = Arrays.stream(weights).summaryStatistics();
      return all.getCount() == 0
          ? new WeightRange(0, 0, 0)
          : new WeightRange(all.getMin(), all.getAverage(), all.getMax());
    }
  }

  /**
   * Samples that have the same pixels.
   *
   * @param indices indices in the data set, ascending
   * @param names the files, or {@code sample 7} where there are none
   * @param contradictory whether they have different labels
   */
  public record Duplicates(List<Integer> indices, List<String> names, boolean contradictory) {}

  /**
   * Samples that have the same pixels as samples of another split: a model trained on one split
   * scores too well on the other.
   *
   * @param indices indices in the data set, ascending
   * @param names the files, or {@code sample 7} where there are none
   * @param elsewhere their names in the other splits, by the name of the split
   * @param contradictory whether they have different classes
   */
  public record Leak(
      List<Integer> indices,
      List<String> names,
      Map<String, List<String>> elsewhere,
      boolean contradictory) {}

  /** Copies the collections. */
  public DatasetDescription {
    classes = List.copyOf(classes);
    modes = Collections.unmodifiableMap(new LinkedHashMap<>(modes));
    duplicates = List.copyOf(duplicates);
    leaks = List.copyOf(leaks);
    unreadable = List.copyOf(unreadable);
    Map<String, List<UnreadableFile>> elsewhere = new LinkedHashMap<>();
    unreadableElsewhere.forEach((split, files) -> elsewhere.put(split, List.copyOf(files)));
    unreadableElsewhere = Collections.unmodifiableMap(elsewhere);
    warnings = List.copyOf(warnings);
  }

  /**
   * Reads all samples, on all CPU cores, and describes them.
   *
   * @throws EspalierException for a problem that does not belong to a single file
   */
  public static DatasetDescription of(Dataset dataset) {
    return of(dataset, List.of());
  }

  /**
   * Reads all samples of a split and of other splits, on all CPU cores, and describes the first.
   * For the others it reports unreadable files and samples that are also in the first.
   *
   * @param others splits that should have no image in common with it, such as validation and test
   * @throws EspalierException for a problem that does not belong to a single file
   */
  public static DatasetDescription of(Dataset dataset, List<? extends Dataset> others) {
    return Looks.at(dataset).describe(others.stream().map(Looks::at).toList());
  }

  /**
   * Returns the ratio of the number of samples of the largest class to that of the smallest;
   * infinite if a class has none.
   */
  public double imbalance() {
    int most = classes.stream().mapToInt(ClassCount::samples).max().orElse(0);
    int fewest = classes.stream().mapToInt(ClassCount::samples).min().orElse(0);
    return (double) most / fewest;
  }

  /** Returns the mean number of labels per sample; 0 if there are no samples. */
  public double meanLabels() {
    int labelled = classes.stream().mapToInt(ClassCount::samples).sum();
    return samples == 0 ? 0 : (double) labelled / samples;
  }

  /** The properties of one sample; for an unreadable one, only the problem. */
  private record Look(
      List<Integer> labels,
      double weight,
      int width,
      int height,
      String mode,
      String content,
      @Nullable UnreadableFile problem) {
    static Look at(Dataset dataset, int index) {
      Sample sample;
      try {
        sample = dataset.get(index);
      } catch (EspalierException e) {
        return new Look(List.of(), 0, 0, 0, "", "", ReadableSamples.problem(dataset, index, e));
      }
      Image image = sample.image();
      return new Look(
          sample.labels().stream().sorted().toList(),
          sample.weight(),
          image.width(),
          image.height(),
          mode(dataset.file(index), image),
          content(image),
          null);
    }

    private static String mode(@Nullable Path file, Image image) {
      if (file != null) {
        try {
          ImageHeader header = ImageDecoder.standard().readHeader(file);
          return header.format() + " " + header.mode();
        } catch (EspalierException e) {
          // The data set has its own file format.
          return image.channels() == 1 ? "grey" : "color";
        }
      }
      return image.channels() == 1 ? "grey" : "color";
    }

    private static String content(Image image) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(
            ByteBuffer.allocate(12)
                .putInt(image.height())
                .putInt(image.width())
                .putInt(image.channels())
                .flip());
        digest.update(image.pixels());
        return HexFormat.of().formatHex(digest.digest());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e); // every JDK has it
      }
    }
  }

  private record Looks(Dataset dataset, List<Look> all) {
    static Looks at(Dataset dataset) {
      return new Looks(dataset, EverySample.map(dataset.size(), index -> Look.at(dataset, index)));
    }

    DatasetDescription describe(List<Looks> others) {
      List<Look> read = all.stream().filter(look -> look.problem() == null).toList();
      Map<String, List<UnreadableFile>> elsewhere = new LinkedHashMap<>();
      for (Looks other : others) {
        List<UnreadableFile> problems = other.problems();
        if (!problems.isEmpty()) {
          elsewhere.put(other.dataset.name(), problems);
        }
      }
      return new DatasetDescription(
          dataset.name(),
          read.size(),
          classes(read),
          dataset.target().multiLabel(),
          Range.of(read.stream().mapToInt(look -> look.labels().size()).toArray()),
          Range.of(read.stream().mapToInt(Look::width).toArray()),
          Range.of(read.stream().mapToInt(Look::height).toArray()),
          (int) read.stream().map(look -> List.of(look.width(), look.height())).distinct().count(),
          modes(read),
          duplicates(),
          leaks(others),
          problems(),
          elsewhere,
          dataset.warnings(),
          WeightRange.of(read.stream().mapToDouble(Look::weight).toArray()));
    }

    private List<UnreadableFile> problems() {
      List<UnreadableFile> problems = new ArrayList<>(dataset.unreadableFiles());
      for (Look look : all) {
        if (look.problem() != null) {
          problems.add(look.problem());
        }
      }
      return problems;
    }

    private List<ClassCount> classes(List<Look> read) {
      List<String> names = dataset.classNames();
      int[] counts = new int[names.size()];
      read.forEach(look -> look.labels().forEach(label -> counts[label]++));
      List<ClassCount> classes = new ArrayList<>();
      for (int label = 0; label < counts.length; label++) {
        classes.add(new ClassCount(names.get(label), counts[label]));
      }
      return classes;
    }

    private static Map<String, Integer> modes(List<Look> read) {
      Map<String, Integer> counts = new TreeMap<>();
      read.forEach(look -> counts.merge(look.mode(), 1, Integer::sum));
      Map<String, Integer> byCount = new LinkedHashMap<>();
      counts.entrySet().stream()
          .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
          .forEachOrdered(entry -> byCount.put(entry.getKey(), entry.getValue()));
      return byCount;
    }

    private List<Duplicates> duplicates() {
      return byContent().values().stream()
          .filter(indices -> indices.size() > 1)
          .map(
              indices ->
                  new Duplicates(
                      List.copyOf(indices), names(indices), classesOf(indices).count() > 1))
          .toList();
    }

    /** Returns the indices of samples by a hash of their pixels, in the order of the samples. */
    private Map<String, List<Integer>> byContent() {
      Map<String, List<Integer>> byContent = new LinkedHashMap<>();
      for (int i = 0; i < all.size(); i++) {
        if (all.get(i).problem() == null) {
          byContent.computeIfAbsent(all.get(i).content(), unused -> new ArrayList<>()).add(i);
        }
      }
      return byContent;
    }

    private List<Leak> leaks(List<Looks> others) {
      Map<Looks, Map<String, List<Integer>>> elsewhere = new LinkedHashMap<>();
      others.forEach(other -> elsewhere.put(other, other.byContent()));
      List<Leak> leaks = new ArrayList<>();
      byContent()
          .forEach(
              (content, indices) -> {
                Map<String, List<String>> names = new LinkedHashMap<>();
                Set<List<String>> classes = classesOf(indices).collect(Collectors.toSet());
                elsewhere.forEach(
                    (other, theirs) -> {
                      List<Integer> same = theirs.get(content);
                      if (same != null) {
                        names.put(other.dataset.name(), other.names(same));
                        other.classesOf(same).forEach(classes::add);
                      }
                    });
                if (!names.isEmpty()) {
                  leaks.add(
                      new Leak(
                          List.copyOf(indices),
                          names(indices),
                          Collections.unmodifiableMap(names),
                          classes.size() > 1));
                }
              });
      return leaks;
    }

    /** Returns the distinct sets of classes of some samples. */
    private Stream<List<String>> classesOf(List<Integer> indices) {
      return indices.stream()
          .map(i -> all.get(i).labels().stream().map(dataset.classNames()::get).sorted().toList())
          .distinct();
    }

    private List<String> names(List<Integer> indices) {
      return indices.stream().map(this::name).toList();
    }

    private String name(int index) {
      Path file = dataset.file(index);
      return file == null ? "sample " + index : file.toString();
    }
  }
}

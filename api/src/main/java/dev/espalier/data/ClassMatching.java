package dev.espalier.data;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives the labels of a data set the meaning they have for a model, by the names of the classes.
 */
final class ClassMatching {
  private static final int LISTED = 12;

  private ClassMatching() {}

  static Dataset match(Dataset dataset, List<String> known) {
    List<String> own = dataset.classNames();
    if (own.equals(known)) {
      return dataset;
    }
    requireUnique(own, "The data set \"" + dataset.name() + "\"");
    requireUnique(known, "The model");
    Map<String, Integer> positions = new HashMap<>();
    for (int i = 0; i < known.size(); i++) {
      positions.put(known.get(i), i);
    }
    List<String> unknown = own.stream().filter(name -> !positions.containsKey(name)).toList();
    if (!unknown.isEmpty()) {
      throw new EspalierException(
          ErrorCode.CLASS_MISMATCH,
          "The data set \""
              + dataset.name()
              + "\" has "
              + (unknown.size() == 1 ? "a class" : unknown.size() + " classes")
              + " that the model does not know: "
              + listed(unknown)
              + ". The model knows "
              + listed(known)
              + ".",
          "Leave out or rename these classes, or use a model that was trained on them.");
    }
    return new MatchedDataset(
        dataset, List.copyOf(known), own.stream().map(positions::get).toList());
  }

  /** Two classes of one name could be matched either way, so that only equal lists agree. */
  private static void requireUnique(List<String> names, String owner) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new EspalierException(
            ErrorCode.CLASS_MISMATCH,
            owner
                + " has more than one class named \""
                + name
                + "\", and the classes of model and data set are not the same in the same order.",
            "Give model and data set the same class names in the same order, or give each"
                + " class a unique name.");
      }
    }
  }

  private static String listed(List<String> names) {
    return names.size() <= LISTED
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, LISTED)) + " and " + (names.size() - LISTED) + " more";
  }

  /**
   * The samples of a data set with other labels.
   *
   * @param labels by label of the source
   */
  private record MatchedDataset(Dataset source, List<String> classNames, List<Integer> labels)
      implements ForwardingDataset {
    @Override
    public Sample get(int index) {
      Sample sample = source.get(index);
      return sample.withLabels(matched(index, sample.labels()));
    }

    @Override
    public int label(int index) {
      return matched(index, List.of(source.label(index))).get(0);
    }

    @Override
    public List<Integer> labels(int index) {
      return matched(index, source.labels(index));
    }

    private List<Integer> matched(int index, List<Integer> own) {
      for (int label : own) {
        if (label < 0 || label >= labels.size()) {
          throw Labels.outOfRange(source, index, label);
        }
      }
      return own.stream().map(labels::get).toList();
    }
  }

  /**
   * The samples of a data set whose classes have other names.
   *
   * @param classNames by label
   */
  record RenamedDataset(Dataset source, List<String> classNames) implements ForwardingDataset {}
}

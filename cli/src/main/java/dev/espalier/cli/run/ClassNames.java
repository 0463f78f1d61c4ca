package dev.espalier.cli.run;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.List;

/** Matches the classes of a data set to those of a model. */
public final class ClassNames {
  private ClassNames() {}

  /**
   * Returns a data set whose labels are in the order of the model's outputs: matched by name if the
   * model has class names, otherwise unchanged if the number of classes is the same.
   *
   * @throws EspalierException {@link ErrorCode#CLASS_MISMATCH}
   */
  public static Dataset matched(Dataset dataset, ModelSource.Loaded loaded) {
    List<String> known = loaded.classNames();
    if (!known.isEmpty()) {
      return Datasets.matchClasses(dataset, known);
    }
    if (!loaded.model().fitsOutput(dataset.classNames())) {
      throw new EspalierException(
          ErrorCode.CLASS_MISMATCH,
          "The model has "
              + loaded.model().output().shape().size(-1)
              + " classes, and "
              + dataset.name()
              + " has "
              + dataset.classNames().size()
              + ".",
          "Choose the data set that the model was trained for, or put a new classifier on the model"
              + " with espalier fine-tune.");
    }
    return dataset;
  }

  /** Returns the classes of a matched data set that its source does not have. */
  public static List<String> missing(Dataset source, Dataset matched) {
    return matched.classNames().stream()
        .filter(name -> !source.classNames().contains(name))
        .toList();
  }
}

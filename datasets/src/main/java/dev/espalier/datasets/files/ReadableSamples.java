package dev.espalier.datasets.files;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Sample;
import dev.espalier.data.Target;
import dev.espalier.data.UnreadableFile;
import dev.espalier.datasets.image.ImageFormat;
import dev.espalier.datasets.internal.files.EverySample;
import dev.espalier.datasets.internal.files.FolderListing;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Removes unreadable samples from a data set, and reports them. */
public final class ReadableSamples {
  private static final Set<ErrorCode> OF_FILES =
      Set.of(ErrorCode.INVALID_IMAGE, ErrorCode.FILE_NOT_READABLE, ErrorCode.INVALID_DATA_FILE);

  private ReadableSamples() {}

  /**
   * Reads every sample once, on all processors, and returns the data set without those whose files
   * cannot be read: {@link Dataset#unreadableFiles()} lists them with the reasons. A problem that
   * does not belong to a single file is still an error.
   *
   * @throws EspalierException {@code EMPTY_DATASET} if nothing is left
   */
  public static Dataset of(Dataset dataset) {
    List<Check> checks = checks(dataset);
    List<UnreadableFile> problems = problems(checks);
    if (problems.isEmpty()) {
      return dataset;
    }
    if (problems.size() == dataset.size()) {
      throw new EspalierException(
          ErrorCode.EMPTY_DATASET,
          "None of the "
              + dataset.size()
              + " images of "
              + dataset.name()
              + " can be read. The first: "
              + problems.get(0).reason(),
          "Check the files and the location that was given.");
    }
    Dataset kept = Datasets.filter(dataset, index -> checks.get(index).problem() == null);
    problems.addAll(0, dataset.unreadableFiles());
    return new Part(kept, List.copyOf(problems));
  }

  /**
   * Reads every sample once, on all processors, and returns the files that cannot be read, with the
   * reasons. A problem that does not belong to a single file is still an error.
   */
  public static List<UnreadableFile> problems(Dataset dataset) {
    return List.copyOf(problems(checks(dataset)));
  }

  /**
   * Reads the first bytes of every file, on all processors, and returns the files that are missing,
   * empty or of a format that is not supported, with the reasons. Takes a small part of the time of
   * {@link #problems}, which finds damaged images, too. Files that a data set reads in a way of its
   * own are no problem.
   */
  public static List<UnreadableFile> formatProblems(Dataset dataset) {
    List<Boolean> supported = EverySample.map(dataset.size(), index -> isSupported(dataset, index));
    List<UnreadableFile> problems = new ArrayList<>();
    for (int i = 0; i < supported.size(); i++) {
      if (!supported.get(i)) {
        UnreadableFile problem = check(dataset, i).problem();
        if (problem == null) {
          return List.copyOf(problems); // Formats of its own: reading all would take too long.
        }
        problems.add(problem);
      }
    }
    return List.copyOf(problems);
  }

  private static boolean isSupported(Dataset dataset, int index) {
    Path file = dataset.file(index);
    return file == null || ImageFormat.of(FolderListing.head(file)) != null;
  }

  private static List<Check> checks(Dataset dataset) {
    return EverySample.map(dataset.size(), index -> check(dataset, index));
  }

  private static List<UnreadableFile> problems(List<Check> checks) {
    List<UnreadableFile> problems = new ArrayList<>();
    for (Check check : checks) {
      if (check.problem() != null) {
        problems.add(check.problem());
      }
    }
    return problems;
  }

  private static Check check(Dataset dataset, int index) {
    try {
      dataset.get(index);
      return new Check(null);
    } catch (EspalierException e) {
      return new Check(problem(dataset, index, e));
    }
  }

  /**
   * Returns the problem of a sample's file.
   *
   * @param problem exception of reading the sample; rethrown unless it belongs to a file
   */
  public static UnreadableFile problem(Dataset dataset, int index, EspalierException problem) {
    Path file = dataset.file(index);
    if (file == null || !OF_FILES.contains(problem.code())) {
      throw problem;
    }
    return new UnreadableFile(file, problem.problem());
  }

  private record Check(@Nullable UnreadableFile problem) {}

  private record Part(Dataset kept, List<UnreadableFile> unreadableFiles) implements Dataset {
    @Override
    public String name() {
      return kept.name();
    }

    @Override
    public int size() {
      return kept.size();
    }

    @Override
    public Sample get(int index) {
      return kept.get(index);
    }

    @Override
    public int label(int index) {
      return kept.label(index);
    }

    @Override
    public List<Integer> labels(int index) {
      return kept.labels(index);
    }

    @Override
    public Target target() {
      return kept.target();
    }

    @Override
    public List<String> classNames() {
      return kept.classNames();
    }

    @Override
    public List<String> warnings() {
      return kept.warnings();
    }

    @Override
    public @Nullable Path file(int index) {
      return kept.file(index);
    }
  }
}

package dev.espalier.report;

import dev.espalier.core.AtomicOutput;
import dev.espalier.core.dataquality.DataIssues;
import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The images of a data set that are worth a look, as one HTML file: those that are probably
 * mislabelled, and near-duplicates in other splits side by side. Immutable.
 */
public final class DataReport {
  private final Dataset dataset;
  private final List<Dataset> others;
  private final DataIssues issues;

  private DataReport(Dataset dataset, List<Dataset> others, DataIssues issues) {
    this.dataset = dataset;
    this.others = others;
    this.issues = issues;
  }

  /**
   * Returns a report.
   *
   * @param dataset that was checked
   * @param others the splits that it was compared with, in their order
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if it was compared with another
   *     number of splits
   */
  public static DataReport of(Dataset dataset, List<? extends Dataset> others, DataIssues issues) {
    if (issues.nearDuplicates().size() != others.size()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          dataset.name()
              + " was compared with "
              + issues.nearDuplicates().size()
              + " other splits, not with "
              + others.size()
              + ".",
          "Give the data sets that the issues were found in.");
    }
    return new DataReport(dataset, List.copyOf(others), issues);
  }

  /** Returns the report as an HTML page, with small copies of the images inside. */
  public String html() {
    return new DataReportPage(dataset, others, issues).html();
  }

  /**
   * Writes the page, as UTF-8, creating missing folders. The file is complete or not there at all.
   *
   * @throws EspalierException {@code FILE_NOT_WRITABLE}; an existing file is unchanged
   */
  public void write(Path file) {
    byte[] bytes = html().getBytes(StandardCharsets.UTF_8);
    AtomicOutput.write(file, stream -> stream.write(bytes));
  }
}

package dev.espalier.spark;

import dev.espalier.core.PluginRegistry;
import dev.espalier.data.Dataset;
import dev.espalier.data.ImageReader;
import dev.espalier.data.Sample;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Labelled images that a table of Spark lists: a data set for {@link SparkTrainer}, which each
 * executor reads from wherever Spark reads files, such as HDFS or S3. Only the list is sent to the
 * executors, not the images. Samples are in the order of their paths. Immutable and thread-safe.
 *
 * <pre>{@code
 * ListedImages images = ListedImages.of(table, "path", "className");
 * trainer.fit(TrainingData.of(() -> images), fit -> fit.epochs(10));
 * }</pre>
 */
public final class ListedImages implements Dataset, Serializable {
  private static final long serialVersionUID = 1L;

  private final ArrayList<String> paths;
  private final ArrayList<String> classNames;
  private final int[] labels;
  private final SerializableConfiguration files;
  private transient volatile @Nullable ImageReader reader;

  private ListedImages(
      List<String> paths, List<String> classNames, int[] labels, SerializableConfiguration files) {
    this.paths = new ArrayList<>(paths);
    this.classNames = new ArrayList<>(classNames);
    this.labels = labels;
    this.files = files;
  }

  /**
   * Returns the images of a table, whose columns are collected on the driver. The classes are in
   * alphabetical order.
   *
   * @param table one row for each image
   * @param pathColumn column of paths or URIs of image files (string)
   * @param classColumn column of the names of classes (string)
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if a column does not exist or has
   *     another type; {@link ErrorCode#INVALID_DATA_FILE} if a row has a null; {@link
   *     ErrorCode#EMPTY_DATASET} if there are no rows
   */
  public static ListedImages of(
      org.apache.spark.sql.Dataset<Row> table, String pathColumn, String classColumn) {
    for (String column : List.of(pathColumn, classColumn)) {
      TableColumns.require(table.schema(), column, "string", DataTypes.StringType::equals, "texts");
    }
    List<Row> rows = new ArrayList<>(table.select(pathColumn, classColumn).collectAsList());
    if (rows.isEmpty()) {
      throw new EspalierException(
          ErrorCode.EMPTY_DATASET, "The table lists no images.", "Check how it is made.");
    }
    rows.forEach(TableColumns::requireValues);
    rows.sort(Comparator.comparing(row -> row.getString(0)));
    TreeSet<String> names = new TreeSet<>();
    rows.forEach(row -> names.add(row.getString(1)));
    List<String> classes = List.copyOf(names);
    return new ListedImages(
        rows.stream().map(row -> row.getString(0)).toList(),
        classes,
        rows.stream().mapToInt(row -> classes.indexOf(row.getString(1))).toArray(),
        new SerializableConfiguration(table.sparkSession().sparkContext().hadoopConfiguration()));
  }

  @Override
  public String name() {
    return "table";
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public Sample get(int index) {
    String path = paths.get(index);
    try {
      return new Sample(
          reader().decode(HadoopFiles.read(path, files.value()), path), labels[index]);
    } catch (IOException | IllegalArgumentException e) {
      throw HadoopFiles.notReadable(path, e);
    }
  }

  private ImageReader reader() {
    ImageReader found = reader;
    if (found == null) {
      found = PluginRegistry.discover().imageReader();
      reader = found;
    }
    return found;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public List<String> classNames() {
    return List.copyOf(classNames);
  }
}

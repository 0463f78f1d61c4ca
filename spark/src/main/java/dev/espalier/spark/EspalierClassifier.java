package dev.espalier.spark;

import dev.espalier.core.PluginRegistry;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Classifies the images of a column with a trained model, as a stage of a Spark ML pipeline. The
 * answers are those of {@link dev.espalier.core.classifier.Classifier}, which each executor opens
 * once; its tasks share it.
 *
 * <pre>{@code
 * Dataset<Row> images = spark.read().format("binaryFile").load("hdfs:///photos");
 * Dataset<Row> answers =
 *     new EspalierClassifier().setModelFile("hdfs:///models/pets.safetensors").transform(images);
 * }</pre>
 *
 * <p>The input column contains paths (string), contents of image files (binary, as the source
 * {@code binaryFile} reads them) or pixels (as the source {@code image} reads them). New columns,
 * each left out if its name is empty:
 *
 * <ul>
 *   <li>{@code predictionCol}: the index of the best class, a double
 *   <li>{@code probabilityCol}: the scores of all classes, a vector
 *   <li>{@code predictedLabelCol}: the name of the best class, or null if the image is unknown to
 *       the model; for a multi-label model the names of the classes above its threshold, separated
 *       by commas
 *   <li>{@code featuresCol}: if {@code featuresLayer} is set, the output of that layer, a vector
 *   <li>{@code errorCol}: why an image could not be read; the other new columns are then null. If
 *       the name is empty, such an image fails the job
 * </ul>
 *
 * <p>Saving writes the model file too: a saved pipeline needs nothing else.
 */
public final class EspalierClassifier extends Transformer implements MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Param<String> modelFile;
  private final Param<String> inputCol;
  private final Param<String> predictionCol;
  private final Param<String> probabilityCol;
  private final Param<String> predictedLabelCol;
  private final Param<String> featuresLayer;
  private final Param<String> featuresCol;
  private final Param<String> errorCol;
  private final IntParam batchSize;
  private final Param<String> engine;
  private final Param<String> device;
  private final IntParam threads;

  /** Creates a transformer with the defaults. */
  public EspalierClassifier() {
    this(Identifiable$.MODULE$.randomUID("EspalierClassifier"));
  }

  /**
   * Creates a transformer with the defaults.
   *
   * @param uid names it within a pipeline
   */
  public EspalierClassifier(String uid) {
    this.uid = uid;
    modelFile = text("modelFile", "Path or URI of the model file.");
    inputCol = text("inputCol", "Column with images: paths, contents of files or pixels.");
    predictionCol = text("predictionCol", "New column for the index of the best class.");
    probabilityCol = text("probabilityCol", "New column for the scores of all classes.");
    predictedLabelCol = text("predictedLabelCol", "New column for the name of the best class.");
    featuresLayer = text("featuresLayer", "Layer whose output becomes the features.");
    featuresCol = text("featuresCol", "New column for the output of featuresLayer.");
    errorCol = text("errorCol", "New column for the reason why an image could not be read.");
    batchSize =
        new IntParam(this, "batchSize", "Images computed at once.", ParamValidators.gtEq(1));
    engine = text("engine", EngineSettings.ENGINE.description());
    device = text("device", EngineSettings.DEVICE.description());
    threads =
        new IntParam(
            this,
            "threads",
            "CPU threads of the engine; 0 for the cores of the executor.",
            ParamValidators.gtEq(0));
    setDefault(inputCol, "content");
    setDefault(predictionCol, "prediction");
    setDefault(probabilityCol, "probability");
    setDefault(predictedLabelCol, "predictedLabel");
    setDefault(featuresLayer, "");
    setDefault(featuresCol, "features");
    setDefault(errorCol, "error");
    setDefault(batchSize, 16);
    setDefault(engine, EngineSettings.AUTO);
    setDefault(device, EngineSettings.AUTO);
    setDefault(threads, 0);
  }

  private Param<String> text(String name, String doc) {
    return new Param<>(this, name, doc);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Returns the param for the path or URI of the model file, which has no default. */
  public Param<String> modelFile() {
    return modelFile;
  }

  /** Returns the param for the column with images; by default {@code content}. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** Returns the param for the column of class indices; by default {@code prediction}. */
  public Param<String> predictionCol() {
    return predictionCol;
  }

  /** Returns the param for the column of scores; by default {@code probability}. */
  public Param<String> probabilityCol() {
    return probabilityCol;
  }

  /** Returns the param for the column of class names; by default {@code predictedLabel}. */
  public Param<String> predictedLabelCol() {
    return predictedLabelCol;
  }

  /** Returns the param for the layer whose output is wanted; by default empty, for none. */
  public Param<String> featuresLayer() {
    return featuresLayer;
  }

  /** Returns the param for the column with the output of a layer; by default {@code features}. */
  public Param<String> featuresCol() {
    return featuresCol;
  }

  /** Returns the param for the column of errors; by default {@code error}. */
  public Param<String> errorCol() {
    return errorCol;
  }

  /** Returns the param for the number of images computed at once; by default 16. */
  public IntParam batchSize() {
    return batchSize;
  }

  /** Returns the param for the name of the engine; by default {@code auto}. */
  public Param<String> engine() {
    return engine;
  }

  /** Returns the param for the device; by default {@code auto}. */
  public Param<String> device() {
    return device;
  }

  /** Returns the param for the threads of the engine; by default 0, the cores of the executor. */
  public IntParam threads() {
    return threads;
  }

  /** Returns the path or URI of the model file. */
  public String getModelFile() {
    return getOrDefault(modelFile);
  }

  /** Sets the path or URI of the model file, which the driver reads and sends to the executors. */
  public EspalierClassifier setModelFile(String path) {
    return with(modelFile, path);
  }

  /** Returns the column with images. */
  public String getInputCol() {
    return getOrDefault(inputCol);
  }

  /** Sets the column with images. */
  public EspalierClassifier setInputCol(String column) {
    return with(inputCol, column);
  }

  /** Returns the column for the index of the best class. */
  public String getPredictionCol() {
    return getOrDefault(predictionCol);
  }

  /** Sets the column for the index of the best class. */
  public EspalierClassifier setPredictionCol(String column) {
    return with(predictionCol, column);
  }

  /** Returns the column for the scores of all classes. */
  public String getProbabilityCol() {
    return getOrDefault(probabilityCol);
  }

  /** Sets the column for the scores of all classes. */
  public EspalierClassifier setProbabilityCol(String column) {
    return with(probabilityCol, column);
  }

  /** Returns the column for the name of the best class. */
  public String getPredictedLabelCol() {
    return getOrDefault(predictedLabelCol);
  }

  /** Sets the column for the name of the best class. */
  public EspalierClassifier setPredictedLabelCol(String column) {
    return with(predictedLabelCol, column);
  }

  /** Returns the layer whose output becomes the features, empty for none. */
  public String getFeaturesLayer() {
    return getOrDefault(featuresLayer);
  }

  /**
   * Sets the layer whose output becomes the features. The images go through the model once more for
   * them; leave the other columns out if only features are needed.
   */
  public EspalierClassifier setFeaturesLayer(String layer) {
    return with(featuresLayer, layer);
  }

  /** Returns the column for the features. */
  public String getFeaturesCol() {
    return getOrDefault(featuresCol);
  }

  /** Sets the column for the features. */
  public EspalierClassifier setFeaturesCol(String column) {
    return with(featuresCol, column);
  }

  /** Returns the column for errors. */
  public String getErrorCol() {
    return getOrDefault(errorCol);
  }

  /** Sets the column for errors; with an empty name an unreadable image fails the job. */
  public EspalierClassifier setErrorCol(String column) {
    return with(errorCol, column);
  }

  /** Returns the number of images computed at once. */
  public int getBatchSize() {
    return (Integer) getOrDefault(batchSize);
  }

  /** Sets the number of images computed at once. */
  public EspalierClassifier setBatchSize(int images) {
    return with(batchSize, images);
  }

  /** Returns the name of the engine. */
  public String getEngine() {
    return getOrDefault(engine);
  }

  /** Sets the engine, which the executors need on their class path. */
  public EspalierClassifier setEngine(String name) {
    return with(engine, name);
  }

  /** Returns the device. */
  public String getDevice() {
    return getOrDefault(device);
  }

  /** Sets the device, such as {@code cpu} or {@code gpu:0}. */
  public EspalierClassifier setDevice(String name) {
    return with(device, name);
  }

  /** Returns the number of threads of the engine, 0 for the cores of the executor. */
  public int getThreads() {
    return (Integer) getOrDefault(threads);
  }

  /** Sets the number of threads of the engine. */
  public EspalierClassifier setThreads(int count) {
    return with(threads, count);
  }

  private <T> EspalierClassifier with(Param<T> param, T value) {
    set(param, value);
    return this;
  }

  /**
   * Returns the schema with the new columns.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME} if there is no such input column;
   *     {@link ErrorCode#INVALID_OPTION} if it has another type, a new column is there already, or
   *     nothing is to be computed
   */
  @Override
  public StructType transformSchema(StructType schema) {
    ImageColumn.of(schema, getInputCol());
    return outputs().addTo(schema);
  }

  private OutputColumns outputs() {
    return new OutputColumns(
        getPredictionCol(),
        getProbabilityCol(),
        getPredictedLabelCol(),
        getFeaturesLayer().isEmpty() ? "" : getFeaturesCol(),
        getErrorCol());
  }

  /**
   * Returns the data set with the new columns, computed when they are needed.
   *
   * @throws EspalierException as {@link #transformSchema}; {@link ErrorCode#FILE_NOT_READABLE} or
   *     as {@link dev.espalier.core.ModelFile#read} for the model; {@link ErrorCode#UNKNOWN_LAYER};
   *     {@link ErrorCode#INVALID_MODEL} if it has several outputs or takes more than an image
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    ClassifyPartition partition =
        new ClassifyPartition(
            model(dataset.sparkSession()),
            ImageColumn.of(dataset.schema(), getInputCol()),
            outputs(),
            getFeaturesLayer(),
            new SerializableConfiguration(configuration(dataset.sparkSession())));
    return dataset.toDF().mapPartitions(partition, Encoders.row(schema));
  }

  /**
   * Registers a function for SQL that classifies one image: {@code SELECT
   * classify(content).predictedLabel FROM images}. It takes a path, the content of a file or the
   * pixels of an image, and returns a struct of {@code prediction}, {@code predictedLabel}, {@code
   * probability} (an array of doubles) and {@code error}; null for null. Images of the tasks that
   * run on an executor at the same time share a batch: {@link #transform} has larger ones.
   *
   * @param name by which SQL calls the function
   * @throws EspalierException as {@link #transform} for the model
   */
  public void registerFunction(SparkSession session, String name) {
    ClassifyFunction function =
        new ClassifyFunction(model(session), new SerializableConfiguration(configuration(session)));
    session.udf().register(name, function, ClassifyFunction.RESULT);
  }

  /** Reads the model and checks it before an executor does. */
  private DistributedModel model(SparkSession session) {
    if (!isDefined(modelFile)) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "The transformer " + uid + " has no model.",
          "Give a path or URI: setModelFile.");
    }
    byte[] content = modelContent(configuration(session));
    Model model =
        DistributedModel.read(
            content, new Path(getModelFile()).getName(), PluginRegistry.discover());
    if (model.inputs().size() > 1 || model.outputs().size() > 1) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The model \""
              + model.name()
              + "\" has "
              + model.inputs().size()
              + " inputs and "
              + model.outputs().size()
              + " outputs.",
          "A transformer takes models of one image and one output; cut it there with cutAt.");
    }
    if (!getFeaturesLayer().isEmpty()) {
      model.cutAt(getFeaturesLayer());
    }
    return DistributedModel.of(session, this, content);
  }

  /** Returns the content of the model file. */
  byte[] modelContent(Configuration configuration) {
    try {
      return HadoopFiles.read(getModelFile(), configuration);
    } catch (IOException | IllegalArgumentException e) {
      throw HadoopFiles.notReadable(getModelFile(), e);
    }
  }

  static Configuration configuration(SparkSession session) {
    return session.sparkContext().hadoopConfiguration();
  }

  @Override
  public EspalierClassifier copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  @Override
  public MLWriter write() {
    return new ClassifierWriter(this);
  }

  /** Returns what reads a saved transformer, its model included. */
  public static MLReader<EspalierClassifier> read() {
    return new ClassifierReader();
  }

  /** Reads a saved transformer from a path or URI, its model included. */
  public static EspalierClassifier load(String path) {
    return read().load(path);
  }
}

package dev.espalier.spark;

import dev.espalier.core.EspalierVersion;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;

/**
 * A model on its way from the driver to the executors: the content of its file, which Spark
 * broadcasts, and how to open it. Immutable.
 *
 * @param file name of the file, whose ending tells its format
 * @param digest SHA-256 of the content
 * @param device with the names of {@link EngineSettings}, like the engine
 * @param threads of the engine; 0 for the cores of the executor
 * @param version of Espalier on the driver
 * @param opened counts on the driver how often the model was opened
 */
record DistributedModel(
    Broadcast<byte[]> content,
    String file,
    String digest,
    String engine,
    String device,
    int threads,
    int batchSize,
    String version,
    LongAccumulator opened)
    implements Serializable {
  private static final String OPENED = "Espalier models opened";

  /** Sends the model of a transformer to the executors. */
  static DistributedModel of(SparkSession session, EspalierClassifier settings, byte[] content) {
    return new DistributedModel(
        JavaSparkContext.fromSparkContext(session.sparkContext()).broadcast(content),
        new org.apache.hadoop.fs.Path(settings.getModelFile()).getName(),
        digest(content),
        settings.getEngine(),
        settings.getDevice(),
        settings.getThreads(),
        settings.getBatchSize(),
        EspalierVersion.current(),
        session.sparkContext().longAccumulator(OPENED));
  }

  private static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }

  /** Returns the model in the content of a file. */
  static Model read(byte[] content, String file, PluginRegistry registry) {
    try {
      Path folder = Files.createTempDirectory("espalier-model");
      Path copy = folder.resolve(file);
      try {
        return ModelFile.read(Files.write(copy, content), registry).model();
      } finally {
        Files.deleteIfExists(copy);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          "The model cannot be written to a temporary file: " + e.getMessage() + ".",
          "Free space in the folder for temporary files, or choose another: -Djava.io.tmpdir.",
          e);
    }
  }

  /**
   * Returns the classifier of this process for the model, opened if it is not open yet.
   *
   * @throws EspalierException {@link ErrorCode#VERSION_MISMATCH} if driver and executor are of
   *     different versions; as {@link dev.espalier.core.classifier.Classifier#of}, naming the
   *     executor
   */
  ExecutorClassifiers.Lease lease() {
    requireVersionOfDriver();
    try {
      return ExecutorClassifiers.shared()
          .lease(
              new ExecutorClassifiers.Key(digest, engineSettings(), batchSize),
              registry -> {
                opened.add(1);
                return read(content.value(), file, registry);
              });
    } catch (EspalierException e) {
      throw new EspalierException(
          e.code(),
          "Executor " + executor() + " cannot use the model. " + e.problem(),
          e.remedy() + " Executors need the same jars as the driver: one fat jar, or --jars.",
          e);
    }
  }

  private void requireVersionOfDriver() {
    String own = EspalierVersion.current();
    if (!own.equals(version)) {
      throw new EspalierException(
          ErrorCode.VERSION_MISMATCH,
          "Executor "
              + executor()
              + " runs Espalier "
              + own
              + ", the driver Espalier "
              + version
              + ".",
          "Submit the job with one fat jar, and remove other versions from the executors' class"
              + " path.");
    }
  }

  /** Returns which executor this process is, such as {@code 1 on host7}. */
  static String executor() {
    SparkEnv environment = SparkEnv.get();
    return environment.executorId() + " on " + environment.blockManager().blockManagerId().host();
  }

  private EngineSettings engineSettings() {
    SparkConf conf = SparkEnv.get().conf();
    int cores = threads == 0 ? conf.getInt("spark.executor.cores", 0) : threads;
    return EngineSettings.of(e -> e.engine(engine).device(device).threads(cores)).forInference();
  }
}

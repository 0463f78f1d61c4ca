package dev.espalier.spark;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWriter;

/** Saves a transformer as Spark does, and its model file beside. */
final class ClassifierWriter extends DefaultParamsWriter {
  private final EspalierClassifier classifier;

  ClassifierWriter(EspalierClassifier classifier) {
    super(saved(classifier));
    this.classifier = classifier;
  }

  /** The name alone: the folder is where it is loaded from. */
  private static EspalierClassifier saved(EspalierClassifier classifier) {
    EspalierClassifier copy = classifier.copy(ParamMap.empty());
    return copy.isDefined(copy.modelFile())
        ? copy.setModelFile(new Path(copy.getModelFile()).getName())
        : copy;
  }

  @Override
  public void saveImpl(String path) {
    super.saveImpl(path);
    if (!classifier.isDefined(classifier.modelFile())) {
      return;
    }
    Configuration configuration = EspalierClassifier.configuration(sparkSession());
    Path file = new Path(path, new Path(classifier.getModelFile()).getName());
    byte[] content = classifier.modelContent(configuration);
    try (OutputStream stream = file.getFileSystem(configuration).create(file)) {
      stream.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

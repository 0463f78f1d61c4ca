package dev.espalier.spark;

import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;

/** Loads a transformer whose model file lies beside. */
final class ClassifierReader extends DefaultParamsReader<EspalierClassifier> {
  ClassifierReader() {}

  @Override
  public EspalierClassifier load(String path) {
    EspalierClassifier classifier = super.load(path);
    return classifier.isDefined(classifier.modelFile())
        ? classifier.setModelFile(new Path(path, classifier.getModelFile()).toString())
        : classifier;
  }
}

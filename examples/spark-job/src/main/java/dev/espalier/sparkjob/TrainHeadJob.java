package dev.espalier.sparkjob;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.regexp_extract;

import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.model.Model;
import dev.espalier.spark.EspalierClassifier;
import dev.espalier.spark.LogisticRegressionHead;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Trains a new classifier on a pretrained base: one pass over the images, then only vectors. */
public final class TrainHeadJob {
  private TrainHeadJob() {}

  /**
   * Runs the job; the arguments are the file of a base, the layer with its features, a folder with
   * a folder of images for each class, and the file to write.
   */
  public static void main(String[] args) throws IOException {
    try (SparkSession spark = SparkSession.builder().appName("train-head").getOrCreate()) {
      Model model = train(spark, Path.of(args[0]), args[1], args[2]);
      ModelFile.save(Path.of(args[3]), model, List.of(), Map.of());
    }
  }

  static Model train(SparkSession spark, Path base, String layer, String images) {
    Dataset<Row> files =
        spark
            .read()
            .format("binaryFile")
            .option("recursiveFileLookup", true)
            .load(images)
            .withColumn("className", regexp_extract(col("path"), "([^/]+)/[^/]+$", 1));
    Dataset<Row> features =
        new EspalierClassifier()
            .setModelFile(base.toString())
            .setFeaturesLayer(layer)
            .setPredictionCol("")
            .setProbabilityCol("")
            .setPredictedLabelCol("")
            .transform(files)
            .filter(col("error").isNull())
            .select("className", "features")
            .cache();
    StringIndexerModel classes =
        new StringIndexer()
            .setInputCol("className")
            .setOutputCol("label")
            .setStringOrderType("alphabetAsc")
            .fit(features);
    LogisticRegressionModel head =
        new LogisticRegression().setRegParam(0.001).fit(classes.transform(features));
    Model model = ModelFile.read(base, PluginRegistry.discover()).model();
    return LogisticRegressionHead.graft(model, layer, head, List.of(classes.labelsArray()[0]));
  }
}
